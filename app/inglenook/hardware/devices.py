"""The graphics cards llama.cpp can use, asked in a child process that may die.

A broken driver can hang or kill whoever asks it, and asking CUDA takes some 300 MB of a card
until the process ends. So a child asks, and what it prints is checked before it is believed.
"""

import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from threading import Event, Timer
from typing import Annotated

import msgspec

from inglenook.hardware.probing import kill_probe, start_probe
from inglenook.models.machine import DeviceFacts, DeviceKind
from inglenook.models.name import plain_text
from inglenook.models.runtime import Launch, ending_in_words, is_illegal_instruction
from inglenook.models.secondopinion import SecondOpinion, agreed

TIMEOUT_S = 10.0
_MOST_OUTPUT_BYTES = 64 * 1024
_MOST_DEVICES = 64
_SOURCE = "llama.cpp's list of devices"

_Bytes = Annotated[int, msgspec.Meta(ge=0, le=1 << 60)]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
_Text = Annotated[str, msgspec.Meta(max_length=256)]


class _Device(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: _Name
    description: _Text
    kind: DeviceKind
    total_bytes: _Bytes
    free_bytes: _Bytes
    id: _Text = ""


class _Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: _Text
    driver: _Text
    total_bytes: _Bytes
    free_bytes: _Bytes
    own_bytes: _Bytes = 0
    others_bytes: _Bytes = 0


class _Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    devices: Annotated[tuple[_Device, ...], msgspec.Meta(max_length=_MOST_DEVICES)]
    modules: Annotated[tuple[_Name, ...], msgspec.Meta(max_length=_MOST_DEVICES)] = ()
    build: _Text = ""
    fingerprint: _Text = ""
    folder: Annotated[str, msgspec.Meta(max_length=4096)] = ""
    cards: Annotated[tuple[_Card, ...], msgspec.Meta(max_length=_MOST_DEVICES)] = ()


class _Trying(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    trying: _Text


_report: msgspec.json.Decoder[_Report] = msgspec.json.Decoder(_Report)
_trying: msgspec.json.Decoder[_Trying] = msgspec.json.Decoder(_Trying)


@dataclass(frozen=True, slots=True)
class FoundDevices:
    """What the probe found.

    Attributes:
        devices: Graphics cards; the processor is not among them.
        source: Where this is from, or why nothing is known.
        failed: Nothing is known, which is not the same as nothing there.
        notes: Sentences about what could not be used, or is not certain.
        modules: File names of the modules that llama.cpp has loaded.
        build: llama.cpp's version.
        fingerprint: What tells its very build from all others; ``""`` if nobody knows.
        folder: That its library is in.
        tried_last: What the probe was at when it ended: a module's file name, ``"nvml"``, or
            ``""`` for the library itself.
        is_illegal: It ended by an instruction that this processor does not have.
    """

    devices: tuple[DeviceFacts, ...]
    source: str
    failed: bool = False
    notes: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    build: str = ""
    fingerprint: str = ""
    folder: str = ""
    tried_last: str = ""
    is_illegal: bool = False


def probe_command() -> tuple[str, ...]:
    """Return the command that lists devices, in a checkout and in a bundle."""
    if getattr(sys, "frozen", False):
        return (sys.executable, "--device-probe")
    return (sys.executable, "-m", "inglenook.engine.devices")


def find_devices(
    command: Sequence[str] | None = None,
    timeout_s: float = TIMEOUT_S,
    launch: Launch | None = None,
) -> FoundDevices:
    """Ask llama.cpp for its devices; never raises, never takes longer than the time-out.

    Args:
        command: Prints the report; the usual one if None.
        timeout_s: Seconds until the child is killed.
        launch: The runtime to ask; the bindings' own if None.
    """
    try:
        child = start_probe(command or probe_command(), launch)
    except OSError as cause:
        return _nothing(f"the probe did not start: {cause.strerror}")
    return _listen(child, timeout_s)


def _listen(child: "subprocess.Popen[bytes]", timeout_s: float) -> FoundDevices:
    is_late = Event()
    late = Timer(timeout_s, _give_up, [child, is_late])
    late.daemon = True
    late.start()
    try:
        with child:
            assert child.stdout is not None
            output = child.stdout.read(_MOST_OUTPUT_BYTES + 1)
            if len(output) > _MOST_OUTPUT_BYTES:
                kill_probe(child)
                return _nothing("the probe said too much")
            child.wait()
    finally:
        late.cancel()
    *before, report = output.rstrip(b"\n").split(b"\n")
    if is_late.is_set():
        why = f"the probe did not answer within {timeout_s:g} s"
    elif child.returncode != 0:
        why = f"the probe failed: {ending_in_words(child.returncode)}"
    else:
        return _decoded(report)
    last = _last_tried([*before, report])
    return replace(
        _nothing(why), tried_last=last, is_illegal=is_illegal_instruction(child.returncode)
    )


def _last_tried(lines: Sequence[bytes]) -> str:
    for line in reversed(lines):
        with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return _trying.decode(line).trying
    return ""


def _give_up(child: "subprocess.Popen[bytes]", is_late: Event) -> None:
    is_late.set()
    kill_probe(child)


def _decoded(line: bytes) -> FoundDevices:
    try:
        report = _report.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _nothing("the probe's answer makes no sense")
    seconds = {card.id: _second(card) for card in report.cards if card.id}
    found, notes = [], []
    for one in report.devices:
        if one.kind is not DeviceKind.CPU:
            facts, note = _facts(one, seconds.get(one.id.lower()))
            found.append(facts)
            notes.append(note)
    return FoundDevices(
        tuple(found),
        _SOURCE,
        notes=tuple(filter(None, notes)),
        modules=report.modules,
        build=plain_text(report.build),
        fingerprint=plain_text(report.fingerprint, most=256),
        folder=report.folder,
    )


def _facts(one: _Device, second: SecondOpinion | None) -> tuple[DeviceFacts, str]:
    facts = DeviceFacts(
        name=plain_text(one.name),
        description=plain_text(one.description),
        kind=one.kind,
        total_bytes=one.total_bytes,
        free_bytes=min(one.free_bytes, one.total_bytes),
        source=_SOURCE,
    )
    if not one.free_bytes:
        facts = replace(facts, source=f"{_SOURCE}, which does not tell what is free")
    return (facts, "") if second is None else agreed(facts, second)


def _second(card: _Card) -> SecondOpinion:
    driver = plain_text(card.driver)
    return SecondOpinion("NVML", driver, card.total_bytes, card.free_bytes, card.others_bytes)


def _nothing(why: str) -> FoundDevices:
    return FoundDevices((), why, failed=True)
