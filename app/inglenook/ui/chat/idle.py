"""What is done while nobody waits: laying out the next screen, colouring code."""

from dataclasses import dataclass
from time import monotonic

from inglenook.ui.chat.code_piece import CodePiece
from inglenook.ui.chat.column import Column
from inglenook.ui.chat.highlight import warm_up

BUDGET_S = 0.004


@dataclass(frozen=True, slots=True)
class Worked:
    """What a turn of idle work did.

    Attributes:
        changed: Heights are other now.
        repaint: Something on screen looks other now.
        more: There is more to do.
    """

    changed: bool = False
    repaint: bool = False
    more: bool = False


class IdleWork:
    """Takes one small step after another, each about 4 ms.

    Threads: the window's.
    """

    def __init__(self) -> None:
        self._warm = False

    def step(self, column: Column, top: float, height: float) -> Worked:
        """Do the most useful thing that is left.

        The screen begins ``top`` pixels down the column and is ``height`` pixels high.
        """
        if not self._warm:
            self._warm = True
            warm_up()
            return Worked(more=True)
        if self._read_on(column, top, height):
            return Worked(changed=True, more=True)
        if self._colour(column, top, height):
            return Worked(repaint=True, more=True)
        if self._prefetch(column, top, height):
            return Worked(changed=True, more=True)
        column.release(top - 2 * height, top + 3 * height)
        return Worked()

    def _read_on(self, column: Column, top: float, height: float) -> bool:
        for number in column.between(top, top + height):
            if column.views[number].read_more():
                column.measure(number)
                return True
        return False

    def _colour(self, column: Column, top: float, height: float) -> bool:
        until = monotonic() + BUDGET_S
        any_done = False
        for number in column.between(top, top + height):
            for piece in column.views[number].pieces:
                while isinstance(piece, CodePiece) and piece.colour_more():
                    any_done = True
                    if monotonic() > until:
                        return True
        return any_done

    def _prefetch(self, column: Column, top: float, height: float) -> bool:
        """Lay out a quarter of a screen more, below first."""
        for part in (1.0, 1.25, 1.5, 1.75, -0.25, -0.5, -0.75, -1.0):
            start = top + part * height
            if (
                start + height / 4 > 0
                and start < column.height
                and column.ensure(max(start, 0.0), start + height / 4)
            ):
                return True
        return False
