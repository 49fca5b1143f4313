"""A plan put to the test: the model is loaded as planned, and what it took is compared."""

import queue
from collections.abc import Callable, Sequence
from contextlib import closing

from inglenook.core.errors import EngineStoppedError, ModelLoadError
from inglenook.engine.client import Engine, EngineClient
from inglenook.engine.death import Death
from inglenook.engine.protocol import Event, Load, Loaded, LoadFailed
from inglenook.models.memory import MemoryPart
from inglenook.models.settings import EngineSettings

# From a slow disk, 60 GB take ten minutes; the engine shows signs of life all the while.
_LONGEST_LOAD_S = 1800


def tried(
    path: str, settings: EngineSettings, launch: Callable[[], Engine] | None = None
) -> Loaded:
    """Load a model in an engine of its own, warm it up, and free it.

    Args:
        path: The file.
        settings: How to load it.
        launch: Starts an engine; None for one with the bindings' own runtime.

    Raises:
        ModelLoadError: it does not load as planned.
        EngineStoppedError: the engine ended over it.
    """
    heard: queue.SimpleQueue[Event | Death] = queue.SimpleQueue()
    client = EngineClient(heard.put, lambda death, _: heard.put(death), launch=launch)
    with closing(client):
        client.start()
        client.send(Load(path, settings))
        while True:
            match _next(heard):
                case Loaded() as loaded:
                    return loaded
                case LoadFailed(problem):
                    raise ModelLoadError(problem.title, problem.advice, **problem.facts)
                case Death(problem=problem):
                    raise EngineStoppedError(problem.title, problem.advice, **problem.facts)
                case _:
                    pass


def off_by(planned: Sequence[MemoryPart], taken: Sequence[MemoryPart]) -> float | None:
    """Return by how much the plan was off: the worst device's share of what it took.

    Returns:
        None where the engine cannot tell what it took.
    """
    real = {part.device: part.total_bytes for part in taken}
    if not real or any(part.device not in real for part in planned):
        return None
    return max(
        abs(part.total_bytes - real[part.device]) / max(1, real[part.device])
        for part in planned
    )


def _next(heard: "queue.SimpleQueue[Event | Death]") -> Event | Death:
    try:
        return heard.get(timeout=_LONGEST_LOAD_S)
    except queue.Empty:
        raise EngineStoppedError(
            "The engine does not answer", "Restart the computer, then try again."
        ) from None
