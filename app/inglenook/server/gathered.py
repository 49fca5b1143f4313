"""One answer as it comes, gathered from what the engine tells of it; pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from inglenook.chat.message import Timings
from inglenook.core.errors import Problem
from inglenook.engine.draftevents import Compared, DraftEnded
from inglenook.engine.protocol import Delta, Done, Failed, Started, TokenOdds, ToolCalled
from inglenook.server.forcedcall import ForcedCall
from inglenook.server.refusal import RefusedError, from_end
from inglenook.services.requests import AnswerEvent

_REASONS = {"length": "length", "context": "length"}


@dataclass(frozen=True, slots=True)
class Called:
    """A call of a function.

    Attributes:
        arguments: A JSON object, as text.
    """

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Piece:
    """What is new of an answer: text, thoughts, a call, or more of its arguments.

    Attributes:
        call: It begins here, and is whole unless it goes on.
        goes_on: What follows are its arguments.
        arguments: Of the call that was told last.
        odds: Of the tokens of a text.
    """

    text: str = ""
    thinking: str = ""
    call: Called | None = None
    goes_on: bool = False
    arguments: str = ""
    odds: tuple[TokenOdds, ...] = ()

    @property
    def words(self) -> str:
        """Return what it says, whatever it is."""
        begun = self.call.arguments if self.call else ""
        return self.text or self.thinking or self.arguments or begun


Pieces = Sequence[Piece]


@dataclass(slots=True)
class Gathered:
    """An answer from its first word to its end.

    Threads: the loop's.

    Attributes:
        holds: Nothing is told before the end: it is chosen from drafts.
        is_call: The text is the call of a function, as ``tools.forced`` asks for.
        most_calls: Further ones are left out.
        reason: Why it ended, in OpenAI's words; ``""`` until then.
        thinking_tokens: Of those written, so many before the answer.
        drafts: So many drafts came to their end.
        told: What was new, piece by piece, in the order in which it was told.
        forced: The call, if it has to be one.
    """

    holds: bool = False
    is_call: bool = False
    most_calls: int = 128
    text: list[str] = field(default_factory=list)
    thinking: list[str] = field(default_factory=list)
    calls: list[Called] = field(default_factory=list)
    odds: list[TokenOdds] = field(default_factory=list)
    reason: str = ""
    prompt_tokens: int = 0
    reused_tokens: int = 0
    answer_tokens: int = 0
    thinking_tokens: int = 0
    drafts: int = 0
    compared: Compared | None = None
    told: list[Piece] = field(default_factory=list)
    forced: ForcedCall = field(default_factory=ForcedCall)

    def hear(self, event: AnswerEvent) -> Pieces:
        """Take what the engine tells; return what is new for the program.

        Raises:
            RefusedError: there is no answer.
        """
        pieces = self._heard(event)
        self.told += pieces
        return pieces

    @property
    def is_over(self) -> bool:
        """Whether it has its end."""
        return bool(self.reason)

    def _heard(self, event: AnswerEvent) -> Pieces:
        match event:
            case Started():
                self.prompt_tokens = event.prompt_tokens
                self.reused_tokens = event.reused_tokens
            case Delta():
                return self._add(event)
            case ToolCalled(name=name, arguments=arguments):
                return self._call(Called(name, arguments))
            case Done():
                return self._end(event)
            case Failed() | Problem():
                raise from_end(event)
            case _:
                self._compare(event)
        return ()

    def _add(self, delta: Delta) -> Pieces:
        self.answer_tokens += delta.tokens
        if delta.thinking:
            self.thinking_tokens += delta.tokens
        (self.thinking if delta.thinking else self.text).append(delta.text)
        odds = () if delta.thinking else delta.odds
        self.odds += odds
        if self.holds or not (delta.text or odds):
            return ()
        if delta.thinking:
            return (Piece(thinking=delta.text),)
        if self.is_call:
            return self._force(delta.text)
        return (Piece(text=delta.text, odds=odds),)

    def _force(self, text: str) -> Pieces:
        was_named = bool(self.forced.name)
        arguments = self.forced.feed(text)
        if self.forced.name and not was_named:
            return (Piece(call=Called(self.forced.name, arguments), goes_on=True),)
        return (Piece(arguments=arguments),) if arguments else ()

    def _call(self, call: Called) -> Pieces:
        if len(self.calls) >= self.most_calls:
            return ()
        self.calls.append(call)
        return () if self.holds else (Piece(call=call),)

    def _compare(self, event: AnswerEvent) -> None:
        if isinstance(event, DraftEnded):
            self.drafts += 1
        elif isinstance(event, Compared):
            self.compared = event
            if event.chosen:  # number 0 came as it was written
                self.text, self.thinking = [event.text], [event.thinking]
                self.odds.clear()

    def _end(self, done: Done) -> Pieces:
        if done.reason == "unloaded":
            raise RefusedError(503, "The model was exchanged before the answer was whole.")
        self._count(done.timings)
        if self.forced.name:
            self.calls.append(Called(self.forced.name, self.forced.arguments))
            self.text.clear()
            self.odds.clear()
        usual = "tool_calls" if self.calls else "stop"
        self.reason = _REASONS.get(done.reason, usual)
        return self._held() if self.holds or self._is_no_call else ()

    @property
    def _is_no_call(self) -> bool:
        """Whether it had to be a call and was cut short before its arguments."""
        return self.is_call and not self.calls

    def _count(self, timings: Timings) -> None:
        self.prompt_tokens = timings.prompt_tokens or self.prompt_tokens
        self.reused_tokens = timings.reused_tokens
        drafted = self.compared.tokens if self.compared else 0
        self.answer_tokens = max(timings.answer_tokens, self.answer_tokens, drafted)

    def _held(self) -> Pieces:
        thinking = "" if self.is_call else "".join(self.thinking)  # which was told before
        first = [Piece(thinking=thinking)] if thinking else []
        text = "".join(self.text)
        said = [Piece(text=text, odds=tuple(self.odds))] if text else []
        return [*first, *said, *(Piece(call=call) for call in self.calls)]
