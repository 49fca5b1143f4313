"""A model loaded for real on the processor: what its process holds beside what was planned.

Nothing is pretended: a skeleton's weights are zeros, but are read, repacked and computed with
like any others. Run as a program it is the child that loads.
"""

import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec
import numpy as np
import psutil

from inglenook.core.units import MIB
from inglenook.models.memory import MemoryPart
from inglenook.models.settings import EngineSettings
from peers.figure import Figure, at_most

_PROMPT_TOKENS = 512
_MADV_DONTNEED = 4


@dataclass(frozen=True, slots=True)
class Held:
    """What the process held after a prompt and an answer, before its start taken away.

    Attributes:
        anonymous_bytes: Of its own: copies of weights, the cache, buffers.
        mapped_bytes: Pages of the file that a token reads. Those whose contents were copied
            into another form are not among them: the system may take them back.
    """

    anonymous_bytes: int
    mapped_bytes: int


def measure(path: Path, settings: EngineSettings, planned: MemoryPart) -> Iterator[Figure]:
    """Yield what was planned and what is held."""
    child = subprocess.run(
        [sys.executable, __file__, str(path), json.dumps(asdict(settings))],
        stdout=subprocess.PIPE,
        check=True,
        timeout=600,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    held = msgspec.json.decode(child.stdout, type=Held)
    total = held.anonymous_bytes + held.mapped_bytes
    yield Figure(f"{path.stem} for real: planned", planned.total_bytes / MIB, "MiB")
    yield Figure("of it held as its own", held.anonymous_bytes / MIB, "MiB")
    yield Figure("of it held as pages of the file", held.mapped_bytes / MIB, "MiB")
    beyond = 100 * (total / planned.total_bytes - 1)
    yield at_most("held beyond the plan", beyond, 5.0, "%")


def main() -> None:
    """Load, read a prompt, write a token, and say what is held."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    from inglenook.engine.context import Context  # noqa: PLC0415 - only the child loads it
    from inglenook.engine.lib import AbortFlag, api  # noqa: PLC0415
    from inglenook.engine.model import Model  # noqa: PLC0415
    from inglenook.engine.modules import load_modules  # noqa: PLC0415
    from inglenook.engine.placing import model_params  # noqa: PLC0415

    load_modules()
    settings = msgspec.convert(json.loads(sys.argv[2]), EngineSettings)
    before = _now()
    # The skeleton has no vocabulary, so the door for whole models would not let it in.
    params = model_params(settings)
    model = Model(api.llama_model_load_from_file(os.fsencode(sys.argv[1]), params.native))
    context = Context(model, settings, AbortFlag())
    for start, tokens in ((0, _PROMPT_TOKENS), (_PROMPT_TOKENS, 1)):
        _let_go(sys.argv[1])
        context.batch.clear()
        context.batch.add_many(np.arange(tokens, dtype=np.int32), start, 0, wanted=1)
        context.decode()
    after = _now()
    held = Held(after[0] - before[0], after[1] - before[1])
    answers.write(json.dumps(asdict(held)))
    answers.flush()


def _let_go(path: str) -> None:
    """Give back the pages of a mapped file; those that are still used come again."""
    libc = ctypes.CDLL(None)
    libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    for line in Path("/proc/self/maps").read_text().splitlines():
        if line.endswith(path):
            begin, end = (int(each, 16) for each in line.split()[0].split("-"))
            libc.madvise(begin, end - begin, _MADV_DONTNEED)


def _now() -> tuple[int, int]:
    """Return what this process has of its own, and pages of files."""
    memory = psutil.Process().memory_info()
    return memory.rss - memory.shared, memory.shared


if __name__ == "__main__":
    main()
