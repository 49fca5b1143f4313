"""The tree of a search that is over: each step can be pressed, and its path is read below."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from inglenook.chat.comparison import KeptNode
from inglenook.engine.draftevents import TreeNode
from inglenook.ui.chat.ink import Ink
from inglenook.ui.chat.markdown import harmless
from inglenook.ui.chat.target import Act, Target
from inglenook.ui.chat.text_piece import TextPiece, plain_piece
from inglenook.ui.effort.strokes import Strokes
from inglenook.ui.effort.tree import TreePicture, score_words
from inglenook.ui.theme import NOTE, RADIUS_ROW, UI
from inglenook.ui.words import one_line, tr

_INSIDE, _GAP = 12, 8


class KeptTree:
    """A kept tree laid out for a width.

    Attributes:
        height: In pixels.
        targets: Its steps, from the tree's corner.

    Threads: the window's.
    """

    def __init__(
        self, nodes: Sequence[KeptNode], read: int | None, ink: Ink, width: float
    ) -> None:
        """Lay it out.

        Args:
            nodes: All that is kept, at least one.
            read: The step whose path is read; None for none.
            ink: Colours and type.
            width: In pixels.
        """
        self._ink, self._width, self._read = ink, width, read
        self._picture = TreePicture(nodes, ink, width)
        self._note = plain_piece(
            tr("The score of each step, from 0 to 1. Press one to read its path."),
            ink, width, NOTE, "text_muted",
        )  # fmt: skip
        self.targets = [
            Target(Act.NODE, pill.rect, _name_of(pill.node), str(pill.node.node))
            for _, pill in sorted(self._picture.pills.items())
            if pill.node is not None
        ]
        self._text: TextPiece | None = None
        self._box = QRectF()
        y = self._picture.height + ink.px(_GAP)
        self._note_top = y
        y += self._note.height + ink.px(_GAP)
        words = path_words(nodes, read)
        if words:
            self._text = plain_piece(words, ink, width - 2 * ink.px(_INSIDE), UI, "text")
            self._box = QRectF(0, y, width, self._text.height + 2 * ink.px(_INSIDE))
            y = self._box.bottom() + ink.px(_GAP)
        self.height = y

    def paint(self, painter: QPainter, strokes: Strokes, at: QPointF, clip: QRectF) -> None:
        """Paint it with its corner at a point."""
        self._picture.paint(painter, strokes, at)
        pill = self._picture.pills.get(-1 if self._read is None else self._read)
        if pill is not None:
            rect = pill.rect.translated(at).adjusted(-3, -3, 3, 3)
            strokes.edge(rect, "info", rect.height() / 2)
        self._note.paint(painter, at + QPointF(0, self._note_top), clip, ())
        if self._text is not None:
            box = self._box.translated(at)
            dark = self._ink.palette.name == "dark"
            strokes.ground(box, "ground" if dark else "inset", RADIUS_ROW)
            inside = self._ink.px(_INSIDE)
            self._text.paint(painter, box.topLeft() + QPointF(inside, inside), clip, ())


def path_words(nodes: Sequence[KeptNode], leaf: int | None) -> str:
    """Return what the steps down to one say, a step a line; ``""`` if it is not there."""
    known = {each.node: each for each in nodes}
    said: list[str] = []
    here = known.get(leaf) if leaf is not None else None
    while here is not None:
        said.append(harmless(here.text.strip()))
        above = known.get(here.parent)
        here = above if above is not None and above.node < here.node else None
    return "\u2028".join(each.replace("\n", "\u2028") for each in reversed(said) if each)


def _name_of(node: TreeNode | KeptNode) -> str:
    told = tr("Step {}, score {}").format(node.depth + 1, score_words(node.score))
    text = one_line(node.text, 80)
    return f"{told}: {text}" if text else told
