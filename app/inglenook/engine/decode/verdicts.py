"""Drafts that the model itself is asked about: are they right?"""

from inglenook.core.errors import InglenookError
from inglenook.engine.branch import Branch
from inglenook.engine.decode.asked import Asked
from inglenook.engine.decode.judge import says_yes
from inglenook.engine.decode.live import LiveDraft
from inglenook.engine.odds import logits_of
from inglenook.engine.task import Task


class Verdicts:
    """Asks about drafts that have ended; the answer is read where it would begin.

    The question stands in a turn of its own after the draft, as the model's template writes
    it, so that what is resident of prompt and draft is read again only where the template
    leaves the thinking out.

    Threads: the engine's main thread only.

    Attributes:
        awaited: Drafts by the branch that reads about them.
        tokens: So many were read for it.
    """

    def __init__(self, task: Task, asked: Asked) -> None:
        self.awaited: dict[Branch, LiveDraft] = {}
        self.tokens = 0
        self._task = task
        self._asked = asked

    def ask(self, live: LiveDraft) -> bool:
        """Have a draft judged whose own branch is dropped; False if there is no room."""
        desk = self._task.desk
        try:
            ids = self._asked.judge(live.text)
        except InglenookError:
            return False
        if not (desk.may_grow(self._task, len(ids)) or desk.may_reuse()):
            return False
        branch = desk.open(self._task, self._asked.chain(live.number), ids)
        self.tokens += len(ids) - branch.at
        self.awaited[branch] = live
        return True

    def hear(self, branch: Branch) -> LiveDraft | None:
        """Return the draft that a branch has read about, judged; None if it is no such one."""
        live = self.awaited.pop(branch, None)
        if live is not None:
            desk = self._task.desk
            logits = logits_of(desk.handle, branch.row, self._asked.vocab_size)
            live.judged = says_yes(logits, self._asked.yes, self._asked.no)
            desk.drop(branch)
        return live

    def give_up(self) -> LiveDraft:
        """Drop one that is awaited, which has no verdict then."""
        branch, live = self.awaited.popitem()
        self._task.desk.drop(branch)
        return live
