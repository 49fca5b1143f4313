"""The downloads: all that come, in their order, with what can be done about each."""

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QWidget

from inglenook.services.events import DownloadsChanged, SettingsChanged
from inglenook.ui import theme
from inglenook.ui.bridge import Bridge
from inglenook.ui.downloadwords import is_under_way
from inglenook.ui.models.emptypane import EmptyPane
from inglenook.ui.models.orders import if_there
from inglenook.ui.models.pane import Pane
from inglenook.ui.models.queuerow import QueueRow
from inglenook.ui.models.rowlist import RowList
from inglenook.ui.style import Look
from inglenook.ui.units import bytes_in_words
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.words import tr

if TYPE_CHECKING:
    from inglenook.services.services import Services

_CLOCK_MS = 1000


class QueuePane(Pane):
    """The list of downloads.

    Signals:
        find_asked(): nothing is coming, and the person wants to look for a model.

    Threads: the UI thread. Hidden, it only keeps what it is told.
    """

    find_asked = Signal()

    def __init__(
        self,
        look: Look,
        services: "Services",
        bridge: Bridge,
        *,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        """Show nothing before it comes forward.

        Args:
            look: Colours and type.
            services: Their downloads are asked, and told what to do.
            bridge: Tells how downloads stand.
            now_ms: Milliseconds since 1970, as retries are told in.
        """
        super().__init__(look, tr("Downloads"))
        self._now_ms = now_ms
        self._service = services.downloads
        self._downloads = self._service.downloads()
        self._is_offline = services.settings.is_offline
        self._list = RowList(look, self._new_row)
        self._words = Label(look, "", theme.LABEL, tone="text_muted")
        self.pause_all = Button(look, icon="pause", text=tr("Pause all"), icon_size=16)
        self.resume_all = Button(look, icon="play", text=tr("Resume all"), icon_size=16)
        self.empty = EmptyPane(
            look,
            "download",
            tr("Nothing is being downloaded"),
            tr("A model that you get is listed here until it is ready."),
            tr("Find models"),
        )
        self._clock = QTimer(self)
        self._clock.setInterval(_CLOCK_MS)
        self._lay_out()
        self._connect(bridge)

    def come_forward(self) -> None:
        """Show how all stand now; the keyboard goes to the first of them."""
        self._downloads = self._service.downloads()
        self._refresh()
        rows = self.rows()
        first: QWidget = rows[0].face if rows else self.empty.button
        first.setFocus(Qt.FocusReason.ActiveWindowFocusReason)

    def leave(self) -> None:
        """Rest while the pane is hidden."""
        self._clock.stop()

    def rows(self) -> list[QueueRow]:
        """Return the rows in their order."""
        return list(self._list.rows.values())

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self._words, 1)
        head.addWidget(self.pause_all)
        head.addWidget(self.resume_all)
        self.content.addLayout(head)
        self.content.addWidget(self._list.card)
        self.content.addWidget(self.empty)
        self.content.addStretch(1)

    def _connect(self, bridge: Bridge) -> None:
        bridge.downloads_changed.connect(self._take)
        bridge.settings_changed.connect(self._take_settings)
        self._clock.timeout.connect(self._refresh)
        self.pause_all.clicked.connect(self._pause_all)
        self.resume_all.clicked.connect(self._resume_all)
        self.empty.pressed.connect(self.find_asked)
        for keys, step in (("Alt+Up", -1), ("Alt+Down", 1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(self._move_focused, step))

    def _take(self, event: DownloadsChanged) -> None:
        self._downloads = event.downloads
        if self.isVisible():
            self._refresh()

    def _take_settings(self, event: SettingsChanged) -> None:
        self._is_offline = event.offline
        if self.isVisible():
            self._refresh()

    def _refresh(self) -> None:
        self._list.show_keys([each.id for each in self._downloads], self.empty.button)
        now_ms = self._now_ms()
        for download in self._downloads:
            row = self._list.rows[download.id]
            row.show_download(download, now_ms, is_offline=self._is_offline)
        self._show_words()
        retries = any(each.state == "retrying" for each in self._downloads)
        if retries != self._clock.isActive():
            # Only a countdown moves when nothing is announced.
            self._clock.start() if retries else self._clock.stop()

    def _new_row(self, job: str) -> QueueRow:
        row = QueueRow(self._look, job)
        row.pause_asked.connect(partial(if_there, self._service.pause))
        row.resume_asked.connect(partial(if_there, self._service.resume))
        row.cancel_asked.connect(partial(if_there, self._service.cancel))
        row.move_asked.connect(self._move)
        return row

    def _show_words(self) -> None:
        left = sum(each.size_bytes - each.done_bytes for each in self._downloads)
        words = tr("{size} still to come").format(size=bytes_in_words(max(left, 0)))
        if self._is_offline:
            words += " · " + tr("the network is switched off")
        if self._words.text() != words:
            self._words.setText(words)
        many = len(self._downloads) > 1
        under_way = any(is_under_way(each) for each in self._downloads)
        held = any(not is_under_way(each) for each in self._downloads)
        for part, is_shown in (
            (self.empty, not self._downloads),
            (self._words, bool(self._downloads)),
            (self.pause_all, many and under_way),
            (self.resume_all, many and held),
        ):
            if part.isHidden() is is_shown:
                part.setVisible(is_shown)

    # --- what people do ---

    def _pause_all(self) -> None:
        for each in filter(is_under_way, self._downloads):
            if_there(self._service.pause, each.id)

    def _resume_all(self) -> None:
        for each in self._downloads:
            if not is_under_way(each):
                if_there(self._service.resume, each.id)

    def _move(self, job: str, step: int) -> None:
        jobs = [each.id for each in self._downloads]
        place = jobs.index(job) + step if job in jobs else -1
        if 0 <= place < len(jobs):
            if_there(lambda there: self._service.move(there, place), job)

    def _move_focused(self, step: int) -> None:
        place = self._list.focused_place()
        if place is not None:
            self._move(self.rows()[place].job, step)
