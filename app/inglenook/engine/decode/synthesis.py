"""One answer that the model writes from its drafts."""

from collections.abc import Sequence

from inglenook.chat.message import Role
from inglenook.effort.forecast import MOST_LISTED
from inglenook.effort.strategy import Reason
from inglenook.effort.tally import Ballot, Choice, best
from inglenook.engine.branch import Branch
from inglenook.engine.decode.asked import Apart, Asked
from inglenook.engine.decode.consulted import Consulted
from inglenook.engine.decode.listing import listed
from inglenook.engine.decode.live import LiveDraft
from inglenook.engine.protocol import Turn

_WISH = (
    "Answer the question once more, in full, as if nobody had answered it. Keep what these "
    "answers agree on, and leave out what seems wrong."
)


class Synthesis(Consulted):
    """Writes one draft more, from the best of the others.

    If it does not come to its end, the best of the others is the answer.

    Threads: the engine's main thread only.
    """

    def __init__(self, asked: Asked) -> None:
        """Prepare; nothing is read yet."""
        super().__init__(asked)
        self._written: LiveDraft | None = None

    def ranked(self) -> list[LiveDraft]:
        """Return the drafts it is written from, the best first."""
        return super().ranked()[:MOST_LISTED]

    def prompt_of(self, texts: Sequence[str]) -> Apart:
        """Return the wish to write one answer from these."""
        turn = Turn(Role.USER, listed(self._asked.question, texts, _WISH))
        return self._asked.apart((*self.before(), turn), None)

    def consult(self, apart: Apart, branch: Branch) -> None:
        """Let it be written like any draft."""
        self._written = LiveDraft(len(self.drafts), apart.draft, branch)
        apart.draft.guide(branch.chain)
        self.drafts.append(self._written)
        self._of[branch] = self._written

    def choose(self, ballots: Sequence[Ballot]) -> Choice:
        """Choose what was written from the others, if it is whole."""
        written = self._written
        if written is not None and written.text and written.is_whole:
            groups = best(ballots, self.strategy.score).groups
            return Choice(written.number, groups, Reason.SYNTHESIS)
        others = [each for each in ballots if written is None or each.draft != written.number]
        return best(others or ballots, self.strategy.score)

    def _after(self, live: LiveDraft) -> None:
        if live is not self._written:
            super()._after(live)
            return
        self._close(live)
        self._conclude("dropped")

    def _tidy(self, chosen: LiveDraft) -> None:
        # The chat goes on from its own prompt, and not from one that lists drafts.
        super()._tidy(self.drafts[0] if chosen is self._written else chosen)
