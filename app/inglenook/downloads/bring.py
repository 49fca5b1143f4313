"""The loop that brings one part to its end through every fault of the line."""

import time
from pathlib import Path

from inglenook.core.errors import (
    BusyHubError,
    DownloadError,
    InglenookError,
    NetworkError,
    WrongFileError,
)
from inglenook.core.units import KIB
from inglenook.downloads.answer import (
    Answer,
    Body,
    OddAnswerError,
    OtherSizeError,
    OtherVersionError,
    read_answer,
)
from inglenook.downloads.arrival import Arrival, Ended
from inglenook.downloads.disk import lost, require_some_room
from inglenook.downloads.line import Line
from inglenook.downloads.part import Part
from inglenook.downloads.progress import Meter, Phase
from inglenook.downloads.stopping import Stop, require_going
from inglenook.downloads.watch import Watch, silent

_LISTEN_S = 0.1
_CARE_S = 0.25
_GRACE_S = 0.06
_QUIET_S = 0.02
"""The system holds megabytes of a fast line for us; reading them takes milliseconds."""
_SMALL_BYTES = 64 * KIB
_GATHER_S = 0.005
"""Lets small pieces of a slow line join, at some 200 writes a second instead of thousands."""
_MOST_FRESH_STARTS = 20
"""A mirror without ranges starts anew at each break; one that goes on so is given up."""


def bring(part: Part, folder: Path, line: Line, meter: Meter, stop: Stop) -> None:
    """Let a part come until it is whole and right, and safe on the disk.

    A wrong hash is met by fetching it all once more, then given up: nothing of it is kept.

    Raises:
        DownloadError: see ``fetch.fetch_all``.
        StorageError: the disk is full or gone.
        OSError: it fails otherwise.
    """

    def read(done_bytes: int) -> None:
        require_going(stop)
        meter.say(Phase.CHECKING, done_bytes)

    part.restore(read)
    for is_last in (False, True):
        _Bringing(part, folder, line, meter, stop).run()
        if part.is_right():
            meter.say(Phase.FINISHING, part.length)
            part.make_safe()
            return
        found = part.found_sha256()
        if is_last:
            part.discard()
            raise WrongFileError(
                "This file is not what the Hub describes",
                "It was fetched twice and not kept; tell the model's makers.",
                expected=part.file.sha256,
                found=found,
            )
        part.restart("")


class _Bringing:
    """One way from what is there to a whole part.

    Threads: the one that fetches.
    """

    def __init__(self, part: Part, folder: Path, line: Line, meter: Meter, stop: Stop) -> None:
        self._part, self._folder, self._line = part, folder, line
        self._meter, self._stop = meter, stop
        self._failed = 0
        self._odd = 0
        self._other_sizes = 0
        self._fresh_starts = 0
        self._cared_s = self._synced_s = time.monotonic()
        self._synced_bytes = part.length

    def run(self) -> None:
        """Ask again and again until all is there."""
        while self._part.length < self._part.file.size_bytes:
            require_going(self._stop)
            before = self._part.length
            try:
                self._ask()
            except (NetworkError, BusyHubError) as error:
                self._weigh(error, self._part.length - before)

    # --- one request ---

    def _ask(self) -> None:
        self._meter.say(Phase.CONNECTING, self._part.length)
        line = self._line
        asked = self._range()
        arrival = Arrival(line.client, line.resolver, self._part.file, asked, line.limits)
        try:
            body = self._understand(self._head(arrival))
            if body.anew or self._part.length == 0:
                self._start_anew(body.etag)
            self._take(arrival, body)
        finally:
            arrival.abandon()

    def _range(self) -> tuple[tuple[str, str], ...]:
        """Return the headers that ask for the rest."""
        part = self._part
        can_mix = not part.etag and not part.file.sha256
        if part.length == 0 or can_mix or self._odd > 1:
            return ()
        asked = ("Range", f"bytes={part.length}-")
        return (asked, ("If-Range", part.etag)) if part.etag else (asked,)

    def _head(self, arrival: Arrival) -> Answer:
        due_s = time.monotonic() + self._line.limits.answer_s
        while time.monotonic() < due_s:
            item = arrival.next(_LISTEN_S)
            if isinstance(item, Answer):
                return item
            if isinstance(item, InglenookError):
                raise item
            require_going(self._stop)
            self._meter.tick()
        raise silent()

    def _understand(self, answer: Answer) -> Body:
        part = self._part
        return read_answer(
            answer,
            have_bytes=part.length,
            etag=part.etag,
            size_bytes=part.file.size_bytes,
            is_hashed=bool(part.file.sha256),
        )

    def _start_anew(self, etag: str) -> None:
        if self._part.length:
            self._fresh_starts += 1
        self._part.restart(etag)

    # --- its body ---

    def _take(self, arrival: Arrival, body: Body) -> None:
        skip = body.skip_bytes
        watch = Watch(self._line.limits)
        while True:
            waits_since_s = time.monotonic()
            item = arrival.next(_LISTEN_S)
            chunk = item if isinstance(item, bytes) else b""
            watch.waited(time.monotonic() - waits_since_s, len(chunk))
            if isinstance(item, InglenookError):
                raise item
            if isinstance(item, Ended) or (item is None and self._is_over(body)):
                return
            skip = self._keep(chunk, skip)
            self._care()
            if 0 < len(chunk) < _SMALL_BYTES:
                self._stop.wait(_GATHER_S)
            if self._stop.is_set():
                self._keep_what_waits(arrival, skip)
                require_going(self._stop)

    def _is_over(self, body: Body) -> bool:
        """Tell whether all has come and only the end of a connection is missing."""
        return body.length is not None and self._part.length == self._part.file.size_bytes

    def _keep(self, chunk: bytes, skip: int) -> int:
        """Write what is new of a chunk; return how many bytes are still to be skipped."""
        part, meter = self._part, self._meter
        meter.received(len(chunk))
        new = chunk[skip:] if skip else chunk
        if part.length + len(new) > part.file.size_bytes:
            raise OtherSizeError(
                "The file is longer than the Hub says",
                "Look at the model's page again; it may have been replaced.",
            )
        if new:
            part.append(new)
        meter.say(Phase.FETCHING, part.length)
        self._line.pace.wait(len(chunk), self._stop, meter.tick)
        return max(skip - len(chunk), 0)

    def _keep_what_waits(self, arrival: Arrival, skip: int) -> None:
        """Take what has come to this computer already: a pause loses nothing."""
        until_s = time.monotonic() + _GRACE_S
        while (left_s := until_s - time.monotonic()) > 0:
            chunk = arrival.next(min(left_s, _QUIET_S))
            if not isinstance(chunk, bytes):
                return
            skip = self._keep(chunk, skip)

    def _care(self) -> None:
        """Look after the disk once in a while."""
        now_s = time.monotonic()
        if now_s - self._cared_s < _CARE_S:
            return
        self._cared_s = now_s
        if not self._part.is_still_there():
            raise lost(self._folder)
        require_some_room(self._folder, self._line.limits)
        self._sync(now_s)

    def _sync(self, now_s: float) -> None:
        is_much = self._part.length - self._synced_bytes >= self._line.limits.sync_bytes
        if is_much or now_s - self._synced_s >= self._line.limits.sync_s:
            self._synced_s, self._synced_bytes = now_s, self._part.length
            self._part.start_sync()

    # --- after a fault ---

    def _weigh(self, error: NetworkError | BusyHubError, gained_bytes: int) -> None:
        """Decide whether to ask again, and wait before.

        Raises:
            DownloadError: that is enough.
        """
        limits = self._line.limits
        self._count(error)
        self._failed = 1 if gained_bytes >= limits.step_bytes else self._failed + 1
        asked_s = error.wait_s if isinstance(error, BusyHubError) else 0.0
        if self._failed >= limits.tries or asked_s > limits.longest_asked_s:
            raise error
        if not isinstance(error, OtherVersionError):
            self._wait(max(limits.wait_s(self._failed), asked_s), error)

    def _count(self, error: DownloadError) -> None:
        self._odd = self._odd + 1 if isinstance(error, OddAnswerError) else 0
        if isinstance(error, OtherSizeError):
            self._other_sizes += 1
        if isinstance(error, OtherVersionError):
            self._start_anew("")
        if self._other_sizes > 1 or self._fresh_starts > _MOST_FRESH_STARTS:
            self._part.discard()
            raise WrongFileError(
                "The file on the server keeps changing",
                "Look at the model's page again; what has come was not kept.",
            ) from error

    def _wait(self, duration_s: float, error: DownloadError) -> None:
        until_s = time.monotonic() + duration_s
        while (left_s := until_s - time.monotonic()) > 0:
            self._meter.say(Phase.RETRYING, self._part.length, error.problem)
            self._stop.wait(min(left_s, _LISTEN_S))
            require_going(self._stop)
