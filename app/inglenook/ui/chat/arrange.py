"""Where a block goes: its indent, the gap above it, how high it may be, and its piece."""

from dataclasses import dataclass

from inglenook.ui.chat.block import Block, Kind, words_of
from inglenook.ui.chat.code_piece import HEAD, PAD, CodePiece
from inglenook.ui.chat.formula_piece import FormulaPiece
from inglenook.ui.chat.ink import Ink
from inglenook.ui.chat.inset import formula_of
from inglenook.ui.chat.piece import Piece
from inglenook.ui.chat.rule_piece import RulePiece
from inglenook.ui.chat.table_piece import TablePiece
from inglenook.ui.chat.text_piece import TextPiece
from inglenook.ui.theme import BODY, CODE, H1, H2, H3, UI, TypeStyle

QUOTE_INDENT, ITEM_INDENT, DIGIT = 18, 26, 9
GAP, ITEM_GAP, CARD_GAP, HEADING_ABOVE, HEADING_BELOW = 12, 6, 14, 22, 8
NARROWEST = 160
_LETTER = 7.4
_HEADINGS: dict[int, TypeStyle] = {1: H1, 2: H2}


def indent_of(block: Block, ink: Ink) -> float:
    """Return how far a block stands to the right of the column's edge."""
    return sum(steps_of(block, ink))


def steps_of(block: Block, ink: Ink) -> list[float]:
    """Return the width of each quote or item around a block, outermost first."""
    steps = []
    for each in block.inside:
        marker = f"{each.marker[2:-1]}." if each.marker.startswith("[^") else each.marker
        digits = max(0, len(marker) - 3) if marker.endswith(".") else 0
        wide = QUOTE_INDENT if each.quote else ITEM_INDENT + DIGIT * digits
        steps.append(ink.px(wide))
    return steps


def gap_above(before: Block | None, block: Block, ink: Ink) -> float:
    """Return the space between two blocks; nothing above the first."""
    return ink.spaced(_gap_above(before, block, ink))


def _gap_above(before: Block | None, block: Block, ink: Ink) -> float:
    if before is None or block.continued:
        return 0.0
    if block.kind is Kind.HEADING:
        return ink.px(HEADING_ABOVE)
    if before.kind is Kind.HEADING:
        return ink.px(HEADING_BELOW)
    cards = {Kind.CODE, Kind.TABLE, Kind.RULE, Kind.FORMULA}
    if block.kind in cards or before.kind in cards:
        return ink.px(CARD_GAP)
    return ink.px(ITEM_GAP if block.in_list and before.in_list else GAP)


def style_of(block: Block) -> TypeStyle:
    """Return the type of a paragraph or heading."""
    return _HEADINGS.get(block.level, H3) if block.kind is Kind.HEADING else BODY


def guess_height(block: Block, ink: Ink, width: float) -> float:
    """Return about how high a block will be, without shaping any text."""
    if block.kind is Kind.CODE:
        lines = block.code.count("\n") + 1
        return lines * ink.px(CODE.line) + ink.px(HEAD) + 2 * PAD
    if block.kind is Kind.TABLE:
        return len(block.rows) * (ink.px(UI.line) + 17)
    if block.kind is Kind.RULE:
        return 1.0
    return guess_lines(words_of(block.spans), ink, width) * ink.px(style_of(block).line)


def guess_lines(text: str, ink: Ink, width: float) -> int:
    """Return about how many lines running text takes."""
    breaks = text.count("\u2028") + text.count("\n")
    return int(len(text) * ink.px(_LETTER * 10) / 10 // max(width, NARROWEST)) + 1 + breaks


@dataclass(frozen=True, slots=True)
class PieceLook:
    """How a piece is laid out beside what its block says.

    Attributes:
        colour: A token, for running text.
        hug: All lines of text end where the longest one does.
        wrapped: Long lines of code go on below.
    """

    colour: str = "text"
    hug: bool = False
    wrapped: bool = False


def piece_of(
    block: Block, ink: Ink, width: float, before: Piece | None, look: PieceLook
) -> Piece:
    """Lay a block out.

    ``width`` is what is left of the column after the indent, in pixels; ``before`` is the
    piece above, whose columns a table that continues takes over.
    """
    width = max(width, NARROWEST)
    if block.kind is Kind.CODE:
        return CodePiece(block, ink, width, wrapped=look.wrapped)
    if block.kind is Kind.TABLE:
        columns = before.columns if block.continued and isinstance(before, TablePiece) else None
        return TablePiece(block, ink, width, columns)
    if block.kind is Kind.RULE:
        return RulePiece(ink, width)
    if block.kind is Kind.FORMULA and ink.formulas.drawing(formula_of(block.spans[0])):
        return FormulaPiece(block, ink, width)
    style = style_of(block)
    return TextPiece(block.spans, ink, width, style=style, colour=look.colour, hug=look.hug)


def shared_quotes(before: Block | None, block: Block) -> int:
    """Return how many of the outermost quotes two neighbours have in common."""
    if before is None:
        return 0
    count = 0
    for one, other in zip(before.inside, block.inside, strict=False):
        if one.quote is not other.quote:
            break
        count += 1
    return count
