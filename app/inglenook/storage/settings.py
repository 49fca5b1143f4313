"""The person's choices in one small file, which is never left half-written."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Annotated, Literal, get_type_hints

import msgspec

from inglenook.chat.elsewhere import HERE, Choice
from inglenook.core.errors import BadArgumentError, Problem, StorageError
from inglenook.core.units import GIB
from inglenook.storage.files import disk_errors, private_folder, shown, write_whole
from inglenook.storage.schema import stamp


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person chose.

    Attributes:
        theme: Follow the system, or always light or dark.
        effort: How many drafts an answer has when nothing else is asked for.
        thinking: How long a model thinks that does, unless a chat has another choice.
        welcomed: The first-run page has been seen.
        last_chat: The chat to open next time; empty for a new one.
        last_model: Path of the model to load next time; empty for the starter.
        text_scale: Size of text over the usual one, 0.5 to 3.
        offline: Nothing may use the network.
        downloads_at_once: How many models are downloaded at the same time, 1 to 8.
        download_limit_bytes_s: Speed that all downloads keep together; 0 for none.
        proxy: ``"http://name:port"`` for downloads; empty for what the system says.
        endpoint: Address of a mirror of the Hub; empty for the public one.
        models_folder: Where downloaded models are kept; empty for the usual place.
        snapshot_budget_bytes: Disk for what models have read of chats, so that they need not
            read it again; 0 to keep nothing.
        idle_unload_minutes: A model that nobody asks for so long is freed until the next
            question, 0 to 1440; 0 for never. Half an hour outlasts a pause in a talk, and
            gives the memory back to whoever turned to other work.
        language: Of the interface, as a BCP 47 tag; read at the start.
        person_name: What ``{{name}}`` in instructions stands for; empty for nobody.
        send_with: What sends a message; the other of the two begins a new line.
        opens_with: What a start shows: the last chat, or a new one.
        notifications: Tell through the system when a long answer ends unseen.
        tray: Have an icon in the system's tray.
        auto_titles: The model names new chats when it has nothing else to do.
        trash_days: Deleted chats are kept so long, 0 to 365; with 0 until the next start.
        density: How close together rows, messages and the composer stand.
        font_family: Of the interface; empty for ours, ``"system"``, or an installed family.
        code_font: Of code, likewise.
        scroll_bars: Show scroll bars at all times.
        motion: Move as the system says, always, or hardly at all.
        contrast: Take the palette of high contrast as the system says, never, or always.
        side_bar: It stood beside the page when there was last room for it.
        tray_explained: The person knows that closing hides the window beside a tray icon.
        first_run_step: Where the first run was left, from 0.
        serving: Serve other programs from the start on.
        serving_port: Where they are listened for; one of the nine that follow if it is taken.
        serving_network: Other computers may ask, too.
        new_chats: The engine that new chats begin with.
        keys: Shortcuts that the person changed, by the action's name; empty for none at all.
    """

    theme: Literal["system", "light", "dark"] = "system"
    effort: Literal["auto", "quick", "balanced", "careful", "deep"] = "quick"
    thinking: Literal["free", "off", "short", "long"] = "free"
    welcomed: bool = False
    last_chat: str = ""
    last_model: str = ""
    text_scale: Annotated[float, msgspec.Meta(ge=0.5, le=3.0)] = 1.0
    offline: bool = False
    downloads_at_once: Annotated[int, msgspec.Meta(ge=1, le=8)] = 2
    download_limit_bytes_s: Annotated[int, msgspec.Meta(ge=0, le=2**40)] = 0
    proxy: Annotated[str, msgspec.Meta(max_length=300)] = ""
    endpoint: Annotated[str, msgspec.Meta(max_length=300)] = ""
    models_folder: Annotated[str, msgspec.Meta(max_length=4096)] = ""
    snapshot_budget_bytes: Annotated[int, msgspec.Meta(ge=0, le=2**62)] = 2 * GIB
    idle_unload_minutes: Annotated[int, msgspec.Meta(ge=0, le=1440)] = 30
    language: Literal["system", "en", "de", "fr", "es", "zh", "ar"] = "system"
    person_name: Annotated[str, msgspec.Meta(max_length=100)] = ""
    send_with: Literal["enter", "ctrl+enter"] = "enter"
    opens_with: Literal["last", "new"] = "last"
    notifications: bool = True
    tray: bool = False
    auto_titles: bool = True
    trash_days: Annotated[int, msgspec.Meta(ge=0, le=365)] = 30
    density: Literal["comfortable", "compact"] = "comfortable"
    font_family: Annotated[str, msgspec.Meta(max_length=100)] = ""
    code_font: Annotated[str, msgspec.Meta(max_length=100)] = ""
    scroll_bars: bool = False
    motion: Literal["system", "full", "reduced"] = "system"
    contrast: Literal["system", "normal", "high"] = "system"
    side_bar: bool = True
    tray_explained: bool = False
    first_run_step: Annotated[int, msgspec.Meta(ge=0, le=1)] = 0
    serving: bool = False
    serving_port: Annotated[int, msgspec.Meta(ge=1024, le=65_535)] = 11_535
    serving_network: bool = False
    new_chats: Choice = HERE
    keys: Annotated[
        dict[str, Annotated[str, msgspec.Meta(max_length=60)]], msgspec.Meta(max_length=300)
    ] = field(default_factory=dict)


def with_choice(settings: Settings, name: str, value: object) -> Settings:
    """Return the settings with one of them changed.

    Raises:
        BadArgumentError: there is no such setting, or it cannot have this value.
    """
    kind = get_type_hints(Settings, include_extras=True).get(name)
    if kind is None:
        raise BadArgumentError("There is no such setting", "Choose another one.", name=name)
    try:
        choice = msgspec.convert(value, kind)
    except msgspec.ValidationError as cause:
        raise BadArgumentError(
            "This setting cannot have this value", "Choose another one.", name=name
        ) from cause
    return replace(settings, **{name: choice})


class SettingsFile:
    """Settings as JSON; what a newer version added is kept.

    Threads: any one at a time.

    Attributes:
        problem: What a person should know about the last reading; None if all was well.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problem: Problem | None = None

    def read(self) -> Settings:
        """Return the settings; the usual ones for what is missing or makes no sense.

        A file with anything unreadable is first copied to a dated name beside it. Never
        raises for the file's sake: what went wrong is told by ``problem``.
        """
        self.problem = None
        try:
            content = self._content()
            if content is None:
                return Settings()
            fields, is_whole = _understood(content)
            if not is_whole:
                self.problem = _about_damage(self._set_aside(content))
        except StorageError as error:
            self.problem = error.problem
            return Settings()
        return msgspec.convert(fields, Settings)

    def write(self, settings: Settings) -> None:
        """Write the settings; at every moment the old or the new file is there, whole.

        Raises:
            StorageError: they could not be written; the old file is as it was.
        """
        unknown = _as_object(self._content() or b"{}")
        everything = {**unknown, **asdict(settings)}
        private_folder(self.path.parent)
        write_whole(self.path, json.dumps(everything, indent=2).encode() + b"\n")

    def _content(self) -> bytes | None:
        with disk_errors(self.path):
            try:
                return self.path.read_bytes()
            except FileNotFoundError:
                return None

    def _set_aside(self, content: bytes) -> Path:
        kept = self.path.with_name(f"{self.path.stem}-damaged-{stamp()}{self.path.suffix}")
        write_whole(kept, content)
        return kept


def _about_damage(kept: Path) -> Problem:
    return Problem(
        "Some settings could not be read",
        f"The usual ones are used instead; the old file is kept as {shown(kept)}.",
    )


def _as_object(content: bytes) -> Mapping[str, object]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _understood(content: bytes) -> tuple[dict[str, object], bool]:
    """Return the known fields that make sense, and whether nothing else was found."""
    found = _as_object(content)
    fields: dict[str, object] = {}
    is_whole = bool(found) or content.strip() == b"{}"
    for name, kind in get_type_hints(Settings, include_extras=True).items():
        if name not in found:
            continue
        try:
            fields[name] = msgspec.convert(found[name], kind)
        except msgspec.ValidationError:
            is_whole = False
    return fields, is_whole
