"""Drafts side by side against as many one after another, by the clock."""

import statistics
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from inglenook.chat.sampling import BALANCED
from inglenook.effort.curves import COUNTS
from inglenook.effort.strategy import PLAIN, Kind, Score, Strategy
from inglenook.services.asking import Asker, Reply
from inglenook.services.evaluation import turns_of
from parts.effort.bench import TEMPERATURE, Bench
from peers.figure import Figure
from peers.models import STARTER, requantized

QUESTIONS = 12
BAR, BAR_WIDTH = 0.75, 8


def measure(bench: Bench) -> Iterator[Figure]:
    """Tell the ratio for every width, with two types of the same weights."""
    for label, model in (("Q4_1", STARTER), ("Q4_0", requantized())):
        yield from of_model(bench, label, model)


def of_model(bench: Bench, label: str, model: Path) -> Iterator[Figure]:
    """Measure in turns, so that a busy moment is everybody's."""
    spent: dict[int, list[tuple[float, int]]] = {width: [] for width in COUNTS}
    with bench.asker(model) as asker:
        for number in range(QUESTIONS):
            for width in COUNTS:
                reply = drafts(bench, asker, number, width)
                spent[width].append((reply.spent_s, reply.tokens))
    # By the token: drafts are not equally long.
    alone = statistics.median(seconds / tokens for seconds, tokens in spent[1][1:])
    for width in COUNTS:
        each = statistics.median(seconds / tokens for seconds, tokens in spent[width][1:])
        yield Figure(f"{label}: {width} drafts at once", 1 / each, "tokens/s")
        name = f"{label}: {width} drafts at once / one after another"
        if (label, width) == ("Q4_0", BAR_WIDTH):
            yield Figure(name, each / alone, "x", f"<= {BAR}", each <= BAR * alone)
        elif width > 1:
            yield Figure(name, each / alone, "x")


def drafts(bench: Bench, asker: Asker, number: int, width: int) -> Reply:
    """Have so many drafts of a question written."""
    asked = bench.sets[-1]
    question = asked.questions[number % len(asked.questions)]
    sampling = replace(BALANCED, temperature=TEMPERATURE, answer_limit_tokens=asked.most_tokens)
    strategy = Strategy(Kind.VOTE, width, Score.SEQUENCE) if width > 1 else PLAIN
    return asker.ask(turns_of(asked, question), sampling, strategy)
