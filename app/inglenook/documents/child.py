"""The process that reads one document from its standard input and prints frames.

It may do nothing else: before the first byte is looked into, it has given up files, network
and other processes, and what it may take of memory and time is bounded.
"""

import codecs
import os
import sys
from collections.abc import Callable, Iterator

from inglenook.documents.docx import docx_frames
from inglenook.documents.frames import Frame, Refused, Why, to_line
from inglenook.documents.kinds import kind_of
from inglenook.documents.limits import MOST_FILE_BYTES, lock_down
from inglenook.documents.page import page_frames
from inglenook.documents.plain import CODECS, plain_frames


def main() -> int:
    """Read a document; the way in for ``python -m`` and the bundle."""
    # A library prints what it likes; only frames may go to our reader.
    frames = os.dup(1)
    os.dup2(2, 1)
    try:
        data = sys.stdin.buffer.read(MOST_FILE_BYTES + 1)
        for frame in frames_of(data):
            _write(frames, to_line(frame))
    except MemoryError:
        data = b""
        _write(frames, to_line(Refused(Why.TOO_MUCH_MEMORY)))
    return 0


def frames_of(data: bytes) -> Iterator[Frame]:
    """Say what a document says, after everything else was given up."""
    kind = kind_of(data)
    if isinstance(kind, Why):
        yield Refused(kind)
        return
    read = _reader_of(kind)
    lock_down()
    yield from read(data)


def _reader_of(kind: str) -> Callable[[bytes], Iterator[Frame]]:
    """Import what reads this kind, and what that would import when it is too late."""
    for name in CODECS:
        codecs.lookup(name)
    if kind == "pdf":
        from inglenook.documents.pdf import pdf_frames  # noqa: PLC0415  (only for a PDF)

        return pdf_frames
    readers = {"docx": docx_frames, "page": page_frames}
    return readers.get(kind, plain_frames)


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


if __name__ == "__main__":
    sys.exit(main())
