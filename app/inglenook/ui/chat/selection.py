"""What is selected in a conversation, and how it reads when it is copied."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import thread_time

from inglenook.ui.chat.block import Block, Kind
from inglenook.ui.chat.message_view import MessageView
from inglenook.ui.chat.piece import Range
from inglenook.ui.chat.source import source_of
from inglenook.ui.chat.text_piece import part_of, utf16_length

PARSE_S = 0.2


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in the text: which message, which block of it, how many units into it."""

    message: int
    block: int
    offset: int


END = 1 << 40
"""An offset or a block number beyond every other."""


@dataclass(frozen=True, slots=True)
class Selection:
    """From where it was begun to where it is now, in either direction."""

    anchor: Place
    caret: Place

    @property
    def first(self) -> Place:
        """The earlier end."""
        return min(self.anchor, self.caret)

    @property
    def last(self) -> Place:
        """The later end."""
        return max(self.anchor, self.caret)

    @property
    def empty(self) -> bool:
        """Whether nothing is selected."""
        return self.anchor == self.caret

    def part(self, message: int, block: int, length: int) -> Range | None:
        """Return what of a block is selected, whose text is ``length`` of Qt's units."""
        here = (message, block)
        first, last = self.first, self.last
        if not (first.message, first.block) <= here <= (last.message, last.block):
            return None
        start = min(first.offset, length) if here == (first.message, first.block) else 0
        end = min(last.offset, length) if here == (last.message, last.block) else length
        return (start, end) if start < end else None


def everything(messages: int) -> Selection:
    """Select all messages."""
    return Selection(Place(0, 0, 0), Place(max(0, messages - 1), END, END))


def copied(selection: Selection, views: Sequence[MessageView]) -> tuple[str, str]:
    """Return the selected text, plain and as Markdown."""
    plain, marked = [], []
    until = thread_time() + PARSE_S
    for number in range(selection.first.message, min(selection.last.message + 1, len(views))):
        view = views[number]
        if not view.parsed and thread_time() > until:
            # Thousands of messages would hold the window up: the rest goes as it was written.
            plain.append(view.text)
            marked.append(view.text)
            continue
        view.parse()
        parts = list(_parts(selection, number, view))
        if parts:
            plain.append("\n".join(_joined(parts, plain=True, apart=not view.mine)))
            marked.append("\n".join(_joined(parts, plain=view.mine, apart=not view.mine)))
    return "\n\n".join(plain), "\n\n".join(marked)


def text_of(block: Block) -> str:
    """Return a block's text as its piece has it, so that offsets agree."""
    if block.kind is Kind.CODE:
        return block.code
    if block.kind is Kind.TABLE:
        rows = block.rows[1:] if block.continued else block.rows
        return "\n".join("\t".join("".join(s.text for s in c) for c in row) for row in rows)
    return "".join(span.text for span in block.spans)


def _parts(
    selection: Selection, number: int, view: MessageView
) -> list[tuple[Block, str, Range, bool]]:
    found = []
    for index, block in enumerate(view.blocks):
        text = text_of(block)
        length = utf16_length(text)
        part = selection.part(number, index, length)
        if part is not None:
            found.append((block, text, part, part == (0, length)))
        elif (
            block.kind is Kind.RULE
            and selection.first < Place(number, index, 0) < selection.last
        ):
            found.append((block, "", (0, 0), True))
    return found


def _joined(
    parts: list[tuple[Block, str, Range, bool]], *, plain: bool, apart: bool
) -> list[str]:
    found: list[tuple[Block, str]] = []
    for block, text, part, whole in parts:
        chosen = part_of(text, *part).replace("\u2028", "\n")
        if not plain:
            chosen = source_of(block, chosen, part, whole=whole)
        if found and block.continued and block.kind is Kind.PARAGRAPH:
            chosen = found.pop()[1] + chosen
        found.append((block, chosen))
    lines: list[str] = []
    before: Block | None = None
    for block, chosen in found:
        if before is not None and apart and not (before.in_list and block.in_list):
            lines += [] if _is_more_rows(block) else [""]
        lines.append(_prefixed(block, chosen, plain=plain))
        before = block
    return lines


def _is_more_rows(block: Block) -> bool:
    return block.continued and block.kind is Kind.TABLE


def _prefixed(block: Block, text: str, *, plain: bool) -> str:
    first = rest = ""
    for each in block.inside:
        if each.quote:
            mark = "" if plain else "> "
            first, rest = first + mark, rest + mark
            continue
        shown = each.marker.replace("•", "•" if plain else "-")
        if shown.startswith("[^"):
            shown = f"{shown[2:-1]}." if plain else f"{shown}:"
        elif shown.startswith("[") and not plain:
            shown = f"- {shown}"
        wide = max(len(shown) + 1, 2 if plain else 3)
        first, rest = first + (f"{shown} " if shown else " " * wide), rest + " " * wide
    return "\n".join(
        (rest if number else first) + line for number, line in enumerate(text.split("\n"))
    )
