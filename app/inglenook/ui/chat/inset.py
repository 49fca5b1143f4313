"""Drawn formulas inside a text: what stands for them in a layout, and which place is which."""

from collections.abc import Sequence
from dataclasses import dataclass

from inglenook.services.formulas import Drawing, Formula
from inglenook.ui.chat.block import Span

STAND_IN = "\u00a0\u2060"
"""A space stretched to the formula's width, which no line ends with or begins after."""


def formula_of(span: Span) -> Formula:
    """Return what is to be drawn for a span with LaTeX."""
    return Formula(span.tex, span.display)


@dataclass(frozen=True, slots=True)
class Inset:
    """One drawn formula.

    Attributes:
        start, end: In the text, in Qt's units.
        at: Where its stand-in begins in the layout.
    """

    formula: Formula
    drawing: Drawing
    start: int
    end: int
    at: int

    @property
    def after(self) -> int:
        """Where its stand-in ends in the layout."""
        return self.at + len(STAND_IN)


def to_layout(insets: Sequence[Inset], offset: int, *, is_end: bool = False) -> int:
    """Return where a place in the text is in the layout.

    A place inside a formula is before it, or after it where it ends something.
    """
    shift = 0
    for inset in insets:
        if offset <= inset.start:
            break
        if offset < inset.end:
            return inset.after if is_end else inset.at
        shift = inset.after - inset.end
    return offset + shift


def to_text(insets: Sequence[Inset], offset: int) -> int:
    """Return where a place in the layout is in the text."""
    shift = 0
    for inset in insets:
        if offset <= inset.at:
            break
        if offset < inset.after:
            return inset.end
        shift = inset.end - inset.after
    return offset + shift
