"""Every setting by its key: its words, its kind of control, its default, how it is set."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from inglenook.storage.settings import Settings
from inglenook.ui.words import tr

if TYPE_CHECKING:
    from inglenook.services.services import Services

USUAL = Settings()
Choices = tuple[tuple[object, str], ...]
Put = Callable[["Services", object], None]


class Section(StrEnum):
    """The sections, in their order."""

    GENERAL = "general"
    APPEARANCE = "appearance"
    DATA = "data"
    MODELS = "models"
    PERFORMANCE = "performance"
    SERVER = "server"
    PRIVACY = "privacy"
    KEYBOARD = "keyboard"
    ABOUT = "about"


class Control(StrEnum):
    """What a setting is chosen with."""

    SWITCH = "switch"
    CHOICE = "choice"
    TEXT = "text"
    SPEED = "speed"
    FONT = "font"
    CODE_FONT = "code font"
    SIZE = "size"
    PART = "part"
    """Its section draws it; there is more to it than one control."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    Attributes:
        key: The field of ``Settings``; any other name for what is none.
        section: Where it stands.
        group: Heading of the card it stands in.
        title: Its name.
        about: What it means, in a line.
        words: More words that people look for it by, separated by spaces.
        choices: Values and their words, for a choice.
        hint: What an empty field says.
        put: Sets it; None for ``SettingsService.choose``.
    """

    key: str
    section: Section
    group: str
    title: str
    about: str
    words: str
    control: Control
    choices: Choices = ()
    hint: str = ""
    put: Put | None = None

    @property
    def is_kept(self) -> bool:
        """It is a field of the settings, and so has a default to go back to."""
        return hasattr(USUAL, self.key)

    @property
    def default(self) -> object:
        """What it is until somebody chooses."""
        return getattr(USUAL, self.key)

    def read(self, now: Settings) -> object:
        """Return what is chosen now."""
        return getattr(now, self.key)

    def is_usual(self, now: Settings) -> bool:
        """Tell whether it is at its default; what is no choice always is."""
        return not self.is_kept or self.read(now) == self.default

    def set(self, services: "Services", value: object) -> None:
        """Choose.

        Raises:
            BadArgumentError: it cannot have this value.
        """
        if self.put is not None:
            self.put(services, value)
        else:
            services.settings.choose(self.key, value)


def section_name(section: Section) -> str:
    """Return what a section is called."""
    return {
        Section.GENERAL: tr("General"),
        Section.APPEARANCE: tr("Appearance"),
        Section.DATA: tr("Chats & data"),
        Section.MODELS: tr("Models & storage"),
        Section.PERFORMANCE: tr("Performance"),
        Section.SERVER: tr("Local server"),
        Section.PRIVACY: tr("Privacy"),
        Section.KEYBOARD: tr("Keyboard"),
        Section.ABOUT: tr("About"),
    }[section]


SECTION_ICONS = {
    Section.GENERAL: "sliders",
    Section.APPEARANCE: "sun",
    Section.DATA: "chat",
    Section.MODELS: "box",
    Section.PERFORMANCE: "cpu",
    Section.SERVER: "server",
    Section.PRIVACY: "shield-check",
    Section.KEYBOARD: "keyboard",
    Section.ABOUT: "info",
}


def all_settings() -> tuple[Setting, ...]:
    """Return every setting, in the person's language, in the order of the page."""
    from inglenook.ui.settings import entries  # noqa: PLC0415  (it builds on this file)

    return entries.all_entries()


def found(query: str, settings: tuple[Setting, ...]) -> tuple[Setting, ...]:
    """Return the settings that every word of a query is in, best first.

    A word in the title counts most, then one at the beginning of a word elsewhere.
    """
    words = query.casefold().split()
    ranked = [(_rank(words, one), number, one) for number, one in enumerate(settings)]
    return tuple(one for rank, _, one in sorted(ranked, key=lambda row: row[:2]) if rank < 3)


def _rank(words: list[str], one: Setting) -> int:
    """Return how well a setting matches: 0 by its title, up to 3 for not at all."""
    title = one.title.casefold()
    text = " ".join((title, one.about, one.words, one.group, section_name(one.section)))
    text = f" {text.casefold()}"
    if not words or not all(word in text for word in words):
        return 3
    if all(word in title for word in words):
        return 0
    return 1 if all(f" {word}" in text for word in words) else 2
