"""Server-sent events, cut out of whatever bytes come: bounded, and never trusted."""

from collections.abc import Iterator

from inglenook.core.errors import RemoteError

MOST_LINE_BYTES = 1024 * 1024
"""Of one line, and of one event; a piece of an answer takes some 300."""


class EventReader:
    """Takes bytes in any portions and gives the data of whole events.

    As the HTML standard has it (server-sent events, 9.2.6): lines end with CR, LF or both,
    several ``data`` lines of one event are joined, comments and other fields are skipped.

    Threads: one.
    """

    def __init__(self) -> None:
        self._rest = bytearray()
        self._data: list[bytes] = []
        self._size = 0
        self._is_first = True
        self._after_return = False

    def feed(self, portion: bytes) -> Iterator[bytes]:
        """Give the data of each event that is whole now.

        Raises:
            RemoteError: a line or an event is longer than makes sense.
        """
        if self._after_return and portion.startswith(b"\n"):
            portion = portion[1:]  # the second half of a CRLF that was cut in two
        self._after_return = portion.endswith(b"\r")
        self._rest += portion
        if b"\n" in portion or b"\r" in portion:
            # Only then: a long line that comes byte by byte would be copied as often.
            whole = bytes(self._rest).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            *lines, rest = whole.split(b"\n")
            self._rest = bytearray(rest)
            for line in lines:
                event = self._take(line)
                if event is not None:
                    yield event
        if len(self._rest) > MOST_LINE_BYTES:
            raise _endless()

    def end(self) -> Iterator[bytes]:
        """Give what stands at the end without the empty line that should follow it."""
        if self._rest:
            self._take(bytes(self._rest))
            self._rest.clear()
        event = self._take(b"")
        if event is not None:
            yield event

    def _take(self, line: bytes) -> bytes | None:
        """Take a line; return an event's data if it ends one."""
        if self._is_first:
            line, self._is_first = line.removeprefix(b"\xef\xbb\xbf"), False
        if not line:
            event, self._data, self._size = b"\n".join(self._data), [], 0
            return event or None
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" "))
            self._size += len(value)
            if self._size > MOST_LINE_BYTES:
                raise _endless()
        return None


def _endless() -> RemoteError:
    return RemoteError(
        "The engine's answer makes no sense",
        "Check that the address leads to an engine.",
        found="a line without an end",
    )
