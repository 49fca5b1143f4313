"""Framed messages over a pair of pipes, or over a pair of queues within one process.

A frame is its length as four bytes, lowest first, and then so many bytes. Whatever does not
look like that is refused with an error that says what was wrong.
"""

import queue
import select
import struct
import sys
import threading
from typing import Protocol

from inglenook.engine.protocol import MOST_MESSAGE_BYTES

SURE_BYTES = 4096
"""What a pipe has room for when the system says that it can be written to (PIPE_BUF)."""

_HEADER = struct.Struct("<I")
HEADER_BYTES = _HEADER.size

_PIECE_BYTES = 65536  # as much as a pipe of Linux holds


class ChannelError(Exception):
    """What came through the channel is not a frame, or a frame cannot go through it."""


class ChannelClosedError(ChannelError):
    """The other end is gone."""


class RawStream(Protocol):
    """An unbuffered binary stream, as ``open(..., buffering=0)`` returns it."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill at most the buffer; 0 at the end."""
        ...

    def write(self, data: memoryview, /) -> int | None:
        """Take at most all of the data and say how much it was."""
        ...

    def fileno(self) -> int:
        """Return the descriptor."""
        ...

    def close(self) -> None:
        """Give the descriptor back."""
        ...


class Channel(Protocol):
    """One end of a conversation in whole messages.

    Threads: one receives; any may send or close.
    """

    def send(self, *messages: bytes) -> None:
        """Send messages, those of one call together; may wait until the other end has room.

        Raises:
            ChannelClosedError: the other end is gone.
            ChannelError: a message is larger than MOST_MESSAGE_BYTES; nothing is sent.
        """
        ...

    def has_room(self) -> bool:
        """Whether SURE_BYTES, lengths included, can be sent without any wait."""
        ...

    def receive(self) -> bytes | None:
        """Wait for the next message; None at a clean end.

        Raises:
            ChannelError: what came is not a frame, or it ended within one.
        """
        ...

    def close(self) -> None:
        """Let go of both directions; harmless twice."""
        ...


class PipeChannel:
    """A channel over two raw streams.

    Threads: as Channel. ``close`` must wait until nobody receives or sends any more.
    """

    def __init__(self, reads: RawStream, writes: RawStream) -> None:
        self._reads = reads
        self._writes = writes
        self._sending = threading.Lock()
        self._piece = memoryview(bytearray(_PIECE_BYTES))
        self._unread = bytearray()

    def send(self, *messages: bytes) -> None:
        """Send messages, in as few writes as the pipe allows."""
        for each in messages:
            _check_size(len(each))
        frames = [part for each in messages for part in (_HEADER.pack(len(each)), each)]
        with self._sending:
            self._write(b"".join(frames))

    def has_room(self) -> bool:
        """Whether SURE_BYTES can be sent without any wait; Windows cannot tell, so no."""
        if sys.platform == "win32" or self._sending.locked():
            return False
        try:
            return bool(select.select((), (self._writes,), (), 0)[1])
        except (OSError, ValueError):
            return False  # the end is near; who sends in the background will find out

    def send_raw(self, data: bytes) -> None:
        """Send bytes without a frame: how the echo engine plays a broken one."""
        with self._sending:
            self._write(data)

    def receive(self) -> bytes | None:
        """Wait for the next message; None if the stream ends between two."""
        header = self._read(_HEADER.size)
        if not header:
            return None
        if len(header) < _HEADER.size:
            raise ChannelError("the stream ended within the length of a message")
        (size,) = _HEADER.unpack(header)
        _check_size(size)
        message = self._read(size)
        if len(message) < size:
            raise ChannelError(f"the stream ended after {len(message)} of {size} bytes")
        return message

    def close(self) -> None:
        """Close both streams."""
        for stream in (self._writes, self._reads):
            try:
                stream.close()
            except OSError:
                continue  # the other end is gone, which is what closing is for

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._writes.write(rest) or 0 :]
        except (OSError, ValueError) as cause:  # ValueError: closed on our side
            raise ChannelClosedError("the other end of the pipe is gone") from cause

    def _read(self, size: int) -> bytes:
        """Read so many bytes, or fewer at the end of the stream."""
        # Grows with what arrives, so that a length that lies costs no memory; what arrives
        # beyond the size is often the next message whole, which needs no other call then.
        while len(self._unread) < size:
            try:
                count = self._reads.readinto(self._piece)
            except (OSError, ValueError) as cause:
                raise ChannelError(f"the pipe cannot be read: {cause}") from cause
            if not count:
                break
            self._unread += self._piece[:count]
        taken = bytes(self._unread[:size])
        del self._unread[:size]
        return taken


class QueueChannel:
    """One end of a channel within the process.

    Threads: as Channel.
    """

    def __init__(
        self,
        incoming: "queue.SimpleQueue[bytes | None]",
        outgoing: "queue.SimpleQueue[bytes | None]",
    ) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._closed = threading.Event()

    def send(self, *messages: bytes) -> None:
        """Put messages into the other end's queue."""
        for each in messages:
            _check_size(len(each))
        if self._closed.is_set():
            raise ChannelClosedError("this channel is closed")
        for each in messages:
            self._outgoing.put(each)

    def has_room(self) -> bool:
        """Whether SURE_BYTES can be sent without any wait: always."""
        return True

    def receive(self) -> bytes | None:
        """Wait for the next message; None once either end has closed."""
        return self._incoming.get()

    def close(self) -> None:
        """Wake both ends with the end of the stream."""
        if not self._closed.is_set():
            self._closed.set()
            self._outgoing.put(None)
            self._incoming.put(None)


def queue_channels() -> tuple[QueueChannel, QueueChannel]:
    """Return the two ends of a channel within this process."""
    one_way: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    other_way: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    return QueueChannel(one_way, other_way), QueueChannel(other_way, one_way)


def _check_size(size: int) -> None:
    if size > MOST_MESSAGE_BYTES:
        raise ChannelError(f"a message of {size} bytes is more than {MOST_MESSAGE_BYTES}")
