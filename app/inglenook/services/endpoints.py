"""Engines elsewhere: which are set up, what they have, and their keys."""

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from inglenook.chat.elsewhere import MOST_NAME_CHARS, Endpoint, OfferedModel
from inglenook.core.errors import BadArgumentError, InglenookError, Problem
from inglenook.remote.address import Address, address_from
from inglenook.remote.offline import switched_off
from inglenook.remote.text import in_a_line
from inglenook.services.bus import Bus
from inglenook.services.endpointnews import EndpointsChanged, EndpointTested
from inglenook.services.events import Announcement, ProblemArose, SettingsChanged
from inglenook.services.stamps import Stamps
from inglenook.services.store import Store
from inglenook.services.tasks import Worker
from inglenook.storage.endpoints import EndpointKeys, Endpoints, checked_key

if TYPE_CHECKING:
    from inglenook.remote.call import Call, Way

MOST_MODELS = 200
_FORGOTTEN = Problem(
    "The key is remembered only until Inglenook ends",
    "This computer has no keyring that keeps secrets; type it again next time.",
)


class EndpointService:
    """The engines elsewhere that a person set up.

    Threads: every public method returns at once and may be called from any thread, but for
    ``key``, which may ask for the keyring. Rows are read and written on the store's worker;
    addresses are tested and the keyring is asked on the worker "other engines".

    Attributes:
        is_read: What is kept has been read; until then some may be missing.
    """

    def __init__(
        self, bus: Bus, store: Store, keys: EndpointKeys, way: Callable[[], "Way"]
    ) -> None:
        """Read nothing yet.

        Args:
            bus: Told what there is.
            store: Keeps it.
            keys: Keep the keys.
            way: Returns how requests leave this computer.
        """
        self._bus, self._store, self._keys, self._way = bus, store, keys, way
        self._stamps = Stamps()
        self._tickets = count(1)
        self._errands = Worker(
            "other engines", lambda problem: bus.publish(ProblemArose(problem))
        )
        self._lock = threading.Lock()
        # The lock guards what follows.
        self._known: dict[str, Endpoint] = {}
        self._testing: tuple[int, Call | None] = (0, None)
        self.is_read = False
        self._unsubscribe = bus.subscribe(self._heard)

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """All of them, the oldest first."""
        with self._lock:
            return tuple(self._known.values())

    def find(self, endpoint: str) -> Endpoint | None:
        """Return one by its id; None if it was taken out."""
        with self._lock:
            return self._known.get(endpoint)

    def kept_at(self, typed: str) -> str:
        """Return the id of the engine that is set up at an address; "" for none.

        Raises:
            BadArgumentError: it is no address.
        """
        base = address_from(typed).base
        return next((each.id for each in self.endpoints if each.base == base), "")

    def key(self, endpoint: Endpoint) -> str:
        """Return the key of one; "" for none. It may take the keyring's time."""
        return self._keys.get(endpoint) if endpoint.has_key else ""

    def start(self) -> None:
        """Read what is kept, and announce it."""
        self._store.post(self._read)

    def test(self, typed: str, key: str | None = None, endpoint: str = "") -> int:
        """Ask an address what is there; EndpointTested follows. A newer test ends this one.

        Args:
            typed: The address as a person wrote it.
            key: To send along; None for the one that is kept of ``endpoint``.
            endpoint: Its id, if it is set up already.

        Returns:
            A ticket, to know the answer by.

        Raises:
            BadArgumentError: it is no address, or no key.
        """
        address = address_from(typed)
        key = checked_key(key) if key is not None else None
        ticket = next(self._tickets)
        self.stop_test()
        with self._lock:
            self._testing = ticket, None
        self._errands.post(partial(self._test, ticket, address, key, endpoint))
        return ticket

    def stop_test(self) -> None:
        """End a test that runs; nothing is told of it then."""
        with self._lock:
            (_, call), self._testing = self._testing, (0, None)
        if call is not None:
            call.hang_up()

    def save(
        self,
        typed: str,
        *,
        endpoint: str = "",
        name: str = "",
        models: tuple[OfferedModel, ...] = (),
        key: str | None = None,
    ) -> Endpoint:
        """Keep an engine, new or changed.

        A key is given for one computer: at another address it is forgotten, and chats there
        are asked about anew.

        Args:
            typed: Its address as a person wrote it.
            endpoint: Its id; "" for a new one.
            name: What people call it; "" for its host.
            models: Those to offer.
            key: "" for none; None for the one there is.

        Raises:
            BadArgumentError: it is no address, or no key.
        """
        address = address_from(typed)
        key = checked_key(key) if key is not None else None
        before = self.find(endpoint)
        is_same = before is not None and before.base == address.base
        made = Endpoint(
            endpoint or self._stamps.new_id(),
            in_a_line(name, MOST_NAME_CHARS) or address.host[:MOST_NAME_CHARS],
            address.base,
            address.host,
            models[:MOST_MODELS],
            bool(key) if key is not None or not is_same else bool(before and before.has_key),
            is_same and bool(before and before.is_agreed),
            address.is_here,
        )
        if key is not None or not is_same:
            self._keys.know(made.id, key or "")
            self._errands.post(partial(self._keep_key, made, key or ""))
        self._know(made)
        self._store.post(partial(self._put, made))
        return made

    def use_once(self, typed: str, model: str, key: str = "") -> Endpoint:
        """Know an engine until the application ends, allowed by whoever typed its address.

        Raises:
            BadArgumentError: it is no address, or no key.
        """
        address, key = address_from(typed), checked_key(key)
        found = self.find(self.kept_at(typed))
        made = found or Endpoint(
            self._stamps.new_id(), address.host, address.base, address.host
        )
        made = replace(
            made,
            models=(*made.models, made.model(model)),
            has_key=made.has_key or bool(key),
            is_agreed=True,
            is_here=address.is_here,
        )
        if key:
            self._keys.know(made.id, key)
        with self._lock:
            self._known[made.id] = made
        return made

    def agree(self, endpoint: str) -> None:
        """Remember that the person lets chats leave this computer for one."""
        found = self.find(endpoint)
        if found is not None and not found.is_agreed:
            agreed = replace(found, is_agreed=True)
            self._know(agreed)
            self._store.post(partial(self._put, agreed))

    def remove(self, endpoint: str) -> None:
        """Take one out, with its key; chats that have it say so when they are asked."""
        with self._lock:
            self._known.pop(endpoint, None)
        self._tell()
        self._errands.post(partial(self._keys.forget, endpoint))
        self._store.post(partial(self._drop, endpoint))

    def close(self) -> None:
        """End a test that runs, and the worker."""
        self._unsubscribe()
        self.stop_test()
        self._errands.close()

    # --- inside ---

    def _heard(self, announcement: Announcement) -> None:
        """End a test that runs when the network is switched off."""
        if isinstance(announcement, SettingsChanged) and announcement.offline:
            with self._lock:
                call = self._testing[1]
            if call is not None:
                call.hang_up(switched_off())

    def _know(self, endpoint: Endpoint) -> None:
        with self._lock:
            self._known[endpoint.id] = endpoint
        self._tell()

    def _tell(self) -> None:
        self._bus.publish(EndpointsChanged(self.endpoints))

    # --- on the store's worker ---

    def _read(self) -> None:
        rows = Endpoints(self._store.database).all()
        with self._lock:
            self._known = {each.id: each for each in rows} | self._known
            self.is_read = True
        self._tell()

    def _put(self, endpoint: Endpoint) -> None:
        Endpoints(self._store.database).put(endpoint)

    def _drop(self, endpoint: str) -> None:
        Endpoints(self._store.database).drop(endpoint)

    # --- on the worker for errands: neither a network nor a keyring holds up the store ---

    def _keep_key(self, endpoint: Endpoint, key: str) -> None:
        if not key:
            self._keys.forget(endpoint.id)
        elif not self._keys.keep(endpoint, key):
            self._bus.publish(ProblemArose(_FORGOTTEN))

    def _test(self, ticket: int, address: Address, key: str | None, endpoint: str) -> None:
        from inglenook.remote.call import Call, StoppedCall  # noqa: PLC0415  (opens faster)
        from inglenook.remote.engine import look_at  # noqa: PLC0415

        known = self.find(endpoint)
        is_same = known is not None and known.base == address.base
        if key is None:
            key = self.key(known) if known is not None and is_same else ""
        way = self._way()
        call = Call(way, address, key)
        with self._lock:
            if self._testing[0] != ticket:
                return
            self._testing = ticket, call
        try:
            found = look_at(call, way)
            told = EndpointTested(ticket, found.models, found.took_s, found.maker)
        except StoppedCall:
            return
        except InglenookError as error:
            told = EndpointTested(ticket, problem=error.problem)
        self._bus.publish(told)


def require_model(model: str) -> str:
    """Return the name of a model as engines may have it.

    Raises:
        BadArgumentError: it is empty, or holds what cannot be seen.
    """
    if not model or in_a_line(model, 200) != model:
        raise BadArgumentError("This is no name of a model", "Choose one that the engine has.")
    return model
