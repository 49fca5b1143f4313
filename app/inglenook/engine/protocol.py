"""What window process and engine process say to each other, as frozen values and as bytes.

Each message travels as one JSON object in UTF-8 with its class name under ``"type"``; the
transport (``engine/channel.py``) frames it. No pickle: a message from a child that has gone
wrong can be refused but can never run code. Unknown types, missing fields and wrong types
are refused by msgspec.
"""

import msgspec

from inglenook.chat.message import Timings
from inglenook.chat.sampling import Sampling
from inglenook.core.errors import InglenookError, Problem
from inglenook.effort.strategy import PLAIN, Strategy
from inglenook.engine.draftevents import Compared, DraftEnded, DraftProgressed, TreeGrew
from inglenook.engine.inquiry import (
    Detokenise,
    Detokenised,
    Embed,
    Embedded,
    Rank,
    Ranked,
    Tokenise,
    Tokenised,
)
from inglenook.engine.lookback import Render, Rendered, TokenOdds, Weigh, Weighed
from inglenook.engine.tagged import Tagged
from inglenook.engine.turns import Call, PromptOptions, ResultOf, Turn
from inglenook.models.fit import EngineSettings, MemoryPart

__all__ = [
    "Call", "Detokenise", "Detokenised", "Embed", "Embedded", "PromptOptions", "Rank",
    "Ranked", "Render", "Rendered", "ResultOf", "TokenOdds", "Tokenise", "Tokenised", "Turn",
    "Weigh", "Weighed",
]  # fmt: skip

VERSION = 10
MOST_MESSAGE_BYTES = 64 * 1024 * 1024


# --- commands: window to engine ---


class Load(Tagged, frozen=True):
    """Load a model; an earlier one is freed first.

    Attributes:
        snapshots: Folder for what the model has read of each chat; ``""`` to keep nothing.
        projector: The file that makes pictures readable for it; ``""`` for none.
        embeds: It is to make vectors or scores of texts, and answers nothing. Any model can,
            those included that cannot chat.
    """

    path: str
    settings: EngineSettings
    snapshots: str = ""
    projector: str = ""
    embeds: bool = False


class CancelLoad(Tagged, frozen=True):
    """Give up the load in progress; answered by LoadFailed with ``cancelled``."""


class Unload(Tagged, frozen=True):
    """Free the model; answered by Unloaded."""


class Answer(Tagged, frozen=True):
    """Answer a conversation; followed by Started, Delta…, and Done or Failed.

    With more than one draft there come DraftProgressed, DraftEnded and Compared as well.

    Attributes:
        request: Chosen by the window, unique in one engine process.
        chat: Whose KV cache to continue; the same for all branches of a chat.
        turns: The branch, oldest first; the last turn is the one to answer.
        continues: The last turn is the beginning of the answer, to be gone on with.
        background: Nobody waits for it: it gives way to every other answer.
        last_start: Which turn came first, but for system turns, when the branch was answered
            before; from there on it has been read. 0 if all turns were sent, or if nobody
            knows.
        strategy: How many drafts there are and which of them is the answer. With a seed each
            draft still has draws of its own, and the same seed gives the same result. An
            answer that is gone on with or may call tools, and one at temperature 0, has one
            draft.
        raw: The text of the first turn is the prompt as it stands: no template, no other
            turn, control tokens as it spells them. The token that begins texts is put in
            front if the model's file asks for it and the text does not have it. The answer is
            text only: nothing in it is taken for thinking or for a call.
        ids: With ``raw``, the prompt as tokens of the model: these and no others, in place of
            the text.
        suffix: With ``raw``, what follows a gap that the answer is to fill, behind text or
            tokens. What both spell of control tokens then stays text. ``""`` for no gap.
    """

    request: str
    chat: str
    turns: tuple[Turn, ...]
    sampling: Sampling
    options: PromptOptions = PromptOptions()
    continues: bool = False
    background: bool = False
    last_start: int = 0
    strategy: Strategy = PLAIN
    raw: bool = False
    ids: tuple[int, ...] = ()
    suffix: str = ""


class Cancel(Tagged, frozen=True):
    """Stop one answer; Done with reason ``"stopped"`` follows within one token."""

    request: str


class TakeLeading(Tagged, frozen=True):
    """Compare what there is of an answer's drafts now; Compared and Done follow.

    Nothing happens to an answer that has only one draft.
    """

    request: str


class Front(Tagged, frozen=True):
    """This chat is on screen: its answers go first; ``""`` for none."""

    chat: str


class Forget(Tagged, frozen=True):
    """This chat is gone: free what is kept of it, its snapshot too."""

    chat: str


class SetThreads(Tagged, frozen=True):
    """Compute with so many threads from the next step on; nothing without a model."""

    threads: int


class Shutdown(Tagged, frozen=True):
    """Free everything and end the process."""


# --- events: engine to window ---


class Ready(Tagged, frozen=True):
    """The process is up and takes commands.

    Attributes:
        version: The protocol's version in the engine; the window refuses another one.
        engine: ``"llama.cpp"`` or ``"echo"``, with its build.
        pid: Process id.
    """

    version: int
    engine: str
    pid: int


class LoadProgress(Tagged, frozen=True):
    """How much of the model file has been read, 0 to 1; at most 20 a second."""

    fraction: float


class Loaded(Tagged, frozen=True):
    """The model is warm and ready.

    Attributes:
        description: Architecture, size and type in the engine's words.
        context_tokens: As granted.
        train_context_tokens: What the model was trained for; 0 if it does not say.
        template: Whose chat template is used: ``"own"``, ``"built-in"`` if the model has none
            that works but its family is known, or ``"plain"`` if it only continues text.
        load_s: Seconds from the command to ready, warm-up included.
        memory: What llama.cpp took of each device, main memory last and margins 0; nothing
            where it cannot tell.
        thinks: ``""`` if it does not think before it answers, ``"always"``, or ``"choice"`` if
            it can be told not to.
        sees: It can be shown pictures.
        blind: Why it cannot, if a projector was given.
        embeds: How many numbers its vectors have; 0 if it was not loaded to make any.
        ranks: It was loaded to score texts, and can.
    """

    path: str
    description: str
    context_tokens: int
    train_context_tokens: int
    template: str
    load_s: float
    memory: tuple[MemoryPart, ...] = ()
    thinks: str = ""
    sees: bool = False
    blind: Problem | None = None
    embeds: int = 0
    ranks: bool = False


class LoadFailed(Tagged, frozen=True):
    """The model is not loaded; nothing else is either."""

    problem: Problem
    cancelled: bool = False


class Unloaded(Tagged, frozen=True):
    """No model is loaded."""


class Queued(Tagged, frozen=True):
    """An answer has to wait; told again when its place changes.

    It may come after Started too, when the answer gives way to one that goes before it; it
    goes on later where it was.

    Attributes:
        ahead: How many answers are worked on or wait before it.
    """

    request: str
    ahead: int


class Started(Tagged, frozen=True):
    """The prompt is rendered and its turns are chosen; reading begins.

    Attributes:
        prompt_tokens: All of them.
        reused_tokens: Those that need not be read: in the KV cache, or from a snapshot.
        left_out_turns: Oldest turns that did not fit.
    """

    request: str
    prompt_tokens: int
    reused_tokens: int
    left_out_turns: int


class PromptProgress(Tagged, frozen=True):
    """How many prompt tokens have been read."""

    request: str
    done_tokens: int
    total_tokens: int


class Delta(Tagged, frozen=True):
    """New text of an answer; sent at most every 20 ms.

    Attributes:
        text: Whole characters only.
        thinking: The text belongs to the thinking part, not the answer.
        tokens: How many tokens it took.
        odds: Of these tokens, if they were asked for.
    """

    request: str
    text: str
    tokens: int
    thinking: bool = False
    odds: tuple[TokenOdds, ...] = ()


class ToolCalled(Tagged, frozen=True):
    """The model wants a function called; it is part of an answer and never shown as text.

    Attributes:
        arguments: A JSON object, as text.
    """

    request: str
    name: str
    arguments: str


class Done(Tagged, frozen=True):
    """An answer has ended.

    Attributes:
        reason: ``"end"``, ``"stopped"``, ``"length"`` (the limit asked for), ``"context"``
            (no room left) or ``"unloaded"`` (another load or an unload ended it).
        card_j: Joules that graphics cards took meanwhile; 0 where they do not tell.
        guessed_tokens: Of its tokens, how many were guessed and took no step of their own; told
            of answers in one draft alone.
    """

    request: str
    reason: str
    timings: Timings
    card_j: float = 0.0
    guessed_tokens: int = 0


class Failed(Tagged, frozen=True):
    """An answer could not be made; what was sent before stays valid."""

    request: str
    problem: Problem


class SnapshotSaved(Tagged, frozen=True):
    """What was read of a chat is on the disk."""

    chat: str
    size_bytes: int


class Fatal(Tagged, frozen=True):
    """The process is about to abort; the text is llama.cpp's own."""

    text: str


class Tick(Tagged, frozen=True):
    """Sign of life, once a second.

    Attributes:
        busy: A long native call is under way, so silence of the main thread is no fault.
    """

    busy: bool


Command = (
    Load | CancelLoad | Unload | Answer | Render | Weigh | Tokenise | Detokenise | Embed | Rank
    | Cancel | TakeLeading | Front | Forget | SetThreads | Shutdown
)  # fmt: skip
Event = (
    Ready | LoadProgress | Loaded | LoadFailed | Unloaded | Queued | Started | PromptProgress
    | Delta | ToolCalled | DraftProgressed | DraftEnded | TreeGrew | Compared | Done | Failed
    | Rendered | Weighed | Tokenised | Detokenised | Embedded | Ranked | SnapshotSaved | Fatal
    | Tick
)  # fmt: skip
Work = Answer | Weigh | Embed | Rank
"""What is worked on in steps, can be cancelled, and ends with Done or Failed."""

Inquiry = Render | Tokenise | Detokenise
"""What is told at once, between two steps."""

Look = Inquiry | Weigh | Embed | Rank
"""What finds something out and is no answer."""

Finding = Rendered | Tokenised | Detokenised
"""The one answer to an inquiry."""

_encoder = msgspec.json.Encoder()
_commands: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)
_events: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


# A knob out of its range raises our own error from inside the decoder.
_NOT_A_MESSAGE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, InglenookError)


class ProtocolError(ValueError):
    """Bytes that are not a message of this protocol."""


def to_bytes(message: Command | Event) -> bytes:
    """Return a message as it travels."""
    return _encoder.encode(message)


def command_from(data: bytes) -> Command:
    """Read a command.

    Raises:
        ProtocolError: it is not one.
    """
    try:
        return _commands.decode(data)
    except _NOT_A_MESSAGE as cause:
        raise ProtocolError(str(cause)) from cause


def event_from(data: bytes) -> Event:
    """Read an event.

    Raises:
        ProtocolError: it is not one.
    """
    try:
        return _events.decode(data)
    except _NOT_A_MESSAGE as cause:
        raise ProtocolError(str(cause)) from cause
