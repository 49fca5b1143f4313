"""The card over an answer whose drafts are being written: dots, votes, and the tree."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from inglenook.services.events import LiveText
from inglenook.ui.chat.frame import BUTTON
from inglenook.ui.chat.ink import Ink
from inglenook.ui.chat.target import Act, Target
from inglenook.ui.effort.standing import standing_of
from inglenook.ui.effort.strokes import BOLD, CENTER, RIGHT, Strokes, dots_width, width_of
from inglenook.ui.effort.tree import TreePicture
from inglenook.ui.effort.votes import VoteRows
from inglenook.ui.effort.words import left_words
from inglenook.ui.theme import LABEL, NOTE
from inglenook.ui.words import tr

PAD, HEAD, FOOT, GAP = 14, 36, 40, 8
_ICON = 16


class LiveCard:
    """What is told of drafts while they are written, laid out for a width.

    Attributes:
        height: In pixels.
        targets: What can be pressed, from the card's corner.
        spoken: The same for a screen reader.

    Threads: the window's.
    """

    def __init__(self, live: LiveText, ink: Ink, width: float) -> None:
        self._ink, self._width = ink, width
        self._standing = standing_of(live)
        self._key = _key(live)
        inner = width - 2 * ink.px(PAD)
        self._rows = VoteRows(self._standing.rows, ink, inner)
        self._tree = TreePicture(live.nodes, ink, inner) if live.nodes else None
        done = tr("{} of {} done").format(self._standing.done, live.most_drafts)
        left = left_words(live.left_s)
        self._done = f"{done} · {left}" if left else done
        self._words = self._standing.words
        if self._tree is not None and not self._standing.done:
            self._words = tr("The score of each step, from 0 to 1")
        self._lay_out_head(inner)
        self._lay_out_foot(inner)
        told = (done, self._words, self._standing.spoken(), self._spoken_tree())
        self.spoken = ". ".join(each for each in told if each)

    def shows(self, live: LiveText, ink: Ink, width: float) -> bool:
        """Whether this is how an answer stands, so that nothing need be laid out again."""
        is_same_frame = ink is self._ink and width == self._width
        return is_same_frame and _key(live) == self._key

    def paint(
        self,
        painter: QPainter,
        at: QPointF,
        clip: QRectF,
        ratio: float,
        hovered: Target | None,
    ) -> None:
        """Paint it with its corner at a point; all of it is small, whatever the clip."""
        del clip
        strokes, px = Strokes(painter, self._ink, ratio), self._ink.px
        strokes.card(QRectF(at.x(), at.y(), self._width, self.height))
        left, right = at.x() + px(PAD), at.x() + self._width - px(PAD)
        self._paint_head(strokes, left, right, at.y())
        y = at.y() + self._head
        self._rows.paint(strokes, left, y)
        y += self._rows.height
        if self._tree is not None:
            self._tree.paint(painter, strokes, QPointF(left, y))
        self._paint_foot(strokes, at, hovered)

    # --- inside ---

    def _spoken_tree(self) -> str:
        path = self._tree.best_scores() if self._tree is not None else ""
        return tr("Best steps so far: {}").format(path) if path else ""

    def _lay_out_head(self, inner: float) -> None:
        ink = self._ink
        title = ink.px(_ICON + GAP) + width_of(tr("Comparing drafts"), BOLD, ink)
        told = width_of(self._done, NOTE, ink)
        dots = dots_width(len(self._standing.states), ink)
        spare = inner - title - told - ink.px(GAP)
        self._dots_beside = dots + 2 * ink.px(GAP) <= spare
        self._done_beside = spare >= 0
        extra = 0 if self._dots_beside else 20
        self._head = ink.px(HEAD + extra)

    def _lay_out_foot(self, inner: float) -> None:
        ink, px = self._ink, self._ink.px
        y = self._head + self._rows.height + (px(GAP) if self._standing.rows else 0.0)
        y += self._tree.height + px(GAP) if self._tree is not None else 0.0
        self._foot_top = y
        self.targets: list[Target] = []
        if not self._standing.may_take:
            self._words_width = inner
            self.height = y + px(FOOT - GAP)
            return
        label = tr("Use the leading answer now")
        wide, high = width_of(label, LABEL, ink) + px(24), px(BUTTON)
        words = width_of(self._words, NOTE, ink)
        is_beside = words + px(GAP) + wide <= inner
        self._words_width = inner - wide - px(GAP) if is_beside else inner
        left = px(PAD) + inner - wide if is_beside else px(PAD)
        top = y + (0.0 if is_beside else px(FOOT - GAP))
        rect = QRectF(max(px(PAD), left), top, min(wide, inner), high)
        self.targets.append(Target(Act.LEADING, rect, label))
        self.height = rect.bottom() + px(PAD - 2)

    def _paint_head(self, strokes: Strokes, left: float, right: float, top: float) -> None:
        px = self._ink.px
        middle = top + px(HEAD) / 2
        strokes.icon("layers", "accent", 16, QRectF(left, top, px(16), px(HEAD)))
        words = QRectF(left + px(_ICON + GAP), top, right - left - px(_ICON + GAP), px(HEAD))
        strokes.words(tr("Comparing drafts"), words, "text", BOLD)
        if self._done_beside:
            strokes.words(self._done, words, "text_muted", NOTE, RIGHT)
        states = self._standing.states
        if self._dots_beside:
            end = right - width_of(self._done, NOTE, self._ink) - px(GAP + 2)
            strokes.dots(states, end, middle)
        else:
            strokes.dots(states, left + dots_width(len(states), self._ink), top + px(HEAD + 4))

    def _paint_foot(self, strokes: Strokes, at: QPointF, hovered: Target | None) -> None:
        px = self._ink.px
        high = px(BUTTON) if self.targets else px(FOOT - PAD - GAP)
        if self.targets and self.targets[0].rect.top() > self._foot_top:
            high = px(FOOT - PAD)
        place = QRectF(at.x() + px(PAD), at.y() + self._foot_top, self._words_width, high)
        strokes.words(self._words, place, "text_muted", NOTE)
        for target in self.targets:
            rect = target.rect.translated(at)
            is_hovered = hovered is not None and hovered.act is target.act
            strokes.ground(rect, "hover" if is_hovered else "raised")
            strokes.edge(rect, "edge")
            strokes.words(target.name, rect, "text", LABEL, CENTER)


def _key(live: LiveText) -> tuple[object, ...]:
    """Return what the card depends on; the number of tokens is not told."""
    return (
        tuple((each.number, each.state) for each in live.drafts),
        live.nodes,
        left_words(live.left_s),
    )
