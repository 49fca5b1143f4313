"""What Python adds to a token: an answer whose native calls do nothing."""

import itertools
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from inglenook.engine import sampling as chains
from inglenook.engine.lib import api
from inglenook.engine.protocol import Done
from peers.figure import Figure, at_most
from peers.inside import Inside
from peers.plan import Plan
from peers.prompts import short
from peers.side import Question

BAR_US = 25.0
MOST_GROWTH = 1.5
TOKENS = 4100
STREAMS = 8
STREAM_TOKENS = 400
REAL_TOKENS = 150
MOST_OVER_NATIVE = 1.02


def measure(plan: Plan) -> Iterator[Figure]:
    """Tell the share at token 100 and 4,000, and of 8 streams."""
    inside = Inside(plan.setup())
    try:
        spent = step_times_us(inside, streams=1, tokens=TOKENS)
        together = step_times_us(inside, streams=STREAMS, tokens=STREAM_TOKENS)
        real = real_shares_us(inside)
    finally:
        inside.close()
    early, late = statistics.median(spent[100:300]), statistics.median(spent[3900:4090])
    for at, value in (("100", early), ("4,000", late)):
        name = plan.named(f"Python's share at token {at}")
        yield Figure(name, value, "us/token", "< 25", value < BAR_US)
    growth = late / early
    name = plan.named("Python's share, token 4,000 over token 100")
    yield Figure(name, growth, "x", "< 1.5", growth < MOST_GROWTH)
    each = statistics.median(together[100:300]) / STREAMS
    yield Figure(plan.named(f"Python's share, {STREAMS} streams"), each, "us/token")
    share = statistics.median(spent - native for spent, native in real)
    yield Figure(plan.named("Python's share beside real decoding"), share, "us/token")
    ratio = statistics.median(spent / native for spent, native in real)
    yield at_most(plan.named("a real step / its native calls"), ratio, MOST_OVER_NATIVE)


def step_times_us(inside: Inside, *, streams: int, tokens: int) -> list[float]:
    """Return microseconds of each step, once prompts are read."""
    stop = ("<<end of it>>", "\u2403 over")
    questions = []
    for number in range(streams):
        questions.append(drawn(short(1600 + number, tokens=tokens), stop))
    inside.accept(questions)
    spent: list[float] = []
    with native_calls_do_nothing():
        steps = inside.steps()
        while True:
            began = time.perf_counter_ns()
            events = next(steps, ())
            spent.append((time.perf_counter_ns() - began) / 1000)
            if any(isinstance(event, Done) for event in events) or not events:
                break
        for _ in steps:
            pass
    return spent


def real_shares_us(inside: Inside) -> list[tuple[float, float]]:
    """Return microseconds of real steps, and of the native calls in them.

    Python costs several times as much there: each decode reads the whole model, and leaves
    nothing of ours in the caches.
    """
    inside.accept([drawn(short(1690, tokens=REAL_TOKENS))])
    spent = []
    with native_calls_are_timed() as native_ns:
        steps = inside.steps()
        while True:
            native_ns[0] = 0
            began = time.thread_time_ns()
            if next(steps, None) is None:
                break
            spent.append(((time.thread_time_ns() - began) / 1000, native_ns[0] / 1000))
    return spent[REAL_TOKENS // 10 :]


def drawn(question: Question, stop: tuple[str, ...] = ()) -> Question:
    """Return a question whose words are drawn by llama.cpp, not looked up by us."""
    return replace(question, sampling=replace(question.sampling, temperature=1.0, stop=stop))


@contextmanager
def native_calls_are_timed() -> Iterator[list[int]]:
    """Add up the processor time of native calls, in nanoseconds."""
    decode, sample = api.llama_decode, chains._sample
    total = [0]

    def timed(call: Callable[..., int]) -> Callable[..., int]:
        def around(*arguments: object) -> int:
            began = time.thread_time_ns()
            result = call(*arguments)
            total[0] += time.thread_time_ns() - began
            return result

        return around

    api.llama_decode, chains._sample = timed(decode), timed(sample)
    try:
        yield total
    finally:
        api.llama_decode, chains._sample = decode, sample


@contextmanager
def native_calls_do_nothing() -> Iterator[None]:
    """Decode nothing, and pick words that are not the end of an answer."""
    words = itertools.cycle(range(1000, 9000))
    decode, sample = api.llama_decode, chains._sample
    api.llama_decode = lambda _context, _batch: 0
    chains._sample = lambda _chain, _context, _row: next(words)
    try:
        yield
    finally:
        api.llama_decode, chains._sample = decode, sample
