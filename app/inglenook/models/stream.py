"""A bounded reader over the bytes of a model file that nobody has checked yet."""

import struct
from typing import BinaryIO, NoReturn

from inglenook.core.errors import ModelFileError
from inglenook.core.units import MIB, bytes_in_words

# The largest header in circulation (Gemma 4, 777,000 vocabulary strings) has 15 MB.
MOST_HEADER_BYTES = 64 * MIB
MOST_STRING_BYTES = 10 * MIB
# One walked string costs 0.1 µs (2 cores at 2.6 GHz, 2026-11), so that this many cost 0.15 s.
MOST_STRINGS = 1_500_000

_CHUNK_BYTES = 64 * 1024
_U64 = struct.Struct("<Q")


def damaged(what: str) -> NoReturn:
    """Refuse the file as damaged.

    Raises:
        ModelFileError: always.
    """
    raise ModelFileError(
        "This model file is damaged",
        "Download it again, from a source you trust.",
        found=what,
    )


def incomplete(missing_bytes: int | None) -> NoReturn:
    """Refuse the file as one that ends too early.

    Args:
        missing_bytes: How much is not there, or None when that cannot be told.

    Raises:
        ModelFileError: always.
    """
    lack = "Its end" if missing_bytes is None else f"{bytes_in_words(missing_bytes)} of it"
    raise ModelFileError(
        "This model file is incomplete",
        f"{lack} is missing: download it again.",
        missing_bytes="unknown" if missing_bytes is None else missing_bytes,
    )


class ByteSource:
    """Reads forward through a stream and never beyond what it said it would.

    Threads: the one that made it.

    Attributes:
        size_bytes: Length of the whole file, or None for a stream without an end in sight.
    """

    def __init__(self, stream: BinaryIO, size_bytes: int | None) -> None:
        self.size_bytes = size_bytes
        self._stream = stream
        self._can_seek = stream.seekable()
        self._buffer = b""
        self._at = 0
        self._buffer_start = 0
        self._strings_left = MOST_STRINGS

    @property
    def offset(self) -> int:
        """How far from the start of the file the next byte is."""
        return self._buffer_start + self._at

    def expect(self, count_bytes: int) -> None:
        """Check that so many bytes can still come.

        Raises:
            ModelFileError: the file or the longest allowed header ends before.
        """
        end = self.offset + count_bytes
        if self.size_bytes is not None and end > self.size_bytes:
            incomplete(None)
        if end > MOST_HEADER_BYTES:
            damaged("the header is longer than any real one")

    def take(self, count_bytes: int) -> bytes:
        """Return the next bytes.

        Raises:
            ModelFileError: the file ends before.
        """
        start, end = self._at, self._at + count_bytes
        if end > len(self._buffer):
            self.expect(count_bytes)
            self._fill(count_bytes)
            start, end = self._at, self._at + count_bytes
        self._at = end
        return self._buffer[start:end]

    def skip(self, count_bytes: int) -> None:
        """Pass over bytes, by seeking where the stream can.

        Raises:
            ModelFileError: the file ends before.
        """
        self.expect(count_bytes)
        beyond = self._at + count_bytes - len(self._buffer)
        if beyond <= 0:
            self._at += count_bytes
        elif self._can_seek:
            self._restart(self.offset + count_bytes)
            self._stream.seek(self._buffer_start)
        else:
            self._read_away(count_bytes)

    def skip_strings(self, count: int) -> None:
        """Pass over an array of length-prefixed strings.

        Raises:
            ModelFileError: there are too many, one is too long, or the file ends before.
        """
        self._strings_left -= count
        if self._strings_left < 0:
            damaged("there are more strings than in any real vocabulary")
        self.expect(8 * count)
        while count > 0:
            count = self._skip_buffered_strings(count)
            if count > 0:
                self._skip_one_string()
                count -= 1

    def _skip_buffered_strings(self, count: int) -> int:
        """Walk while whole strings lie in the buffer; return how many are left."""
        buffer, at, length_at = self._buffer, self._at, _U64.unpack_from
        last_start = len(buffer) - 8
        while count > 0 and at <= last_start:
            after = at + 8 + length_at(buffer, at)[0]
            if after > len(buffer):
                break
            at = after
            count -= 1
        self._at = at
        return count

    def _skip_one_string(self) -> None:
        length = int(_U64.unpack(self.take(8))[0])
        if length > MOST_STRING_BYTES:
            damaged(f"a string claims {length} bytes")
        self.skip(length)

    def _fill(self, count_bytes: int) -> None:
        """Make at least so many bytes lie in the buffer."""
        rest = self._buffer[self._at :]
        self._restart(self.offset)
        parts, have = [rest], len(rest)
        while have < count_bytes:
            part = self._stream.read(max(_CHUNK_BYTES, count_bytes - have))
            if not part:
                incomplete(None)
            parts.append(part)
            have += len(part)
        self._buffer = b"".join(parts)

    def _read_away(self, count_bytes: int) -> None:
        while count_bytes > 0:
            if self._at == len(self._buffer):
                self._fill(1)
            step = min(count_bytes, len(self._buffer) - self._at)
            self._at += step
            count_bytes -= step

    def _restart(self, offset: int) -> None:
        self._buffer, self._at, self._buffer_start = b"", 0, offset
