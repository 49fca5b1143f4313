"""One answer of the echo engine on its way."""

import threading
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Sequence

from inglenook.chat.message import Timings
from inglenook.core.errors import InglenookError
from inglenook.engine.echocalls import EchoCalls
from inglenook.engine.echoscript import Script, tokens_of
from inglenook.engine.outbox import FLUSH_S
from inglenook.engine.protocol import Answer, Delta, Done, Event, PromptProgress, Started

_THOUGHT = "The fire is lit and the kettle is on. "
_CHUNK_TOKENS = 512

Doom = Callable[[str], None]
"""Ends the process in the way it is told, one of ``echoscript.WAYS_TO_DIE``."""


class EchoReply:
    """Reads a prompt and writes a script, token by token.

    Threads: the host's main thread.
    """

    started: Started
    ahead = -1
    """How many answers were before it when that was last told."""

    def __init__(
        self,
        command: Answer,
        script: Script,
        text: str,
        *,
        room_tokens: int,
        aborted: threading.Event,
        doom: Doom,
    ) -> None:
        self._request = command.request
        self._script = script
        self._aborted = aborted
        self._doom = doom
        thought = tokens_of(_THOUGHT * script.think)[: script.think]
        answer = tokens_of(_before_stop(text, command.sampling.stop))
        if script.tokens:
            answer = answer[: script.tokens]
        self._tokens = [*thought, *answer]
        self._thought_tokens = len(thought)
        self._reason = "end"
        limit = command.sampling.answer_limit_tokens
        for most, reason in ((limit, "length"), (room_tokens, "context")):
            if most is not None and len(self._tokens) > most:
                self._tokens, self._reason = self._tokens[:most], reason
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._calls = EchoCalls(command) if command.options.tools else None
        self._written = 0
        self._read_tokens = -1
        self._began_s = time.monotonic()
        self._first_s = self._last_s = self._began_s

    @property
    def due_s(self) -> float:
        """When the next step is due, by the monotonic clock."""
        if self._read_tokens < 0:
            return self._began_s + self._script.wait
        if not self._script.rate or not self._written:
            return 0.0
        return self._first_s + self._written / self._script.rate

    def step(self) -> PromptProgress | Delta | Done:
        """Read a chunk, or write a token; waits until it is due."""
        total = self.started.prompt_tokens
        if self._read_tokens < total:
            return self._read_chunk(total)
        if self._script.at == self._written:
            self._meet_fate()
        if self._written == len(self._tokens):
            return self._done(self._reason)
        if not self._keep_pace():
            return Delta(self._request, "", 0)
        return self._write()

    def steps(self) -> list[Event]:
        """Take a step and return what happened, calls of offered functions among it."""
        return self._read(self.step())

    def take_leading(self) -> list[Event]:
        """Do nothing: there is one draft."""
        return []

    def stop(self) -> list[Event]:
        """End now."""
        rest = self._decoder.decode(b"", final=True)
        text = self._read(Delta(self._request, rest, 0)) if rest else []
        return [*text, *self._read(self._done("stopped"))]

    @property
    def request(self) -> str:
        """Its name in the protocol."""
        return self._request

    def _read(self, event: Event) -> list[Event]:
        return self._calls.read(event) if self._calls else [event]

    def _read_chunk(self, total: int) -> PromptProgress:
        if self._read_tokens < 0:
            self._aborted.wait(max(0.0, self.due_s - time.monotonic()))
            self._read_tokens = self.started.reused_tokens
        self._read_tokens = min(self._read_tokens + _CHUNK_TOKENS, total)
        return PromptProgress(self._request, self._read_tokens, total)

    def _meet_fate(self) -> None:
        script = self._script
        fail_if_told(script)
        if script.die:
            # What it has said before must be out, or nobody could tell how far it came.
            self._aborted.wait(3 * FLUSH_S)
            self._doom(script.die)

    def _keep_pace(self) -> bool:
        """Wait for this token's moment; False if told to hurry."""
        wait_s = self.due_s - time.monotonic()
        return wait_s <= 0.0 or not self._aborted.wait(wait_s)

    def _write(self) -> Delta:
        token = self._tokens[self._written]
        thinking = self._written < self._thought_tokens
        self._written += 1
        self._last_s = time.monotonic()
        if self._written == 1:
            self._first_s = self._last_s
        return Delta(self._request, self._decoder.decode(token), 1, thinking)

    def _done(self, reason: str) -> Done:
        spent_s = self._last_s - self._first_s
        timings = Timings(
            prompt_tokens=self.started.prompt_tokens,
            reused_tokens=self.started.reused_tokens,
            answer_tokens=self._written,
            first_token_s=self._first_s - self._began_s,
            tokens_per_s=(self._written - 1) / spent_s if spent_s > 0 else 0.0,
        )
        return Done(self._request, reason, timings)


def fail_if_told(script: Script) -> None:
    """Raise what the script asks for, if it asks for a failure."""
    if script.fail:
        raise InglenookError("The echo engine was told to fail", "Tell it something else.")
    if script.bug:
        raise RuntimeError("the echo engine was told to have a bug")


def _before_stop(text: str, stops: Sequence[str]) -> str:
    places = [text.find(stop) for stop in stops if stop and stop in text]
    return text[: min(places)] if places else text
