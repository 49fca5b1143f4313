"""What the window pays for telling how downloads stand; printed by `./dev bench ui`."""

import time
from dataclasses import replace
from itertools import count
from types import SimpleNamespace

from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from inglenook.core.units import GIB, MIB
from inglenook.services.bus import Bus
from inglenook.services.events import Download, DownloadsChanged
from inglenook.ui.bridge import Bridge
from inglenook.ui.downloadcard import DownloadCard
from inglenook.ui.models.queue import QueuePane
from inglenook.ui.style import Look

ROWS, UPDATES, WARM_UP = 5, 400, 40


def downloads(update: int) -> tuple[Download, ...]:
    """Return five downloads, each a tenth of a second further than before."""
    first = Download(
        "JOB", "Gemma 3 12B Instruct", "running", "fetching", 0, 7 * GIB, 0.0, None
    )
    return tuple(
        replace(
            first,
            id=f"JOB{number}",
            done_bytes=(number * GIB + update * 5 * MIB) % first.size_bytes,
            bytes_per_s=(40 + (update * 7 + number) % 20) * MIB,
        )
        for number in range(ROWS)
    )


def update_ms(app: QApplication) -> tuple[float, float]:
    """Return mean and longest processor time of an update, painting included.

    The pane of all downloads and the card of the side bar are both on screen, and both are
    told over the bus as in the real window.
    """
    look, bus = Look(app), Bus()
    look.begin("light", 1.0)
    bridge = Bridge(bus)
    asked = dict.fromkeys(("pause", "resume", "cancel", "move"))
    service = SimpleNamespace(downloads=lambda: downloads(0), **asked)
    settings = SimpleNamespace(is_offline=False)
    services = SimpleNamespace(downloads=service, settings=settings)
    moments = count(1_800_000_000_000, 100)  # as far apart as updates are
    others = count(1_800_000_000_000, 100)
    pane = QueuePane(look, services, bridge, now_ms=lambda: next(moments))
    card = DownloadCard(look, now_ms=lambda: next(others))
    bridge.downloads_changed.connect(lambda told: card.show_downloads(told.downloads))
    window = QWidget()
    row = QHBoxLayout(window)
    row.addWidget(card, 1)
    row.addWidget(pane, 4)
    window.resize(1180, 800)
    window.show()
    pane.come_forward()
    taken = []
    for update in range(UPDATES):
        told = DownloadsChanged(downloads(update))
        begin = time.thread_time()
        bus.publish(told)
        app.processEvents()
        taken.append((time.thread_time() - begin) * 1000)
    last = downloads(UPDATES - 1)[-1]
    assert pane.rows()[-1].face.value() == last.done_bytes * 100 // last.size_bytes
    bridge.close()
    window.close()
    steady = taken[WARM_UP:]
    return sum(steady) / len(steady), max(steady)
