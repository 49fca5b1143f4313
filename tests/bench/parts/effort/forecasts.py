"""What an answer was said to take, beside what it took."""

import statistics
from collections.abc import Iterator
from dataclasses import dataclass, replace

from inglenook.chat.sampling import BALANCED
from inglenook.effort.curves import COUNTS
from inglenook.effort.forecast import Speeds, forecast
from inglenook.effort.level import BALANCED as BALANCED_LEVEL
from inglenook.effort.level import CAREFUL
from inglenook.effort.questions import QuestionSet
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


def measure(bench: Bench) -> Iterator[Figure]:
    """Learn this computer's speeds from a few answers, then foretell others."""
    errors = []
    with bench.asker() as asker:
        speeds = learnt(bench, asker)
        # Set by set, as in a chat: what comes before the question is read already.
        for at, asked in enumerate(bench.sets):
            usual = usual_of(asker, asked)
            mine = range(at, QUESTIONS, len(bench.sets))
            errors += [error(asker, asked, speeds, usual, number) for number in mine]
    middle = statistics.median(errors)
    yield at_most(f"forecast of seconds, median error of {len(errors)}", middle, BAR, "")


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


def error(asker: Asker, asked: QuestionSet, speeds: Speeds, usual: Usual, number: int) -> float:
    """Return how far the real time is from what was likely, as a share of it."""
    strategy = STRATEGIES[number % len(STRATEGIES)]
    told = forecast(
        strategy,
        speeds,
        prompt_tokens=0,
        draft_tokens=usual.tokens,
        agreement=usual.agreement,
    )
    real_s = ask(asker, asked, number, strategy).spent_s
    return abs(real_s - told.likely_s) / real_s


def ask(asker: Asker, asked: QuestionSet, number: int, strategy: Strategy) -> Reply:
    """Ask a question of a set."""
    question = asked.questions[number % len(asked.questions)]
    sampling = replace(BALANCED, temperature=TEMPERATURE, answer_limit_tokens=asked.most_tokens)
    return asker.ask(turns_of(asked, question), sampling, strategy)
