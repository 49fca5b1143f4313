"""What stands before the room until the chats are unlocked."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from inglenook.ui.bridge import Bridge
from inglenook.ui.encryption.unlock import UnlockPage
from inglenook.ui.shell import Shell
from inglenook.ui.style import Look

if TYPE_CHECKING:
    from inglenook.services.services import Services


class Gate(QObject):
    """Shows the page that unlocks, and lets in once.

    Threads: the UI thread.

    Attributes:
        page: What is shown.
    """

    def __init__(
        self, look: Look, services: "Services", shell: Shell, let_in: Callable[[], None]
    ) -> None:
        """Show the page and try the keyring.

        Args:
            look: Colours and type.
            services: Have the key; not started yet.
            shell: The window.
            let_in: Called when the chats are open.
        """
        super().__init__(shell)
        self._let_in, self._is_open = let_in, False
        self._bridge = Bridge(services.bus)
        self.page = UnlockPage(look, services, self._bridge)
        self.page.opened.connect(self._open)
        self.page.quit_asked.connect(shell.close)
        shell.closing.connect(self._bridge.close)
        shell.furnish(self.page)
        self.page.look()

    def _open(self) -> None:
        if not self._is_open:
            self._is_open = True
            self._bridge.close()
            self._let_in()
