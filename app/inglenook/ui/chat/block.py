"""One block of a message: a paragraph, a heading, code, a table or a rule, as a value."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a block is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    CODE = "code"
    TABLE = "table"
    RULE = "rule"
    FORMULA = "formula"


@dataclass(frozen=True, slots=True)
class Span:
    r"""A run of text in one style.

    Attributes:
        text: What is read; a forced line break is ``"\u2028"``.
        link: An address that may be opened after asking; ``""`` for none.
        tex: The text is a formula as it was written, and this is its LaTeX; else ``""``.
        display: The formula is drawn large, as on a line of its own.
        raised: It is the mark of a footnote, set small above the line.
    """

    text: str
    bold: bool = False
    italic: bool = False
    struck: bool = False
    code: bool = False
    link: str = ""
    tex: str = ""
    display: bool = False
    raised: bool = False


@dataclass(frozen=True, slots=True)
class Inside:
    """One quote or list item around a block, outermost first.

    Attributes:
        quote: A block quote; otherwise a list item.
        marker: ``"•"``, ``"12."``, ``"[ ]"`` or ``"[x]"`` on the first block of an item, or
            ``"[^1]"`` on that of a footnote; else ``""``.
    """

    quote: bool
    marker: str = ""


Row = tuple[tuple[Span, ...], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a message that is laid out and painted on its own.

    Attributes:
        spans: The text of a paragraph or heading; of a formula the one span.
        level: Of a heading, 1 to 6.
        code: Lines of a code block without the last line break.
        language: The first word after the opening fence, as written.
        closed: False while a code block may still grow.
        rows: Cells of a table; the first row is its head.
        aligns: ``"left"``, ``"center"`` or ``"right"`` for each column.
        continued: This goes on from the block above: a table, whose head is not shown again,
            or a very long paragraph, in the middle of a line.
    """

    kind: Kind
    spans: tuple[Span, ...] = ()
    inside: tuple[Inside, ...] = ()
    level: int = 0
    code: str = ""
    language: str = ""
    closed: bool = True
    rows: tuple[Row, ...] = ()
    aligns: tuple[str, ...] = ()
    continued: bool = False

    @property
    def in_list(self) -> bool:
        """Whether a list item is among what is around this block."""
        return any(not each.quote for each in self.inside)


def words_of(spans: tuple[Span, ...]) -> str:
    """Return what is read, without styles."""
    return "".join(span.text for span in spans)
