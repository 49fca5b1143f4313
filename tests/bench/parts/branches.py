"""Eight answers that grow from one prompt, beside eight runs one after another."""

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from inglenook.chat.sampling import BALANCED, Sampling
from inglenook.core.errors import Problem
from inglenook.engine.branch import Branch
from inglenook.engine.model import Ids, Model
from inglenook.engine.sampling import Chain
from inglenook.engine.task import Task
from peers.figure import Figure, at_most
from peers.inside import Inside
from peers.plan import Plan
from peers.prompts import long

BRANCHES = 8
TOKENS = 60
PROMPT_SENTENCES = 76
BAR = 1.1
SAMPLING = replace(BALANCED, seed=7)


class Forks(Task):
    """One prompt, read once, and several lines of text from its end; text is not kept.

    Threads: the engine's main thread only.

    Attributes:
        first_s: When every line had picked its first token.
        reused: Tokens of the prompt that were resident.
    """

    def __init__(self, name: str, prompt: Ids, model: Model, sampling: Sampling, width: int):
        """Prepare; nothing is read yet."""
        reserve = width * TOKENS
        super().__init__(name, name, prompt, reserve_tokens=reserve, width=width)
        self.first_s = 0.0
        self.reused = 0
        self._model, self._sampling = model, sampling
        self._left = width * TOKENS

    def begin(self) -> None:
        """Open the first line."""
        self.reused = self.desk.open(self, self._chain(0), self.prompt).at

    def ready(self, branch: Branch) -> None:
        """Fork the others where the prompt ends."""
        for number in range(1, self.width):
            assert self.desk.fork(branch, self._chain(number)), "no sequence is left"

    def picked(self, branch: Branch, token: int) -> None:
        """Count; the end of the text is overlooked, so that all lines are as long."""
        self._left -= 1
        if self._left == self.width * (TOKENS - 1):
            self.first_s = time.perf_counter()
        self.is_over = not self._left

    def run_out(self) -> None:
        """End the measurement: it was given too little room."""
        raise RuntimeError("the context is too short to measure branches")

    def stop(self) -> None:
        """End; nobody listens."""
        self.is_over = True

    def fail(self, problem: Problem) -> None:
        """End the measurement with what went wrong."""
        raise RuntimeError(problem.in_words())

    def _chain(self, number: int) -> Chain:
        return Chain(self._sampling, self._model, seed_offset=number)


@dataclass(frozen=True, slots=True)
class Work:
    """What some lines of text took, in seconds."""

    prompt_s: float
    all_s: float


def measure(plan: Plan) -> Iterator[Figure]:
    """Alternate eight branches, eight runs, and one prompt that nobody has read."""
    inside = Inside(plan.setup())
    together, after_another, alone = [], [], []
    try:
        for number in range(plan.runs):
            together.append(grown(inside, 3 * number, BRANCHES))
            runs = [grown(inside, 3 * number + 1, 1) for _ in range(BRANCHES)]
            after_another.append(sum(run.all_s for run in runs))
            alone.append(runs[0].prompt_s)
    finally:
        inside.close()
    yield from branch_figures(plan, together, after_another, alone)


def branch_figures(
    plan: Plan, together: list[Work], after_another: list[float], alone: list[float]
) -> Iterator[Figure]:
    """Tell totals, the ratio, and what the prompt cost."""
    tokens = BRANCHES * TOKENS
    label = f"{BRANCHES} branches of one prompt"
    rate = statistics.median(tokens / work.all_s for work in together)
    yield Figure(plan.named(f"{label}: together"), rate, "tokens/s")
    rate = statistics.median(tokens / spent_s for spent_s in after_another)
    yield Figure(plan.named(f"{label}: one after another"), rate, "tokens/s")
    pairs = zip(together, after_another, strict=True)
    ratio = statistics.median(spent_s / work.all_s for work, spent_s in pairs)
    yield Figure(plan.named(f"{label}: together / one after another"), ratio, "x")
    pairs = zip(together, alone, strict=True)
    share = statistics.median(work.prompt_s / prompt_s for work, prompt_s in pairs)
    yield at_most(plan.named(f"{label}: prompt part / that of one"), share, BAR)


def grown(inside: Inside, number: int, width: int) -> Work:
    """Grow so many lines from the prompt with this number."""
    here = inside.backend._resident
    question = long(1800 + number, tokens=TOKENS, sentences=PROMPT_SENTENCES)
    prompt = here.writer.write(question.turns, context_tokens=here.context.tokens)
    task = Forks(question.chat, prompt.ids, here.model, SAMPLING, width)
    began_s = time.perf_counter()
    here.scheduler.add(task)
    for _ in inside.steps():
        pass
    return Work(task.first_s - began_s, time.perf_counter() - began_s)
