"""The plain strategy: one branch, from the prompt to the end."""

import time
from collections.abc import Callable

from inglenook.chat.message import Timings
from inglenook.chat.window import reply_reserve
from inglenook.core.errors import Problem
from inglenook.engine.branch import Branch
from inglenook.engine.draft import Draft
from inglenook.engine.model import Ids
from inglenook.engine.prompt import Prompt
from inglenook.engine.protocol import (
    Answer,
    Delta,
    Done,
    Failed,
    PromptProgress,
    Started,
    TokenOdds,
    ToolCalled,
)
from inglenook.engine.sampling import Chain
from inglenook.engine.task import Task
from inglenook.engine.textstream import Piece

Odds = tuple[TokenOdds, ...]


class PlainAnswer(Task):
    """One answer, written token by token.

    Threads: the engine's main thread only.
    """

    def __init__(
        self,
        command: Answer,
        prompt: Prompt,
        draft: Draft,
        *,
        chain: Callable[[], Chain],
        end_thinking: Ids,
        context_tokens: int,
        begun_s: float,
    ) -> None:
        """Prepare; nothing is read yet.

        Args:
            command: What was asked.
            prompt: What it begins with.
            draft: Where the tokens go.
            chain: Makes the sampler.
            end_thinking: Tokens that close a thinking part; none if the model cannot think.
            context_tokens: Cells of the whole cache.
            begun_s: When the question came, by ``time.perf_counter``.
        """
        limit = command.sampling.answer_limit_tokens
        reserve = min(reply_reserve(context_tokens), limit or context_tokens)
        super().__init__(
            command.request,
            command.chat,
            prompt.ids,
            reserve_tokens=reserve,
            is_background=command.background,
            is_alone=command.sampling.seed is not None,
        )
        self._left_out = prompt.left_out
        self._draft = draft
        self._chain = chain
        self._wants_odds = command.sampling.odds > 0
        self._end_thinking = end_thinking
        self._begun_s = begun_s
        self._first_s = 0.0
        self._reused = 0

    def begin(self) -> None:
        """Open the branch and say what was decided about the prompt."""
        branch = self.desk.open(self, self._chain(), self.prompt)
        self._draft.guide(branch.chain)
        self._reused = branch.at
        self.emit(Started(self.request, len(self.prompt), self._reused, self._left_out))

    def progressed(self, branch: Branch) -> None:
        """Tell how far the prompt is read."""
        if not self._first_s:
            self.emit(PromptProgress(self.request, branch.at, len(self.prompt)))

    def picked(self, branch: Branch, token: int) -> None:
        """Write a token."""
        if not self._first_s:
            self._first_s = time.perf_counter()
        draft = self._draft
        before = draft.written
        pieces = draft.take(token)
        if not draft.reason and not branch.held.room:
            draft.end("context", pieces)
        tokens = draft.written - before  # none for the one that only ends the answer
        odds = self._odds(branch, token) if self._wants_odds and tokens else ()
        self._write(pieces, tokens, odds)
        if draft.thinks_too_long and not draft.reason:
            self._stop_thinking(branch)
        if draft.reason:
            self._end()
        else:
            draft.guide(branch.chain)

    def _stop_thinking(self, branch: Branch) -> None:
        """Put the mark that ends the thinking into the model's mouth; it has no odds."""
        self._draft.thinks_too_long = False
        pieces: list[Piece] = []
        before = self._draft.written
        for token in self._end_thinking:
            branch.chain.take(int(token))
            pieces += self._draft.take(int(token))
            if self._draft.reason:
                break
        if len(self._end_thinking) and not self._draft.reason:
            self.desk.extend(branch, self._end_thinking)
        self._write(pieces, self._draft.written - before)

    def run_out(self) -> None:
        """End, because the context is full."""
        self._stop("context")

    def stop(self) -> None:
        """End, because nobody wants it any more."""
        self._stop("stopped")

    def fail(self, problem: Problem) -> None:
        """End with a problem; what was written stays."""
        pieces: list[Piece] = []
        self._draft.end("failed", pieces)
        self._write(pieces, 0)
        self.is_over = True
        self.emit(Failed(self.request, problem))

    def _stop(self, reason: str) -> None:
        pieces: list[Piece] = []
        self._draft.end(reason, pieces)
        self._write(pieces, 0)
        self._end()

    def _odds(self, branch: Branch, token: int) -> Odds:
        return (branch.chain.odds(self.desk.handle, branch.row, token),)

    def _write(self, pieces: list[Piece], tokens: int, odds: Odds = ()) -> None:
        """Send pieces; the tokens are counted with the first, and even without any text."""
        for each in pieces:
            if each.call is None:
                self.emit(Delta(self.request, each.text, tokens, each.thinking, odds))
                tokens, odds = 0, ()
            else:
                self.emit(ToolCalled(self.request, each.call.name, each.call.arguments))
        if tokens:
            self.emit(Delta(self.request, "", tokens, odds=odds))

    def _end(self) -> None:
        self.is_over = True
        timings, guessed = self._timings(), self.guessed_tokens
        self.emit(Done(self.request, self._draft.reason, timings, guessed_tokens=guessed))

    def _timings(self) -> Timings:
        written, after_first = self._draft.written, self._draft.written - 1
        spent_s = time.perf_counter() - self._first_s
        rate = after_first / spent_s if after_first > 0 and spent_s > 0 else 0.0
        first_s = self._first_s - self._begun_s if self._first_s else 0.0
        return Timings(len(self.prompt), self._reused, written, first_s, rate)
