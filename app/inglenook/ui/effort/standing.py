"""How drafts stand while they are written: who has ended, and which answer leads."""

from dataclasses import dataclass

from inglenook.effort.answers import answer_in
from inglenook.effort.groups import grouped
from inglenook.services.events import LiveDraft, LiveText
from inglenook.ui.effort.words import answer_words, ending_words
from inglenook.ui.words import tr

MOST_ROWS = 4
_WRITING = {"thinking", "writing"}
_WHOLE = {"end"}


@dataclass(frozen=True, slots=True)
class Row:
    """Drafts that give the same answer.

    Attributes:
        answer: In one line.
        count: So many give it.
        of: Of so many.
        leads: It is ahead of all others, or was chosen.
    """

    answer: str
    count: int
    of: int
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What a card shows of an answer whose drafts are being written.

    Attributes:
        states: Of each draft there may be: as in LiveDraft, ``""`` if it has not begun.
        rows: Answers, most given first.
        words: The same in one sentence.
        may_take: There is something that could be taken now.
    """

    states: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    words: str = ""
    may_take: bool = False

    @property
    def done(self) -> int:
        """How many drafts have ended."""
        return sum(bool(each) and each not in _WRITING for each in self.states)

    def spoken(self) -> str:
        """Return the state of each draft in words."""
        told = [
            tr("draft {}: {}").format(number, ending_words(state))
            for number, state in enumerate(self.states, 1)
            if state
        ]
        return ", ".join(told)


def standing_of(live: LiveText) -> Standing:
    """Return how the drafts of an answer stand."""
    known = {each.number: each.state for each in live.drafts}
    states = tuple(known.get(number, "") for number in range(live.most_drafts))
    whole = [each for each in live.drafts if each.state in _WHOLE]
    answers = [answer_in(each.text) for each in whole]
    groups = sorted(grouped(answers), key=lambda each: (-len(each), each[0]))
    most = len(groups[0]) if groups else 0
    is_ahead = len(groups) == 1 or (len(groups) > 1 and most > len(groups[1]))
    rows = tuple(
        Row(_answer_of(whole, group), len(group), live.most_drafts, is_ahead and not place)
        for place, group in enumerate(groups[:MOST_ROWS])
    )
    is_running = live.comparison is None or not live.comparison.reason
    may_take = bool(whole) and is_running and len(live.drafts) > 1
    return Standing(states, rows, _words(rows, len(whole), most), may_take)


def _answer_of(drafts: list[LiveDraft], group: tuple[int, ...]) -> str:
    draft = drafts[group[0]]
    return answer_words(draft.answer)


def _words(rows: tuple[Row, ...], done: int, most: int) -> str:
    if not done:
        return tr("The first draft is shown while it is written.")
    if not rows:
        return tr("No draft has an answer that can be compared yet.")
    if most < 2:
        return tr("No two drafts agree yet.")
    return tr("{} of {} agree on {}").format(most, done, rows[0].answer)
