"""What llama.cpp says a model would take of each device, asked in a child that may die."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Timer
from typing import Annotated

import msgspec

from inglenook.hardware.probing import kill_probe, start_probe
from inglenook.models.memory import MemoryPart
from inglenook.models.runtime import Launch
from inglenook.models.settings import EngineSettings

TIMEOUT_S = 10.0
"""For one answer, the child's start included; usual are 0.02 s, and 1 s with the start."""

_MOST_ANSWER_BYTES = 64 * 1024
_Bytes = Annotated[int, msgspec.Meta(ge=0, le=1 << 60)]


class _Question(msgspec.Struct, frozen=True):
    path: str
    settings: EngineSettings


class _Held(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    device: Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
    weights_bytes: _Bytes
    kv_bytes: _Bytes
    compute_bytes: _Bytes


class _Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    held: Annotated[tuple[_Held, ...], msgspec.Meta(max_length=64)]


_questions = msgspec.json.Encoder()
_answers: msgspec.json.Decoder[_Answer] = msgspec.json.Decoder(_Answer)


def probe_command() -> tuple[str, ...]:
    """Return the command that answers, in a checkout and in a bundle."""
    if getattr(sys, "frozen", False):
        return (sys.executable, "--memory-probe")
    return (sys.executable, "-m", "inglenook.engine.probe")


class MemoryProbe:
    """A child that simulates loads; it is started by the first question.

    Asked about a GPU, the child keeps some of its memory until it is closed.

    Threads: one at a time.
    """

    def __init__(
        self,
        command: Sequence[str] | None = None,
        timeout_s: float = TIMEOUT_S,
        launch: Launch | None = None,
    ) -> None:
        """Start nothing yet.

        Args:
            command: Answers; the usual one if None.
            timeout_s: Seconds for one answer.
            launch: The runtime to ask; the bindings' own if None.
        """
        self._launch = launch or Launch()
        self._command = command or probe_command()
        self._timeout_s = timeout_s
        self._child: subprocess.Popen[bytes] | None = None
        self._has_failed = False

    @property
    def runtime(self) -> str:
        """The runtime that is asked, told from all others on this computer."""
        return "/".join((self._launch.folder, *(self._launch.modules or ())))

    def ask(self, path: str, settings: EngineSettings) -> tuple[MemoryPart, ...] | None:
        """Return what the settings' devices would hold, main memory last, without margins.

        Returns:
            None where the child died or hung, or llama.cpp refused; after a death or a hang
            there is no other try.
        """
        question = _questions.encode(_Question(str(Path(path).absolute()), settings)) + b"\n"
        child = self._started()
        if child is None or child.stdin is None or child.stdout is None:
            return None
        late = Timer(self._timeout_s, kill_probe, [child])
        late.daemon = True
        late.start()
        try:
            child.stdin.write(question)
            line = child.stdout.readline(_MOST_ANSWER_BYTES)
        except OSError:
            line = b""
        finally:
            late.cancel()
        if not line.endswith(b"\n"):
            self._has_failed = True
            return None
        return _parts(line, settings)

    def close(self) -> None:
        """End the child; harmless without one."""
        child, self._child = self._child, None
        if child is not None:
            kill_probe(child)
            with child:
                child.wait()

    def _started(self) -> "subprocess.Popen[bytes] | None":
        if self._child is None and not self._has_failed:
            try:
                self._child = start_probe(self._command, self._launch, is_asked=True)
            except OSError:
                self._has_failed = True
        return None if self._has_failed else self._child


def _parts(line: bytes, settings: EngineSettings) -> tuple[MemoryPart, ...] | None:
    try:
        found = {one.device: one for one in _answers.decode(line).held}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    names = (*settings.devices, "CPU") if settings.gpu_layers else ("CPU",)
    if set(found) != set(names):
        return None
    return tuple(_part(found[name]) for name in names)


def _part(one: _Held) -> MemoryPart:
    return MemoryPart(one.device, one.weights_bytes, one.kv_bytes, one.compute_bytes, 0)
