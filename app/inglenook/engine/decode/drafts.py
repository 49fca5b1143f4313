"""Several drafts of one answer in one batch, from one reading of the prompt."""

import time
from abc import abstractmethod
from collections.abc import Sequence

from inglenook.chat.message import Timings
from inglenook.core.errors import Problem
from inglenook.effort.scores import OF_ROWS
from inglenook.effort.stopping import is_decided, wave
from inglenook.effort.strategy import Score, Stop
from inglenook.effort.tally import Ballot, Choice, agreeing_last, standing_of
from inglenook.engine.branch import Branch
from inglenook.engine.decode.asked import Asked
from inglenook.engine.decode.live import LiveDraft
from inglenook.engine.decode.telling import Telling
from inglenook.engine.decode.verdicts import Verdicts
from inglenook.engine.odds import logits_of, noted
from inglenook.engine.protocol import Done, Failed, PromptProgress, Started, TokenOdds
from inglenook.engine.task import Task
from inglenook.engine.textstream import Piece

DRAFT_RESERVE_TOKENS = 512
"""Cells that are kept for a draft besides the first. Most answers are shorter; where drafts
grow longer than there is room for, they end one by one, and the answer does not."""

_LOOK_TOKENS = 32
"""So many tokens of all drafts are written between two looks at how they get on."""

_RAMBLES = 2
"""A draft so many times as long as the longest that has ended may never end: others begin."""

_REASONS = {"dropped": "stopped", "room": "context"}
"""Why an answer ended whose chosen draft ended so."""


class Drafts(Task):
    """Decodes drafts until enough of them have ended, and then chooses one.

    The first is shown while it is written. The others fork from the end of the prompt, as
    many at once as would decide the vote if they agreed and as there is room for; where one
    has ended, the next begins in its sequence and reads only the last token of the prompt.

    Threads: the engine's main thread only.
    """

    def __init__(self, asked: Asked) -> None:
        """Prepare; nothing is read yet."""
        command = asked.command
        super().__init__(
            command.request,
            command.chat,
            asked.prompt.ids,
            reserve_tokens=asked.reserve_tokens,
            is_background=command.background,
            is_alone=command.sampling.seed is not None,
        )
        self.drafts: list[LiveDraft] = []
        self.strategy = command.strategy
        self._asked = asked
        self._draft_reserve = min(asked.reserve_tokens, DRAFT_RESERVE_TOKENS)
        self._of: dict[Branch, LiveDraft] = {}
        self._measured = OF_ROWS if self.strategy.is_scored else (self.strategy.score,)
        self._verdicts = Verdicts(self, asked)
        self._ended: list[LiveDraft] = []
        self._is_decided = False
        self._telling: Telling  # there is nothing to tell before it begins
        self._first_s = 0.0
        self._reused = self._tokens = 0

    @abstractmethod
    def choose(self, ballots: Sequence[Ballot]) -> Choice:
        """Choose from drafts, at least one."""

    @property
    def judged_tokens(self) -> int:
        """Tokens that were read only to choose."""
        return self._verdicts.tokens

    # --- what the scheduler asks ---

    def outstanding_tokens(self) -> int:
        """Return how many cells its branches are likely to take besides those they have."""
        if not self.branches:
            return len(self.prompt) + self.reserve_tokens
        return sum(map(self._outstanding, self.branches))

    def _outstanding(self, branch: Branch) -> int:
        unread = len(branch.tail) - branch.at
        live = self._of.get(branch)
        if live is None:
            return unread
        reserve = self._draft_reserve if live.number else self.reserve_tokens
        return unread + max(0, reserve - live.tokens)

    # --- how it goes ---

    def begin(self) -> None:
        """Open the first draft and say what was decided about the prompt."""
        self._telling = Telling(self.request, self.strategy.score, self.emit)
        first = self._new()
        self._reused = first.at
        self.emit(
            Started(self.request, len(self.prompt), self._reused, self._asked.prompt.left_out)
        )

    def progressed(self, branch: Branch) -> None:
        """Tell how far the prompt is read."""
        if not self._first_s:
            self.emit(PromptProgress(self.request, branch.at, len(self.prompt)))

    def ready(self, branch: Branch) -> None:
        """Let others begin beside the first draft; or hear the judge."""
        judged = self._verdicts.hear(branch)
        if judged is not None:
            self._close(judged)
            self._go_on()
        elif len(self.drafts) == 1 and not self._first_s:
            for _ in range(self._wanted()):
                if not self._fork(branch):
                    break

    def picked(self, branch: Branch, token: int) -> None:
        """Write a token of a draft."""
        self._first_s = self._first_s or time.perf_counter()
        live = self._of.get(branch)
        if live is None:
            return
        written = self._write(live, branch, token)
        if live.is_over:
            self._after(live)
        else:
            live.draft.guide(branch.chain)
        if not self.is_over:
            self._look_around(written)
            self._telling.progress(self._of.values())

    def take_leading(self) -> None:
        """Choose from what there is now."""
        self._conclude("dropped")

    def run_out(self) -> None:
        """Drop the draft that has come least far; end if it is the last one."""
        if self._verdicts.awaited:
            self._close(self._verdicts.give_up())
            if not self.branches:
                self._go_on()
        elif len(self._of) > 1:
            self._drop_one()
        else:
            self._conclude("context")

    def _drop_one(self) -> None:
        # Draft 0 is being read: it goes last.
        last = min(
            self._of.values(), key=lambda each: (not each.number, each.tokens, -each.number)
        )
        self._telling.write(last, last.end("room"), 0)
        self._close(last)

    def _look_around(self, written: int) -> None:
        """See now and then to others: drafts that ramble, and chats that are kept for later."""
        if self._tokens % _LOOK_TOKENS >= written:
            return
        # A draft ends before it takes the place of another chat.
        is_short = self.desk.is_short(self, _LOOK_TOKENS + len(self.branches))
        if is_short and len(self._of) > 1:
            self._drop_one()
        elif self._ended and not is_short and not self.strategy.is_tree:
            self._grow()

    def stop(self) -> None:
        """End, because nobody wants more; what there is stays."""
        self._conclude("stopped")

    def cannot_go_on(self, branch: Branch, problem: Problem) -> None:
        """End one draft; the answer fails only if all drafts have."""
        live = self._of.get(branch)
        others = [each for each in self.drafts if each is not live]
        if live is None or all(each.draft.reason == "failed" for each in others):
            self.fail(problem)
            return
        self._telling.write(live, live.end("failed"), 0)
        self._close(live)
        self._go_on()

    def fail(self, problem: Problem) -> None:
        """End with a problem; what was written stays."""
        for live in self._of.values():
            self._telling.write(live, live.end("failed"), 0)
        for live in (*self._of.values(), *self._verdicts.awaited.values()):
            live.read_answer(self._asked.question)
            self._telling.end(live)
        self.is_over = True
        self.emit(Failed(self.request, problem))

    # --- beginning drafts ---

    def _new(self) -> Branch:
        """Open a draft that reads what is not resident of the prompt."""
        number = len(self.drafts)
        branch = self.desk.open(self, self._asked.chain(number), self.prompt)
        return self._know(branch)

    def _fork(self, branch: Branch) -> bool:
        """Begin a draft that shares all that a branch has read; whether there was room."""
        if not self.desk.may_grow(self, self._draft_reserve):
            return False
        child = self.desk.fork(branch, self._asked.chain(len(self.drafts)))
        if child is not None:
            self._know(child)
        return child is not None

    def _know(self, branch: Branch) -> Branch:
        live = LiveDraft(len(self.drafts), self._asked.draft(), branch)
        live.draft.guide(branch.chain)
        self.drafts.append(live)
        self._of[branch] = live
        return branch

    def _wanted(self) -> int:
        """Return how many more drafts to begin now."""
        left = self.strategy.drafts - len(self._ended)
        at_once = wave(self.strategy, self._standing(), left, latest=self._latest())
        fits = self.strategy.drafts - len(self.drafts)
        return max(0, min(fits, at_once - self._under_way()))

    def _under_way(self) -> int:
        """Return how many drafts are expected to end; one that rambles is not waited for."""
        usual = max((each.tokens for each in self._ended), default=None)
        if usual is None:
            return len(self.branches)
        return len(self._verdicts.awaited) + sum(
            each.tokens <= _RAMBLES * usual + _LOOK_TOKENS for each in self._of.values()
        )

    def _grow(self) -> None:
        """Begin as many more as are wanted and as there is room for; one at least."""
        for _ in range(self._wanted()):
            has_room = self.desk.may_grow(self, 1 + self._draft_reserve)
            # Its own last sequence has just become free, so that nobody loses anything.
            if not has_room and (self.branches or not self.desk.may_reuse()):
                break
            self._new()

    # --- writing ---

    def _write(self, live: LiveDraft, branch: Branch, token: int) -> int:
        """Take a token; return how many were written: none for one that only ends it."""
        self._note(live, branch, token)
        before = live.tokens
        pieces = live.take(token)
        if not live.is_over and not branch.held.room:
            pieces += live.end("context")
        written = live.tokens - before
        self._tokens += written
        self._telling.write(live, pieces, written, self._odds(live, branch, token, written))
        if live.draft.thinks_too_long and not live.is_over:
            self._stop_thinking(live, branch)
        if self._is_spent() and not live.is_over:
            self._telling.write(live, live.end("length"), 0)
        return written

    def _note(self, live: LiveDraft, branch: Branch, token: int) -> None:
        logits = logits_of(self.desk.handle, branch.row, self._asked.vocab_size)
        live.note(*noted(logits, token, self._measured))

    def _odds(
        self, live: LiveDraft, branch: Branch, token: int, written: int
    ) -> tuple[TokenOdds, ...]:
        if live.number or not written or not self._asked.command.sampling.odds:
            return ()
        return (branch.chain.odds(self.desk.handle, branch.row, token),)

    def _stop_thinking(self, live: LiveDraft, branch: Branch) -> None:
        """Put the mark that ends the thinking into the model's mouth; it has no odds."""
        live.draft.thinks_too_long = False
        begun = before = live.tokens
        pieces: list[Piece] = []
        for token in self._asked.end_thinking:
            if live.is_over or self._is_spent():
                break
            branch.chain.take(int(token))
            pieces += live.take(int(token))
            self._tokens += live.tokens - before
            before = live.tokens
        if len(self._asked.end_thinking) and not live.is_over:
            self.desk.extend(branch, self._asked.end_thinking)
        self._telling.write(live, pieces, live.tokens - begun)

    def _is_spent(self) -> bool:
        budget = self.strategy.budget_tokens
        return budget is not None and self._tokens >= budget

    # --- ending drafts ---

    def _after(self, live: LiveDraft) -> None:
        """Close a draft that has ended, and go on as the vote stands."""
        self._part(live)
        if self.strategy.score is Score.JUDGE and live.text and self._verdicts.ask(live):
            return
        self._close(live)
        self._go_on()

    def _go_on(self) -> None:
        left = self.strategy.drafts - len(self._ended)
        self._is_decided = not left or is_decided(
            self.strategy, self._standing(), left, latest=self._latest()
        )
        if self._is_spent():
            self._conclude("length")
        elif self._is_decided:
            self.finish()
        else:
            self._grow()
            if not self.branches:
                self.finish()

    def finish(self) -> None:
        """Do what is to be done once no more drafts are wanted: choose."""
        self._conclude("dropped")

    def _close(self, live: LiveDraft) -> None:
        """Note the end of a draft, give its sequence back, and tell."""
        self._part(live)
        live.read_answer(self._asked.question)
        self._ended.append(live)
        self._telling.end(live)

    def _part(self, live: LiveDraft) -> None:
        """Drop the branch of a draft; what it has read stays resident for now."""
        branch, live.branch = live.branch, None
        if branch is not None:
            live.left_in = branch.sequence
            del self._of[branch]
            self.desk.drop(branch)

    def _standing(self) -> list[float]:
        ballots = [each.ballot(self.strategy.score) for each in self._ended]
        return standing_of(ballots, self.strategy)

    def _latest(self) -> int:
        """Return how many of the drafts that ended last agree; 0 if no rule asks for it."""
        if self.strategy.stop is not Stop.UNANIMOUS:
            return 0
        return agreeing_last(list(map(_answer_of, self._ended)))

    # --- the end ---

    def _conclude(self, why: str) -> None:
        """End the drafts that are left because of ``why``, choose, and tell."""
        if self.is_over:
            return
        self._end_all(why)
        for branch in self.branches[:]:
            self.desk.drop(branch)
        self.is_over = True
        written = [each for each in self.drafts if each.text] or self.drafts[:1]
        if not written:  # it has not begun
            self.emit(Done(self.request, why, self._timings(0)))
            return
        choice = self.choose([each.ballot(self.strategy.score) for each in written])
        chosen = self.drafts[choice.draft]
        self._tidy(chosen)
        self._telling.compared(
            choice,
            chosen,
            is_decided=self._is_decided,
            tokens=self._tokens,
            judged_tokens=self.judged_tokens,
            spent_s=time.perf_counter() - self._asked.begun_s,
        )
        ended = why if why == "stopped" else chosen.draft.reason
        reason = _REASONS.get(ended, ended)
        self.emit(Done(self.request, reason, self._timings(chosen.tokens)))

    def _end_all(self, why: str) -> None:
        for live in list(self._of.values()):
            self._telling.write(live, live.end(why), 0)
            self._close(live)
        while self._verdicts.awaited:
            self._close(self._verdicts.give_up())

    def _tidy(self, chosen: LiveDraft) -> None:
        """Free what the others have read; the chosen one is what the chat goes on from."""
        others = [each.left_in for each in self.drafts if each.left_in is not None]
        self.desk.erase(others, chosen.left_in, self.chat)

    def _timings(self, written: int) -> Timings:
        """Return what the answer cost; what all drafts together cost is told by Compared.

        No rate: one draft is slower beside others than the engine is.
        """
        first_s = self._first_s - self._asked.begun_s if self._first_s else 0.0
        return Timings(len(self.prompt), self._reused, written, first_s)


def _answer_of(live: LiveDraft) -> Ballot:
    """Return a draft as it is counted, without any score."""
    return Ballot(live.number, live.found)
