"""A tree search as a picture: scores as pills, the best path in the accent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from inglenook.chat.comparison import KeptNode
from inglenook.engine.draftevents import TreeNode
from inglenook.ui.chat.ink import Ink
from inglenook.ui.effort.strokes import CENTER, Strokes
from inglenook.ui.theme import CAPTION, LABEL

MOST_LEVELS = 6
"""Of a deeper tree the newest levels are shown: the picture keeps its size."""
LEVEL, PILL_WIDE, PILL_HIGH, PILL_GAP, ROOT = 50, 40, 24, 8, 10
WIDEST_STEP = 92
_DEAD = "dropped"
_FAINT = 0.5


@dataclass(frozen=True, slots=True)
class Pill:
    """A node in its place.

    Attributes:
        rect: From the picture's corner.
        above: Its parent, or ``None`` for one that grows from the prompt.
        is_best: It lies on the best path.
        rest: It stands for so many that there is no room for; 0 for a node.
    """

    rect: QRectF
    node: TreeNode | KeptNode | None
    above: int | None
    is_best: bool = False
    rest: int = 0


class TreePicture:
    """Nodes laid out in levels.

    Attributes:
        height: In pixels; of six levels at most.
        pills: By number of the node.

    Threads: the window's.
    """

    def __init__(self, nodes: Sequence[TreeNode | KeptNode], ink: Ink, width: float) -> None:
        self._ink, self._width = ink, width
        known = {each.node: each for each in nodes}
        self._best = best_path(known)
        deepest = max((each.depth for each in nodes), default=0)
        self._first = max(0, deepest - MOST_LEVELS + 1)
        levels = range(self._first, deepest + 1)
        self.height = ink.px(ROOT + 6) + ink.px(LEVEL) * len(levels)
        self.pills: dict[int, Pill] = {}
        self._rests: list[Pill] = []
        most = max((sum(e.depth == level for e in nodes) for level in levels), default=1)
        least = ink.px(PILL_WIDE + PILL_GAP)
        self._step = max(least, min(ink.px(WIDEST_STEP), width / max(1, most)))
        for level in levels:
            self._place([each for each in nodes if each.depth == level], level - self._first)

    def paint(self, painter: QPainter, strokes: Strokes, at: QPointF) -> None:
        """Paint the lines, then the pills over them."""
        # The lines of the best path last, over the others.
        for pill in sorted(self.pills.values(), key=lambda each: each.is_best):
            self._paint_line(painter, pill, at)
        root = QRectF(0, 0, self._ink.px(ROOT), self._ink.px(ROOT))
        root.moveCenter(self._root() + at)
        strokes.ground(root, "accent", root.width() / 2)
        for pill in (*self.pills.values(), *self._rests):
            _paint_pill(strokes, pill, at)

    def best_scores(self) -> str:
        """Return the scores of the best path, from its first step on."""
        path = [self.pills[each].node for each in sorted(self._best) if each in self.pills]
        return ", ".join(score_words(each.score) for each in path if each is not None)

    # --- inside ---

    def _root(self) -> QPointF:
        return QPointF(self._width / 2, self._ink.px(ROOT) / 2)

    def _place(self, nodes: Sequence[TreeNode | KeptNode], row: int) -> None:
        px = self._ink.px
        step = self._step
        most = max(1, int(self._width / step + 0.01))
        shown = nodes
        if len(nodes) > most:
            ranked = sorted(nodes, key=self._worth)
            kept = {each.node for each in ranked[: max(1, most - 1)]}
            shown = [each for each in nodes if each.node in kept]
        shown = sorted(shown, key=self._sideways)
        rest = len(nodes) - len(shown)
        count = len(shown) + bool(rest)
        left = (self._width - count * step + step - px(PILL_WIDE)) / 2
        top = px(ROOT) + px(LEVEL) * row + px(LEVEL - PILL_HIGH)
        for place, node in enumerate(shown):
            rect = QRectF(left + place * step, top, px(PILL_WIDE), px(PILL_HIGH))
            above = node.parent if node.parent in self.pills else None
            self.pills[node.node] = Pill(rect, node, above, node.node in self._best)
        if rest:
            rect = QRectF(left + len(shown) * step, top, px(PILL_WIDE), px(PILL_HIGH))
            self._rests.append(Pill(rect, None, None, rest=rest))

    def _worth(self, node: TreeNode | KeptNode) -> tuple[bool, float]:
        """Order nodes by how much they would be missed, most first."""
        return node.node not in self._best, -_score(node)

    def _sideways(self, node: TreeNode | KeptNode) -> tuple[float, int]:
        """Order a level by where the parents stand, so that lines do not cross."""
        above = self.pills.get(node.parent)
        return (above.rect.left() if above is not None else 0.0, node.node)

    def _paint_line(self, painter: QPainter, pill: Pill, at: QPointF) -> None:
        above = self.pills.get(pill.above) if pill.above is not None else None
        start = self._root() if above is None else _foot(above.rect)
        end = QPointF(pill.rect.center().x(), pill.rect.top())
        middle = (start.y() + end.y()) / 2
        path = QPainterPath(start + at)
        path.cubicTo(QPointF(start.x(), middle) + at, QPointF(end.x(), middle) + at, end + at)
        pen = QPen(self._ink.colour("accent" if pill.is_best else "edge"))
        pen.setWidthF(2.0 if pill.is_best else 1.0)
        if pill.node is not None and pill.node.state == _DEAD:
            pen.setStyle(Qt.PenStyle.DotLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setOpacity(1.0 if pill.is_best else _FAINT)
        painter.drawPath(path)
        painter.setOpacity(1.0)


def best_path(nodes: Mapping[int, TreeNode | KeptNode]) -> frozenset[int]:
    """Return the nodes from a first step down to the chosen one, or the best so far.

    While nothing is chosen, the finished node with the best score leads, or else the best
    of those that still grow and are deepest.
    """
    alive = [each for each in nodes.values() if each.state != _DEAD]
    if not alive:
        return frozenset()
    ranks = {"chosen": 2, "finished": 1}
    end = max(
        alive,
        key=lambda each: (ranks.get(each.state, 0), each.depth, _score(each), -each.node),
    )
    path: list[int] = []
    here: TreeNode | KeptNode | None = end
    while here is not None and here.node not in path:
        path.append(here.node)
        here = nodes.get(here.parent)
    return frozenset(path)


def score_words(score: float | None) -> str:
    """Return a score from 0 to 1 as short as it can be told: ``".81"``; dots for none."""
    if score is None:
        return "…"
    words = f"{score:.2f}"
    return words[1:] if words.startswith("0.") else words[:3]


def _score(node: TreeNode | KeptNode) -> float:
    return -1.0 if node.score is None else node.score


def _foot(rect: QRectF) -> QPointF:
    return QPointF(rect.center().x(), rect.bottom())


def _paint_pill(strokes: Strokes, pill: Pill, at: QPointF) -> None:
    rect = pill.rect.translated(at)
    round_by = rect.height() / 2
    if pill.node is None:
        strokes.words(f"+{pill.rest}", rect, "text_faint", CAPTION, CENTER)
        return
    if pill.is_best:
        strokes.ground(rect, "accent_soft", round_by)
        strokes.edge(rect, "accent", round_by)
        colour = "on_accent_soft"
    elif pill.node.state == _DEAD:
        strokes.ground(rect, "raised", round_by)
        colour = "text_faint"
    else:
        strokes.ground(rect, "raised", round_by)
        strokes.edge(rect, "edge", round_by)
        colour = "text_muted"
    strokes.words(score_words(pill.node.score), rect, colour, LABEL, CENTER)
