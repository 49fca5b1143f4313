"""One document or picture in the composer, from the moment it was attached."""

from dataclasses import dataclass, replace

from inglenook.chat.attachment import Attachment, Kind, with_documents
from inglenook.chat.document import Document
from inglenook.chat.tokens import about_tokens
from inglenook.core.errors import Problem


@dataclass(frozen=True, slots=True)
class Item:
    """A document that is read, was read, or cannot be.

    Attributes:
        ticket: Names it; of a reading, as the service gave it.
        name: Of the file, without its folder.
        document: What it says; None while it is read, and for what was sent before.
        given: What the model will be given of it; None before it was read.
        tokens: About what that takes.
        problem: Why it cannot be attached.
        page, pages: How far the reading is.
    """

    ticket: str
    name: str
    document: Document | None = None
    given: Attachment | None = None
    tokens: int = 0
    problem: Problem | None = None
    page: int = 0
    pages: int = 0

    @classmethod
    def of_sent(cls, number: int, attachment: Attachment) -> "Item":
        """Return what went with a message that is edited."""
        return cls(f"sent {number}", attachment.name).giving(attachment)

    @property
    def is_reading(self) -> bool:
        """Whether it is still being read."""
        return self.given is None and self.problem is None

    @property
    def picture(self) -> bytes | None:
        """The content of a picture's file; None for what is none, or not there yet."""
        is_picture = self.given is not None and self.given.kind is Kind.IMAGE
        return self.given.data if self.given is not None and is_picture else None

    def giving(self, attachment: Attachment) -> "Item":
        """Return it with what the model will be given."""
        tokens = about_tokens(with_documents("", (attachment,)))
        return replace(self, given=attachment, tokens=tokens)

    def read(self, document: Document) -> "Item":
        """Return it as it was read; all of it is sent, until something else is chosen."""
        return replace(self, document=document).giving(document.whole())
