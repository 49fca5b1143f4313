"""The draft that agrees best with most, as the model finds: universal self-consistency."""

import re
from collections.abc import Sequence

from inglenook.chat.message import Role
from inglenook.effort.strategy import Reason
from inglenook.effort.tally import Ballot, Choice, best
from inglenook.engine.branch import Branch
from inglenook.engine.decode.asked import Apart, Asked
from inglenook.engine.decode.consulted import Consulted
from inglenook.engine.decode.listing import listed
from inglenook.engine.decode.live import LiveDraft
from inglenook.engine.draft import Draft
from inglenook.engine.protocol import Turn
from inglenook.engine.sequence import Sequence as Resident

REPLY_TOKENS = 12
"""A number, and a word or two before it."""

_WISH = (
    "Which of these answers says best what most of them say? Reply with its number and "
    "nothing else."
)
_NUMBER = re.compile(r"[\W_]*(?:answer|number|no)?[\W_]*([0-9]{1,2})[\W_]*", re.IGNORECASE)


def number_in(reply: str, count: int) -> int | None:
    """Return which of the listed answers a reply names, from 0; None if it names none.

    Args:
        reply: As the model wrote it. Only a number counts, with "answer" before it at most:
            what says more may well mean something else.
        count: So many were listed.
    """
    lines = reply.strip().splitlines()
    match = _NUMBER.fullmatch(lines[0]) if lines else None
    number = int(match[1]) if match else 0
    return number - 1 if 1 <= number <= count else None


class Consistency(Consulted):
    """Asks which draft agrees best with most, arXiv 2311.17311.

    A reply that is no number of a draft is overlooked, and the best score decides.

    Threads: the engine's main thread only.
    """

    def __init__(self, asked: Asked) -> None:
        """Prepare; nothing is read yet."""
        super().__init__(asked)
        self._branch: Branch | None = None
        self._reply: Draft
        self._text = ""
        self._listed: list[int] = []
        self._found: int | None = None
        self._left_in: Resident | None = None

    def prompt_of(self, texts: Sequence[str]) -> Apart:
        """Return the question which of these texts says what most say."""
        self._listed = [each.number for each in self.ranked()[: len(texts)]]
        turn = Turn(Role.USER, listed(self._asked.question, texts, _WISH))
        return self._asked.apart((turn,), REPLY_TOKENS)

    def consult(self, apart: Apart, branch: Branch) -> None:
        """Wait for a number."""
        self._branch, self._reply, self._left_in = branch, apart.draft, branch.sequence

    def reserve(self) -> int:
        """Return how many cells the reply is likely to need."""
        return REPLY_TOKENS

    def picked(self, branch: Branch, token: int) -> None:
        """Write a token of a draft, or of the reply."""
        if branch is not self._branch:
            super().picked(branch, token)
            return
        pieces = self._reply.take(token)
        self._read_tokens += 1
        if not self._reply.reason and not branch.held.room:
            self._reply.end("context", pieces)
        self._text += "".join(each.text for each in pieces if not each.thinking)
        if self._reply.reason or "\n" in self._text.strip(" "):
            place = number_in(self._text, len(self._listed))
            self._found = None if place is None else self._listed[place]
            self._conclude("dropped")

    def choose(self, ballots: Sequence[Ballot]) -> Choice:
        """Choose what the model named."""
        by_score = best(ballots, self.strategy.score)
        if self._found is None:
            return by_score
        return Choice(self._found, by_score.groups, Reason.CONSISTENCY)

    def _tidy(self, chosen: LiveDraft) -> None:
        super()._tidy(chosen)
        if self._left_in is not None:
            self.desk.erase([self._left_in], chosen.left_in, self.chat)
