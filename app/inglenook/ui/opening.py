"""From the empty frame to the furnished window, or to giving way to one that is open."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from inglenook.services.instance import Request
from inglenook.ui.ending import Ending
from inglenook.ui.household import Household
from inglenook.ui.macfiles import MacApplication
from inglenook.ui.request import allow_to_come_forward, request_of
from inglenook.ui.shell import Shell
from inglenook.ui.threshold import Threshold

if TYPE_CHECKING:
    from inglenook.services.services import Services


class Opening:
    """Asks whether this window may be, furnishes it, and closes all of it in order.

    Threads: the UI thread.
    """

    def __init__(
        self,
        application: QApplication,
        shell: Shell,
        open_services: Callable[[], "Services"],
        argv: Sequence[str],
    ) -> None:
        self._application, self._shell = application, shell
        self._open_services, self._request = open_services, request_of(argv)
        self._ending = Ending(application.quit)
        self._household = Household(application, shell)
        self._threshold: Threshold | None = None
        self._starts = True

    @property
    def failed(self) -> bool:
        """It could not be furnished, and the window says why."""
        return self._household.failed

    def begin(self, find_folder: Callable[[], Path] | None, *, start: bool) -> None:
        """Furnish the window, if it is the only one for this folder."""
        self._starts = start
        if find_folder is None:
            self._furnish()
            return
        self._threshold = Threshold(
            find_folder,
            self._request,
            enter=self._furnish,
            give_way=self._give_way,
            refuse=self._household.show_trouble,
        )
        self._threshold.asked.connect(self._take)
        self._threshold.begin()

    def close(self) -> None:
        """Store what is unfinished, end every thread, and give the right to the window back."""
        if self._threshold is not None:
            self._threshold.stop_serving()
        self._household.close()
        if self._threshold is not None:
            self._threshold.close()
        self._ending.close()  # last: an impatient second Ctrl+C breaks nothing off

    def _furnish(self) -> None:
        self._household.open(self._open_services, self._request, start=self._starts)
        if self._threshold is not None and not self.failed:
            self._threshold.serve()
        if isinstance(self._application, MacApplication) and not self.failed:
            self._application.files.serve(lambda paths: self._take(request_of(paths)))

    def _give_way(self) -> None:
        self._shell.hide()
        self._application.quit()

    def _take(self, request: Request) -> None:
        allow_to_come_forward(request.activation)
        self._household.come_forward()
        self._household.do(request)
