"""Plans beside what is then allocated, on computers that are not there.

Run it with `./dev bench placement`; `--json` prints a list of {name, value, unit, bar, holds},
`--only Llama-3.1-8B` takes some models. Models are skeletons of published ones; cards and
main memory are pretended, but llama.cpp deals, reserves and allocates as always, and what goes
beyond a card's memory fails.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from tests.data import cards, skeletons

from inglenook.core.units import GIB, MIB
from inglenook.hardware.machine import measure_host
from inglenook.hardware.memoryprobe import MemoryProbe
from inglenook.hardware.modelfile import read_model_facts
from inglenook.models.budget import card_margin_bytes, usable_gpus
from inglenook.models.fit import Plan, Verdict, Wish, plan
from inglenook.models.machine import DeviceFacts, DeviceKind, HostFacts
from inglenook.models.memory import MemoryPart, memory_parts
from inglenook.models.settings import EngineSettings
from inglenook.services.sizes import EngineSizes
from inglenook.storage.sizes import SizesFile
from parts import resident
from parts.loading import Loader
from peers.figure import Figure, at_least, at_most, line

_FOR_REAL = "Llama-3.1-8B"
CONTEXTS = (4096, 16384, 32768)
PARTS = ("weights_bytes", "kv_bytes", "compute_bytes")


@dataclass(frozen=True, slots=True)
class Machine:
    """A computer to plan for."""

    name: str
    devices: tuple[DeviceFacts, ...]
    host: HostFacts


def machine(name: str, *gib: int) -> Machine:
    """Return a computer with cards of these sizes, of which a little is in use."""
    gpus = [
        cards.card(f"CUDA{at}", each * 1024, each * 1024 - 300) for at, each in enumerate(gib)
    ]
    return Machine(name, tuple(gpus), HostFacts(96 * GIB, 90 * GIB, 8, 16))


SHARED = Machine(
    "shared 16",
    (cards.card("MTL0", 12 * 1024, kind=DeviceKind.INTEGRATED),),
    HostFacts(16 * GIB, 13 * GIB, 8, 8),
)
MACHINES = (
    machine("none"), machine("4", 4), machine("8", 8), machine("12", 12), machine("16", 16),
    machine("24", 24), machine("2x24", 24, 24), machine("80", 80), SHARED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One plan and what came of it.

    Attributes:
        real: What was allocated; nothing if the load failed or was not tried.
        by_formula: What formulas say of the same settings.
        layers_more: How many more layers, or layers' experts, would have fitted.
    """

    model: str
    context: int
    machine: str
    made: Plan
    real: tuple[MemoryPart, ...]
    by_formula: tuple[MemoryPart, ...]
    cold_s: float
    warm_s: float
    layers_more: int = 0

    @property
    def is_tried(self) -> bool:
        """Whether the plan says that it fits."""
        return self.made.verdict not in {Verdict.TIGHT, Verdict.TOO_BIG}

    def errors(self) -> list[float]:
        """Return the errors of the plan's parts, each against its device's total."""
        return _errors(self.made.memory, self.real)

    def formula_error(self) -> float:
        """Return by how much formulas miss the GPUs' total."""
        pairs = zip(self.by_formula[:-1], self.real[:-1], strict=True)
        return max(abs(one.total_bytes / real.total_bytes - 1) for one, real in pairs)


def main(argv: Sequence[str]) -> int:
    """Print the table and the figures; return 1 if a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", nargs="+", choices=skeletons.SKELETONS)
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        names = arguments.only or list(skeletons.SKELETONS)
        paths = {name: skeletons.write(Path(folder), name) for name in names}
        rows = []
        for each in MACHINES:
            for row in measured(each, paths, Path(folder) / f"{each.name}.json"):
                rows.append(row)
                if not arguments.json:
                    print(shown(row), flush=True)
        found = [*figures(rows), *for_real(paths, Path(folder))]
    if arguments.json:
        print(json.dumps([asdict(one) for one in found], indent=2))
    else:
        print("\n".join(map(line, found)))
    return 0 if all(one.holds for one in found) else 1


def for_real(paths: dict[str, Path], folder: Path) -> Iterator[Figure]:
    """Load a model of eight billion parameters on this very processor."""
    path, host = paths.get(_FOR_REAL), measure_host()
    if path is None or sys.platform != "linux":
        return
    wish = Wish(context_tokens=CONTEXTS[0])
    with EngineSizes(SizesFile(folder / "here.json"), MemoryProbe).of(
        str(path), read_model_facts(path), ()
    ) as sizes:
        made = plan(read_model_facts(path), (), host, wish, sizes)
    if made.verdict is Verdict.TOO_BIG:
        print(f"{_FOR_REAL} is too big for this computer, so it is not loaded for real.")
        return
    yield from resident.measure(path, made.settings, made.memory[-1])


def measured(on: Machine, paths: dict[str, Path], sizes_file: Path) -> Iterator[Row]:
    """Plan and load every model at every length on one computer."""
    loader = Loader(on.devices, on.host.ram_available_bytes)
    tight = tuple(replace(one, free_bytes=_room(one)) for one in on.devices)
    brim = Loader(tight, on.host.ram_available_bytes)
    os.environ.update(cards.environment(on.devices))
    try:
        for name, path in paths.items():
            for context in CONTEXTS:
                yield _row(on, (loader, brim), name, path, context, sizes_file)
    finally:
        loader.close()
        brim.close()


def _row(
    on: Machine, loaders: tuple[Loader, Loader], name: str, path: Path, context: int, file: Path
) -> Row:
    cold_s, _ = _planned(on, path, context, file)
    warm_s, made = _planned(on, path, context, file)
    real: tuple[MemoryPart, ...] | None = None
    if made.verdict not in {Verdict.TIGHT, Verdict.TOO_BIG}:
        real = loaders[0].load(path, made.settings)
    more = layers_more(loaders[1], path, made) if made.verdict is Verdict.SPLIT else 0
    facts = read_model_facts(path)
    formula = memory_parts(facts, made.settings)
    return Row(name, context, on.name, made, real or (), formula, cold_s, warm_s, more)


def _planned(on: Machine, path: Path, context: int, file: Path) -> tuple[float, Plan]:
    begun_s = time.perf_counter()
    facts = read_model_facts(path)
    with EngineSizes(SizesFile(file), MemoryProbe).of(
        str(path), facts, usable_gpus(on.devices)
    ) as sizes:
        made = plan(facts, on.devices, on.host, Wish(context_tokens=context), sizes)
    assert not sizes.is_guess, (path.name, on.name)
    return time.perf_counter() - begun_s, made


def layers_more(brim: Loader, path: Path, made: Plan) -> int:
    """Return how many layers more would load in what may be taken, tried one by one."""
    assert brim.load(path, made.settings), (path.name, made.settings)
    more = 0
    for count in range(1, 4):
        if not any(brim.load(path, each) for each in _with_more(made.settings, count)):
            break
        more = count
    return more


def _with_more(settings: EngineSettings, count: int) -> Iterator[EngineSettings]:
    """Yield all ways to have so many layers more on the cards."""
    if settings.experts_in_ram:
        fewer = settings.experts_in_ram - count
        yield from _dealt(replace(settings, experts_in_ram=fewer)) if fewer >= 0 else ()
    else:
        yield from _dealt(replace(settings, gpu_layers=settings.gpu_layers + count))


def _dealt(settings: EngineSettings) -> Iterator[EngineSettings]:
    if len(settings.devices) < 2:
        yield settings
        return
    layers = sum(settings.layers_on) if settings.experts_in_ram else settings.gpu_layers
    yield from (
        replace(settings, layers_on=(first, layers - first)) for first in range(1, layers)
    )


def _room(gpu: DeviceFacts) -> int:
    return (gpu.free_bytes - card_margin_bytes(gpu)) // MIB * MIB


def _errors(planned: Sequence[MemoryPart], real: Sequence[MemoryPart]) -> list[float]:
    return [
        abs(getattr(one, part) - getattr(other, part)) / other.total_bytes
        for one, other in zip(planned, real, strict=True)
        for part in PARTS
    ]


def figures(rows: Sequence[Row]) -> Iterator[Figure]:
    """Yield what the table comes to."""
    tried = [row for row in rows if row.is_tried]
    loaded = [row for row in tried if row.real]
    whole = [row for row in loaded if row.made.verdict is Verdict.GPU]
    split = [row for row in loaded if row.made.verdict is Verdict.SPLIT]
    yield Figure("plans", len(rows), "")
    yield Figure("plans that say it does not fit", len(rows) - len(tried), "")
    yield at_least("first plans that load", 100 * len(loaded) / len(tried), 100.0, "%")
    worst = max(error for row in loaded for error in row.errors())
    yield at_most("engine's sizes, worst part of a device", 100 * worst, 1.0, "%")
    formula = max((row.formula_error() for row in whole), default=0.0)
    yield at_most("formulas, worst GPU with all layers", 100 * formula, 5.0, "%")
    most = max((row.layers_more for row in split), default=0)
    yield at_most("splits: layers more that would have loaded, most", most, 1.0, "layers")
    yield Figure("splits", len(split), "")
    yield at_most(
        "plan with sizes known, longest", 1000 * max(r.warm_s for r in rows), 200, "ms"
    )
    yield Figure("plan with sizes unknown, longest", max(row.cold_s for row in rows), "s")


def shown(row: Row) -> str:
    """Return a row of the table: MiB planned and allocated, by part and device."""
    head = f"{row.model:<19}{row.context:>6} {row.machine:<10}{row.made.summary:<32}"
    if not row.is_tried:
        return head
    if not row.real:
        return f"{head}DID NOT LOAD {row.made.settings}"
    sizes = "; ".join(
        f"{one.device} {_words(one)} | {_words(other)}"
        for one, other in zip(row.made.memory, row.real, strict=True)
    )
    more = f" +{row.layers_more}" if row.layers_more else ""
    return f"{head}{100 * max(row.errors()):5.2f}%{more}  {sizes}"


def _words(part: MemoryPart) -> str:
    return "+".join(f"{getattr(part, name) / MIB:.0f}" for name in PARTS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
