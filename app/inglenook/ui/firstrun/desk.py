"""The third step of the first run: a question may be written while the first model comes."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from inglenook.services.events import (
    Download,
    DownloadFailed,
    DownloadFinished,
    DownloadsChanged,
    EngineChanged,
    EnginePhase,
    EngineState,
)
from inglenook.ui.bridge import Bridge
from inglenook.ui.chat.composer import Composer
from inglenook.ui.downloadwords import is_under_way
from inglenook.ui.style import Look

if TYPE_CHECKING:
    from inglenook.services.services import Services
    from inglenook.ui.firstrun.tray import ComingTray


class FirstQuestionDesk(QObject):
    """Shows what is coming while there is only the starter, and holds a question for it.

    A question that waits stays in the field, where it can be changed and is kept as any draft
    is; it is sent when the new model is ready.

    Attributes:
        tray: None until a first model is on its way.

    Threads: the UI thread.
    """

    def __init__(
        self, look: Look, services: "Services", composer: Composer, bridge: Bridge
    ) -> None:
        """Listen to what comes.

        Args:
            look: Colours and type.
            services: Loads the model that has come.
            composer: Where the question is written.
            bridge: Tells what comes.
        """
        super().__init__(composer)
        self._look, self._services, self._composer = look, services, composer
        self.tray: ComingTray | None = None
        self._engine = EngineState()
        self._coming: Download | None = None
        self._hidden: set[str] = set()
        self._job = ""
        self._is_armed = False
        self._ready_path = ""
        self._may_go_too = composer.may_go
        composer.may_go = self._may_go
        composer.field.textChanged.connect(self._take_text)
        bridge.downloads_changed.connect(self._take_downloads)
        bridge.download_finished.connect(self._take_finished)
        bridge.download_failed.connect(self._take_failed)
        bridge.engine_changed.connect(self._take_engine)
        bridge.chat_briefed.connect(self._renew)

    # --- the question ---

    def _may_go(self) -> bool:
        if not self._may_go_too():
            return False
        if self._is_waiting():
            self._is_armed = True
            self._renew()
            return False
        self._is_armed = False
        return True

    def _is_waiting(self) -> bool:
        """Tell whether a question shall not go to the model that is loaded."""
        has_tray = self.tray is not None and not self.tray.isHidden()
        is_coming = has_tray or (bool(self._ready_path) and not self._composer.is_away)
        return is_coming and self._is_wanted()

    def _is_wanted(self) -> bool:
        return self.tray is not None and self.tray.is_waiting()

    def _take_text(self) -> None:
        if self._is_armed and not self._composer.text():
            self._is_armed = False  # it was taken back
            self._renew()

    def _choose(self, choice: str) -> None:
        self._is_armed = self._is_armed and choice == "wait"
        self._renew()
        self._composer.field.setFocus()

    def _hide(self) -> None:
        if self._coming is not None:
            self._hidden.add(self._coming.id)
            self._coming = None
        self._is_armed = False
        self._renew()

    # --- what comes ---

    def _take_downloads(self, event: DownloadsChanged) -> None:
        coming = (each for each in event.downloads if is_under_way(each))
        self._coming = next((each for each in coming if each.id not in self._hidden), None)
        self._renew()

    def _take_finished(self, event: DownloadFinished) -> None:
        if event.job == self._job and self._is_wanted():
            self._ready_path = event.path
            self._services.engine.load(event.path)

    def _take_failed(self, event: DownloadFailed) -> None:
        if event.job == self._job:
            self._is_armed = False

    def _take_engine(self, event: EngineChanged) -> None:
        self._engine = event.state
        model = event.state.model
        is_there = model is not None and model.path == self._ready_path
        if is_there and event.state.phase is EnginePhase.READY:
            self._ready_path = ""
            if self._is_armed:
                self._is_armed = False
                self._renew()
                self._composer.field.sent.emit()
        self._renew()

    def _renew(self, _told: object = None) -> None:
        coming, model = self._coming, self._engine.model
        is_first = model is None or model.starter
        if coming is None or not is_first or self._composer.is_away:  # nothing waits for it
            if self.tray is not None:
                self.tray.hide()
            return
        self._job = coming.id
        tray = self._made()
        tray.show_download(coming)
        tray.show_standing(has_starter=model is not None, is_armed=self._is_armed)
        tray.show()

    def _made(self) -> "ComingTray":
        if self.tray is None:
            from inglenook.ui.firstrun.tray import ComingTray  # noqa: PLC0415  (opens faster)

            self.tray = ComingTray(self._look)
            self.tray.hide()
            self.tray.chosen.connect(self._choose)
            self.tray.closed.connect(self._hide)
            self._composer.add_tray(self.tray)
        return self.tray
