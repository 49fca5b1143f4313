"""What a model would take of each device, asked of llama.cpp in a process that may die.

llama.cpp reads the header, deals out the layers and reserves its graphs as it would for a
real load, but allocates nothing to speak of. Each line on standard input is a question, each
line on standard output its answer; the process ends with its input.
"""

import ctypes
import os
import sys
from collections.abc import Callable
from dataclasses import replace

import msgspec

from inglenook.core.errors import InglenookError
from inglenook.engine.context import context_params
from inglenook.engine.held import Held, held
from inglenook.engine.lib import Handle, api
from inglenook.engine.modules import load_modules
from inglenook.engine.placing import model_params
from inglenook.models.settings import EngineSettings

_PLAIN = EngineSettings()


class Question(msgspec.Struct, frozen=True):
    """What to simulate: a model's file and the settings to load it with."""

    path: str
    settings: EngineSettings


class Answer(msgspec.Struct, frozen=True):
    """What would be held on each device; nothing if it cannot be said."""

    held: tuple[Held, ...]


_question: msgspec.json.Decoder[Question] = msgspec.json.Decoder(Question)
_answer = msgspec.json.Encoder()


class Probe:
    """Simulates loads; the model of the last question is kept for the next.

    Threads: one.
    """

    def __init__(self) -> None:
        self._model: Handle = None
        self._placed: tuple[str, EngineSettings] | None = None

    def ask(self, path: str, settings: EngineSettings) -> tuple[Held, ...]:
        """Return what would be held on each device, main memory last.

        Returns:
            Nothing where llama.cpp refuses the model or the settings, or cannot tell.

        Raises:
            ModelLoadError: a device is not there, or the settings make no sense.
        """
        params = context_params(settings)
        self._place(path, settings)
        if not self._model:
            return ()
        context = api.llama_init_from_model(self._model, params)
        if not context:
            return ()
        try:
            return held(context, scores_bytes=self._scores_bytes(settings))
        finally:
            api.llama_free(context)

    def close(self) -> None:
        """Free the model."""
        if self._model:
            api.llama_model_free(self._model)
        self._model = self._placed = None

    def _place(self, path: str, settings: EngineSettings) -> None:
        """Have the model placed as settings say; what is the context's own does not count."""
        placed = path, _of_the_model(settings)
        if placed == self._placed:
            return
        self.close()
        params = model_params(settings)
        params.native.no_alloc = True
        # Mapping would bring in the file, and llama.cpp refuses it here.
        params.native.load_mode = api.LLAMA_LOAD_MODE_NONE
        self._model = api.llama_model_load_from_file(os.fsencode(path), params.native)
        self._placed = placed

    def _scores_bytes(self, settings: EngineSettings) -> int:
        words = api.llama_vocab_n_tokens(api.llama_model_get_vocab(self._model))
        return int(words) * settings.sequences * ctypes.sizeof(ctypes.c_float)


def main() -> int:
    """Answer questions until the input ends; the way in for ``python -m`` and the bundle."""
    # Drivers and layers print what they like; only answers may go to our reader.
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    load_modules()
    probe = Probe()
    for line in sys.stdin.buffer:
        answers.write(_answer.encode(_answered(probe.ask, line)) + b"\n")
    probe.close()
    return 0


def _answered(ask: Callable[[str, EngineSettings], tuple[Held, ...]], line: bytes) -> Answer:
    try:
        question = _question.decode(line)
        return Answer(ask(question.path, question.settings))
    except (InglenookError, msgspec.DecodeError, UnicodeDecodeError):
        return Answer(())


def _of_the_model(settings: EngineSettings) -> EngineSettings:
    return replace(
        _PLAIN,
        gpu_layers=settings.gpu_layers,
        devices=settings.devices,
        layers_on=settings.layers_on,
        experts_in_ram=settings.experts_in_ram,
    )


if __name__ == "__main__":
    sys.exit(main())
