"""The plain strategy: read the prompt in chunks, then write one token at a time."""

import time
from collections import deque
from collections.abc import Callable

from inglenook.chat.message import Timings
from inglenook.engine.context import Context, Decoded
from inglenook.engine.lib import api
from inglenook.engine.model import Model
from inglenook.engine.prompt import Prompt
from inglenook.engine.protocol import Answer, Delta, Done, PromptProgress, Started
from inglenook.engine.sampling import Chain
from inglenook.engine.sequence import Sequence
from inglenook.engine.textstream import Piece, TextStream

CHUNK_TOKENS = 256
_NOTHING = Piece("")


class PlainReply:
    """One answer in the making.

    Threads: the engine's main thread only.

    Attributes:
        started: What was decided about the prompt.
    """

    def __init__(
        self,
        command: Answer,
        prompt: Prompt,
        *,
        model: Model,
        context: Context,
        sequence: Sequence,
        stream: TextStream,
        piece_of: Callable[[int], bytes],
        begun_s: float,
    ) -> None:
        self._request = command.request
        self._prompt = prompt.ids
        self._limit = command.sampling.answer_limit_tokens
        self._context = context
        self._sequence = sequence
        self._stream = stream
        self._vocab = model.vocab
        self._piece_of = piece_of
        self._begun_s = begun_s
        self._first_s = 0.0
        self._written = 0
        self._token: int | None = None  # sampled, shown, and not decoded yet
        self._waiting: deque[Delta | Done] = deque()
        self._chain = Chain(command.sampling, vocab_size=model.vocab_size)
        self._reused = sequence.continue_to(prompt.ids)
        self.started = Started(self._request, len(prompt.ids), self._reused, prompt.left_out)

    def step(self) -> PromptProgress | Delta | Done:
        """Do one piece of work.

        Raises:
            ComputeError: llama.cpp failed; the reply is over.
        """
        if self._waiting:
            return self._waiting.popleft()
        if self._sequence.length < len(self._prompt):
            return self._read()
        if self._token is not None:
            outcome = self._sequence.write(self._token)
            if outcome is Decoded.ABORTED:
                return Delta(self._request, "", 0)
            if outcome is Decoded.NO_ROOM:
                return self._end("context")
        return self._write()

    def stop(self) -> tuple[Delta | None, Done]:
        """End now."""
        held = [each for each in self._waiting if isinstance(each, Delta)]
        held += self._deltas(self._stream.flush(), 0)
        done = self._done("stopped")
        if not held:
            return None, done
        text = "".join(each.text for each in held)
        tokens = sum(each.tokens for each in held)
        return Delta(self._request, text, tokens, held[-1].thinking), done

    def close(self) -> None:
        """Free what the answer needed; harmless a second time."""
        self._chain.free()

    def _read(self) -> PromptProgress | Done:
        at, total = self._sequence.length, len(self._prompt)
        chunk = self._prompt[at : at + min(CHUNK_TOKENS, self._context.most_at_once)]
        outcome = self._sequence.read(chunk, wanted=at + len(chunk) == total)
        if outcome is Decoded.NO_ROOM:
            self.close()
            return self._done("context")
        return PromptProgress(self._request, self._sequence.length, total)

    def _write(self) -> Delta | Done:
        token = api.llama_sampler_sample(self._chain.handle, self._context.handle, -1)
        if not self._written:
            self._first_s = time.perf_counter()
        if api.llama_vocab_is_eog(self._vocab, token):
            return self._end("end")
        self._token = token
        self._written += 1
        pieces = self._stream.feed(self._piece_of(token))
        reason = self._reason_to_end()
        if reason is None and len(pieces) == 1:
            return Delta(self._request, pieces[0].text, 1, pieces[0].thinking)
        self._waiting.extend(self._deltas(pieces or [_NOTHING], 1))
        return self._waiting.popleft() if reason is None else self._end(reason)

    def _reason_to_end(self) -> str | None:
        if self._stream.has_stopped:
            return "end"
        if self._written == self._limit:
            return "length"
        return None if self._sequence.room else "context"

    def _deltas(self, pieces: list[Piece], tokens: int) -> list[Delta]:
        """Wrap pieces; the tokens are counted with the first."""
        return [
            Delta(self._request, each.text, tokens if not at else 0, each.thinking)
            for at, each in enumerate(pieces)
        ]

    def _end(self, reason: str) -> Delta | Done:
        self._waiting.extend(self._deltas(self._stream.flush(), 0))
        self._waiting.append(self._done(reason))
        return self._waiting.popleft()

    def _done(self, reason: str) -> Done:
        self.close()
        now_s = time.perf_counter()
        after_first = self._written - 1
        spent_s = now_s - self._first_s
        rate = after_first / spent_s if after_first > 0 and spent_s > 0 else 0.0
        first_s = self._first_s - self._begun_s if self._first_s else 0.0
        timings = Timings(len(self._prompt), self._reused, self._written, first_s, rate)
        return Done(self._request, reason, timings)
