"""Which strategy is worth what: asks a set of questions, once, and reports every curve."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from inglenook.chat.message import Role
from inglenook.chat.sampling import BALANCED, Sampling
from inglenook.effort.answers import answer_in
from inglenook.effort.curves import COUNTS
from inglenook.effort.questions import Question, QuestionSet
from inglenook.effort.report import Live, SetReport, report_on
from inglenook.effort.strategy import PLAIN, Kind, Score, Strategy
from inglenook.effort.trials import Sample, Trial, is_right
from inglenook.engine.draftevents import DraftEnded
from inglenook.engine.protocol import Turn
from inglenook.services.asking import Reply
from inglenook.storage.evaluations import Journal, Kept, Paced, Searched

PACED_QUESTIONS = 4
"""On so many questions of a set it is measured how long each number of drafts takes."""


_Name = tuple[str, str, str]
_Line = Kept | Searched | Paced


class Askable(Protocol):
    """What is used of services/asking.py."""

    def ask(
        self, turns: tuple[Turn, ...], sampling: Sampling, strategy: Strategy = PLAIN
    ) -> Reply:
        """Ask, and return the whole answer."""
        ...


@dataclass(frozen=True, slots=True)
class Scope:
    """What an evaluation does to each question.

    Attributes:
        drafts: Kept of each question, to choose among later.
        temperature: Of these drafts, and of searches.
        seed: For drafts that come out the same again, which takes longer, because every
            prompt is read anew; None for drafts that share what was read.
        live: Strategies that are run as they are, by name: searches and judges.
    """

    drafts: int = 16
    temperature: float = 0.7
    seed: int | None = None
    live: Mapping[str, Strategy] | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an evaluation is.

    Attributes:
        done: Answers in the journal.
        total: All there will be.
        what: What is asked now, by name.
    """

    done: int
    total: int
    what: str


class Evaluation:
    """Asks what is not in the journal yet.

    Threads: one at a time.
    """

    def __init__(
        self,
        asker: Askable,
        journal: Journal,
        scope: Scope,
        on_progress: Callable[[Progress], None] = lambda _progress: None,
    ) -> None:
        """Prepare; nothing is asked yet.

        Args:
            asker: Answers.
            journal: What was answered before, and where answers go.
            scope: What to ask of each question.
            on_progress: Told before each answer.
        """
        self._asker, self._journal, self._scope = asker, journal, scope
        self._on_progress = on_progress

    def run(self, sets: Iterable[QuestionSet]) -> None:
        """Ask all; it can be interrupted at any time, and run again.

        Raises:
            InglenookError: the engine or the disk failed; what was answered is kept.
        """
        steps = [step for each in sets for step in self._steps(each)]
        known = {_name_of(line) for line in self._journal.lines}
        todo = [(name, ask) for name, ask in steps if name not in known]
        for at, (name, ask) in enumerate(todo):
            what = " ".join(part for part in name if part)
            self._on_progress(Progress(len(steps) - len(todo) + at, len(steps), what))
            self._journal.append(ask())
        self._on_progress(Progress(len(steps), len(steps), ""))

    def _steps(self, asked: QuestionSet) -> list[tuple[_Name, Callable[[], _Line]]]:
        """Return what is to be asked of a set, by name."""
        steps: list[tuple[_Name, Callable[[], _Line]]] = []
        for number, question in enumerate(asked.questions):
            name = (asked.name, question.name)
            steps.append(((*name, "drafts"), _later(self._keep, asked, question, number)))
            for called, strategy in (self._scope.live or {}).items():
                ask = _later(self._search, asked, question, number, called, strategy)
                steps.append(((*name, called), ask))
        for number, question in enumerate(asked.questions[:PACED_QUESTIONS]):
            for count in self._counts():
                pace = _later(self._pace, asked, question, number, count)
                steps.append(((asked.name, question.name, f"{count} at once"), pace))
        return steps

    def _counts(self) -> list[int]:
        return [each for each in COUNTS if each <= self._scope.drafts]

    # --- one answer ---

    def _keep(self, asked: QuestionSet, question: Question, number: int) -> Kept:
        turns, count = turns_of(asked, question), self._scope.drafts
        strategy = Strategy(Kind.VOTE, count, Score.SEQUENCE, is_scored=True)
        if count == 1:
            strategy = PLAIN
        reply = self._asker.ask(turns, self._sampling(asked, number), strategy)
        greedy = self._asker.ask(turns, replace(self._sampling(asked, number), temperature=0.0))
        trial = Trial(
            question.name,
            question.answer,
            _alone(greedy, question),
            _samples(reply, question),
        )
        return Kept(asked.name, trial, greedy.prompt_tokens)

    def _search(
        self,
        asked: QuestionSet,
        question: Question,
        number: int,
        called: str,
        strategy: Strategy,
    ) -> Searched:
        if strategy.is_tree:
            strategy = replace(strategy, step_mark=asked.step_mark)
        reply = self._asker.ask(
            turns_of(asked, question), self._sampling(asked, number), strategy
        )
        sample = _alone(reply, question)
        return Searched(
            asked.name,
            question.name,
            called,
            sample.answer,
            is_right(sample, question.answer),
            reply.tokens,
            reply.compared.judged_tokens if reply.compared else 0,
            reply.spent_s,
        )

    def _pace(self, asked: QuestionSet, question: Question, number: int, count: int) -> Paced:
        strategy = Strategy(Kind.VOTE, count, Score.SEQUENCE) if count > 1 else PLAIN
        reply = self._asker.ask(
            turns_of(asked, question), self._sampling(asked, number), strategy
        )
        return Paced(asked.name, question.name, count, reply.tokens, reply.spent_s)

    def _sampling(self, asked: QuestionSet, number: int) -> Sampling:
        seed = None if self._scope.seed is None else self._scope.seed + number
        return replace(
            BALANCED,
            temperature=self._scope.temperature,
            answer_limit_tokens=asked.most_tokens,
            seed=seed,
        )


def report(journal: Journal, asked: QuestionSet, *, parameters: int) -> SetReport:
    """Return every curve and figure of a set that the journal has.

    Args:
        journal: With all answers, or with some of them.
        asked: The set.
        parameters: Of the model; 0 if not known.
    """
    lines = [each for each in journal.lines if each.set == asked.name]
    names = {each.name for each in asked.questions}
    kept = [each for each in lines if isinstance(each, Kept) and each.trial.question in names]
    live = [each for each in lines if isinstance(each, Searched) and each.question in names]
    paced = [each for each in lines if isinstance(each, Paced) and each.question in names]
    seconds = _seconds(paced)
    return report_on(
        asked.name,
        [each.trial for each in kept],
        [_live(each) for each in live],
        parameters=parameters,
        seconds=seconds,
        greedy_s=seconds.get(1, 0.0),  # one draft takes as long whichever token it picks
    )


def turns_of(asked: QuestionSet, question: Question) -> tuple[Turn, ...]:
    """Return the conversation that ends with a question: the shots are its earlier turns."""
    task = f"\n\n{asked.task}" if asked.task else ""
    turns = []
    for shot in asked.shots:
        turns.append(Turn(Role.USER, shot.text + task))
        turns.append(Turn(Role.ASSISTANT, shot.working))
    return (*turns, Turn(Role.USER, question.text + task))


def _name_of(line: _Line) -> _Name:
    if isinstance(line, Kept):
        return line.set, line.trial.question, "drafts"
    if isinstance(line, Searched):
        return line.set, line.question, line.strategy
    return line.set, line.question, f"{line.drafts} at once"


def _samples(reply: Reply, question: Question) -> tuple[Sample, ...]:
    if not reply.drafts:
        return (_alone(reply, question),)
    return tuple(_sample(each, question) for each in reply.drafts)


def _sample(ended: DraftEnded, question: Question) -> Sample:
    scores, is_whole = ended.scores, ended.why == "end"
    return Sample(
        _answer(ended.text, question) if is_whole else "",
        ended.tokens,
        scores.sequence,
        is_whole,
        scores.mean,
        scores.self_certainty,
        scores.tail,
    )


def _alone(reply: Reply, question: Question) -> Sample:
    answer = _answer(reply.text, question) if reply.is_whole else ""
    return Sample(answer, reply.tokens, None, reply.is_whole)


def _answer(text: str, question: Question) -> str:
    """Return the answer of a whole text, as a journal keeps it."""
    found = answer_in(text, question.text)
    return found.kept if found else ""


def _live(line: Searched) -> Live:
    return Live(
        line.strategy, line.question, line.tokens, line.judged_tokens, line.spent_s,
        is_right=line.is_right,
    )  # fmt: skip


def _seconds(paced: Sequence[Paced]) -> dict[int, float]:
    """Return how long a question took with so many drafts and nothing beside, on average."""
    taken: dict[int, list[float]] = {}
    for line in paced:
        taken.setdefault(line.drafts, []).append(line.spent_s)
    return {count: _mean(each) for count, each in sorted(taken.items())}


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _later(call: Callable[..., _Line], *arguments: object) -> Callable[[], _Line]:
    return lambda: call(*arguments)
