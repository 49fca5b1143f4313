"""Both sides at work at the same time, of which only one runs at any moment.

A busy or throttled computer slows whatever runs at the moment. So the sides take turns of a
tenth of a second: one process is suspended while the other goes on, and each is timed by a
clock that stands still while its process does.
"""

import bisect
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import psutil

from peers.side import Asked, Question, Reply, Side, total_rate

SLICE_S = 0.1
"""Long beside the millisecond that suspending takes, short beside what else goes on."""


@dataclass(frozen=True, slots=True)
class Lap:
    """What one side has done in a race.

    Attributes:
        replies: By a clock that stood still while the side did.
        engine_cpu_s: Processor time of its process, all threads.
        asker_cpu_s: Processor time of this process while the side ran: what listening cost.
    """

    replies: tuple[Reply, ...]
    engine_cpu_s: float
    asker_cpu_s: float

    @property
    def tokens(self) -> int:
        """Return how many were written."""
        return sum(reply.tokens for reply in self.replies)

    @property
    def rate(self) -> float:
        """Return tokens a second, of all answers and with their prompts."""
        return total_rate(self.replies)

    @property
    def engine_cpu_ms(self) -> float:
        """Return milliseconds of processor time a token."""
        return self.engine_cpu_s * 1000 / self.tokens


@dataclass
class Runner:
    """One side of a race; it stands still unless it is let run.

    Threads: the one that runs the race.
    """

    side: Side
    under_way: list[Asked] = field(default_factory=list)
    slices: list[tuple[float, float]] = field(default_factory=list)
    asker_cpu_s: float = 0.0

    def __post_init__(self) -> None:
        self._process = psutil.Process(self.side.pid)
        self._cpu_before_s = self._cpu_s()

    def halt(self) -> None:
        """Stand still until there is something to do."""
        self._process.suspend()

    def ask(self, questions: Sequence[Question]) -> None:
        """Ask, and run for a slice."""
        self._run(questions)

    def run(self) -> None:
        """Run for a slice, or until the answers have ended."""
        self._run(())

    def _run(self, questions: Sequence[Question]) -> None:
        began = self._go()
        self.under_way += [self.side.ask(question) for question in questions]
        give_up_s = time.perf_counter() + SLICE_S
        for asked in self.under_way:
            asked.has_ended(max(0.0, give_up_s - time.perf_counter()))
        self._halt(began)

    @property
    def is_done(self) -> bool:
        """Whether all answers have ended."""
        return all(asked.has_ended(0.0) for asked in self.under_way)

    def lap(self) -> Lap:
        """Return what came of it, and let the process go on as it likes."""
        self._process.resume()
        replies = tuple(on_own_clock(asked.wait(), self.slices) for asked in self.under_way)
        return Lap(replies, self._cpu_s() - self._cpu_before_s, self.asker_cpu_s)

    def _go(self) -> tuple[float, float]:
        self._process.resume()
        return time.perf_counter(), time.process_time()

    def _halt(self, began: tuple[float, float]) -> None:
        # Done, it is idle and disturbs nobody; suspended for long, it would be taken for hung.
        if not self.is_done:
            self._process.suspend()
        self.slices.append((began[0], time.perf_counter()))
        self.asker_cpu_s += time.process_time() - began[1]

    def _cpu_s(self) -> float:
        times = self._process.cpu_times()
        return times.user + times.system


def race(
    sides: Mapping[str, Side], questions: Mapping[str, Sequence[Question]], *, first: str
) -> dict[str, Lap]:
    """Let both sides answer their questions, in turns.

    Args:
        sides: By name.
        questions: By the name of the side; those of one side are asked at the same time.
        first: The side that begins.
    """
    order = sorted(sides, key=lambda name: name != first)
    runners = {name: Runner(sides[name]) for name in order}
    for runner in runners.values():
        runner.halt()
    for name in order:
        runners[name].ask(questions[name])
    while not all(runner.is_done for runner in runners.values()):
        for runner in runners.values():
            if not runner.is_done:
                runner.run()
    return {name: runner.lap() for name, runner in runners.items()}


def races(
    sides: Mapping[str, Side],
    questions: Callable[[int], Sequence[Question]],
    runs: int,
    *,
    least: float = 0.99,
) -> dict[str, list[Lap]]:
    """Race several times, each side beginning every other time.

    A race in which an answer had less than this share of its length is run again with other
    questions.
    """
    found: dict[str, list[Lap]] = {name: [] for name in sides}
    names = list(sides)
    for number in range(3 * runs):
        asked = questions(number)
        laps = race(sides, dict.fromkeys(names, asked), first=names[number % 2])
        if all(is_long(lap, asked, least) for lap in laps.values()):
            for name, lap in laps.items():
                found[name].append(lap)
        if len(found[names[0]]) == runs:
            return found
    raise AssertionError(f"the model ended its answers early in {2 * runs} races")


def is_long(lap: Lap, asked: Sequence[Question], least: float) -> bool:
    """Tell whether every answer has at least this share of its length."""
    return all(
        reply.tokens >= least * question.tokens
        for reply, question in zip(lap.replies, asked, strict=True)
    )


def on_own_clock(reply: Reply, slices: Sequence[tuple[float, float]]) -> Reply:
    """Return a reply with its times counted in seconds during which its side ran."""
    begins = [began for began, _ in slices]
    before, total = [], 0.0
    for began, ended in slices:
        before.append(total)
        total += ended - began

    def spent_s(moment: float) -> float:
        at = max(0, bisect.bisect_right(begins, moment) - 1)
        began, ended = slices[at]
        return before[at] + min(max(moment, began), ended) - began

    return replace(
        reply,
        asked_s=spent_s(reply.asked_s),
        heard_s=tuple(map(spent_s, reply.heard_s)),
        ended_s=spent_s(reply.ended_s),
    )
