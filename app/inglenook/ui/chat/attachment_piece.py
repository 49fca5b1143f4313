"""The cards of documents and pictures above a person's words."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from inglenook.chat.attachment import Attachment
from inglenook.ui.attachments.card import THUMBNAIL
from inglenook.ui.attachments.words import sent_words
from inglenook.ui.chat.ink import Ink
from inglenook.ui.chat.target import Act, Target
from inglenook.ui.effort.strokes import BOLD, Strokes
from inglenook.ui.theme import CAPTION, RADIUS_FIELD
from inglenook.ui.words import one_line, tr

HEIGHT, WIDTH, GAP, PAD, ICON, TEXT_X = 50, 264, 8, 12, 20, 42


@dataclass(frozen=True, slots=True)
class _Place:
    """One card, from the corner of all."""

    rect: QRectF
    name: str
    about: str
    picture: bytes | None = None


class AttachmentCards:
    """Cards in rows that end at the right, laid out for a width.

    Attributes:
        attachments: What they were made for.
        height: In pixels.
        targets: What can be pressed, from the corner.
        spoken: For a screen reader.

    Threads: the window's.
    """

    def __init__(self, attachments: Sequence[Attachment], ink: Ink, width: float) -> None:
        self.attachments = attachments
        self._ink, self._width = ink, width
        self._places = self._lay_out()
        self.height = self._places[-1].rect.bottom() if self._places else 0.0
        names = [one_line(each.name, 80) for each in attachments]
        self.spoken = tr("Attached: {names}").format(names=", ".join(names))
        self.targets = [
            Target(Act.DOCUMENT, each.rect, f"{each.name}. {each.about}", str(number))
            for number, each in enumerate(self._places)
        ]

    def was_made_for(self, attachments: Sequence[Attachment], ink: Ink, width: float) -> bool:
        """Whether it would be the same cards."""
        is_same = attachments is self.attachments or attachments == self.attachments
        return is_same and ink is self._ink and width == self._width

    def paint(
        self,
        painter: QPainter,
        at: QPointF,
        clip: QRectF,
        ratio: float,
        hovered: Target | None,
    ) -> None:
        """Paint what lies in ``clip``, with its corner at a point."""
        strokes = Strokes(painter, self._ink, ratio)
        for place, target in zip(self._places, self.targets, strict=True):
            rect = place.rect.translated(at)
            if rect.intersects(clip):
                is_hovered = (
                    hovered is not None
                    and hovered.act is Act.DOCUMENT
                    and hovered.value == target.value
                )
                self._paint_one(strokes, place, rect, is_hovered=is_hovered)

    # --- inside ---

    def _lay_out(self) -> list[_Place]:
        px = self._ink.px
        wide, high, gap = min(px(WIDTH), self._width), px(HEIGHT), px(GAP)
        across = max(1, int((self._width + gap) // (wide + gap)))
        places = []
        count = len(self.attachments)
        for number, each in enumerate(self.attachments):
            row, column = divmod(number, across)
            in_row = min(across, count - row * across)
            left = self._width - (in_row - column) * (wide + gap) + gap
            rect = QRectF(left, row * (high + gap), wide, high)
            places.append(_Place(rect, one_line(each.name, 80), sent_words(each), each.data))
        return places

    def _paint_one(
        self, strokes: Strokes, place: _Place, rect: QRectF, *, is_hovered: bool
    ) -> None:
        px = self._ink.px
        strokes.ground(rect, "hover" if is_hovered else "raised", RADIUS_FIELD)
        strokes.edge(rect, "line", RADIUS_FIELD)
        if place.picture is None:
            icon = QRectF(rect.left() + px(PAD), rect.top(), px(ICON), rect.height())
            strokes.icon("file", "text_muted", ICON, icon)
            room = rect.adjusted(px(TEXT_X), 0, -px(PAD), 0)
        else:
            side, pad = px(THUMBNAIL), (px(HEIGHT) - px(THUMBNAIL)) / 2
            strokes.picture(
                place.picture, QRectF(rect.left() + pad, rect.top() + pad, side, side)
            )
            room = rect.adjusted(2 * pad + side, 0, -px(PAD), 0)
        top = rect.top() + (rect.height() - px(BOLD.line) - px(CAPTION.line)) / 2
        name = QRectF(room.left(), top, room.width(), px(BOLD.line))
        strokes.words(place.name, name, "text", BOLD)
        about = QRectF(room.left(), name.bottom(), room.width(), px(CAPTION.line))
        strokes.words(place.about, about, "text_muted", CAPTION)


def guessed_height(count: int, ink: Ink, width: float) -> float:
    """Return the height of so many cards without laying them out."""
    px = ink.px
    across = max(1, int((width + px(GAP)) // (min(px(WIDTH), width) + px(GAP))))
    rows = -(-count // across)
    return rows * px(HEIGHT) + max(0, rows - 1) * px(GAP)
