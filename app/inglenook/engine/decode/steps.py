"""Drafts that grow step by step, and branch where a step ends."""

import math
import time
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from inglenook.core.errors import BadArgumentError
from inglenook.effort.strategy import Score
from inglenook.effort.tally import Ballot, Choice, vote
from inglenook.engine.branch import Branch
from inglenook.engine.decode.asked import Asked
from inglenook.engine.decode.drafts import Drafts
from inglenook.engine.decode.live import LiveDraft
from inglenook.engine.decode.picture import MOST_TEXT, Picture
from inglenook.engine.draftevents import TreeGrew, TreeNode

ROOT = -1
LEAST_REWARD = 1e-6
"""A step this unlikely is as good as impossible; what shares budgets refuses a 0."""

_OF_TREES = {Score.COUNT, Score.SEQUENCE, Score.MEAN, Score.TAIL}


@dataclass(slots=True)
class Step:
    """The step a draft is at, and what it has written before.

    Threads: the engine's main thread only.

    Attributes:
        node: Its number in the tree.
        parent: That of the step before.
        depth: Steps before it.
        ids: All tokens of the draft so far.
        first_token: Where among the draft's log-probabilities the step begins.
        first_character: Where in its text, thinking included.
        has_mark: What ends a step has been written; the next token is awaited.
        reward: Once the step has ended, above 0 and up to 1.
    """

    node: int
    parent: int = ROOT
    depth: int = 0
    ids: list[int] = field(default_factory=list)
    first_token: int = 0
    first_character: int = 0
    has_mark: bool = False
    reward: float | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """The end of a step, from which drafts may go on.

    Attributes:
        ids: All tokens up to there, the one behind the step's mark included.
        logprobs: Of those that were picked.
        measures: What scores need of their rows.
        node: The step's number in the tree; ROOT for the end of the prompt.
        depth: Steps before it; -1 for the end of the prompt.
    """

    ids: tuple[int, ...] = ()
    logprobs: tuple[float, ...] = ()
    measures: Mapping[Score, tuple[float, ...]] = field(default_factory=dict)
    node: int = ROOT
    depth: int = -1


class StepSearch(Drafts):
    """What searches have in common: a draft is a path of a tree, and its steps are nodes.

    A step ends where the strategy's mark has been written, or at its most tokens. Its reward
    is the geometric mean of its tokens' probabilities, by the model's own logits. What may
    end an answer is awaited: a mark within a line ends a step only at the token after it,
    which may be the end of the whole draft; branches then share that token.

    Threads: the engine's main thread only.
    """

    def __init__(self, asked: Asked) -> None:
        """Prepare; nothing is read yet.

        Raises:
            BadArgumentError: the drafts of a tree cannot be compared by that score.
        """
        super().__init__(asked)
        if self.strategy.score not in _OF_TREES:
            raise BadArgumentError(
                "A tree search cannot be scored this way",
                "Choose count, sequence, mean or tail as its score.",
                score=self.strategy.score,
            )
        self.finished = 0
        self._steps: dict[int, Step] = {}
        self._picture = Picture()
        self._looks_ahead = "\n" not in self.strategy.step_mark

    @abstractmethod
    def step_ended(self, live: LiveDraft) -> None:
        """Go on after a step; its draft is paused."""

    def draft_lost(self) -> None:
        """Go on after a draft was dropped for want of room; there are others."""

    @abstractmethod
    def draft_ended(self, live: LiveDraft) -> None:
        """Go on after the end of a draft."""

    def choose(self, ballots: Sequence[Ballot]) -> Choice:
        """Let the finished paths vote; ``Score.TAIL`` stands for the last step's reward.

        That reward is the weight in arXiv 2408.00724.
        """
        alive = [each for each in ballots if self._has_grown_on(each)] or list(ballots)
        whole = [each for each in alive if each.is_whole] or alive
        if self.strategy.score is Score.TAIL:
            whole = [replace(each, score=self._steps[each.draft].reward) for each in whole]
        choice = vote(whole, self.strategy.score)
        self._finish_picture(self.drafts[choice.draft])
        return choice

    def _has_grown_on(self, ballot: Ballot) -> bool:
        """Whether a path was not left on the way."""
        return self.drafts[ballot.draft].draft.reason != "dropped"

    # --- what the scheduler asks ---

    def picked(self, branch: Branch, token: int) -> None:
        """Write a token, and look whether a step has ended."""
        live = self._of.get(branch)
        if live is not None and not live.is_over:
            self._steps[live.number].ids.append(token)
        super().picked(branch, token)
        is_on = live is not None and branch in self._of and not self.is_over
        if live is not None and is_on and self._has_ended_step(live):
            self._end_step(live, branch)
        if not self.is_over:
            self._tell_tree()

    def _drop_one(self) -> None:
        super()._drop_one()
        self.draft_lost()

    def _go_on(self) -> None:
        """Go on after a draft that failed alone."""
        self.draft_lost()
        if not self.branches and not self.is_over:
            self.end_search()

    # --- drafts ---

    def _know(self, branch: Branch) -> Branch:
        super()._know(branch)
        self._begin_step(self.drafts[-1], Step(len(self._picture)))
        return branch

    def _begin_step(self, live: LiveDraft, step: Step) -> None:
        self._steps[live.number] = step
        self._draw(live, "growing")
        if step.parent != ROOT:
            self._picture.put(_with_state(self._picture[step.parent], "finished"))

    def next_step(self, live: LiveDraft) -> None:
        """Let a draft go on with another step."""
        assert live.branch is not None
        self._begin_step(live, self._step_after(self.place_of(live), live))
        live.branch.is_paused = False

    def _step_after(self, place: Place, live: LiveDraft) -> Step:
        written = len(live.thinking) + len(live.text)
        return Step(
            len(self._picture), place.node, place.depth + 1, list(place.ids),
            len(place.logprobs), written,
        )  # fmt: skip

    def place_of(self, live: LiveDraft) -> Place:
        """Return where a draft stands, for others to go on from."""
        step = self._steps[live.number]
        measures = {score: tuple(each) for score, each in live.measures.items()}
        return Place(tuple(step.ids), tuple(live.logprobs), measures, step.node, step.depth)

    def branch_off(self, live: LiveDraft) -> bool:
        """Begin another draft where one stands at the end of a step; whether there was room."""
        assert live.branch is not None
        if not self.desk.may_grow(self, self.reserve_tokens):
            return False
        chain = live.branch.chain.fork(seed_offset=len(self.drafts))
        child = self.desk.fork(live.branch, chain)
        if child is None:
            chain.free()
            return False
        self._know_again(child, self.place_of(live), has_taken=True)
        return True

    def go_back_to(self, place: Place) -> None:
        """Begin another draft at the end of a step that is over; what is resident helps."""
        ids = np.concatenate([self.prompt, np.array(place.ids, np.int32)])
        branch = self.desk.open(self, self._asked.chain(len(self.drafts)), ids)
        self._know_again(branch, place, has_taken=False)

    def _know_again(self, branch: Branch, place: Place, *, has_taken: bool) -> None:
        """Make a draft of a branch that stands at the end of a step.

        Args:
            branch: As it stands.
            place: What was written up to there.
            has_taken: Its sampler has taken these tokens.
        """
        live = LiveDraft(len(self.drafts), self._asked.draft(), branch)
        for token in place.ids:
            live.draft.guide(branch.chain)
            if not has_taken:
                branch.chain.take(token)
            live.take(token)
        live.draft.guide(branch.chain)
        live.logprobs = list(place.logprobs)
        live.measures = {score: list(each) for score, each in place.measures.items()}
        self.drafts.append(live)
        self._of[branch] = live
        self._begin_step(live, self._step_after(place, live))

    def leave(self, live: LiveDraft) -> None:
        """Drop a draft that is not worth going on with."""
        self._telling.write(live, live.end("dropped"), 0)
        self._draw(live, "dropped")
        self._close(live)

    def _stop_thinking(self, live: LiveDraft, branch: Branch) -> None:
        before = live.tokens
        super()._stop_thinking(live, branch)
        taken = self._asked.end_thinking[: live.tokens - before]
        self._steps[live.number].ids += map(int, taken)

    # --- steps ---

    def _has_ended_step(self, live: LiveDraft) -> bool:
        step = self._steps[live.number]
        if step.has_mark:
            return True
        written = (live.thinking + live.text)[step.first_character :].lstrip()
        if self.strategy.step_mark in written:
            step.has_mark = self._looks_ahead
            return not self._looks_ahead
        return len(live.logprobs) - step.first_token >= self.strategy.step_tokens

    def _end_step(self, live: LiveDraft, branch: Branch) -> None:
        step = self._steps[live.number]
        step.reward = self._reward(live)
        if step.depth + 1 >= self.strategy.depth:
            self._telling.write(live, live.end("length"), 0)
            self._after(live)
            return
        branch.is_paused = True
        self._draw(live, "waiting")
        self.step_ended(live)

    def _after(self, live: LiveDraft) -> None:
        """Close a draft that has ended, and go on."""
        self.finished += 1
        self._steps[live.number].reward = self._reward(live)
        self._draw(live, "finished")
        self._close(live)
        if self._is_spent():
            self._conclude("length")
        else:
            self.draft_ended(live)

    def _reward(self, live: LiveDraft) -> float:
        own = live.logprobs[self._steps[live.number].first_token :]
        return max(LEAST_REWARD, math.exp(math.fsum(own) / len(own))) if own else 1.0

    def reward_of(self, live: LiveDraft) -> float:
        """Return the reward of the step that a draft has ended."""
        reward = self._steps[live.number].reward
        assert reward is not None
        return reward

    # --- what is told ---

    def _wanted(self) -> int:
        """Return how many more first steps to begin; only the search begins others."""
        return max(0, self.first_steps() - len(self.drafts))

    def first_steps(self) -> int:
        """Return how many first steps there are."""
        return min(self.strategy.drafts, self.strategy.width)

    def end_search(self) -> None:
        """Choose, for nothing grows any more."""
        self._is_decided = True
        self._conclude("dropped")

    def _draw(self, live: LiveDraft, state: str) -> None:
        step = self._steps[live.number]
        text = (live.thinking + live.text)[step.first_character :]
        tokens = len(live.logprobs) - step.first_token
        self._picture.put(
            TreeNode(
                step.node, step.parent, step.depth, step.reward, tokens, state, text[:MOST_TEXT]
            )
        )

    def _tell_tree(self, *, is_last: bool = False) -> None:
        news = self._picture.news(time.perf_counter(), is_last=is_last)
        if news:
            self.emit(TreeGrew(self.request, news))

    def _finish_picture(self, chosen: LiveDraft) -> None:
        for live in self.drafts:
            if self._picture[self._steps[live.number].node].state in {"growing", "waiting"}:
                self._draw(live, "dropped")
        for node in self._picture.path_to(self._steps[chosen.number].node):
            self._picture.put(_with_state(node, "chosen"))
        self._tell_tree(is_last=True)


def _with_state(node: TreeNode, state: str) -> TreeNode:
    return TreeNode(
        node.node, node.parent, node.depth, node.score, node.tokens, state, node.text
    )
