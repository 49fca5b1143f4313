"""The parts of an answer in the order in which they come; each is one item of a response."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from inglenook.engine.protocol import TokenOdds
from inglenook.server.gathered import Called, Piece

Kind = Literal["thinking", "text", "call"]


@dataclass(slots=True)
class Part:
    """Thoughts, text or a call.

    Threads: the loop's.

    Attributes:
        place: Among all parts of the answer, from 0.
        call: If it is one, as it began.
        goes_on: It is a call whose arguments are still being written.
    """

    place: int
    kind: Kind
    call: Called | None = None
    goes_on: bool = False
    texts: list[str] = field(default_factory=list)
    odds: list[TokenOdds] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return what it says so far; of a call its arguments."""
        return "".join(self.texts)

    def add(self, piece: Piece) -> None:
        """Go on with a piece of its kind."""
        self.texts.append(piece.words)
        self.odds += piece.odds


@dataclass(slots=True)
class Parts:
    """All parts of an answer; there is one at least when it has its end.

    Threads: the loop's.
    """

    all: list[Part] = field(default_factory=list)

    @property
    def last(self) -> Part | None:
        """Return the part that is being written."""
        return self.all[-1] if self.all else None

    def add(self, piece: Piece) -> Part | None:
        """Add what is new; return the part it belongs to.

        Odds without a word belong to the text that is being written, and else to none: they
        are those of a call's own tokens, or of the first bytes of a character.
        """
        kind, part = _kind(piece), self.last
        if piece.call or part is None or part.kind != kind:
            if not (piece.words or piece.call):
                return None
            part = self.begin(kind, piece.call, goes_on=piece.goes_on)
        part.add(piece)
        return part

    def begin(self, kind: Kind, call: Called | None = None, *, goes_on: bool = False) -> Part:
        """Begin a part."""
        self.all.append(Part(len(self.all), kind, call, goes_on))
        return self.all[-1]

    @property
    def lacks_answer(self) -> bool:
        """Whether there are thoughts at most: an answer without words is an empty text."""
        return all(each.kind == "thinking" for each in self.all)


def parts_of(pieces: Iterable[Piece]) -> Parts:
    """Return the parts of an answer that has its end."""
    parts = Parts()
    for piece in pieces:
        parts.add(piece)
    if parts.lacks_answer:
        parts.begin("text")
    return parts


def _kind(piece: Piece) -> Kind:
    if piece.call or piece.arguments:
        return "call"
    return "thinking" if piece.thinking else "text"
