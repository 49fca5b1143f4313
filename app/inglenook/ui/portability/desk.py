"""Joins export and import to the window: actions, and files that are dropped on it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from inglenook.core.ids import ChatId
from inglenook.ui.actions import Actions
from inglenook.ui.bridge import Bridge
from inglenook.ui.style import Look

if TYPE_CHECKING:
    from inglenook.services.services import Services
    from inglenook.ui.portability.exportdialog import ExportDialog
    from inglenook.ui.portability.importdialog import ImportDialog


class PortabilityDesk(QObject):
    """Opens the dialogs of export and import.

    Threads: the UI thread.
    """

    def __init__(
        self,
        look: Look,
        services: "Services",
        window: QWidget,
        chosen: Callable[[], Sequence[ChatId]],
        bridge: Bridge,
    ) -> None:
        """Open nothing yet.

        Args:
            look: Colours and type.
            services: Read and write.
            window: The dialogs stand over it.
            chosen: Asked for the chats that are selected, or for the one on screen.
            bridge: Brings what came of a wish.
        """
        super().__init__()
        self._look, self._services, self._window = look, services, window
        self._chosen, self._bridge = chosen, bridge

    def connect_actions(self, actions: Actions) -> None:
        """Let actions open the dialogs."""
        actions.connect_all(export_chat=self.export_chat, import_chats=self.import_chats)

    def export_chat(self) -> None:
        """Export the chats that are selected, or the one on screen."""
        if chats := self._chosen():
            self.export(chats)

    def export(self, chats: Sequence[ChatId] | None) -> "ExportDialog":
        """Ask how chats, or all of them for None, shall be exported."""
        from inglenook.ui.portability.exportdialog import (  # noqa: PLC0415  (opens faster)
            ExportDialog,
        )

        portable = self._services.portable
        dialog = ExportDialog(self._look, self._window, portable, self._bridge, chats)
        dialog.open()
        return dialog

    def import_chats(self, path: str = "") -> "ImportDialog":
        """Ask which chats shall come, of a file if there is one already."""
        from inglenook.ui.portability.importdialog import (  # noqa: PLC0415  (opens faster)
            ImportDialog,
        )

        portable = self._services.portable
        dialog = ImportDialog(self._look, self._window, portable, self._bridge, path)
        dialog.open()
        return dialog
