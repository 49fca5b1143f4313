"""Our engine beside `llama_cpp.Llama`, in one run, on the same model, prompt and threads.

Run it with `./dev bench engine`; `--json` prints a list of {name, value, unit, bar, holds}.
The two take turns every few tokens, so that a busy machine slows both alike.
"""

import argparse
import json
import os
import queue
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import llama_cpp

from inglenook.chat.message import Role
from inglenook.chat.sampling import EXACT
from inglenook.engine.answering import LlamaBackend
from inglenook.engine.client import Death, EngineClient
from inglenook.engine.lib import api, silence
from inglenook.engine.protocol import Answer, Delta, Done, Event, Failed, Load, Loaded, Turn
from inglenook.models.fit import EngineSettings

MODEL = Path(__file__).parents[2] / "resources/models/SmolLM2-135M-Instruct.Q4_1.gguf"
CONTEXT_TOKENS = 8192
MOST_GROWTH = 1.5
SLICE_TOKENS = 20


def short_question(number: int) -> str:
    """Return a question that both models answer without end; another one for each number."""
    start = number * 20
    return f"Continue this list for ever: {', '.join(str(start + at) for at in range(1, 16))},"


def long_question(number: int) -> str:
    """Return a question of some 700 tokens that begins differently for each number."""
    return f"{number}. " + "The kettle sings and the fire glows. " * 80


@dataclass(frozen=True)
class Run:
    """One measured answer.

    Attributes:
        first_s: Seconds from the question to the first text.
        tokens_per_s: Tokens after the first, per second of the clock.
        cpu_ms: Processor time a token, all threads, in milliseconds.
    """

    first_s: float
    tokens_per_s: float
    cpu_ms: float


@dataclass(frozen=True)
class Figure:
    """One line of the result."""

    name: str
    value: float
    unit: str
    bar: str = ""
    holds: bool = True


Asking = Callable[[str, int], Iterator[int]]
Question = Callable[[int], str]


class Answering:
    """One answer under way, and what it has cost so far."""

    def __init__(self, asking: Asking, question: str, tokens: int) -> None:
        self._tokens = tokens
        self._counts = asking(question, tokens)
        self._written = self._after_first = 0
        self._spent_s = self._cpu_s = 0.0
        began = time.perf_counter()
        self._written = next(self._counts)
        self._first_s = time.perf_counter() - began
        self.has_ended = False

    def go_on(self) -> None:
        """Write a slice of the answer."""
        began, cpu = time.perf_counter(), time.process_time()
        wanted = self._written + SLICE_TOKENS
        while self._written < wanted and not self.has_ended:
            count = next(self._counts, None)
            self.has_ended = count is None
            self._written += count or 0
            self._after_first += count or 0
        self._spent_s += time.perf_counter() - began
        self._cpu_s += time.process_time() - cpu

    def run(self) -> Run:
        """Return what the whole answer cost."""
        assert self._written >= self._tokens - 1, f"only {self._written} tokens came"
        after = max(self._after_first, 1)
        return Run(self._first_s, after / self._spent_s, self._cpu_s * 1000 / after)


def ours(settings: EngineSettings) -> Asking:
    """Return our engine, in this process."""
    backend = LlamaBackend()
    backend.load(Load(str(MODEL), settings), lambda _fraction: True)

    def ask(question: str, tokens: int) -> Iterator[int]:
        sampling = replace(EXACT, answer_limit_tokens=tokens)
        reply = backend.begin(Answer("r", "c", (Turn(Role.USER, question),), sampling))
        while not isinstance(event := reply.step(), Done):
            if isinstance(event, Delta) and event.tokens:
                yield event.tokens
        assert event.reason == "length", event

    return ask


def theirs(settings: EngineSettings) -> Asking:
    """Return the bindings' own class."""
    llama = llama_cpp.Llama(
        str(MODEL),
        n_ctx=settings.context_tokens,
        n_threads=settings.threads,
        n_threads_batch=settings.threads,
        verbose=False,
    )
    silence()

    def ask(question: str, tokens: int) -> Iterator[int]:
        stream = llama.create_chat_completion(
            [{"role": "user", "content": question}],
            stream=True,
            temperature=0.0,
            max_tokens=tokens,
            repeat_penalty=1.0,
        )
        seen = 0
        for chunk in stream:
            choice = chunk["choices"][0]
            if choice["delta"].get("content") is not None:
                seen += 1
                yield 1
            if choice["finish_reason"] == "length":
                yield tokens - seen  # tokens without text come without a chunk

    return ask


class Child:
    """Our engine as the window has it: in a process of its own, at the end of a pipe."""

    def __init__(self, settings: EngineSettings) -> None:
        self._heard: queue.SimpleQueue[Event | Death] = queue.SimpleQueue()
        self._client = EngineClient(
            self._heard.put, lambda death, _back: self._heard.put(death)
        )
        self._client.start()
        self._client.send(Load(str(MODEL), settings))
        while not isinstance(self._next(), Loaded):
            pass

    def _next(self) -> Event | Death:
        return self._heard.get(timeout=120)

    def run(self, question: str, tokens: int) -> Run:
        """Time one answer as the window sees it; processor time is not known."""
        sampling = replace(EXACT, answer_limit_tokens=tokens)
        began = time.perf_counter()
        self._client.send(Answer("r", "c", (Turn(Role.USER, question),), sampling))
        first, seen, event = 0.0, 0, self._next()
        while not isinstance(event, Done):
            assert not isinstance(event, Failed | Death), event
            if isinstance(event, Delta):
                seen += event.tokens if first else 0
                first = first or time.perf_counter()
            event = self._next()
        return Run(first - began, seen / (time.perf_counter() - first), 0.0)

    def close(self) -> None:
        """End the process."""
        self._client.close()


def through_the_pipe(settings: EngineSettings, inside: Asking, runs: int) -> list[Figure]:
    """Compare the engine in its process with the same engine in this one."""
    child = Child(settings)
    there, here = [], []
    for number in range(runs):
        there.append(child.run(short_question(number), 200))
        answering = Answering(inside, short_question(number + 100), 200)
        while not answering.has_ended:
            answering.go_on()
        here.append(answering.run())
    child.close()
    rate = median(there).tokens_per_s / median(here).tokens_per_s
    return [
        Figure("200 tokens through the pipe: ours", median(there).tokens_per_s, "tokens/s"),
        Figure("200 tokens through the pipe: first text", median(there).first_s * 1000, "ms"),
        Figure("200 tokens: through the pipe over in-process", rate, "x"),
    ]


def side_by_side(
    sides: dict[str, Asking], question: Question, tokens: int, runs: int
) -> dict[str, Run]:
    """Return the median run of each side, taking turns slice by slice."""
    found: dict[str, list[Run]] = {name: [] for name in sides}
    for number in range(runs):
        order = list(sides) if number % 2 == 0 else list(reversed(sides))
        # Another question each time, so that neither side finds it in its cache.
        under_way = {name: Answering(sides[name], question(number), tokens) for name in order}
        while not all(each.has_ended for each in under_way.values()):
            for each in under_way.values():
                each.go_on()
        for name, each in under_way.items():
            found[name].append(each.run())
    return {name: median(each) for name, each in found.items()}


def median(runs: Sequence[Run]) -> Run:
    """Return the median of each measure."""
    middle = statistics.median
    return Run(
        middle(run.first_s for run in runs),
        middle(run.tokens_per_s for run in runs),
        middle(run.cpu_ms for run in runs),
    )


def compare(
    sides: dict[str, Asking], question: Question, tokens: int, runs: int
) -> list[Figure]:
    """Return the figures of one comparison."""
    run = side_by_side(sides, question, tokens, runs)
    mine, other = run["ours"], run["theirs"]
    rate = mine.tokens_per_s / other.tokens_per_s
    label = f"{tokens} tokens"
    return [
        Figure(f"{label}: ours", mine.tokens_per_s, "tokens/s"),
        Figure(f"{label}: llama_cpp.Llama", other.tokens_per_s, "tokens/s"),
        Figure(f"{label}: rate, ours over theirs", rate, "x", ">= 1.00", rate >= 1.0),
        Figure(f"{label}: processor time, ours", mine.cpu_ms, "ms/token"),
        Figure(f"{label}: processor time, theirs", other.cpu_ms, "ms/token"),
    ]


def first_text(
    sides: dict[str, Asking], label: str, question: Question, runs: int
) -> list[Figure]:
    """Compare the wait for the first text: the best of several, which noise cannot improve."""
    best = dict.fromkeys(sides, float("inf"))
    for number in range(runs):
        for name in sorted(sides, reverse=number % 2 == 0):
            answering = Answering(sides[name], question(number + 50), 2)
            while not answering.has_ended:
                answering.go_on()
            best[name] = min(best[name], answering.run().first_s)
    ratio = best["theirs"] / best["ours"]
    return [
        Figure(f"{label}: first text, ours", best["ours"] * 1000, "ms"),
        Figure(f"{label}: first text, theirs", best["theirs"] * 1000, "ms"),
        Figure(f"{label}: first text, theirs over ours", ratio, "x", ">= 0.97", ratio >= 0.97),
    ]


def overhead(settings: EngineSettings) -> list[Figure]:
    """Measure what Python adds to a token, with decoding and sampling replaced by nothing."""
    spent = python_time_us(settings, tokens=4100)
    early, late = statistics.median(spent[100:300]), statistics.median(spent[3900:4100])
    growth = late / early
    return [
        Figure("Python's share at token 100", early, "us/token", "< 25", early < 25),
        Figure("Python's share at token 4,000", late, "us/token", "< 25", late < 25),
        Figure(
            "Python's share, token 4,000 over token 100",
            growth,
            "x",
            "< 1.5",
            growth < MOST_GROWTH,
        ),
    ]


def python_time_us(settings: EngineSettings, *, tokens: int) -> list[float]:
    """Return microseconds of each step of an answer whose native calls do nothing."""
    backend = LlamaBackend()
    backend.load(Load(str(MODEL), settings), lambda _fraction: True)
    sampling = replace(EXACT, answer_limit_tokens=tokens, stop=("<<end of it>>", "\u2403 over"))
    reply = backend.begin(Answer("r", "c", (Turn(Role.USER, short_question(0)),), sampling))
    words = list(range(1000, 9000))
    decode, sample = api.llama_decode, api.llama_sampler_sample
    api.llama_decode = lambda _context, _batch: 0
    api.llama_sampler_sample = lambda _chain, _context, _row: words.pop()
    spent: list[float] = []
    try:
        while True:
            began = time.perf_counter_ns()
            event = reply.step()
            spent.append((time.perf_counter_ns() - began) / 1000)
            if isinstance(event, Done):
                return spent
    finally:
        api.llama_decode, api.llama_sampler_sample = decode, sample
        backend.unload()


def figures(arguments: argparse.Namespace) -> list[Figure]:
    """Measure everything."""
    settings = EngineSettings(context_tokens=CONTEXT_TOKENS, threads=arguments.threads)
    found = overhead(settings)
    sides = {"ours": ours(settings), "theirs": theirs(settings)}
    found += compare(sides, short_question, 200, arguments.runs)
    found += compare(sides, short_question, 2000, max(1, arguments.runs // 3))
    found += through_the_pipe(settings, sides["ours"], arguments.runs)
    found += first_text(sides, "short prompt", short_question, 4 * arguments.runs)
    found += first_text(sides, "long prompt", long_question, 2 * arguments.runs)
    return found


def main(argv: Sequence[str]) -> int:
    """Print the figures; return 1 if a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--threads", type=int, default=max(1, (os.cpu_count() or 2) // 2))
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args(argv)
    found = figures(arguments)
    print(
        json.dumps([asdict(each) for each in found], indent=2)
        if arguments.json
        else table(found)
    )
    return 0 if all(each.holds for each in found) else 1


def table(found: Sequence[Figure]) -> str:
    """Return the figures as lines."""
    lines = []
    for each in found:
        verdict: Any = ""
        if each.bar:
            verdict = f"bar {each.bar}: {'holds' if each.holds else 'MISSED'}"
        lines.append(f"{each.name:<52}{each.value:>10.2f} {each.unit:<10}{verdict}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
