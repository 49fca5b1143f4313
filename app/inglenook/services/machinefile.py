"""A computer described in a file, to plan for it from afar."""

from pathlib import Path

import msgspec

from inglenook.core.errors import BadArgumentError
from inglenook.models.machine import Machine

_MOST_BYTES = 1024 * 1024
_machines: msgspec.json.Decoder[Machine] = msgspec.json.Decoder(Machine)


def read_machine(path: str) -> Machine:
    """Read a computer as ``inglenook plan --json`` prints it under ``machine``.

    Raises:
        BadArgumentError: there is no such file, or it describes no computer.
    """
    try:
        with Path(path).open("rb") as file:
            machine = _machines.decode(file.read(_MOST_BYTES))
    except (OSError, ValueError) as cause:  # ValueError: a NUL in the path; msgspec's are ones
        raise BadArgumentError(
            "This file does not describe a computer",
            "Take the part called machine from: inglenook plan FILE --json",
            path=path,
            reason=cause,
        ) from cause
    sizes = [machine.host.ram_total_bytes, machine.host.ram_available_bytes]
    sizes += [size for one in machine.devices for size in (one.total_bytes, one.free_bytes)]
    if min(sizes) < 0 or min(machine.host.physical_cores, machine.host.logical_cores) < 1:
        raise BadArgumentError(
            "This computer has less than nothing",
            "Give sizes of 0 or more and at least one core.",
            path=path,
        )
    return machine
