"""Before the window is furnished: may it be, or is there one already?"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from inglenook.core.errors import InglenookError, Problem
from inglenook.services.instance import NOT_ANSWERING, Instance, hand_over

if TYPE_CHECKING:
    from inglenook.services.instance import Request

_EVERY_MS = 50
_PATIENCE_MS = 20_000
"""A window that closes stores what is unfinished first."""


class Threshold(QObject):
    """Takes the right to the window, or gives way to the one that has it.

    Neither may be possible for a moment, while the other one opens or closes; then it is tried
    again. The window stays alive meanwhile.

    Signals:
        asked(request): another start wants something of this window.

    Threads: the UI thread.
    """

    asked = Signal(object)

    def __init__(
        self,
        find_folder: Callable[[], Path],
        request: "Request",
        *,
        enter: Callable[[], None],
        give_way: Callable[[], None],
        refuse: Callable[[Problem], None],
    ) -> None:
        """Know what to do in each case; nothing happens before ``try_on``.

        Args:
            find_folder: Says where the data is.
            request: What this start was asked for.
            enter: The window is ours.
            give_way: Another one has taken the request.
            refuse: Another one is open and does not answer, or the folder cannot be used.
        """
        super().__init__()
        self._find, self._request = find_folder, request
        self._enter, self._give_way, self._refuse = enter, give_way, refuse
        self._instance: Instance | None = None
        self._folder = Path()
        self._since = QElapsedTimer()

    def begin(self) -> None:
        """Try until it is known."""
        try:
            self._folder = self._find()
        except InglenookError as error:
            self._refuse(error.problem)
            return
        self._since.start()
        self._try()

    def serve(self) -> None:
        """Tell from now on what other starts want."""
        if self._instance is not None:
            self._instance.serve(self.asked.emit)

    def stop_serving(self) -> None:
        """Take no more requests: this window is about to go."""
        if self._instance is not None:
            self._instance.stop_listening()

    def close(self) -> None:
        """Give the right to the window back."""
        if self._instance is not None:
            self._instance.close()

    def _try(self) -> None:
        try:
            self._instance = Instance.claim(self._folder)
        except InglenookError as error:
            self._refuse(error.problem)
            return
        if self._instance is not None:
            self._enter()
        elif hand_over(self._folder, self._request):
            self._give_way()
        elif self._since.elapsed() > _PATIENCE_MS:
            self._refuse(NOT_ANSWERING)
        else:
            QTimer.singleShot(_EVERY_MS, self, self._try)
