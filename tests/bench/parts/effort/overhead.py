"""How much of a run the strategies' own code takes."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from inglenook.chat.sampling import BALANCED
from inglenook.effort.strategy import PLAIN, Kind, Score, Strategy
from inglenook.engine.answering import LlamaBackend
from inglenook.engine.decode.drafts import Drafts
from inglenook.engine.decode.plain import PlainAnswer
from inglenook.engine.decode.steps import StepSearch
from inglenook.engine.protocol import Answer, Load
from inglenook.engine.task import Task
from inglenook.models.settings import EngineSettings
from inglenook.services.evaluation import turns_of
from parts.effort.bench import CONTEXT_TOKENS, DRAFTS, SEARCHES, TEMPERATURE, Bench
from peers.figure import Figure
from peers.models import STARTER

QUESTIONS = 6
BAR = 0.02
STRATEGIES = {
    "vote of 8": Strategy(Kind.VOTE, 8, Score.SEQUENCE),
    "best of 8": Strategy(Kind.BEST_OF, 8, Score.MEAN),
    **{each.lower(): strategy for each, strategy in SEARCHES.items()},
    "beam": Strategy(Kind.BEAM, 8, Score.SEQUENCE, width=8),
    "Monte Carlo search": Strategy(Kind.MCTS, 2, Score.SEQUENCE, width=8),
}


def measure(bench: Bench) -> Iterator[Figure]:
    """Answer in this process, with a clock around what a strategy is told."""
    backend = LlamaBackend()
    settings = EngineSettings(
        context_tokens=CONTEXT_TOKENS, threads=bench.threads, sequences=DRAFTS
    )
    backend.load(Load(str(STARTER), settings), lambda _fraction: True)
    try:
        for name, strategy in STRATEGIES.items():
            share = share_of(bench, backend, strategy)
            text = f"strategy code of a {name} / the whole run"
            yield Figure(text, share, "", f"< {BAR}", share < BAR, digits=3)
        share = share_of(bench, backend, PLAIN)
        yield Figure("the same of one plain draft, to compare with", share, "", digits=3)
    finally:
        backend.unload()


def share_of(bench: Bench, backend: LlamaBackend, strategy: Strategy) -> float:
    """Return the share of a run that is spent in what a strategy is told."""
    asked = bench.sets[-1]
    spent = [0.0]
    owner: type[Task] = PlainAnswer if strategy.is_plain else Drafts
    if strategy.is_tree:
        owner = StepSearch
    kept = owner.picked
    owner.picked = clocked(kept, spent)  # type: ignore[method-assign]  # put back below
    try:
        began_s = time.perf_counter()
        for question in asked.questions[:QUESTIONS]:
            sampling = replace(
                BALANCED, temperature=TEMPERATURE, answer_limit_tokens=asked.most_tokens
            )
            turns = turns_of(asked, question)
            backend.accept(Answer(question.name, "bench", turns, sampling, strategy=strategy))
            while backend.is_busy:
                backend.step()
        return spent[0] / (time.perf_counter() - began_s)
    finally:
        owner.picked = kept  # type: ignore[method-assign]


def clocked(call: Any, spent: list[float]) -> Any:
    """Return a method that adds up its seconds."""

    def around(*arguments: Any) -> None:
        began_s = time.perf_counter()
        call(*arguments)
        spent[0] += time.perf_counter() - began_s

    return around
