"""The way to engines elsewhere: the same switch, proxy and log as for the Hub."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from inglenook.downloads.connections import Connection, Purpose
from inglenook.services.settings import SettingsService

if TYPE_CHECKING:
    from inglenook.remote.call import Asked, Way


def way_out(settings: SettingsService, log: Callable[[Connection], None]) -> "Way":
    """Return how requests to engines elsewhere leave this computer.

    Args:
        settings: Say whether the network may be used, and by which proxy.
        log: Told of every request when it is over.
    """
    from inglenook.remote.call import Way  # noqa: PLC0415  (with the HTTP client)

    return Way(
        is_offline=lambda: settings.is_offline,
        proxy=lambda: settings.now.proxy,
        tell=partial(_write_down, log),
    )


def _write_down(log: Callable[[Connection], None], asked: "Asked") -> None:
    log(Connection(asked.at_ms, asked.host, Purpose.ENGINE, asked.received_bytes, asked.status))
