"""The graphics cards llama.cpp can use, asked in a child process that may die.

A broken driver can hang or kill whoever asks it, and asking CUDA takes some 300 MB of a card
until the process ends. So a child asks, and what it prints is checked before it is believed.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Timer
from typing import Annotated

import msgspec

from inglenook.models.machine import DeviceFacts, DeviceKind
from inglenook.models.name import plain_text

TIMEOUT_S = 10.0
_MOST_OUTPUT_BYTES = 64 * 1024
_MOST_DEVICES = 64

_Bytes = Annotated[int, msgspec.Meta(ge=0, le=1 << 60)]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]


class _Device(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: _Name
    description: Annotated[str, msgspec.Meta(max_length=256)]
    kind: DeviceKind
    total_bytes: _Bytes
    free_bytes: _Bytes


_Report = Annotated[tuple[_Device, ...], msgspec.Meta(max_length=_MOST_DEVICES)]
_report: msgspec.json.Decoder[tuple[_Device, ...]] = msgspec.json.Decoder(_Report)


@dataclass(frozen=True, slots=True)
class FoundDevices:
    """What the probe found.

    Attributes:
        devices: Graphics cards; the processor is not among them.
        source: Where this is from, or why nothing is known.
        failed: Nothing is known, which is not the same as nothing there.
    """

    devices: tuple[DeviceFacts, ...]
    source: str
    failed: bool = False


def probe_command() -> tuple[str, ...]:
    """Return the command that lists devices, in a checkout and in a bundle."""
    if getattr(sys, "frozen", False):
        return (sys.executable, "--device-probe")
    return (sys.executable, "-m", "inglenook.engine.devices")


def find_devices(
    command: Sequence[str] | None = None, timeout_s: float = TIMEOUT_S
) -> FoundDevices:
    """Ask llama.cpp for its devices; never raises, never takes longer than the time-out.

    Args:
        command: Prints the report; the usual one if None.
        timeout_s: Seconds until the child is killed.
    """
    try:
        child = subprocess.Popen(
            command or probe_command(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "GGML_NO_BACKTRACE": "1"},
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as cause:
        return _nothing(f"the probe did not start: {cause.strerror}")
    return _listen(child, timeout_s)


def _listen(child: "subprocess.Popen[bytes]", timeout_s: float) -> FoundDevices:
    is_late = Event()
    late = Timer(timeout_s, _kill, [child, is_late])
    late.daemon = True
    late.start()
    try:
        with child:
            assert child.stdout is not None
            output = child.stdout.read(_MOST_OUTPUT_BYTES + 1)
            if len(output) > _MOST_OUTPUT_BYTES:
                _kill(child)
                return _nothing("the probe said too much")
            child.wait()
    finally:
        late.cancel()
    if is_late.is_set():
        return _nothing(f"the probe did not answer within {timeout_s:g} s")
    if child.returncode != 0:
        return _nothing(f"the probe ended with code {child.returncode}")
    return _decoded(output)


def _kill(child: "subprocess.Popen[bytes]", is_late: Event | None = None) -> None:
    """End the child and whatever it started, which may hold the pipe open."""
    if is_late is not None:
        is_late.set()
    if sys.platform == "win32":
        child.kill()
        return
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


def _decoded(output: bytes) -> FoundDevices:
    try:
        report = _report.decode(output)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _nothing("the probe's answer makes no sense")
    gpus = [one for one in report if one.kind is not DeviceKind.CPU]
    return FoundDevices(tuple(_facts(one) for one in gpus), "llama.cpp's list of devices")


def _facts(one: _Device) -> DeviceFacts:
    return DeviceFacts(
        name=plain_text(one.name),
        description=plain_text(one.description),
        kind=one.kind,
        total_bytes=one.total_bytes,
        free_bytes=min(one.free_bytes, one.total_bytes),
    )


def _nothing(why: str) -> FoundDevices:
    return FoundDevices((), why, failed=True)
