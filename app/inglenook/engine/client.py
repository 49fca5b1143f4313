"""The window's handle on the engine: starts it, speaks with it, notices its end, mends it."""

import queue
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from inglenook.core.errors import BadArgumentError, EngineStoppedError, Problem
from inglenook.engine.breaker import Breaker
from inglenook.engine.death import Cause, Death
from inglenook.engine.ledger import Ledger
from inglenook.engine.life import Engine, Life
from inglenook.engine.process import EngineProcess, engine_command
from inglenook.engine.protocol import (
    MOST_MESSAGE_BYTES,
    Command,
    Done,
    Event,
    Failed,
    Finding,
    Front,
    Inquiry,
    Load,
    Loaded,
    LoadFailed,
    Render,
    Rendered,
    Unload,
    Work,
    to_bytes,
)

__all__ = ["Death", "Engine", "EngineClient", "Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How patient the client is, in seconds.

    Attributes:
        start_s: From the start to Ready: libraries may come from a slow disk.
        silence_s: Without a sign of life; noticed up to two looks later, so within 10 s.
        busy_silence_s: The same after the engine said that a long native call is under way:
            a computer that swaps can stop every thread of it for long.
        close_s: From Shutdown to the end.
    """

    start_s: float = 60.0
    silence_s: float = 8.0
    busy_silence_s: float = 60.0
    close_s: float = 3.0


class EngineClient:
    """One engine that is there whenever it can be.

    When the engine dies, the client reports it, starts another one and sends the last Load
    again, so that LoadProgress and Loaded follow as after any Load. It does so only for a
    model that had loaded: one that was being loaded may be what killed the engine. After the
    third death in a minute, and when there is no model to bring back, it waits for ``start``,
    as it does after ``stop``.

    Every Load is answered by Loaded or LoadFailed, whatever happens. Every Answer is answered
    by Done or Failed, or is named in a Death.

    Threads: methods on any. The callbacks are called one at a time, on threads of the
    client: all events of an engine, then its death, then the events of the next engine.
    They must return quickly, and may call every method.
    """

    def __init__(
        self,
        on_event: Callable[[Event], None],
        on_death: Callable[[Death, bool], None],
        *,
        backend: str = "llama",
        launch: Callable[[], Engine] | None = None,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start nothing yet.

        Args:
            on_event: Gets every event except Tick and Fatal.
            on_death: Gets the death, and whether the engine and its model are coming back.
            backend: ``"llama"`` or ``"echo"``.
            launch: Starts an engine in another way; raises EngineStoppedError if it cannot.
            limits: How patient to be.
            clock: Seconds that never go back.
        """
        self._on_event = on_event
        self._on_death = on_death
        self._launch = launch or partial(EngineProcess, engine_command(backend))
        self._limits = limits or Limits()
        self._clock = clock
        self._wake = threading.Event()
        self._lock = threading.Lock()
        # The lock guards what follows; no callback is called and nothing waits under it.
        self._ledger = Ledger()
        self._breaker = Breaker()
        self._outgoing: queue.SimpleQueue[bytes | None] | None = None
        self._refused: list[LoadFailed | Failed | Rendered] = []
        self._last_problem = _NOT_RUNNING
        self._closing = False
        self._kill_asked = False
        self._stop_asked = False
        self._supervisor = threading.Thread(
            target=self._supervise, name="engine supervisor", daemon=True
        )

    def start(self) -> None:
        """Start the engine, if none runs or is coming back; Ready comes as an event.

        A person has asked for it, so earlier deaths are forgotten.
        """
        with self._lock:
            if self._closing or self._outgoing is not None:
                return
            self._breaker = self._breaker.after_retry()
            self._outgoing = queue.SimpleQueue()
            if self._supervisor.ident is None:
                self._supervisor.start()
        self._wake.set()

    def send(self, command: Command) -> None:
        """Send a command; never waits.

        Without an engine, Load and Answer fail by an event; the other commands ask for
        nothing then, and are dropped.

        Raises:
            BadArgumentError: the command is too large to travel.
            EngineStoppedError: the client was never started.
        """
        data = to_bytes(command)
        if len(data) > MOST_MESSAGE_BYTES:
            raise BadArgumentError(
                "This conversation is too large", "Start a new chat.", size_bytes=len(data)
            )
        with self._lock:
            if self._outgoing is not None:
                self._ledger.sent(command)
                self._outgoing.put(data)
            elif isinstance(command, Load | Work | Inquiry):
                if self._supervisor.ident is None:
                    raise EngineStoppedError(_NOT_RUNNING.title, _NOT_RUNNING.advice)
                self._refused.append(_refusal(command, self._last_problem))
            elif isinstance(command, Front):
                self._ledger.sent(command)
        self._wake.set()

    def kill(self) -> None:
        """End an engine that does not listen, and start another one."""
        self._kill_asked = True
        self._wake.set()

    def stop(self) -> None:
        """Shut the engine down, which gives all its memory back, until ``start``.

        It is meant for an engine with nothing to do: what is not answered yet fails.
        """
        with self._lock:
            if self._outgoing is None:
                return
            self._outgoing, self._stop_asked = None, True
            self._refused += [Failed(each, _NOT_RUNNING) for each in self._ledger.requests]
            self._refused += [LoadFailed(_NOT_RUNNING) for _ in self._ledger.loads]
            self._ledger.engine_died()
            self._ledger.sent(Unload())
        self._wake.set()

    def close(self) -> None:
        """Shut the engine down, kill it if it takes too long, and end all threads."""
        with self._lock:
            self._closing = True
        self._wake.set()
        if self._supervisor.is_alive() and threading.current_thread() is not self._supervisor:
            self._supervisor.join(self._limits.close_s + 10)

    # --- supervisor thread ---

    def _supervise(self) -> None:
        while not self._closing:
            death = self._live()
            if death is not None:
                self._mourn(death)
            self._wait_for_start()

    def _live(self) -> Death | None:
        """Run one engine to its end; None if the end was asked for."""
        with self._lock:
            self._kill_asked = self._stop_asked = False
            outgoing = self._outgoing
        if outgoing is None:
            return None
        try:
            engine = self._launch()
        except EngineStoppedError as problem:
            return Death(Cause.NOT_STARTED, detail=problem.problem.facts.get("reason", ""))
        life = Life(engine, outgoing, self._heard, self._wake)
        cause = self._watch(life)
        if cause is None:
            life.shut_down(self._limits.close_s)
        return life.bury(cause)

    def _watch(self, life: Life) -> Cause | None:
        """Wait until an engine ends or must end; None if that was asked for."""
        look_s = min(1.0, self._limits.silence_s / 4)
        heard, silent_s, before_s = -1, 0.0, self._clock()
        while not life.ended.is_set():
            self._wake.wait(look_s)
            self._wake.clear()
            if self._closing or self._stop_asked:
                return None
            if self._kill_asked:
                return Cause.KILLED
            if life.is_other_version:
                return Cause.OTHER_VERSION
            now_s = self._clock()
            # A computer that slept, or a window that was stopped, is no silent engine: one
            # look counts for no more than two.
            silent_s = (
                silent_s + min(now_s - before_s, 2 * look_s) if life.heard == heard else 0.0
            )
            heard, before_s = life.heard, now_s
            if silent_s > self._patience_s(life):
                return Cause.HUNG if life.is_ready else Cause.SILENT_START
        return Cause.GARBLED if life.detail else Cause.ENDED

    def _patience_s(self, life: Life) -> float:
        if not life.is_ready:
            return self._limits.start_s
        return self._limits.busy_silence_s if life.is_busy else self._limits.silence_s

    def _mourn(self, death: Death) -> None:
        """Report a death and prepare what comes after it."""
        with self._lock:
            if self._stop_asked:
                return  # it was to end, and another one may be wanted by now
            requests, loads = self._ledger.requests, self._ledger.loads
            self._ledger.engine_died()
            if death.cause is Cause.OTHER_VERSION:
                self._breaker = self._breaker.opened()
            elif death.cause is not Cause.KILLED:
                self._breaker = self._breaker.after_death(self._clock())
            replay = () if self._breaker.is_open else self._ledger.replay
            death = replace(
                death,
                requests=requests,
                loading=loads[0].path if loads else "",
                restarting=bool(replay),
            )
            self._last_problem = death.problem
            self._outgoing = None
            if replay:
                self._outgoing = outgoing = queue.SimpleQueue[bytes | None]()
                for command in replay:
                    self._ledger.sent(command)
                    outgoing.put(to_bytes(command))
        _tell(lambda: self._on_death(death, death.restarting))
        for _ in loads:
            self._report(LoadFailed(death.problem))

    def _wait_for_start(self) -> None:
        """Return when there is an engine to start; refuse what is asked for before that."""
        while True:
            with self._lock:
                refused, self._refused = self._refused, []
            for event in refused:
                self._report(event)
            if self._outgoing is not None or self._closing:
                return
            self._wake.wait()
            self._wake.clear()

    # --- reader thread of a life ---

    def _heard(self, event: Event) -> None:
        with self._lock:
            if self._stop_asked and isinstance(event, _ENDS):
                return  # stop has told already how it ended
            self._ledger.received(event)
        self._report(event)

    # --- either ---

    def _report(self, event: Event) -> None:
        _tell(lambda: self._on_event(event))


_ENDS = Done | Failed | Finding | Loaded | LoadFailed

_NOT_RUNNING = Problem("The engine is not running", "Load a model to start it.")


def _refusal(
    command: Load | Work | Inquiry, problem: Problem
) -> LoadFailed | Failed | Rendered:
    if isinstance(command, Load):
        return LoadFailed(problem)
    if isinstance(command, Render):
        return Rendered(command.request, problem=problem)
    return Failed(command.request, problem)


def _tell(call: Callable[[], None]) -> None:
    """Call a callback; its mistakes are logged like those of any thread, and cost no engine."""
    try:
        call()
    except Exception:  # noqa: BLE001 -- worker loop: a listener's bug must not end the engine
        threading.excepthook(
            threading.ExceptHookArgs((*sys.exc_info(), threading.current_thread()))
        )
