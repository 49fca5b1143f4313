"""Loads models as settings say, on a computer half pretended, and says what was taken.

A process of its own, since devices are chosen before llama.cpp starts: each line on standard
input is a question, each line on standard output its answer.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import msgspec
from tests.data import cards

from inglenook.models.machine import DeviceFacts
from inglenook.models.memory import MemoryPart
from inglenook.models.settings import EngineSettings


class Loader:
    """A computer that loads models for real, though its memory is pretended.

    Attributes:
        environment: What makes a process see that computer.
    """

    def __init__(self, devices: Sequence[DeviceFacts], ram_bytes: int) -> None:
        self.environment = cards.environment(devices, ram_bytes=ram_bytes)
        self._child = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **self.environment, "PYTHONPATH": os.pathsep.join(sys.path)},
        )

    def load(self, path: Path, settings: EngineSettings) -> tuple[MemoryPart, ...] | None:
        """Return what was allocated on each device, main memory last; None if it failed."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        question = {"path": str(path), "settings": asdict(settings)}
        self._child.stdin.write(json.dumps(question).encode() + b"\n")
        self._child.stdin.flush()
        found = json.loads(self._child.stdout.readline())
        return tuple(MemoryPart(**one, margin_bytes=0) for one in found) or None

    def close(self) -> None:
        """End the process."""
        assert self._child.stdin is not None
        self._child.stdin.close()
        self._child.wait(30)


def main() -> None:
    """Answer until the input ends."""
    from inglenook.engine.modules import load_modules  # noqa: PLC0415 - it loads llama.cpp

    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    load_modules()
    for line in sys.stdin:
        question = json.loads(line)
        settings = msgspec.convert(question["settings"], EngineSettings)
        answers.write(json.dumps(loaded(question["path"], settings)) + "\n")
        answers.flush()


def loaded(path: str, settings: EngineSettings) -> list[dict[str, object]]:
    """Load a model and its context, and free both; nothing if either failed."""
    from inglenook.core.errors import InglenookError  # noqa: PLC0415
    from inglenook.engine.context import Context  # noqa: PLC0415
    from inglenook.engine.held import held  # noqa: PLC0415
    from inglenook.engine.lib import AbortFlag, api  # noqa: PLC0415
    from inglenook.engine.model import Model  # noqa: PLC0415
    from inglenook.engine.placing import model_params  # noqa: PLC0415

    params = model_params(settings)
    # The pretended cards take mapped weights without reading them.
    params.native.load_mode = api.LLAMA_LOAD_MODE_MMAP
    handle = api.llama_model_load_from_file(path.encode(), params.native)
    if not handle:
        return []
    model = Model(handle)
    try:
        context = Context(model, settings, AbortFlag())
        scores = 4 * model.vocab_size * settings.sequences
        found = [asdict(one) for one in held(context.handle, scores_bytes=scores)]
        context.free()
    except InglenookError:
        return []
    finally:
        model.free()
    return found


if __name__ == "__main__":
    main()
