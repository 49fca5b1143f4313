"""Monte Carlo tree search: one path at a time, where it promises most or was seldom tried."""

from inglenook.effort.mcts import ROOT, Tree
from inglenook.engine.decode.asked import Asked
from inglenook.engine.decode.live import LiveDraft
from inglenook.engine.decode.steps import Place, StepSearch


class MonteCarlo(StepSearch):
    """Grows the step that UCT chooses; its reward counts for all above it.

    To compare with: it writes many steps that no answer uses, as in arXiv 2408.00724.

    Threads: the engine's main thread only.
    """

    def __init__(self, asked: Asked) -> None:
        """Prepare; nothing is read yet."""
        super().__init__(asked)
        keep, exploration = self.strategy.keep, self.strategy.exploration
        self._tree = Tree(children=keep, exploration=exploration)
        self._parent = ROOT
        self._places = {ROOT: Place()}

    def first_steps(self) -> int:
        """Return that one step comes after the other."""
        return 1

    def step_ended(self, live: LiveDraft) -> None:
        """Note the reward and go to where the tree grows next."""
        number = self._count(live, is_finished=False)
        goal = self._goal()
        # There must be an answer: a search that has tried enough ends what it is at.
        if goal == number or (goal is None and not self.finished):
            self._parent = number
            self.next_step(live)
            return
        self.leave(live)
        self._go_to(goal)

    def draft_ended(self, live: LiveDraft) -> None:
        """Note the reward and go to where the tree grows next."""
        self._count(live, is_finished=True)
        self._go_to(self._goal())

    def _count(self, live: LiveDraft, *, is_finished: bool) -> int:
        """Let a reward count; return the number of its step in the tree."""
        number = len(self._tree.nodes)
        reward = min(1.0, self.reward_of(live))
        self._tree = self._tree.grown(self._parent, reward, is_finished=is_finished)
        self._places[number] = self.place_of(live)
        return number

    def _goal(self) -> int | None:
        """Return where to grow next; None for nowhere."""
        most_steps = self.strategy.drafts * self.strategy.depth
        if self.finished >= self.strategy.drafts or len(self._tree.nodes) > most_steps:
            return None
        return self._tree.chosen()

    def _go_to(self, goal: int | None) -> None:
        if goal is None or not self.desk.may_reuse():
            self.end_search()
            return
        self._parent = goal
        self.go_back_to(self._places[goal])
