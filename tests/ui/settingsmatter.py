"""What pictures and tests of the settings show: connections, an installation, licences."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import shelfmatter
from standin import Recorder, StandIn

from inglenook.downloads.connections import Connection
from inglenook.hardware.devices import FoundDevices
from inglenook.services.licences import Licence
from inglenook.services.report import InstallationRead
from inglenook.storage.releases import Release

_NOON_MS = 1_794_916_800_000
CONNECTIONS = (
    Connection(_NOON_MS + 3_600_000, "cdn.example", "file", 4_683_073_536, 206),
    Connection(_NOON_MS + 3_590_000, "hub.example", "model", 48_213, 200),
    Connection(_NOON_MS, "hub.example", "search", 104_448, 200),
    Connection(_NOON_MS - 9_000, "hub.example", "search", 0, 0),
)
LICENCES = (
    Licence("inglenook", "0.1.0", "Apache-2.0", "Apache License\nVersion 2.0\n" * 8),
    Licence("Jinja2", "3.1.6", "BSD License", "Copyright 2007 Pallets\n"),
    Licence("PySide6-Essentials", "6.11.3", "LGPL", "Qt is used under the LGPL.\n"),
)
INSTALLATION = InstallationRead(
    FoundDevices((), "llama.cpp", build="b9999", folder="/opt/inglenook/runtimes/cpu")
)


class RecordedConnections(Recorder):
    def __init__(self, calls: list[tuple]) -> None:
        super().__init__(calls, "connections")
        self.made = CONNECTIONS

    def newest_first(self) -> tuple[Connection, ...]:
        return self.made


class RecordedUpdates(Recorder):
    """Services of a build that has a key to check releases with."""

    can_check = True

    def __init__(self, calls: list[tuple]) -> None:
        super().__init__(calls, "updates")


RELEASE = Release(
    "0.2.0", date(2026, 12, 1), date(2028, 1, 1), "Chats open faster, and pictures are kept."
)


def furnish(services: StandIn) -> None:
    """Give recorded services what only the settings ask for."""
    services.connections = RecordedConnections(services.calls)
    services.reports = Recorder(services.calls, "reports")
    services.updates = RecordedUpdates(services.calls)
    services.erasing = Recorder(services.calls, "erasing")
    services.snapshots = Recorder(services.calls, "snapshots")
    services.folders = SimpleNamespace(
        data=Path("/home/ada/.local/share/inglenook"),
        logs=Path("/home/ada/.local/state/inglenook/log"),
    )


def tell(publish) -> None:
    """Publish what the sections hear."""
    publish(INSTALLATION, shelfmatter.SHELF)
