"""A computer is read from a file as it is printed."""

import msgspec
import pytest

from inglenook.core.errors import BadArgumentError
from inglenook.models.machine import DeviceFacts, DeviceKind, HostFacts, Machine
from inglenook.services.machinefile import read_machine

CARD = DeviceFacts("CUDA0", "A card", DeviceKind.DISCRETE, 8 << 30, 7 << 30)
MACHINE = Machine((CARD,), HostFacts(16 << 30, 12 << 30, 4, 8, sources=(("a", "b"),)))


def written(tmp_path, content):
    path = tmp_path / "machine.json"
    path.write_bytes(content)
    return str(path)


def test_what_is_printed_is_read_again(tmp_path):
    assert read_machine(written(tmp_path, msgspec.json.encode(MACHINE))) == MACHINE


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"devices": 3}', b"\xff\xfe", b'{"devices": []}']
)
def test_what_is_no_computer_is_told(tmp_path, content):
    with pytest.raises(BadArgumentError, match="does not describe a computer"):
        read_machine(written(tmp_path, content))


@pytest.mark.parametrize("path", ["/nowhere/at/all.json", "a\0b"])
def test_a_file_that_is_not_there_is_told(path):
    with pytest.raises(BadArgumentError, match="does not describe a computer"):
        read_machine(path)


@pytest.mark.parametrize(
    "machine",
    [
        Machine((), HostFacts(-1, 0, 1, 1)),
        Machine((), HostFacts(1, 0, 0, 1)),
        Machine((DeviceFacts("X", "", DeviceKind.DISCRETE, 1, -1),), MACHINE.host),
    ],
)
def test_less_than_nothing_is_refused(tmp_path, machine):
    with pytest.raises(BadArgumentError, match="less than nothing"):
        read_machine(written(tmp_path, msgspec.json.encode(machine)))
