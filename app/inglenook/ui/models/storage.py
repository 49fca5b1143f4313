"""Storage and network: where models are kept, and how they come."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from inglenook.core.errors import BadArgumentError
from inglenook.core.units import MIB
from inglenook.services.events import SettingsChanged
from inglenook.ui import theme
from inglenook.ui.bridge import Bridge
from inglenook.ui.models.pane import Pane
from inglenook.ui.models.setting import Entry, SettingRow, try_change
from inglenook.ui.models.storagefolder import FolderCard
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.segments import Segments
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.widgets.switch import Switch
from inglenook.ui.words import tr

if TYPE_CHECKING:
    from inglenook.services.services import Services

_OFFERED_AT_ONCE = (1, 2, 3)
_NARROW, _WIDE = 120, 260


class StoragePane(Pane):
    """The models folder and the way to the network; every change counts at once.

    Threads: the UI thread.
    """

    def __init__(self, look: Look, services: "Services", bridge: Bridge) -> None:
        super().__init__(look, tr("Storage and network"))
        self._services = services
        self.folder = FolderCard(look)
        self.offline = Switch(look, tr("Work offline"))
        choices = [(str(each), str(each)) for each in _OFFERED_AT_ONCE]
        self.at_once = Segments(look, tr("Downloads at once"), choices)
        self.limit = Entry(look, tr("Speed limit in MB a second"), tr("No limit"), _NARROW)
        self.proxy = Entry(look, tr("Proxy"), tr("As the system says"), _WIDE)
        self.mirror = Entry(look, tr("Mirror of the Hub"), tr("The Hub itself"), _WIDE)
        self.forget = Button(look, text=tr("Forget the token"), kind="outline")
        self._offline_row = SettingRow(look, tr("Work offline"), "", self.offline)
        self._make_rows(look)
        self._lay_out(look)
        self._connect(bridge)

    def come_forward(self) -> None:
        """Show what is in force now."""
        self._services.shelf.refresh()
        self._show(is_offline=self._services.settings.is_offline)
        self.offline.setFocus(Qt.FocusReason.ActiveWindowFocusReason)

    def leave(self) -> None:
        """Nothing goes on here."""

    def _make_rows(self, look: Look) -> None:
        self.at_once_row = SettingRow(
            look,
            tr("Downloads at once"),
            tr("The others wait for their turn."),
            self.at_once,
        )
        self.limit_row = SettingRow(
            look,
            tr("Speed limit"),
            tr("MB a second for all downloads together; empty for as fast as it goes."),
            self.limit,
        )
        self.proxy_row = SettingRow(
            look, tr("Proxy"), tr("Written as http://name:port."), self.proxy
        )
        self.mirror_row = SettingRow(look, tr("Mirror"), "", self.mirror)
        self.token_row = SettingRow(look, tr("Access token"), "", self.forget)

    def _lay_out(self, look: Look) -> None:
        for title, rows in (
            (tr("Network"), (self._offline_row, self.proxy_row, self.mirror_row)),
            (tr("Downloads"), (self.at_once_row, self.limit_row, self.token_row)),
        ):
            if not self.content.count():
                self.content.addWidget(Label(look, tr("Models folder"), theme.H3))
                self.content.addWidget(self.folder)
            self.content.addSpacing(8)
            self.content.addWidget(Label(look, title, theme.H3))
            card = Surface(look, "raised", radius=theme.RADIUS_CARD)
            column = QVBoxLayout(card)
            column.setContentsMargins(1, 0, 1, 0)
            column.setSpacing(0)
            for place, row in enumerate(rows):
                row.show_place(place, len(rows))
                column.addWidget(row)
            self.content.addWidget(card)
        self.content.addStretch(1)

    def _connect(self, bridge: Bridge) -> None:
        bridge.shelf_changed.connect(self.folder.show_shelf)
        bridge.folder_moved.connect(self.folder.show_moved)
        bridge.settings_changed.connect(self._take_settings)
        self.folder.move_asked.connect(self._services.shelf.move_folder)
        self.folder.stop_asked.connect(self._services.shelf.stop_moving)
        self.offline.clicked.connect(self._set_offline)
        self.at_once.chosen.connect(self._set_at_once)
        self.limit.entered.connect(self._set_limit)
        self.proxy.entered.connect(self._set_proxy)
        self.mirror.entered.connect(self._set_mirror)
        self.forget.clicked.connect(self._forget)

    def _take_settings(self, event: SettingsChanged) -> None:
        self._show(is_offline=event.offline)

    # --- showing ---

    def _show(self, *, is_offline: bool) -> None:
        now = self._services.settings.now
        self._show_offline(is_offline=is_offline, by_choice=now.offline)
        self.at_once.show_choice(str(now.downloads_at_once))
        self.limit.show_kept(_limit_in_words(now.download_limit_bytes_s))
        self.proxy.show_kept(now.proxy)
        self.mirror.show_kept(now.endpoint)
        other = now.endpoint and self._services.settings.endpoint != now.endpoint
        self.mirror_row.about.setText(
            tr("The environment variable HF_ENDPOINT names another one, which counts.")
            if other
            else tr("Address of a server that has the same models as the Hub.")
        )
        self._show_token()

    def _show_offline(self, *, is_offline: bool, by_choice: bool) -> None:
        is_forced = is_offline and not by_choice
        self.offline.setChecked(is_offline)
        self.offline.setEnabled(not is_forced)
        self._offline_row.about.setText(
            tr("The environment variable INGLENOOK_OFFLINE has switched the network off.")
            if is_forced
            else tr("Nothing uses the network. Chats and all models on the disk go on working.")
        )

    def _show_token(self) -> None:
        has_token = self._services.browse.has_token()
        self.token_row.about.setText(
            tr("A token is kept in the system's keyring and sent to the Hub only.")
            if has_token
            else tr("None is kept. You are asked for one where a model needs it.")
        )
        if self.forget.hasFocus() and not has_token:
            self.limit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.forget.setVisible(has_token)

    # --- what people do ---

    def _set_offline(self) -> None:
        self._services.settings.set_offline(is_offline=self.offline.isChecked())

    def _set_at_once(self, choice: str) -> None:
        self._services.settings.set_downloads(at_once=int(choice))

    def _set_limit(self, text: str) -> None:
        def change() -> None:
            limit = _limit_bytes_s(text)
            self._services.settings.set_downloads(limit_bytes_s=limit)

        try_change(self.limit_row, self.limit, change)

    def _set_proxy(self, text: str) -> None:
        change = partial(self._services.settings.set_proxy, text)
        try_change(self.proxy_row, self.proxy, change)

    def _set_mirror(self, text: str) -> None:
        change = partial(self._services.settings.set_endpoint, text)
        try_change(self.mirror_row, self.mirror, change)

    def _forget(self) -> None:
        self._services.browse.forget_token()


def _limit_in_words(limit_bytes_s: int) -> str:
    return f"{limit_bytes_s / MIB:.4g}" if limit_bytes_s else ""


def _limit_bytes_s(text: str) -> int:
    """Return a limit as it was written, in MB a second; 0 for none.

    Raises:
        BadArgumentError: it is no number, or less than nothing.
    """
    try:
        limit = float(text.replace(",", ".") or 0)
    except ValueError:
        limit = -1.0
    if not 0 <= limit <= 2**20:
        raise BadArgumentError(
            tr("There is no such speed"), tr("Write a number, or leave it empty for no limit.")
        )
    return int(limit * MIB)
