"""What a benchmark run is about: the model, the threads, how often."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from peers.llama_server import LlamaServer
from peers.ours import OurEngine
from peers.prompts import short
from peers.side import Setup, Side

CONTEXT_TOKENS = 8192


@dataclass(frozen=True, slots=True)
class Plan:
    """What every part of the benchmark is given.

    Attributes:
        label: What the model is called in the figures.
        model: Its file.
        server: The llama-server to compare with.
        threads: For both sides.
        runs: How often a measure is taken, at least 1.
        folder: For files of ours, empty at first.
    """

    label: str
    model: Path
    server: Path
    threads: int
    runs: int
    folder: Path

    def setup(self, *, answers: int = 1, guesses: bool = False) -> Setup:
        """Return what both sides are started with."""
        return Setup(self.model, self.threads, CONTEXT_TOKENS, answers, guesses)

    def named(self, name: str) -> str:
        """Return the name of a figure of this model."""
        return f"{self.label}: {name}"


@contextmanager
def both(plan: Plan, *, answers: int = 1) -> Iterator[dict[str, Side]]:
    """Start both sides, warm, and end them; ours keeps snapshots, as in the application."""
    setup = plan.setup(answers=answers)
    kept = plan.folder / "snapshots"
    kept.mkdir(exist_ok=True)
    ours = OurEngine(setup, snapshots=kept)
    try:
        theirs = LlamaServer(plan.server, setup)
        try:
            for side in (ours, theirs):
                side.ask(short(9999, tokens=8)).wait()
            yield {"ours": ours, "llama-server": theirs}
        finally:
            theirs.close()
    finally:
        ours.close()


@contextmanager
def our_engine(plan: Plan, snapshots: Path | None = None) -> Iterator[OurEngine]:
    """Start our engine alone, warm, and end it."""
    engine = OurEngine(plan.setup(), snapshots=snapshots)
    try:
        engine.ask(short(9998, tokens=8)).wait()
        yield engine
    finally:
        engine.close()
