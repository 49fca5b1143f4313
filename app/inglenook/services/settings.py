"""The person's choices: kept in one file, announced when they change."""

from collections.abc import Callable
from dataclasses import replace
from threading import Lock

from inglenook.core.errors import InglenookError
from inglenook.services.bus import Bus
from inglenook.services.events import ProblemArose, SettingsChanged
from inglenook.storage.settings import Settings, SettingsFile


class SettingsService:
    """Typed settings with one writer.

    Threads: any; a change is written before the method returns (one small file).
    """

    def __init__(self, bus: Bus, file: SettingsFile) -> None:
        self._bus, self._file = bus, file
        self._lock = Lock()
        self.now: Settings = file.read()

    @property
    def theme(self) -> str:
        """``"system"``, ``"light"`` or ``"dark"``."""
        return self.now.theme

    @property
    def welcomed(self) -> bool:
        """The first-run page has been seen."""
        return self.now.welcomed

    def announce(self) -> None:
        """Announce the settings as they are, and what was wrong with the file."""
        self._bus.publish(SettingsChanged(self.now.theme, self.now.welcomed))
        if self._file.problem is not None:
            self._bus.publish(ProblemArose(self._file.problem))

    def set_theme(self, theme: str) -> None:
        """Choose ``"system"``, ``"light"`` or ``"dark"``."""
        self._change(lambda old: replace(old, theme=theme))

    def set_welcomed(self) -> None:
        """Remember that the first-run page has been seen."""
        self._change(lambda old: replace(old, welcomed=True))

    def set_last_chat(self, chat: str) -> None:
        """Remember which chat to open next time."""
        self._change(lambda old: replace(old, last_chat=chat))

    def set_last_model(self, path: str) -> None:
        """Remember which model to load next time."""
        self._change(lambda old: replace(old, last_model=path))

    def _change(self, change: Callable[[Settings], Settings]) -> None:
        with self._lock:
            changed = change(self.now)
            if changed == self.now:
                return
            self.now = changed
            try:
                self._file.write(changed)
            except InglenookError as error:
                self._bus.publish(ProblemArose(error.problem))
        self._bus.publish(SettingsChanged(changed.theme, changed.welcomed))
