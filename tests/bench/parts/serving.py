"""How many programs are served, how soon each hears something, and what a token costs."""

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import psutil

from peers import crowd
from peers.crowd import Heard
from peers.figure import Figure, at_least, at_most
from peers.llama_server import LlamaServer, request_body
from peers.our_server import OurServer, spent_s
from peers.plan import Plan
from peers.prompts import short
from peers.side import Question, Setup

CLIENTS = (1, 4, 8, 32)
COMPARED = 8
"""Up to so many programs at once, ours is held to the other's throughput."""
TOKENS, FEW_TOKENS = 100, 32
FIRST_BAR = 1.05
ONE_CACHE = "llama-server with one cache"
"""As ours: each conversation may have the whole context, not only its share of it."""
_OURS_ALONE = {"samplers", "top_k", "cache_prompt"}


class Served(Protocol):
    """A server, whichever it is."""

    name: str
    key: str
    port: int

    def cpu_s(self) -> float:
        """Return its processor time, all processes and threads."""


class TheirServer(LlamaServer):
    """llama-server, as a program sees it."""

    key = "none"

    def __init__(self, plan: Plan, setup: Setup, *extra: str, name: str = "") -> None:
        """Start it; see LlamaServer."""
        self.name = name or self.name
        super().__init__(plan.server, setup, *extra)

    @property
    def port(self) -> int:
        """Return where it listens."""
        return self._port

    def cpu_s(self) -> float:
        """Return its processor time, all threads."""
        return spent_s(psutil.Process(self.pid))


@dataclass(frozen=True, slots=True)
class Round:
    """What became of questions asked at once, and the processor time that they took."""

    heard: tuple[Heard, ...]
    cpu_s: float

    @property
    def rate(self) -> float:
        """Tokens a second of all together, prompts included."""
        return self.tokens / max(each.ended_s for each in self.heard)

    @property
    def tokens(self) -> int:
        """All that were written."""
        return sum(each.tokens for each in self.heard)

    @property
    def first_s(self) -> float:
        """Seconds within which nineteen of twenty had heard something."""
        waits = sorted(each.first_s for each in self.heard)
        return waits[min(len(waits) - 1, round(0.95 * (len(waits) - 1)))]

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of processor time a token."""
        return self.cpu_s * 1000 / max(1, self.tokens)

    @property
    def errors(self) -> int:
        """How many had no answer."""
        return sum(bool(each.problem) for each in self.heard)


class Crowd:
    """The process of the programs."""

    def __init__(self) -> None:
        self._child = subprocess.Popen(
            [sys.executable, crowd.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, server: Served, questions: Sequence[Question]) -> Round:
        """Ask a server all at once, and wait for every answer."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        bodies = [json.dumps(body_for(server.name, each)) for each in questions]
        before_s = server.cpu_s()
        told = {"port": server.port, "key": server.key, "bodies": bodies}
        self._child.stdin.write(json.dumps(told) + "\n")
        self._child.stdin.flush()
        heard = tuple(Heard(**each) for each in json.loads(self._child.stdout.readline()))
        return Round(heard, server.cpu_s() - before_s)

    def close(self) -> None:
        """End it."""
        self._child.communicate()


def measure(plan: Plan, clients: Sequence[int] = CLIENTS) -> Iterator[Figure]:
    """Compare servers with so many programs at once, in rounds that take turns."""
    with closing(Crowd()) as programs:
        for count in clients:
            with servers_for(plan, count) as servers:
                yield from figures(plan, count, rounds(programs, servers, count, plan.runs))


@contextmanager
def servers_for(plan: Plan, count: int) -> Iterator[dict[str, Served]]:
    """Start all, warm, and end them."""
    setup = plan.setup(answers=count)
    folder = plan.folder / f"home-{count}"
    folder.mkdir(exist_ok=True)
    with ExitStack() as stack:
        found: list[Served] = [
            stack.enter_context(closing(OurServer(setup, folder))),
            stack.enter_context(closing(TheirServer(plan, setup))),
        ]
        if count > 1:
            one = TheirServer(plan, setup, "--kv-unified", name=ONE_CACHE)
            found.append(stack.enter_context(closing(one)))
        yield {each.name: each for each in found}


def rounds(
    programs: Crowd, servers: Mapping[str, Served], count: int, runs: int
) -> dict[str, list[Round]]:
    """Ask each so often, after a first round that warms it; each begins every other time."""
    found: dict[str, list[Round]] = {name: [] for name in servers}
    names = list(servers)
    tokens = TOKENS if count <= COMPARED else FEW_TOKENS
    for run in range(runs + 1):
        asked = [short((run * 97 + at) % 4000, tokens=tokens) for at in range(count)]
        for name in names if run % 2 else names[::-1]:
            one = programs.ask(servers[name], asked)
            if run:
                found[name].append(one)
    return found


def figures(plan: Plan, count: int, found: Mapping[str, Sequence[Round]]) -> Iterator[Figure]:
    """Tell both, and the ratios."""
    label = f"{count} programs at once" if count > 1 else "one program"
    for name, each in found.items():
        yield told(plan, f"{label}, total: {name}", [one.rate for one in each], "tokens/s")
        waits = [one.first_s * 1000 for one in each]
        yield told(plan, f"{label}, first text, p95: {name}", waits, "ms")
        yield told(plan, f"{label}, processor time: {name}", [one.cpu_ms for one in each],
                   "ms/token")  # fmt: skip
        errors = float(sum(one.errors for one in each))
        yield at_most(plan.named(f"{label}, without an answer: {name}"), errors, 0.0, "")
    for name in found.keys() - {OurServer.name, TheirServer.name}:
        whole = plan.named(f"{label}, total: ours / {name}")
        yield Figure(whole, rate_ratio(found[OurServer.name], found[name]), "x")
    pairs = list(zip(found[OurServer.name], found[TheirServer.name], strict=True))
    cpu = statistics.median(ours.cpu_ms / theirs.cpu_ms for ours, theirs in pairs)
    yield Figure(plan.named(f"{label}, processor time: ours / llama-server"), cpu, "x")
    first = statistics.median(ours.first_s / theirs.first_s for ours, theirs in pairs)
    rate = rate_ratio(found[OurServer.name], found[TheirServer.name])
    name = plan.named(f"{label}, first text, p95: ours / llama-server")
    whole = plan.named(f"{label}, total: ours / llama-server")
    if count > COMPARED:
        yield Figure(name, first, "x")
        yield Figure(whole, rate, "x")
    else:
        yield at_most(name, first, FIRST_BAR)
        yield at_least(whole, rate, 1.0)


def rate_ratio(ours: Sequence[Round], theirs: Sequence[Round]) -> float:
    """Return the median of what ours brought in a round by what theirs did."""
    return statistics.median(a.rate / b.rate for a, b in zip(ours, theirs, strict=True))


def told(plan: Plan, name: str, values: Sequence[float], unit: str) -> Figure:
    """Return the median of a measure."""
    return Figure(plan.named(name), statistics.median(values), unit)


def body_for(name: str, question: Question) -> dict[str, Any]:
    """Return a question as a server's API wants it."""
    body = {**request_body(question), "stream_options": {"include_usage": True}}
    if name == OurServer.name:
        body = {key: value for key, value in body.items() if key not in _OURS_ALONE}
        body["logit_bias"] = {str(token): bias for token, bias in body["logit_bias"]}
    return body
