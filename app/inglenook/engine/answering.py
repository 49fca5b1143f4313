"""The real backend: loads a model with llama.cpp and answers."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from inglenook.core.errors import InglenookError, ModelLoadError
from inglenook.engine.context import Context
from inglenook.engine.decode.plain import PlainReply
from inglenook.engine.lib import AbortFlag, build
from inglenook.engine.model import Model
from inglenook.engine.prompt import PromptWriter
from inglenook.engine.protocol import Answer, Load, Loaded
from inglenook.engine.sequence import Sequence
from inglenook.engine.textstream import TextStream
from inglenook.models.fit import EngineSettings


@dataclass(frozen=True, slots=True)
class _Resident:
    """All that belongs to the loaded model."""

    model: Model
    context: Context
    writer: PromptWriter
    sequence: Sequence

    def free(self) -> None:
        self.context.free()
        self.model.free()


class LlamaBackend:
    """One model at a time, answered one question at a time.

    Threads: the host's main thread, except ``abort``.

    Attributes:
        name: ``"llama.cpp …"`` with its version.
    """

    def __init__(self) -> None:
        self.name = build()
        self._flag = AbortFlag()
        self._resident: _Resident | None = None
        self._reply: PlainReply | None = None
        self._starts: dict[str, int] = {}  # by chat: where its window of turns begins

    def load(self, command: Load, on_progress: Callable[[float], bool]) -> Loaded:
        """Free what is loaded, load, and warm up.

        Raises:
            ModelFileError: the file is missing, damaged or no model.
            ModelLoadError: it did not load, or was given up (fact ``cancelled`` is ``"True"``).
        """
        began_s = time.perf_counter()
        self.unload()
        resident = _opened(command.path, command.settings, self._flag, on_progress)
        self._resident = resident
        return Loaded(
            path=command.path,
            description=resident.model.description,
            context_tokens=resident.context.tokens,
            train_context_tokens=resident.model.train_context_tokens,
            has_template=resident.writer.has_template,
            load_s=time.perf_counter() - began_s,
        )

    def unload(self) -> None:
        """Free the model; harmless when there is none."""
        self._close_reply()
        self._starts.clear()
        if self._resident is not None:
            self._resident.free()
            self._resident = None

    def begin(self, command: Answer) -> PlainReply:
        """Render the prompt, pick the turns that fit, and keep the prefix that is resident.

        An answer that is still under way is given up.

        Raises:
            ModelLoadError: no model is loaded.
            TemplateError: the chat template failed.
            PromptTooLongError: the last turn alone does not fit.
        """
        began_s = time.perf_counter()
        if self._resident is None:
            raise ModelLoadError("No model is loaded", "Choose a model first.")
        self._close_reply()
        here = self._resident
        prompt = here.writer.write(
            command.turns,
            context_tokens=here.context.tokens,
            last_start=self._starts.get(command.chat, 0),
        )
        if prompt.start:
            self._starts[command.chat] = prompt.start
        stream = TextStream(
            command.sampling.stop + here.writer.stop,
            here.writer.marks,
            starts_thinking=prompt.starts_thinking,
        )
        self._reply = PlainReply(
            command,
            prompt,
            model=here.model,
            context=here.context,
            sequence=here.sequence,
            stream=stream,
            piece_of=here.writer.piece_of,
            begun_s=began_s,
        )
        return self._reply

    def abort(self, *, on: bool) -> None:
        """Ask a long native call to return early (or take that back). Threads: any."""
        self._flag.set(on=on)

    def set_threads(self, threads: int) -> None:
        """Compute with so many threads from the next step on."""
        if self._resident is not None:
            self._resident.context.set_threads(threads)

    def _close_reply(self) -> None:
        if self._reply is not None:
            self._reply.close()
            self._reply = None


def _opened(
    path: str,
    settings: EngineSettings,
    flag: AbortFlag,
    on_progress: Callable[[float], bool],
) -> _Resident:
    model = Model.load(path, settings, on_progress)
    context: Context | None = None
    try:
        model.check_it_can_chat(path)
        writer = PromptWriter(model)
        context = Context(model, settings, flag)
        sequence = Sequence(context)
        _warm_up(model, sequence)
    except InglenookError:
        if context is not None:
            context.free()
        model.free()
        raise
    return _Resident(model, context, writer, sequence)


def _warm_up(model: Model, sequence: Sequence) -> None:
    """Decode one token, so that the first answer does not pay for building the graph."""
    token = max(model.bos, model.eos, 0)
    sequence.read(np.array([token], np.int32), wanted=True)
    sequence.clear()
