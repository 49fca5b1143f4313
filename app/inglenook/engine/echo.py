"""The echo engine: answers without a model, the same way each time.

It is shipped: tests, demos and the check of an installed bundle use it. Without directives it
answers in Markdown with a heading, a quotation of the question, a list, code and a table. A
token is at most six letters of a word, or one byte of a character that is not ASCII, so that
characters arrive in parts as they do from real models.

Directives stand in the last question, on a first line that starts with ``/echo``::

    /echo tokens=200 rate=120     200 tokens at 120 tokens/s; without rate as fast as it goes
    /echo text=Good morning       exactly this text, to the end of the turn
    /echo think=20                20 tokens of thinking first
    /echo wait=1.5                1.5 seconds of reading the prompt first
    /echo fail                    fails before the first token, with words
    /echo fail at=5               fails after 5 tokens
    /echo bug at=5                the same, by an error nobody expected
    /echo die=kill at=10          the process is killed after 10 tokens
    /echo die=abort               it aborts as a failed assertion of llama.cpp does
    /echo die=exit                it ends as if all were well
    /echo die=garbage             it writes bytes that are no message
    /echo die=hang                a native call never comes back and lets no thread run
    /echo die=stall               a native call never comes back; the other threads live on
    /echo die=memory              it takes memory until there is no more

Asked for several drafts, it says in each what stands between lines of ``---`` in the text, and
in the next ones the same again; each is as fast as one would be alone::

    /echo text=The answer is 12.
    ---
    It is 7, I think.

A model's file is never opened. Directives for loading are its name: ``echo wait=2
die=abort.gguf`` takes two seconds and then aborts; ``echo fail.gguf`` is refused. The context
is what was asked for, and prompts are counted, cut and reused as a real engine would. An
answer that is continued goes on where it stopped. A raw prompt is answered as a turn with its
text would be; asked for the tokens of a text, it tells its bytes, and reads them as a prompt.
Loaded to embed, it makes vectors and scores of the words in a text.
"""

import threading
import time
from collections.abc import Callable, Sequence

from inglenook.chat.message import Role
from inglenook.core.errors import (
    BadArgumentError,
    InglenookError,
    ModelLoadError,
    Problem,
    PromptTooLongError,
)
from inglenook.engine.channel import Channel, PipeChannel
from inglenook.engine.echodrafts import EchoDrafts
from inglenook.engine.echoodds import EchoOdds
from inglenook.engine.echoreply import Doom, EchoReply, fail_if_told
from inglenook.engine.echoscript import (
    Script,
    answer_to,
    load_script_from,
    script_from,
    tokens_of,
)
from inglenook.engine.echovectors import ECHO_WIDTH, EchoVectors
from inglenook.engine.inquiry import (
    check_range,
    check_texts,
    check_tokens,
    require_whole,
    too_long,
    wrong_work,
)
from inglenook.engine.mischief import die
from inglenook.engine.protocol import (
    Answer,
    Detokenise,
    Detokenised,
    Done,
    Embed,
    Event,
    Failed,
    Finding,
    Inquiry,
    Load,
    Loaded,
    Queued,
    Rank,
    Render,
    Rendered,
    Started,
    Tokenise,
    Tokenised,
    Turn,
    Weigh,
)

_LOAD_STEPS = 20
_LEAST_ANSWER_TOKENS = 16
_BYTES = 256


def make_backend(channel: Channel, last_words: Callable[[str], None]) -> "EchoBackend":
    """Return an echo; only behind a real pipe, in a process of its own, can it die."""
    if isinstance(channel, PipeChannel):
        return EchoBackend(lambda way: die(way, channel, last_words))
    return EchoBackend(_survive)


def _survive(way: str) -> None:
    raise BadArgumentError(
        "Only an engine process can die", "Start the echo in a process of its own.", way=way
    )


class EchoBackend:
    """A model that repeats what it is told; see the module for its directives.

    Threads: the host's main thread, except ``abort``.
    """

    name = "echo"

    def __init__(self, doom: Doom) -> None:
        """Load nothing yet.

        Args:
            doom: Ends the process in the way it is told.
        """
        self._doom = doom
        self._aborted = threading.Event()
        self._context_tokens = 0
        self._memory: dict[str, list[bytes]] = {}
        self._most_at_once = 1
        self._embeds = False
        self._active: list[_Work] = []
        self._waiting: list[_Work] = []

    def load(self, command: Load, on_progress: Callable[[float], bool]) -> Loaded:
        """Pretend to read a file."""
        self.unload()
        began_s = time.monotonic()
        script = load_script_from(command.path)
        for step in range(_LOAD_STEPS + 1):
            if not on_progress(step / _LOAD_STEPS):
                raise ModelLoadError(
                    "Loading was stopped", "Choose a model to go on.", cancelled=True
                )
            self._aborted.wait(script.wait / _LOAD_STEPS)
        if script.die:
            self._doom(script.die)
        if script.fail:
            raise ModelLoadError("This model cannot be loaded", "Choose another model.")
        if script.bug:
            raise RuntimeError(script.bug)
        self._context_tokens = command.settings.context_tokens
        self._most_at_once = command.settings.sequences
        self._embeds = command.embeds
        return Loaded(
            path=command.path,
            description="echo, no model",
            context_tokens=self._context_tokens,
            train_context_tokens=self._context_tokens,
            template="own",
            load_s=time.monotonic() - began_s,
            thinks="choice" if script.think else "",
            embeds=ECHO_WIDTH if command.embeds else 0,
            ranks=command.embeds,
        )

    def unload(self) -> list[Event]:
        """Forget the chats."""
        self._context_tokens = 0
        self._memory.clear()
        return []

    def begin(self, command: Answer) -> EchoReply:
        """Count the prompt, leave out turns that do not fit, and write the script."""
        self._check_loaded(to_embed=False)
        last, written = _asked(command)
        script = script_from(last)
        if script and not script.at:
            fail_if_told(script)
        asked = [Turn(Role.USER, last)] if command.raw else command.turns
        left_out, prompt = _prompt(asked, self._context_tokens - _LEAST_ANSWER_TOKENS)
        require_whole(command.chat, left_out, self._context_tokens)
        reused = _common_length(self._memory.get(command.chat, ()), prompt)
        self._memory[command.chat] = prompt
        several = not (command.strategy.is_plain or command.continues)
        reply = (EchoDrafts if several else EchoReply)(
            command,
            script or Script(),
            answer_to(last, script).removeprefix(written),
            room_tokens=self._context_tokens - len(prompt),
            aborted=self._aborted,
            doom=self._doom,
        )
        reply.started = Started(command.request, len(prompt), reused, left_out)
        return reply

    # --- many at once ---

    @property
    def is_busy(self) -> bool:
        """Whether any answer is under way or waits."""
        return bool(self._active or self._waiting)

    def accept(self, command: Answer) -> None:
        """Take a question; only so many as there are sequences are answered at once."""
        self._waiting.append(self.begin(command))

    def inquire(self, command: Inquiry) -> Finding:
        """Return the prompt, the tokens of a text, or their text."""
        self._check_loaded()
        match command:
            case Render():
                return self.render(command)
            case Tokenise(request, text):
                check_texts((text,))
                return Tokenised(request, tuple(text.encode("utf-8", "replace")))
            case Detokenise(request, tokens):
                check_tokens(tokens, _BYTES)
                return Detokenised(request, bytes(tokens).decode("utf-8", "replace"))

    def render(self, command: Render) -> Rendered:
        """Write the turns one below the other, each behind who speaks."""
        self._check_loaded(to_embed=False)
        left_out, prompt = _prompt(command.turns, self._context_tokens - _LEAST_ANSWER_TOKENS)
        text = "".join(f"<|{turn.role}|>\n{turn.text}\n" for turn in command.turns[left_out:])
        return Rendered(command.request, f"{text}<|assistant|>\n", len(prompt), left_out)

    def weigh(self, command: Weigh) -> None:
        """Take an answer that is to be read again."""
        self._check_loaded(to_embed=False)
        text = _raw_text(command) if command.raw else command.turns[-1].text
        if command.raw:
            _prompt([Turn(Role.USER, text)], self._context_tokens)
        self._waiting.append(EchoOdds(command, text))

    def embed(self, command: Embed | Rank) -> None:
        """Take texts whose vectors or scores are wanted."""
        self._check_loaded(to_embed=True)
        check_texts(command.texts)
        for text in command.texts:
            tokens = len(tokens_of(text))
            if tokens > self._context_tokens:
                raise too_long(tokens, self._context_tokens)
        self._waiting.append(EchoVectors(command))

    def step(self) -> list[Event]:
        """Do the step that is due first."""
        events = self._let_in()
        if events or not self._active:
            return events
        reply = min(self._active, key=lambda each: each.due_s)
        if self._aborted.wait(max(0.0, reply.due_s - time.monotonic())):
            return []
        self._active.remove(reply)
        try:
            events = reply.steps()
        except InglenookError as error:
            events = [Failed(reply.request, error.problem)]
        if not any(isinstance(event, Done | Failed) for event in events):
            self._active.append(reply)
        return events

    def stop(self, request: str) -> list[Event]:
        """End one answer now."""
        for place in (self._active, self._waiting):
            for reply in place[:]:
                if reply.request == request:
                    place.remove(reply)
                    return reply.stop()
        return []

    def take_leading(self, request: str) -> list[Event]:
        """Have an answer compare the drafts it has now."""
        for reply in self._active[:]:
            if reply.request == request:
                events = reply.take_leading()
                if events:
                    self._active.remove(reply)
                return events
        return []

    def fail_all(self, problem: Problem) -> list[Event]:
        """End every answer with a problem."""
        replies = [*self._active, *self._waiting]
        self._active.clear()
        self._waiting.clear()
        return [Failed(reply.request, problem) for reply in replies]

    def rest(self) -> None:
        """Do nothing: there is nothing to keep."""

    def front(self, chat: str) -> None:
        """Change nothing: all are answered alike."""

    def forget(self, chat: str) -> None:
        """Forget a chat."""
        self._memory.pop(chat, None)

    def set_threads(self, threads: int) -> None:
        """Change nothing: an echo computes nothing."""

    def _check_loaded(self, *, to_embed: bool | None = None) -> None:
        if not self._context_tokens:
            raise ModelLoadError("No model is loaded", "Choose a model first.")
        if to_embed is not None and to_embed is not self._embeds:
            raise wrong_work(embeds=self._embeds)

    def _let_in(self) -> list[Event]:
        events: list[Event] = []
        while self._waiting and len(self._active) < self._most_at_once:
            reply = self._waiting.pop(0)
            self._active.append(reply)
            events += [reply.started] if reply.started is not None else []
        for at, reply in enumerate(self._waiting):
            if reply.ahead != len(self._active) + at:
                reply.ahead = len(self._active) + at
                events.append(Queued(reply.request, reply.ahead))
        return events

    def abort(self, *, on: bool) -> None:
        """End waits early."""
        if on:
            self._aborted.set()
        else:
            self._aborted.clear()


_Work = EchoReply | EchoOdds | EchoVectors


def _asked(command: Answer) -> tuple[str, str]:
    """Return what is to be answered, and how much of the answer is there already."""
    if command.raw:
        return _raw_text(command), ""
    texts = [turn.text for turn in command.turns]
    if command.continues:
        return (texts[-2] if len(texts) > 1 else ""), texts[-1]
    return (texts[-1] if texts else ""), ""


def _raw_text(command: Answer | Weigh) -> str:
    check_range(command.ids, _BYTES)
    if command.ids:
        return bytes(command.ids).decode("utf-8", "replace")
    return command.turns[0].text if command.turns else ""


def _prompt(turns: Sequence[Turn], most_tokens: int) -> tuple[int, list[bytes]]:
    """Return how many of the oldest turns do not fit, and the tokens of the others."""
    kept: list[bytes] = []
    for left_out in range(len(turns), 0, -1):
        turn = turns[left_out - 1]
        tokens = [turn.role.encode(), *tokens_of(turn.text)]
        if len(kept) + len(tokens) > most_tokens:
            if left_out == len(turns):
                raise PromptTooLongError(
                    "This message is too long for the model",
                    "Shorten it, or load the model with a longer context.",
                    tokens=len(tokens),
                    budget=most_tokens,
                )
            return left_out, kept
        kept = tokens + kept
    return 0, kept


def _common_length(before: Sequence[bytes], now: Sequence[bytes]) -> int:
    """Return how many tokens are the same from the start; one is always read anew."""
    same = 0
    for old, new in zip(before, now, strict=False):
        if old != new:
            break
        same += 1
    return min(same, max(0, len(now) - 1))
