"""The card "Answers compared": one line, and opened all that is known of the drafts."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from inglenook.chat.comparison import Comparison, KeptDraft
from inglenook.ui.chat.frame import BUTTON
from inglenook.ui.chat.ink import Ink
from inglenook.ui.chat.markdown import harmless
from inglenook.ui.chat.target import Act, Target
from inglenook.ui.chat.text_piece import TextPiece, plain_piece
from inglenook.ui.effort.kepttree import KeptTree
from inglenook.ui.effort.standing import Row
from inglenook.ui.effort.strokes import BOLD, CENTER, RIGHT, Strokes, chip_width, width_of
from inglenook.ui.effort.votes import VoteRows
from inglenook.ui.effort.words import (
    answer_words,
    changed_words,
    cost_words,
    draft_words,
    fold_words,
    reason_words,
)
from inglenook.ui.theme import LABEL, NOTE, RADIUS_ROW, UI
from inglenook.ui.words import tr

PAD, HEAD, ROW, GAP, INSIDE = 14, 40, 34, 8, 12
MOST_SHOWN = 8_000
"""Characters of a draft in the card; all of it goes to the clipboard."""
_INDENT, _LEAST_ANSWER = 24, 40


@dataclass(frozen=True, slots=True)
class Unfolded:
    """What of a card is open.

    Attributes:
        drafts: Those whose text is shown, by number.
        node: The step of a tree whose path is shown; None for none.
    """

    is_open: bool = False
    drafts: frozenset[int] = frozenset()
    node: int | None = None

    def after(self, pressed: Target) -> "Unfolded":
        """Return what is open once something of the card was pressed."""
        if pressed.act is Act.NODE:
            node = int(pressed.value)
            return replace(self, node=None if node == self.node else node)
        is_draft = pressed.act is Act.DRAFT
        return self.turn_draft(int(pressed.value)) if is_draft else self.turn()

    def turn(self) -> "Unfolded":
        """Return it folded, or open."""
        return replace(self, is_open=not self.is_open)

    def turn_draft(self, number: int) -> "Unfolded":
        """Return it with a draft opened, or closed."""
        return replace(self, drafts=self.drafts ^ {number})


@dataclass(frozen=True, slots=True)
class _Line:
    """The line of one draft, and its text if that is open."""

    draft: KeptDraft
    row: QRectF
    text: TextPiece | None = None
    box: QRectF | None = None


class ComparedCard:
    """A comparison laid out for a width.

    Attributes:
        comparison, unfolded: What it was made for.
        height: In pixels.
        targets: What can be pressed, from the card's corner.
        spoken: The folded line, for a screen reader.

    Threads: the window's.
    """

    def __init__(
        self,
        comparison: Comparison,
        unfolded: Unfolded,
        ink: Ink,
        width: float,
        energy_j: float = 0.0,
    ) -> None:
        self._energy_j = energy_j
        self.comparison, self.unfolded = comparison, unfolded
        self._ink, self._width = ink, width
        self._title = tr("Answers compared")
        self._fold, self._changed = fold_words(comparison), changed_words(comparison)
        self.spoken = ". ".join(e for e in (self._title, self._fold, self._changed) if e)
        self.targets: list[Target] = []
        self._lines: list[_Line] = []
        self._rules: list[float] = []
        self._votes: VoteRows | None = None
        self._tree: KeptTree | None = None
        self._why: TextPiece | None = None
        self._cost: TextPiece | None = None
        self.height = self._lay_out_head()
        if unfolded.is_open:
            self._lay_out_body()

    def was_made_for(
        self,
        comparison: Comparison,
        unfolded: Unfolded,
        ink: Ink,
        width: float,
        energy_j: float = 0.0,
    ) -> bool:
        """Whether it would be the same card."""
        is_same_frame = ink is self._ink and width == self._width
        is_same_frame = is_same_frame and energy_j == self._energy_j
        is_same = comparison is self.comparison or comparison == self.comparison
        return is_same_frame and unfolded == self.unfolded and is_same

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
        strokes.card(QRectF(at.x(), at.y(), self._width, self.height))
        self._paint_hover(strokes, at, hovered)
        self._paint_head(painter, strokes, at)
        if not self.unfolded.is_open:
            return
        left, right = at.x() + self._pad, at.x() + self._width - self._pad
        for y in self._rules:
            strokes.line(left, right, at.y() + y)
        if self._votes is not None:
            self._votes.paint(strokes, left, at.y() + self._votes_top)
        if self._tree is not None:
            corner = QPointF(left, at.y() + self._tree_top)
            self._tree.paint(painter, strokes, corner, clip)
        if self._why is not None and self._cost is not None:
            self._why.paint(painter, QPointF(left, at.y() + self._why_top), clip, ())
            self._cost.paint(painter, QPointF(left, at.y() + self._cost_top), clip, ())
        for line in self._lines:
            self._paint_line(painter, strokes, line, at, clip)
        self._paint_table_button(strokes, at)

    # --- laying out ---

    @property
    def _pad(self) -> float:
        return self._ink.px(PAD)

    @property
    def _inner(self) -> float:
        return self._width - 2 * self._pad

    def _lay_out_head(self) -> float:
        ink, px = self._ink, self._ink.px
        title = px(_INDENT) + width_of(self._title, BOLD, ink) + px(_INDENT)
        self._fold_beside = title + px(GAP) + width_of(self._fold, NOTE, ink) <= self._inner
        y = px(HEAD) + (0.0 if self._fold_beside else px(20))
        name = f"{self.spoken}. {tr('Hide') if self.unfolded.is_open else tr('Show')}"
        self.targets.append(Target(Act.COMPARED, QRectF(0, 0, self._width, y), name))
        self._changed_piece = None
        if self._changed:
            room = self._inner - px(_INDENT)
            self._changed_piece = plain_piece(self._changed, ink, room, LABEL, "info")
            self._changed_top = y - px(4)
            y = self._changed_top + self._changed_piece.height + px(INSIDE)
        return y

    def _lay_out_body(self) -> None:
        px, comparison = self._ink.px, self.comparison
        y = self.height
        rows = vote_rows(comparison)
        if rows:
            self._votes = VoteRows(rows, self._ink, self._inner, is_over=True)
            self._votes_top = y
            y += self._votes.height + px(GAP)
        y = self._lay_out_tree(y)
        why = reason_words(comparison)
        self._why = plain_piece(why, self._ink, self._inner, UI, "text_muted")
        self._why_top = y
        y += self._why.height + px(INSIDE)
        self._rules.append(y)
        y += px(4)
        self._lay_out_columns()
        for draft in comparison.drafts:
            y = self._lay_out_line(draft, y)
        y += px(4)
        self._rules.append(y)
        self.height = self._lay_out_cost(y + px(INSIDE))

    def _lay_out_tree(self, y: float) -> float:
        nodes = self.comparison.nodes
        if not nodes:
            return y
        self._tree = KeptTree(nodes, self.unfolded.node, self._ink, self._inner)
        self._tree_top = y + self._ink.px(GAP)
        for each in self._tree.targets:
            rect = each.rect.translated(self._pad, self._tree_top)
            self.targets.append(replace(each, rect=rect))
        return self._tree_top + self._tree.height

    def _lay_out_columns(self) -> None:
        """Give numbers a column, and tell tokens of all drafts or of none."""
        ink, px, drafts = self._ink, self._ink.px, self.comparison.drafts
        numbers = [tr("Draft {}").format(each.number + 1) for each in drafts]
        self._number = max(width_of(each, BOLD, ink) for each in numbers)
        told = max(width_of(draft_words(each), NOTE, ink) for each in drafts)
        chip = chip_width(tr("Chosen"), ink) + px(GAP)
        needed = px(_INDENT) + self._number + told + chip + px(2 * INSIDE + _LEAST_ANSWER)
        self._tells = needed <= self._inner

    def _lay_out_line(self, draft: KeptDraft, y: float) -> float:
        px = self._ink.px
        row = QRectF(px(GAP), y, self._width - 2 * px(GAP), px(ROW))
        name = _name_of(draft, is_chosen=draft.number == self.comparison.chosen)
        self.targets.append(Target(Act.DRAFT, row, name, str(draft.number)))
        y = row.bottom()
        if draft.number not in self.unfolded.drafts:
            self._lines.append(_Line(draft, row))
            return y
        left = self._pad + px(_INDENT)
        text = _shown(draft)
        room = self._width - self._pad - left - 2 * px(INSIDE)
        piece = plain_piece(text, self._ink, room, UI, "text")
        copy = px(BUTTON)
        box = QRectF(left, y, self._width - self._pad - left, piece.height + copy + px(18))
        corner = QPointF(box.left() + px(4), box.bottom() - copy - px(2))
        label = tr("Copy draft {}").format(draft.number + 1)
        wide = min(width_of(label, LABEL, self._ink) + px(44), box.width() - px(8))
        rect = QRectF(corner.x(), corner.y(), wide, copy)
        self.targets.append(Target(Act.COPY_DRAFT, rect, label, str(draft.number)))
        self._lines.append(_Line(draft, row, piece, box))
        return box.bottom() + px(GAP)

    def _lay_out_cost(self, y: float) -> float:
        ink, px = self._ink, self._ink.px
        label = tr("Show as a table")
        wide = min(width_of(label, LABEL, ink) + px(24), self._inner)
        words = cost_words(self.comparison, self._energy_j)
        beside = self._inner - wide - px(GAP)
        is_beside = width_of(words, NOTE, ink) <= beside
        self._cost = plain_piece(
            words, ink, beside if is_beside else self._inner, NOTE, "text_muted"
        )
        high = px(BUTTON)
        if is_beside:
            self._cost_top = y + (high - self._cost.height) / 2
            rect = QRectF(self._pad + self._inner - wide, y, wide, high)
        else:
            self._cost_top = y
            rect = QRectF(self._pad, y + self._cost.height + px(GAP), wide, high)
        self.targets.append(Target(Act.DRAFT_TABLE, rect, label))
        return rect.bottom() + px(INSIDE)

    # --- painting ---

    def _paint_hover(self, strokes: Strokes, at: QPointF, hovered: Target | None) -> None:
        if hovered is None:
            return
        for target in self.targets:
            if (target.act, target.value) == (hovered.act, hovered.value):
                inset = 4 if target.act is Act.COMPARED else 0
                rect = target.rect.translated(at).adjusted(inset, inset, -inset, -inset)
                strokes.ground(rect, "hover", RADIUS_ROW)

    def _paint_head(self, painter: QPainter, strokes: Strokes, at: QPointF) -> None:
        px = self._ink.px
        left, right = at.x() + self._pad, at.x() + self._width - self._pad
        first = QRectF(left, at.y(), right - left, px(HEAD))
        strokes.icon("layers", "accent", 16, QRectF(left, at.y(), px(16), px(HEAD)))
        icon = "chevron-up" if self.unfolded.is_open else "chevron-down"
        strokes.icon(icon, "text_muted", 16, QRectF(right - px(16), at.y(), px(16), px(HEAD)))
        words = first.adjusted(px(_INDENT), 0, -px(_INDENT), 0)
        strokes.words(self._title, words, "text", BOLD)
        if self._fold_beside:
            strokes.words(self._fold, words, "text_muted", NOTE, RIGHT)
        else:
            under = QRectF(words.left(), at.y() + px(HEAD - 9), right - words.left(), px(20))
            strokes.words(self._fold, under, "text_muted", NOTE)
        if self._changed_piece is not None:
            line = px(LABEL.line)
            place = QRectF(left, at.y() + self._changed_top, px(16), line)
            strokes.icon("refresh", "info", 14, place)
            corner = QPointF(words.left(), place.top())
            whole = QRectF(at.x(), at.y(), self._width, self.height)
            self._changed_piece.paint(painter, corner, whole, ())

    def _paint_line(
        self, painter: QPainter, strokes: Strokes, line: _Line, at: QPointF, clip: QRectF
    ) -> None:
        px, row = self._ink.px, line.row.translated(at)
        is_chosen = line.draft.number == self.comparison.chosen
        icon = "chevron-down" if line.text is not None else "chevron-right"
        left = at.x() + self._pad
        strokes.icon(icon, "text_muted", 15, QRectF(left, row.top(), px(16), row.height()))
        left += px(_INDENT)
        right = row.right() - px(PAD - GAP)
        if is_chosen:
            right = strokes.chip(tr("Chosen"), right, row.center().y()) - px(GAP)
        room = QRectF(left, row.top(), max(0.0, right - left), row.height())
        number = tr("Draft {}").format(line.draft.number + 1)
        strokes.words(number, room, "text", BOLD)
        rest = room.adjusted(self._number + px(INSIDE), 0, 0, 0)
        if self._tells:
            told = draft_words(line.draft)
            strokes.words(told, rest, "text_faint", NOTE, RIGHT)
            rest.setRight(rest.right() - width_of(told, NOTE, self._ink) - px(INSIDE))
        token = "text" if line.draft.answer else "text_faint"
        strokes.words(answer_words(line.draft.answer), rest, token, LABEL)
        if line.text is not None and line.box is not None:
            self._paint_text(painter, strokes, line, at, clip)

    def _paint_text(
        self, painter: QPainter, strokes: Strokes, line: _Line, at: QPointF, clip: QRectF
    ) -> None:
        if line.text is None or line.box is None:
            return
        px, box = self._ink.px, line.box.translated(at)
        dark = self._ink.palette.name == "dark"
        strokes.ground(box, "ground" if dark else "inset", RADIUS_ROW)
        corner = QPointF(box.left() + px(INSIDE), box.top() + px(10))
        line.text.paint(painter, corner, clip.intersected(box), ())
        target = self._copy_target(line.draft.number).translated(at)
        place = QRectF(target.left() + px(8), target.top(), px(16), target.height())
        strokes.icon("copy", "text_muted", 15, place)
        label = tr("Copy draft {}").format(line.draft.number + 1)
        strokes.words(label, target.adjusted(px(30), 0, -px(4), 0), "text_muted")

    def _copy_target(self, number: int) -> QRectF:
        return next(
            each.rect
            for each in self.targets
            if each.act is Act.COPY_DRAFT and each.value == str(number)
        )

    def _paint_table_button(self, strokes: Strokes, at: QPointF) -> None:
        for target in self.targets:
            if target.act is Act.DRAFT_TABLE:
                rect = target.rect.translated(at)
                strokes.edge(rect, "line")
                strokes.words(target.name, rect, "text", LABEL, CENTER)


def vote_rows(comparison: Comparison) -> list[Row]:
    """Return the answers of a comparison that at least one draft gives."""
    count = len(comparison.drafts)
    return [
        Row(
            answer_words(each.answer),
            len(each.drafts),
            count,
            leads=comparison.chosen in each.drafts,
        )
        for each in comparison.votes
        if each.answer
    ]


def draft_of(comparison: Comparison | None, number: int) -> KeptDraft | None:
    """Return a draft by its number; None if there is none."""
    drafts = comparison.drafts if comparison else ()
    return next((each for each in drafts if each.number == number), None)


def _name_of(draft: KeptDraft, *, is_chosen: bool) -> str:
    parts = [
        tr("Draft {}").format(draft.number + 1),
        answer_words(draft.answer),
        draft_words(draft),
    ]
    return ", ".join([*parts, tr("chosen")] if is_chosen else parts)


def _shown(draft: KeptDraft) -> str:
    """Return what is shown of a draft; lines stay lines."""
    text = harmless(draft.text.strip()) or tr("It has no text.")
    if len(text) > MOST_SHOWN:
        text = text[:MOST_SHOWN].rstrip() + "…"
    return text.replace("\n", "\u2028")
