"""Our engine beside `llama_cpp.Llama`, both in this process, slice by slice."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import llama_cpp

from inglenook.engine.lib import silence
from peers.figure import Figure, at_least
from peers.inside import Inside
from peers.plan import Plan
from peers.prompts import short
from peers.side import Question

SLICE_TOKENS = 20
LENGTHS = (200, 2000)

Asking = Callable[[Question], Iterator[int]]


@dataclass(frozen=True, slots=True)
class Spent:
    """What an answer cost.

    Attributes:
        first_s: Seconds from the question to the first token.
        tokens_per_s: After the first, per second of the clock.
        cpu_ms: Processor time a token, all threads, in milliseconds.
    """

    first_s: float
    tokens_per_s: float
    cpu_ms: float


class Writing:
    """One answer under way, and what it has cost so far."""

    def __init__(self, asking: Asking, question: Question) -> None:
        self._counts = asking(question)
        began_s = time.perf_counter()
        next(self._counts)
        self._first_s = time.perf_counter() - began_s
        self._written = 0
        self._spent_s = self._cpu_s = 0.0
        self.has_ended = False

    def go_on(self) -> None:
        """Write a slice of the answer."""
        began_s, cpu_s = time.perf_counter(), time.process_time()
        wanted = self._written + SLICE_TOKENS
        while self._written < wanted and not self.has_ended:
            count = next(self._counts, None)
            self.has_ended = count is None
            self._written += count or 0
        self._spent_s += time.perf_counter() - began_s
        self._cpu_s += time.process_time() - cpu_s

    def spent(self) -> Spent:
        """Return what the whole answer cost."""
        written = max(self._written, 1)
        return Spent(self._first_s, written / self._spent_s, self._cpu_s * 1000 / written)


def measure(plan: Plan) -> Iterator[Figure]:
    """Compare at both lengths."""
    inside = Inside(plan.setup())
    sides = {"ours": inside.answer, "llama_cpp.Llama": theirs(plan)}
    try:
        for tokens in LENGTHS:
            runs = plan.runs if tokens < 1000 else max(1, plan.runs // 3)
            yield from compare(plan, sides, tokens, runs)
    finally:
        inside.close()


def compare(plan: Plan, sides: dict[str, Asking], tokens: int, runs: int) -> Iterator[Figure]:
    """Let both write at the same time, a few tokens each in turn."""
    found: dict[str, list[Spent]] = {name: [] for name in sides}
    for number in range(runs):
        order = sorted(sides, reverse=bool(number % 2))
        question = short(1700 + number, tokens=tokens, is_endless=False)
        under_way = {name: Writing(sides[name], question) for name in order}
        while not all(each.has_ended for each in under_way.values()):
            for each in under_way.values():
                each.go_on()
        for name, each in under_way.items():
            found[name].append(each.spent())
    label = f"in one process, {tokens} tokens"
    for name, runs_of in found.items():
        rate = statistics.median(each.tokens_per_s for each in runs_of)
        yield Figure(plan.named(f"{label}: {name}"), rate, "tokens/s")
        cost = statistics.median(each.cpu_ms for each in runs_of)
        yield Figure(plan.named(f"{label}: processor time, {name}"), cost, "ms/token")
        first = statistics.median(each.first_s for each in runs_of) * 1000
        yield Figure(plan.named(f"{label}: first text, {name}"), first, "ms")
    pairs = zip(found["ours"], found["llama_cpp.Llama"], strict=True)
    ratio = statistics.median(mine.tokens_per_s / other.tokens_per_s for mine, other in pairs)
    yield at_least(plan.named(f"{label}: ours / llama_cpp.Llama"), ratio, 1.0)


def theirs(plan: Plan) -> Asking:
    """Return the bindings' own class, with what we give ours and its defaults otherwise."""
    setup = plan.setup()
    llama = llama_cpp.Llama(
        str(setup.model),
        n_ctx=setup.context_tokens,
        n_threads=setup.threads,
        n_threads_batch=setup.threads,
        verbose=False,
    )
    silence()

    def ask(question: Question) -> Iterator[int]:
        stream = llama.create_chat_completion(
            [{"role": turn.role.value, "content": turn.text} for turn in question.turns],
            stream=True,
            temperature=0.0,
            max_tokens=question.tokens,
            repeat_penalty=1.0,
        )
        seen = 0
        for chunk in stream:
            choice = chunk["choices"][0]
            if choice["delta"].get("content") is not None:
                seen += 1
                yield 1
            if choice["finish_reason"] == "length":
                yield question.tokens - seen  # tokens without text come without a chunk

    return ask
