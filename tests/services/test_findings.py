"""What is found on this computer, in figures for people."""

import threading
from pathlib import Path

from tests.services.ear import WAIT_S

from inglenook.core.errors import ModelFileError
from inglenook.core.units import GIB
from inglenook.models.machine import DeviceFacts, DeviceKind, HostFacts, Machine
from inglenook.services.findings import Findings, Graphics, find_out, findings_of

HOST = HostFacts(32 * GIB, 21 * GIB, 8, 16, "A processor")
CPU = DeviceFacts("CPU", "A processor", DeviceKind.CPU, 0, 0)
SHARED = DeviceFacts("Vulkan0", "", DeviceKind.INTEGRATED, 16 * GIB, 0)
CARD = DeviceFacts("CUDA0", "A card", DeviceKind.DISCRETE, 12 * GIB, 0)


def test_the_card_with_memory_of_its_own_comes_first():
    found = findings_of(Machine((CPU, SHARED, CARD), HOST), 5 * GIB)
    graphics = (Graphics("A card", 12 * GIB), Graphics("Vulkan0"))
    assert found == Findings(32 * GIB, 21 * GIB, "A processor", 8, graphics, 5 * GIB)


def test_it_is_found_out_beside_and_told_once(tmp_path: Path):
    told, came = [], threading.Event()
    find_out(
        lambda: Machine((), HOST), tmp_path, lambda found: (told.append(found), came.set())
    )
    assert came.wait(WAIT_S)
    assert told[0].graphics == ()
    assert told[0].disk_bytes > 0


def test_what_cannot_be_measured_is_not_told(tmp_path: Path):
    tried = threading.Event()

    def fail() -> Machine:
        tried.set()
        raise ModelFileError("No", "Never mind.")

    find_out(fail, tmp_path, lambda _found: tried.clear())
    assert tried.wait(WAIT_S)
    for thread in threading.enumerate():
        if thread.name == "findings":
            thread.join(WAIT_S)
    assert tried.is_set()
