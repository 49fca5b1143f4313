"""Engines on other computers: where they are, what they have, and which one a chat has."""

from dataclasses import dataclass

MOST_NAME_CHARS = 60


@dataclass(frozen=True, slots=True)
class OfferedModel:
    """A model that an engine elsewhere has.

    Attributes:
        id: As the engine names it, without what cannot be seen.
        context_tokens: How much it reads; 0 if the engine does not tell.
    """

    id: str
    context_tokens: int = 0

    @property
    def name(self) -> str:
        """What people call it: the last part of a path, as engines often name models."""
        return self.id.rstrip("/").rpartition("/")[2].removesuffix(".gguf") or self.id


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An engine elsewhere, as a person set it up.

    Attributes:
        id: Ours; never changes.
        name: What people call it.
        base: Its address, as ``remote.address`` has it: ``"http://box:8000/v1"``.
        host: With the port where it is no usual one: what people are shown.
        models: Those that are offered for chats, of all it has.
        has_key: A key is sent along; it is in the keyring.
        is_agreed: The person knows that chats leave this computer for it.
        is_here: It is another program on this computer.
    """

    id: str
    name: str
    base: str
    host: str
    models: tuple[OfferedModel, ...] = ()
    has_key: bool = False
    is_agreed: bool = False
    is_here: bool = False

    def model(self, name: str) -> OfferedModel:
        """Return what is known of a model of this name."""
        return next((each for each in self.models if each.id == name), OfferedModel(name))


@dataclass(frozen=True, slots=True)
class Choice:
    """Which engine answers a chat: this computer's, or a model of another one.

    Attributes:
        endpoint: Its id; "" for this computer.
        model: As that engine names it; "" for this computer.
    """

    endpoint: str = ""
    model: str = ""

    @property
    def is_elsewhere(self) -> bool:
        """It is not the engine of this application."""
        return bool(self.endpoint)


HERE = Choice()
