"""How far a click selects: a place, a word, or a whole block."""

from collections.abc import Sequence

from PySide6.QtCore import QTextBoundaryFinder

from inglenook.ui.chat.block import Kind
from inglenook.ui.chat.message_view import MessageView
from inglenook.ui.chat.selection import Place, Selection, text_of
from inglenook.ui.chat.text_piece import part_of, utf16_length

NEARBY = 200


def stretch_around(views: Sequence[MessageView], place: Place, clicks: int) -> Selection:
    """Return what so many clicks on a place select.

    One selects nothing yet, two a word, three a paragraph or a line of code.
    """
    view = views[place.message]
    if clicks < 2 or place.block >= len(view.blocks):
        return Selection(place, place)
    block = view.blocks[place.block]
    text = text_of(block)
    if clicks == 2:
        start, end = _word(text, place.offset)
    elif block.kind in {Kind.CODE, Kind.TABLE}:
        start, end = _line(text, place.offset)
    else:
        start, end = 0, utf16_length(text)
    number = (place.message, place.block)
    return Selection(Place(*number, start), Place(*number, end))


def _word(text: str, offset: int) -> tuple[int, int]:
    begin = max(0, offset - NEARBY)
    near = part_of(text, begin, offset + NEARBY)
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Word, near)
    finder.setPosition(min(offset - begin, utf16_length(near)))
    start = finder.position() if finder.isAtBoundary() else finder.toPreviousBoundary()
    end = finder.toNextBoundary()
    if end < 0:
        end = utf16_length(near)
    return begin + max(start, 0), begin + end


def _line(text: str, offset: int) -> tuple[int, int]:
    before = part_of(text, 0, offset)
    start = utf16_length(before[: before.rfind("\n") + 1])
    after = part_of(text, offset, utf16_length(text))
    return start, offset + utf16_length(after.partition("\n")[0])
