"""Serving other programs: switched on and off, who may ask, and what is asked."""

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from inglenook.core.errors import BadArgumentError, Problem
from inglenook.hardware.addresses import own_addresses, own_names
from inglenook.services.alarm import SetAlarm, set_alarm
from inglenook.services.api import ApiService
from inglenook.services.bus import Bus
from inglenook.services.listening import Door, Listener, Open, Watch
from inglenook.services.paced import Paced
from inglenook.services.servingkey import AccessKey
from inglenook.services.servingnews import (
    LiveRequest,
    RequestServed,
    ServedRequest,
    ServingChanged,
    ServingKey,
    ServingPhase,
    ServingState,
)
from inglenook.services.settings import SettingsService
from inglenook.services.tasks import Worker
from inglenook.services.traffic import Traffic

__all__ = ["LiveRequest", "ServedRequest", "ServingPhase", "ServingService", "ServingState"]

LOOPBACK = "127.0.0.1"
EVERYWHERE = "0.0.0.0"  # noqa: S104 (only where the person opens it to the network)
MOST_PORTS = 10
_EVERY_S = 0.25


def nobody_listens(_api: ApiService, _door: Door, _watch: Watch) -> Listener:
    """Refuse: where this is given, no server was built in.

    Raises:
        BadArgumentError: always.
    """
    raise BadArgumentError(
        "Other programs cannot be served from here", "Start Inglenook itself, then try again."
    )


class ServingService:
    """The one server for other programs; off until it is started.

    Threads: every method returns at once and may be called from any. Starting, stopping and
    the keyring are the work of the worker "serving"; the listener tells on its own thread.
    States are announced under the lock, so that the one announced last is the present one.
    """

    def __init__(
        self,
        bus: Bus,
        settings: SettingsService,
        key: AccessKey,
        listen: Open,
        *,
        note: Callable[[ServingChanged | ServingKey], None] = lambda _told: None,
        set_alarm: SetAlarm = set_alarm,
        others: Callable[[], tuple[str, ...]] = own_addresses,
        names: Callable[[], frozenset[str]] = own_names,
    ) -> None:
        """Listen for nothing yet.

        Args:
            bus: Told each state, each request that is over, and the key.
            settings: Where the port is kept, and whether other computers may come.
            key: What programs must show.
            listen: Listens.
            note: Told each phase and each key on the worker, before others are and under no
                lock: it may take its time.
            set_alarm: Sets an alarm.
            others: Returns this computer's addresses in its networks.
            names: Returns what it is called there, in small letters.
        """
        self._bus, self._settings, self._listen, self._note = bus, settings, listen, note
        self._key, self._others, self._names = key, others, names
        self._worker = Worker("serving", self._failed)
        self._lock = threading.RLock()
        # The lock guards what follows, but the listener, which is the worker's.
        self._state = ServingState()
        self._traffic = Traffic()
        self._newest: ServedRequest | None = None
        self._paced = Paced(self._tell, self._late, set_alarm, _EVERY_S)
        self._listener: Listener | None = None

    @property
    def state(self) -> ServingState:
        """The state as it is, requests included."""
        with self._lock:
            return replace(self._state, live=self._traffic.live)

    def start(self, *, port: int | None = None, is_open: bool | None = None) -> None:
        """Listen; nothing happens if that is done already.

        Args:
            port: Only there; 0 for any that is free. None for the one in the settings, or
                one of the nine that follow.
            is_open: Other computers may come; None for what the settings say.
        """
        self._worker.post(partial(self._begin, port, is_open))

    def stop(self) -> None:
        """Listen no more; requests under way are ended."""
        self._worker.post(self._end)

    def read_key(self) -> None:
        """Have the key told, made now if there is none."""
        self._worker.post(lambda: self._tell_key(self._key.read()))

    def renew_key(self) -> None:
        """Have another key made and told; the old one opens nothing from then on."""
        self._worker.post(lambda: self._tell_key(self._key.renew()))

    def use_key(self, key: str) -> None:
        """Take a key that somebody else keeps, until the end of this process."""
        self._key.use(key)

    def set_port(self, port: int) -> None:
        """Choose where to listen, 1024 to 65535, from now on.

        Raises:
            BadArgumentError: it is out of this range.
        """
        self._settings.choose("serving_port", port)
        self._worker.post(self._move)

    def open_to_network(self, is_open: bool) -> None:
        """Let other computers come, or only programs here, from now on."""
        self._settings.choose("serving_network", is_open)
        self._worker.post(self._move)

    def log(self) -> tuple[ServedRequest, ...]:
        """Return the requests that are over, newest first, 500 at most."""
        with self._lock:
            return self._traffic.log

    def clear_log(self) -> None:
        """Forget the requests that are over."""
        with self._lock:
            self._traffic.clear_log()
            self._newest = None
            self._paced.ask()

    def end_request(self, request: str) -> None:
        """End a request that is under way, because the person wants that."""
        self._end_those(request)

    def end_requests(self) -> None:
        """End every request that is under way."""
        self._end_those(None)

    def close(self) -> None:
        """Listen no more, for good."""
        self._worker.post(self._end)
        self._worker.close()
        with self._lock:
            self._paced.close()

    # --- what the listener tells, on its thread ---

    def began(
        self, request: str, route: str, client: str, program: str, end: Callable[[], None]
    ) -> None:
        """Hear of a new request."""
        with self._lock:
            self._traffic.begin(request, route, client, program, end)
            self._paced.ask()

    def progressed(
        self, request: str, *, model: str, prompt_tokens: int, answer_tokens: int
    ) -> None:
        """Hear how far an answer is."""
        with self._lock:
            self._traffic.progress(request, model, prompt_tokens, answer_tokens)
            self._paced.ask()

    def ended(self, request: str, status: int, *, by_person: bool) -> None:
        """Hear that a request is over."""
        with self._lock:
            line = self._traffic.end(request, status, by_person=by_person)
            self._newest = line or self._newest
            self._paced.ask()

    def broke(self, problem: Problem) -> None:
        """Hear that nothing is listened for any more."""
        self._worker.post(partial(self._give_up, problem))

    # --- on the worker ---

    def _begin(self, port: int | None, is_open: bool | None) -> None:
        if self._listener is not None:
            return
        self._become(ServingState(ServingPhase.STARTING))
        self._key.read()
        door = self._door(port, is_open)
        self._listener = self._listen(door, self)
        found = self._listener.port
        others = self._others() if door.is_open_to_network else ()
        self._become(
            ServingState(
                ServingPhase.ON,
                _address(LOOPBACK, found),
                found,
                door.is_open_to_network,
                others=tuple(_address(each, found) for each in others),
            )
        )

    def _end_those(self, request: str | None) -> None:
        with self._lock:
            ends = self._traffic.ends(request)
        for end in ends:  # not under the lock, which the listener takes in its turn
            end()

    def _door(self, port: int | None, is_open: bool | None) -> Door:
        now = self._settings.now
        first = now.serving_port
        ports = range(first, min(first + MOST_PORTS, 65_536)) if port is None else (port,)
        is_wide = now.serving_network if is_open is None else is_open
        return Door(
            EVERYWHERE if is_wide else LOOPBACK,
            tuple(ports),
            self._key.accepts,
            self._names() if is_wide else frozenset(),
        )

    def _end(self) -> None:
        self._shut()
        self._become(ServingState())

    def _move(self) -> None:
        """Listen where the settings say now, if anywhere."""
        if self._listener is not None:
            self._shut()
            self._begin(None, None)

    def _give_up(self, problem: Problem) -> None:
        self._shut()
        self._failed(problem)

    def _shut(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()

    def _failed(self, problem: Problem) -> None:
        self._become(ServingState(ServingPhase.FAILED, problem=problem))

    def _become(self, state: ServingState) -> None:
        self._note(ServingChanged(state))
        with self._lock:
            self._state = state
            self._tell()

    def _tell_key(self, found: tuple[str, bool]) -> None:
        told = ServingKey(*found)
        self._note(told)
        self._bus.publish(told)

    # --- under the lock ---

    def _tell(self) -> None:
        newest, self._newest = self._newest, None
        if newest is not None:
            self._bus.publish(RequestServed(newest))
        self._bus.publish(ServingChanged(self.state))

    def _late(self) -> None:
        with self._lock:
            self._paced.late()


def _address(host: str, port: int) -> str:
    return f"http://{host}:{port}/v1"
