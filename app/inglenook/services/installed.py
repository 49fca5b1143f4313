"""A model file that the library knows."""

from dataclasses import dataclass

from inglenook.models.kind import FileKind


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model file that is known to the library.

    Attributes:
        name: For people: ``"SmolLM2 135M Instruct"``.
        quant: In words and by name: ``"4-bit (Q4_1)"``; empty if unknown.
        starter: It came with the application.
        origin: The program whose file it is, which we only borrow; "" for one's own.
        source: Where on the Hub it comes from, ``"org/name@commit"``; "" if unknown.
        licence: "" if unknown.
        used_ms: When it was last loaded, milliseconds since 1970; 0 for never.
        kind: Whether it chats, or makes vectors or scores of texts.
    """

    path: str
    name: str
    quant: str
    size_bytes: int
    architecture: str
    context_tokens: int
    starter: bool = False
    origin: str = ""
    source: str = ""
    licence: str = ""
    used_ms: int = 0
    kind: FileKind = FileKind.CHAT

    @property
    def chats(self) -> bool:
        """Whether it can be asked anything."""
        return self.kind is FileKind.CHAT
