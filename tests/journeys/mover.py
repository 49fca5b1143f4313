"""Moves all models to another folder in a process that a test kills.

Arguments: the folder; "copy" to act as if it were on another disk.
"""

import sys

from inglenook.services import relocation
from inglenook.services.services import Services
from inglenook.storage import relocation as files


def main(folder: str, how: str) -> None:
    if how == "copy":
        relocation.can_rename = lambda *_: False
        files._CHUNK_BYTES = 64 * 1024
    with Services.open(backend="echo") as services:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        services.relocation.run(folder, lambda _done, _size: None)
    sys.stdout.write("moved\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
