"""What an answer was said to take, beside what it took."""

import os
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from inglenook.chat.sampling import BALANCED
from inglenook.effort.curves import COUNTS
from inglenook.effort.forecast import Speeds, forecast
from inglenook.effort.level import BALANCED as BALANCED_LEVEL
from inglenook.effort.level import CAREFUL
from inglenook.effort.pace import with_pace
from inglenook.effort.questions import QuestionSet
from inglenook.effort.stopping import wave
from inglenook.effort.strategy import PLAIN, Kind, Score, Strategy
from inglenook.services.asking import Asker, Reply
from inglenook.services.evaluation import turns_of
from parts.effort.bench import TEMPERATURE, Bench
from parts.effort.widths import drafts
from peers.figure import Figure, at_most

QUESTIONS = 50
LEARNT_FROM = 3
BAR = 0.25
LEARNING = Strategy(Kind.VOTE, 4, Score.SEQUENCE)
STRATEGIES = (
    PLAIN,
    BALANCED_LEVEL,
    CAREFUL,
    Strategy(Kind.BEST_OF, 8, Score.MEAN),
    LEARNING,
)


@dataclass(frozen=True, slots=True)
class Usual:
    """What drafts of a set's questions usually are.

    Attributes:
        tokens: Of a draft.
        agreement: Share of them that give the leading answer.
    """

    tokens: int
    agreement: float


@dataclass(frozen=True, slots=True)
class Told:
    """What was foretold of one answer, and what it took.

    Attributes:
        seconds: Foretold as the window does, from the answers before.
        calibrated: The same with the speed of one draft that was written right before.
        real: What it took.
        load: Processes that wanted to compute, for each core, over the last minute.
    """

    seconds: float
    calibrated: float
    real: float
    load: float


def measure(bench: Bench) -> Iterator[Figure]:
    """Learn this computer's speeds from a few answers, and go on learning from each."""
    told: list[Told] = []
    with bench.asker() as asker:
        speeds = learnt(bench, asker)
        # Set by set, as in a chat: what comes before the question is read already.
        for at, asked in enumerate(bench.sets):
            usual = usual_of(asker, asked)
            for number in range(at, QUESTIONS, len(bench.sets)):
                speeds, each = foretold(asker, asked, speeds, usual, number)
                told.append(each)
    yield from figures(told)


def figures(told: Sequence[Told]) -> Iterator[Figure]:
    """Tell the median errors with their intervals, and how busy the computer was."""
    errors = sorted(abs(each.seconds - each.real) / each.real for each in told)
    low, high = around_median(errors)
    name = f"forecast of seconds, median error of {len(errors)}, {low:.2f} to {high:.2f}"
    yield at_most(name, statistics.median(errors), BAR, "")
    errors = sorted(abs(each.calibrated - each.real) / each.real for each in told)
    low, high = around_median(errors)
    name = f"the same with the speed right before, {low:.2f} to {high:.2f}"
    yield Figure(name, statistics.median(errors), "")
    loads = [each.load for each in told]
    text = f"busy processes a core meanwhile, median (at most {max(loads):.1f})"
    yield Figure(text, statistics.median(loads), "")


def around_median(ordered: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % interval of a median by order statistics (normal approximation).

    Source: Conover, Practical Nonparametric Statistics, section 3.2.
    """
    count = len(ordered)
    reach = 0.98 * count**0.5
    low, high = round(count / 2 - reach), round(count / 2 + reach)
    return ordered[max(0, low - 1)], ordered[min(count - 1, high)]


def learnt(bench: Bench, asker: Asker) -> Speeds:
    """Return tokens a second at every width; prompts are resident by then."""
    writing = []
    drafts(bench, asker, LEARNT_FROM, 1)  # reads what comes before the questions
    for width in COUNTS:
        replies = [drafts(bench, asker, number, width) for number in range(LEARNT_FROM)]
        rate = sum(each.tokens for each in replies) / sum(each.spent_s for each in replies)
        writing.append((width, rate))
    return Speeds(prompt=1e6, writing=tuple(writing), kv_bytes=23_040, sequences=max(COUNTS))


def usual_of(asker: Asker, asked: QuestionSet) -> Usual:
    """Return what drafts of such questions are, from a few that nobody is asked again."""
    replies = [ask(asker, asked, -1 - at, LEARNING) for at in range(LEARNT_FROM)]
    count = sum(len(each.drafts) for each in replies)
    agreeing = sum(max(_votes(each), default=0) for each in replies)
    return Usual(max(1, round(sum(each.tokens for each in replies) / count)), agreeing / count)


def _votes(reply: Reply) -> list[int]:
    votes = reply.compared.votes if reply.compared else ()
    return [len(each.drafts) for each in votes if each.answer]


def foretold(
    asker: Asker, asked: QuestionSet, speeds: Speeds, usual: Usual, number: int
) -> tuple[Speeds, Told]:
    """Foretell an answer and have it made; return what is known after it as well."""
    strategy = STRATEGIES[number % len(STRATEGIES)]
    before = ask(asker, asked, number, PLAIN)
    factor = before.tokens / before.spent_s / speeds.writing[0][1]
    now = replace(speeds, writing=tuple((at, factor * each) for at, each in speeds.writing))
    told = [_likely_s(strategy, each, usual) for each in (speeds, now)]
    reply = ask(asker, asked, number, strategy)
    width = max(1, wave(strategy, (), strategy.drafts))
    writing = with_pace(speeds.writing, width, reply.tokens / reply.spent_s)
    return replace(speeds, writing=writing), Told(*told, reply.spent_s, load())


def _likely_s(strategy: Strategy, speeds: Speeds, usual: Usual) -> float:
    return forecast(
        strategy,
        speeds,
        prompt_tokens=0,
        draft_tokens=usual.tokens,
        agreement=usual.agreement,
    ).likely_s


def load() -> float:
    """Return how many processes want to compute, for each core; 0 where nobody tells."""
    return os.getloadavg()[0] / (os.cpu_count() or 1) if hasattr(os, "getloadavg") else 0.0


def ask(asker: Asker, asked: QuestionSet, number: int, strategy: Strategy) -> Reply:
    """Ask a question of a set."""
    question = asked.questions[number % len(asked.questions)]
    sampling = replace(BALANCED, temperature=TEMPERATURE, answer_limit_tokens=asked.most_tokens)
    return asker.ask(turns_of(asked, question), sampling, strategy)
