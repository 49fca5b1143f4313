"""The person's choices: kept in one file, announced when they change."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Literal, get_args
from urllib.parse import urlsplit

from inglenook.core.errors import BadArgumentError, InglenookError, Problem
from inglenook.effort.level import Level
from inglenook.services.bus import Bus
from inglenook.services.events import ProblemArose, SettingsChanged
from inglenook.storage.settings import Settings, SettingsFile, with_choice

Theme = Literal["system", "light", "dark"]
PUBLIC_ENDPOINT = "https://huggingface.co"
OFFLINE_VARIABLE = "INGLENOOK_OFFLINE"
ENDPOINT_VARIABLE = "HF_ENDPOINT"
_PROXIES = ("http://", "https://")
_LONGEST_PATH = 4096
_LONGEST_ADDRESS = 300
_THEMES = {theme: theme for theme in get_args(Theme)}


class SettingsService:
    """Typed settings with one writer.

    Threads: any; a change is written before the method returns (one small file).

    Attributes:
        now: The settings as they are.
    """

    def __init__(self, bus: Bus, file: SettingsFile) -> None:
        self._bus, self._file = bus, file
        self._lock = Lock()
        self._is_failing = False
        self.now: Settings = file.read()

    @property
    def theme(self) -> str:
        """``"system"``, ``"light"`` or ``"dark"``."""
        return self.now.theme

    @property
    def effort(self) -> Level:
        """The usual effort of an answer."""
        return Level(self.now.effort)

    @property
    def welcomed(self) -> bool:
        """The first-run page has been seen."""
        return self.now.welcomed

    @property
    def is_offline(self) -> bool:
        """The network is switched off, by choice or by the environment."""
        asked = os.environ.get(OFFLINE_VARIABLE, "").strip().lower()
        return self.now.offline or asked not in {"", "0", "no", "false"}

    @property
    def endpoint(self) -> str:
        """The address of the Hub: by the environment, by choice, or the public one."""
        asked = os.environ.get(ENDPOINT_VARIABLE, "").strip()
        return asked or self.now.endpoint or PUBLIC_ENDPOINT

    def announce(self) -> None:
        """Announce the settings as they are, and what was wrong with the file."""
        self.tell()
        if self._file.problem is not None:
            self._bus.publish(ProblemArose(self._file.problem))

    def tell(self) -> None:
        """Announce the settings as they are."""
        self._bus.publish(self._announcement(self.now))

    def set_theme(self, theme: str) -> None:
        """Choose ``"system"``, ``"light"`` or ``"dark"``.

        Raises:
            BadArgumentError: it is none of these.
        """
        if theme not in _THEMES:
            raise BadArgumentError("There is no such theme", "Choose system, light or dark.")
        self._change(lambda old: replace(old, theme=_THEMES[theme]))

    def set_effort(self, effort: Level) -> None:
        """Choose the usual effort of an answer."""
        self._change(lambda old: replace(old, effort=effort.value))

    def set_welcomed(self) -> None:
        """Remember that the first-run page has been seen."""
        self._change(lambda old: replace(old, welcomed=True))

    def set_text_scale(self, scale: float) -> None:
        """Choose the size of text over the usual one, 0.5 to 3.

        Raises:
            BadArgumentError: it is out of this range.
        """
        if not 0.5 <= scale <= 3.0:
            raise BadArgumentError("Text cannot have this size", "Choose from 50 to 300 %.")
        self._change(lambda old: replace(old, text_scale=scale))

    def set_snapshot_budget(self, budget_bytes: int) -> None:
        """Remember how much disk snapshots of chats may take; 0 for none.

        Raises:
            BadArgumentError: it is less than nothing, or more than any disk.
        """
        if not 0 <= budget_bytes <= 2**62:
            raise BadArgumentError("There is no such amount of disk", "Choose 0 or more.")
        self._change(lambda old: replace(old, snapshot_budget_bytes=budget_bytes))

    def set_idle_unload(self, minutes: int) -> None:
        """Choose how long a model that nobody asks keeps its memory; 0 for ever.

        It counts from the next answer on.

        Raises:
            BadArgumentError: it is not within 0 to 1440.
        """
        if not 0 <= minutes <= 24 * 60:
            raise BadArgumentError("A model cannot rest so late", "Choose up to 1440 minutes.")
        self._change(lambda old: replace(old, idle_unload_minutes=minutes))

    def set_offline(self, *, is_offline: bool) -> None:
        """Switch the network off, or on again."""
        self._change(lambda old: replace(old, offline=is_offline))

    def set_downloads(
        self, *, at_once: int | None = None, limit_bytes_s: int | None = None
    ) -> None:
        """Choose how many models are downloaded at once, and how fast together.

        Args:
            at_once: 1 to 8; None to leave it.
            limit_bytes_s: 0 for as fast as it goes; None to leave it.

        Raises:
            BadArgumentError: a number is out of its range.
        """
        if at_once is not None and not 1 <= at_once <= 8:
            raise BadArgumentError("So many downloads cannot run", "Choose from 1 to 8.")
        if limit_bytes_s is not None and not 0 <= limit_bytes_s <= 2**40:
            raise BadArgumentError("There is no such speed", "Choose 0 for no limit, or more.")
        self._change(
            lambda old: replace(
                old,
                downloads_at_once=old.downloads_at_once if at_once is None else at_once,
                download_limit_bytes_s=(
                    old.download_limit_bytes_s if limit_bytes_s is None else limit_bytes_s
                ),
            )
        )

    def set_proxy(self, proxy: str) -> None:
        """Choose a proxy for downloads; empty for what the system says.

        Raises:
            BadArgumentError: it is no address.
        """
        if proxy and not (proxy.startswith(_PROXIES) and len(proxy) <= 300):
            raise BadArgumentError("There is no such proxy", "Write it as http://name:port.")
        self._change(lambda old: replace(old, proxy=proxy))

    def set_endpoint(self, endpoint: str) -> None:
        """Choose a mirror of the Hub; empty for the public one.

        Raises:
            BadArgumentError: it is no address.
        """
        endpoint = endpoint.strip().rstrip("/")
        if endpoint and not _is_address(endpoint):
            raise BadArgumentError("There is no such Hub", "Write it as https://example.org.")
        self._change(lambda old: replace(old, endpoint=endpoint))

    def set_models_folder(self, folder: str) -> None:
        """Remember where models are kept; empty for the usual place. Nothing is moved.

        Raises:
            BadArgumentError: it is no whole path, or none that can be written down.
        """
        if folder and not is_path(folder):
            raise BadArgumentError(
                "Models cannot be kept there", "Choose a folder by its whole path."
            )
        self._change(lambda old: replace(old, models_folder=folder))

    def set_last_chat(self, chat: str) -> None:
        """Remember which chat to open next time."""
        self._change(lambda old: replace(old, last_chat=chat))

    def set_last_model(self, path: str) -> None:
        """Remember which model to load next time."""
        self._change(lambda old: replace(old, last_model=path))

    def choose(self, name: str, value: object) -> None:
        """Make a choice that concerns nothing but itself, by its field of ``Settings``.

        Raises:
            BadArgumentError: there is no such setting, or it cannot have this value.
        """
        with_choice(self.now, name, value)  # before anything is locked
        self._change(lambda old: with_choice(old, name, value))

    def _change(self, change: Callable[[Settings], Settings]) -> None:
        with self._lock:
            changed = change(self.now)
            if changed == self.now:
                return
            self.now = changed
            problem = self._write(changed)
        self._bus.publish(self._announcement(changed))
        if problem is not None:
            self._bus.publish(ProblemArose(problem))

    def _announcement(self, settings: Settings) -> SettingsChanged:
        return SettingsChanged(
            settings.theme,
            settings.welcomed,
            settings.text_scale,
            self.is_offline,
            settings.effort,
        )

    def _write(self, settings: Settings) -> Problem | None:
        """Write the file; return what a person should know, once and not at every change."""
        was_failing = self._is_failing
        try:
            self._file.write(settings)
        except InglenookError as error:
            self._is_failing = True
            return None if was_failing else error.problem
        self._is_failing = False
        return None


def _is_address(endpoint: str) -> bool:
    """Tell whether this is the address of a web server, with nothing secret in it."""
    try:
        parts = urlsplit(endpoint)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    extra = parts.query or parts.fragment or parts.username is not None
    is_plain = endpoint.isascii() and endpoint.isprintable() and " " not in endpoint
    fits = is_plain and len(endpoint) <= _LONGEST_ADDRESS
    return is_whole and fits and not extra and parts.scheme in {"http", "https"}


def is_path(folder: str) -> bool:
    """Tell whether this is a whole path that can be written down."""
    try:
        length = len(folder.encode())
    except UnicodeEncodeError:  # bytes that are no text could not be written down
        return False
    return length <= _LONGEST_PATH and "\0" not in folder and Path(folder).is_absolute()
