"""From bytes of tokens to text: whole characters, thinking apart, stop strings never shown."""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto


@dataclass(frozen=True, slots=True)
class Piece:
    """Text of an answer, or of the thinking before it."""

    text: str
    thinking: bool = False


@dataclass(frozen=True, slots=True)
class Marks:
    """How a family of models sets its thinking apart.

    Attributes:
        starts: What opens a thinking part, at the beginning of an answer only. No mark may be
            the beginning of another.
        ends: What closes it.
        silent: What may stand before the answer and is shown to nobody.
    """

    starts: tuple[str, ...]
    ends: tuple[str, ...]
    silent: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every mark."""
        return (*self.starts, *self.ends, *self.silent)


_MOST_BLANK = 256  # blank characters before the answer in which a mark is still looked for

THINK = Marks(("<think>", "<thinking>"), ("</think>", "</thinking>"))
MISTRAL = Marks(("[THINK]",), ("[/THINK]",))
COHERE = Marks(
    ("<|START_THINKING|>",),
    ("<|END_THINKING|>",),
    ("<|START_RESPONSE|>", "<|END_RESPONSE|>", "<|START_TEXT|>"),
)
HARMONY = Marks(
    ("<|channel|>analysis<|message|>", "<|channel|>commentary<|message|>"),
    ("<|end|>",),
    ("<|start|>assistant", "<|channel|>final<|message|>"),
)
GEMMA = Marks(("<|channel>thought",), ("<channel|>",))


def marks_for(template: str) -> Marks:
    """Return the marks that a chat template speaks of."""
    for sign, marks in (
        ("<|channel|>", HARMONY),
        ("<|channel>", GEMMA),
        ("[THINK]", MISTRAL),
        ("<|START_THINKING|>", COHERE),
    ):
        if sign in template:
            return marks
    return THINK


class Search:
    """Finds any of several strings in text that arrives bit by bit."""

    def __init__(self, wanted: Sequence[str]) -> None:
        self._wanted = tuple(each for each in wanted if each)
        self._longest = max(map(len, self._wanted), default=0)

    def __bool__(self) -> bool:
        return bool(self._wanted)

    def first(self, text: str) -> tuple[int, int] | None:
        """Return where the match that is complete first begins and ends.

        Deciding by the end makes the result independent of how the text was cut.
        """
        best: tuple[int, int] | None = None
        for each in self._wanted:
            at = text.find(each)
            if at >= 0 and (best is None or (at + len(each), at) < (best[1], best[0])):
                best = (at, at + len(each))
        return best

    def safe_length(self, text: str) -> int:
        """Return how much of a text can belong to no match that is still to come."""
        earliest = len(text)
        for each in self._wanted:
            at = text.find(each[0], max(0, len(text) - len(each) + 1))
            while 0 <= at < earliest:
                if each.startswith(text[at:]):
                    earliest = at
                    break
                at = text.find(each[0], at + 1)
        return earliest


class _State(Enum):
    BEFORE = auto()
    THINKING = auto()
    ANSWERING = auto()


class TextStream:
    """Turns the bytes of one answer into pieces of text.

    No step costs more as the answer grows: what is kept back is shorter than the longest
    mark or stop string.

    Threads: one at a time.

    Attributes:
        has_stopped: A stop string was met; what follows is ignored.
    """

    def __init__(
        self,
        stop: Sequence[str] = (),
        marks: Marks = THINK,
        *,
        starts_thinking: bool = False,
    ) -> None:
        self.has_stopped = False
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._marks = marks
        self._openers = marks.silent + marks.starts
        self._stops = Search(stop)
        self._ends = Search(marks.ends)
        self._state = _State.THINKING if starts_thinking else _State.BEFORE
        self._steps = {_State.BEFORE: self._open, _State.THINKING: self._think}
        self._held = ""
        self._has_thought = starts_thinking
        self._thinking_is_blank = True

    def feed(self, data: bytes) -> list[Piece]:
        """Take the bytes of one token and return the text that is certain."""
        text = self._decoder.decode(data)
        return self._take(text) if text and not self.has_stopped else []

    def flush(self) -> list[Piece]:
        """End the stream and return what was held back."""
        if self.has_stopped:
            return []
        pieces = self._take(self._decoder.decode(b"", final=True))
        rest, self._held = self._held, ""
        if not rest:
            return pieces
        if self._state is _State.THINKING:
            return self._joined([*pieces, *self._thought(rest)])
        if self._state is _State.BEFORE:
            rest = self._answer_start(rest)
        return self._joined([*pieces, Piece(rest)] if rest else pieces)

    def _take(self, text: str) -> list[Piece]:
        if self._state is _State.ANSWERING:
            return self._answer(text)
        pieces: list[Piece] = []
        self._held += text
        while self._held and (step := self._steps.get(self._state)):
            if not step(pieces):
                return pieces
        rest, self._held = self._held, ""
        return [*pieces, *self._answer(rest)] if rest else pieces

    def _open(self, _pieces: list[Piece]) -> bool:
        """Look for a mark before the answer; return whether there is more to do."""
        text = self._held.lstrip()
        if len(self._held) - len(text) <= _MOST_BLANK:
            for mark in self._openers:
                if text.startswith(mark):
                    self._pass(mark, text)
                    return True
            if any(mark.startswith(text) for mark in self._openers):
                return False
        self._held = self._answer_start(self._held)
        self._state = _State.ANSWERING
        return True

    def _answer_start(self, text: str) -> str:
        # Blank lines between the thinking and the answer belong to neither.
        return text.lstrip() if self._has_thought else text

    def _pass(self, mark: str, text: str) -> None:
        self._held = text[len(mark) :]
        self._has_thought = True
        if mark in self._marks.starts:
            self._state, self._thinking_is_blank = _State.THINKING, True

    def _think(self, pieces: list[Piece]) -> bool:
        """Read thinking up to its end; return whether there is more to do."""
        found = self._ends.first(self._held)
        if found:
            pieces += self._thought(self._held[: found[0]])
            self._held = self._held[found[1] :]
            self._state = _State.BEFORE
            return True
        safe = self._ends.safe_length(self._held)
        pieces += self._thought(self._held[:safe])
        self._held = self._held[safe:]
        return False

    def _thought(self, text: str) -> list[Piece]:
        if self._thinking_is_blank:
            text = text.lstrip()
            self._thinking_is_blank = not text
        return [Piece(text, thinking=True)] if text else []

    def _answer(self, text: str) -> list[Piece]:
        if not self._stops:
            return [Piece(text)] if text else []
        text = self._held + text
        found = self._stops.first(text)
        if found:
            self.has_stopped = True
            self._held = ""
            return [Piece(text[: found[0]])] if found[0] else []
        safe = self._stops.safe_length(text)
        self._held = text[safe:]
        return [Piece(text[:safe])] if safe else []

    @staticmethod
    def _joined(pieces: list[Piece]) -> list[Piece]:
        joined: list[Piece] = []
        for piece in pieces:
            if joined and joined[-1].thinking is piece.thinking:
                joined[-1] = Piece(joined[-1].text + piece.text, piece.thinking)
            else:
                joined.append(piece)
        return joined
