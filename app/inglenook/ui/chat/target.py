"""Something in a conversation that can be pressed, by pointer or by keyboard."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QRectF


class Act(StrEnum):
    """What pressing does; the value is the icon's name where there is one."""

    COPY = "copy"
    REGENERATE = "refresh"
    EDIT = "pencil"
    DETAILS = "info"
    PREVIOUS = "chevron-left"
    NEXT = "chevron-right"
    CONTINUE = "continue"
    EDIT_QUESTION = "edit question"
    LENGTHEN = "lengthen"
    TRY_AGAIN = "try again"
    ANSWER_HERE = "answer here"
    COPY_CODE = "copy code"
    SAVE_CODE = "download"
    WRAP = "wrap"
    TABLE_MENU = "more"
    THINKING = "thinking"
    SHOW_ALL = "show all"
    LINK = "link"
    AGAIN = "layers"
    COMPARED = "compared"
    DRAFT = "draft"
    NODE = "node"
    COPY_DRAFT = "copy draft"
    LEADING = "leading"
    DRAFT_TABLE = "draft table"
    MENU = "dots"
    QUOTE_ALL = "quote"
    SAME_SEED = "same seed"
    PROMPT = "prompt"
    ODDS = "odds"
    FORK = "branch"
    REMOVE = "trash"
    DOCUMENT = "document"


CODE_ACTS = frozenset({Act.COPY_CODE, Act.SAVE_CODE, Act.WRAP})
BLOCK_ACTS = CODE_ACTS | {Act.TABLE_MENU}
"""What belongs to one block of a message."""

DESK_ACTS = frozenset(
    {Act.QUOTE_ALL, Act.SAME_SEED, Act.PROMPT, Act.ODDS, Act.FORK, Act.REMOVE}
)
"""What is done outside the conversation, with one message of it."""

CARD_ACTS = frozenset({
    Act.COMPARED, Act.DRAFT, Act.NODE, Act.COPY_DRAFT, Act.LEADING, Act.DRAFT_TABLE,
    Act.DOCUMENT,
})  # fmt: skip
"""What belongs to the card about drafts, or to those of documents."""


@dataclass(frozen=True, slots=True)
class Target:
    """A place to press.

    Attributes:
        rect: From the message's top left corner.
        name: For screen readers and tool tips.
        value: An address, or the number of the block or draft that it is about.
    """

    act: Act
    rect: QRectF
    name: str
    value: str = ""
