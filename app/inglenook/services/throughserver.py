"""Asking the server that runs already, so that no model is loaded twice."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from inglenook.chat.elsewhere import Endpoint
from inglenook.core.errors import InglenookError
from inglenook.effort.level import Level
from inglenook.remote.address import address_from
from inglenook.services.remote import RemoteService
from inglenook.services.servernote import OwnServer

if TYPE_CHECKING:
    from inglenook.remote.call import Way

_CONNECT_S, _LIST_S = 2.0, 5.0
"""It is on this computer: what takes longer is stuck."""


class _OnlyOne:
    """What RemoteService asks of the engines that are set up: this server is the only one."""

    def __init__(self, server: OwnServer) -> None:
        self._server = server
        base = server.address
        host = address_from(base).host
        self._endpoint = Endpoint("", "", base, host, is_agreed=True, is_here=True)

    def find(self, _endpoint: str) -> Endpoint | None:
        """Return the server, whatever is asked for."""
        return self._endpoint

    def key(self, _endpoint: Endpoint) -> str:
        """Return its key."""
        return self._server.key


def answers(server: OwnServer) -> bool:
    """Tell whether a server answers, and takes the key; in seconds at most."""
    from inglenook.remote.call import Call  # noqa: PLC0415  (with the HTTP client)
    from inglenook.remote.engine import look_at  # noqa: PLC0415

    way = _way()
    try:
        look_at(Call(way, address_from(server.address), server.key), way)
    except InglenookError:
        return False
    return True


def through(server: OwnServer, effort: Level) -> RemoteService:
    """Return what has answers written by a server; closed by whoever has it.

    It stays on this computer, so neither the offline switch nor the log is concerned.

    Args:
        server: Of the same data folder.
        effort: Of every answer; the server makes the drafts.
    """
    also: Mapping[str, object] = {} if effort is Level.QUICK else {"effort": effort.value}
    return RemoteService(_OnlyOne(server), _way, also)


def _way() -> "Way":
    from inglenook.remote.call import Way  # noqa: PLC0415
    from inglenook.remote.patience import Patience  # noqa: PLC0415

    return Way(patience=Patience(connect_s=_CONNECT_S, list_s=_LIST_S))
