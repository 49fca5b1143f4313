"""Events on their way out of the engine: joined, in order, and out of the model's way."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

from inglenook.engine.channel import HEADER_BYTES, SURE_BYTES, Channel, ChannelError
from inglenook.engine.protocol import Delta, Event, Fatal, Tick, to_bytes

FLUSH_S = 0.020
"""Text waits at most so long; an eye sees no difference, a pipe does."""
TICK_S = 1.0
_LOOK_S = 0.04


class Outbox:
    """A queue of events and the thread that sends them.

    The first text after a pause goes out at once, the text after it at most every FLUSH_S, or
    as seldom as ``send`` is told; everything else goes out at once, after the text before it. A
    sign of life goes out every TICK_S.

    Threads: any may put; one of its own sends. ``send`` does so on the caller's thread where
    that cannot make it wait: on a busy computer, a thread that is woken for it may be put to
    sleep with the interpreter's lock in its hands, and the model's thread waits for it.
    """

    def __init__(
        self, channel: Channel, *, busy: Callable[[], bool], on_closed: Callable[[], None]
    ) -> None:
        """Start nothing yet.

        Args:
            channel: Where to.
            busy: Asked for every Tick.
            on_closed: Called on the sending thread when nobody listens any more.
        """
        self._channel = channel
        self._busy = busy
        self._on_closed = on_closed
        self._changed = threading.Condition()
        self._events: list[Event] = []
        self._urgent = False
        self._closing = False
        self._sending = threading.Lock()
        self._gap_s = FLUSH_S
        self._next_flush_s = 0.0
        self._next_tick_s = time.monotonic() + TICK_S
        self._thread = threading.Thread(target=self._run, name="engine events", daemon=True)

    def start(self) -> None:
        """Start sending."""
        self._thread.start()

    def put(self, event: Event) -> None:
        """Queue an event; returns at once."""
        with self._changed:
            self._events.append(event)
            self._urgent = self._urgent or not isinstance(event, Delta)
            if self._urgent or len(self._events) == 1:
                self._changed.notify()

    def send(
        self, events: Sequence[Event], *, gap_s: float = FLUSH_S, urgent: bool = False
    ) -> None:
        """Queue events, and send what is due if the channel has room for it.

        Args:
            events: What has happened.
            gap_s: So long text may wait for the text after it, from the next time on.
            urgent: Text that waits for nothing is among them.
        """
        with self._changed:
            self._events += events
            self._gap_s = gap_s
            self._urgent = (
                self._urgent or urgent or not all(isinstance(each, Delta) for each in events)
            )
            is_due = self._is_due(time.monotonic())
        if is_due and not self._send_here():
            with self._changed:
                self._changed.notify()

    def _send_here(self) -> bool:
        """Send what is queued without any wait; False if it must be left to the thread."""
        if not self._sending.acquire(blocking=False):
            return False
        try:
            if not self._channel.has_room():
                return False
            events = self._take()
            messages = [to_bytes(each) for each in joined(events)]
            if sum(map(len, messages)) + len(messages) * HEADER_BYTES > SURE_BYTES:
                self._put_back(events)
                return False
            self._channel.send(*messages)
        except ChannelError:
            self._on_closed()
        finally:
            self._sending.release()
        return True

    def _put_back(self, events: list[Event]) -> None:
        with self._changed:
            self._events[:0] = events
            self._urgent = True

    def last_words(self, text: str) -> None:
        """Send all that is queued and then Fatal, before this returns.

        Waits at most a second for the sending thread, which may be stuck in a full pipe.
        """
        if not self._sending.acquire(timeout=1.0):
            return
        try:
            self._send([*self._take(), Fatal(text)])
        except ChannelError:
            return  # nobody is left to read them
        finally:
            self._sending.release()

    def close(self) -> None:
        """Send what is queued and end the thread; waits at most a second."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(1.0)

    def _run(self) -> None:
        try:
            while self._wait():
                self._flush()
            self._flush()
        except ChannelError:
            self._on_closed()

    def _flush(self) -> None:
        with self._sending:
            self._send(self._take())

    def _wait(self) -> bool:
        """Wait until something is due; False when it is time to end."""
        with self._changed:
            while not self._closing:
                now_s = time.monotonic()
                if self._is_due(now_s):
                    return True
                self._changed.wait(self._until_s(now_s) - now_s)
            return False

    def _is_due(self, now_s: float) -> bool:
        if self._urgent or now_s >= self._next_tick_s:
            return True
        return bool(self._events) and now_s >= self._next_flush_s

    def _until_s(self, now_s: float) -> float:
        """Return when to look again, if nobody calls."""
        if self._events:
            return min(self._next_flush_s, self._next_tick_s)
        # While text comes, the next may have to wait for a long call of the model's thread.
        is_flowing = now_s < self._next_flush_s + TICK_S
        return min(now_s + _LOOK_S, self._next_tick_s) if is_flowing else self._next_tick_s

    def _take(self) -> list[Event]:
        with self._changed:
            events, self._events, self._urgent = self._events, [], False
            now_s = time.monotonic()
            if events:
                self._next_flush_s = now_s + self._gap_s
            if now_s >= self._next_tick_s:
                self._next_tick_s = now_s + TICK_S
                events.append(Tick(self._busy()))
            return events

    def _send(self, events: list[Event]) -> None:
        self._channel.send(*map(to_bytes, joined(events)))


def joined(events: Iterable[Event]) -> Iterator[Event]:
    """Make one Delta of all that belong together; keep everything else as it is.

    Texts of several answers come in turns: they are sorted by answer, which changes the
    order within none of them.
    """
    runs: dict[str, list[Delta]] = {}
    for event in events:
        if isinstance(event, Delta):
            run = runs.setdefault(event.request, [])
            if not run or run[0].thinking is event.thinking:
                run.append(event)
                continue
        yield from map(_one, runs.values())
        runs.clear()
        if isinstance(event, Delta):
            runs[event.request] = [event]
        else:
            yield event
    yield from map(_one, runs.values())


def _one(run: list[Delta]) -> Delta:
    if len(run) == 1:
        return run[0]
    text = "".join(each.text for each in run)
    odds = tuple(each for delta in run for each in delta.odds)
    return Delta(run[0].request, text, sum(each.tokens for each in run), run[0].thinking, odds)
