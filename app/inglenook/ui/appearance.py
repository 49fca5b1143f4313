"""How the window shall look and move: the person's choices, as one value."""

from typing import TYPE_CHECKING, NamedTuple

from inglenook.ui import theme

if TYPE_CHECKING:
    from inglenook.storage.settings import Settings

SYSTEM_FONT = "system"

# Named tuples, like the palettes: a dataclass takes a millisecond before the first paint.


class Letters(NamedTuple):
    """Families of fonts, the first that is installed counts.

    Attributes:
        text: For text.
        display: For large text.
        mono: For code.
    """

    text: tuple[str, ...] = theme.FAMILIES
    display: tuple[str, ...] = ("Inter Display", *theme.FAMILIES)
    mono: tuple[str, ...] = theme.MONO_FAMILIES


OUR_LETTERS = Letters()


class Appearance(NamedTuple):
    """Each as the field of ``Settings``, the text size in percent."""

    theme: str = "system"
    percent: int = 100
    density: str = "comfortable"
    font_family: str = ""
    code_font: str = ""
    scroll_bars: bool = False
    motion: str = "system"
    contrast: str = "system"


def appearance_of(settings: "Settings") -> Appearance:
    """Return how the window shall look."""
    return Appearance(
        settings.theme,
        round(settings.text_scale * 100),
        settings.density,
        settings.font_family,
        settings.code_font,
        settings.scroll_bars,
        settings.motion,
        settings.contrast,
    )


def letters_for(wanted: Appearance, system_text: str, system_mono: str) -> Letters:
    """Return the families of fonts; ours come after what was chosen, should it be gone.

    Args:
        wanted: The person's choices.
        system_text: The system's own family for text.
        system_mono: The system's own family for code.
    """
    text = system_text if wanted.font_family == SYSTEM_FONT else wanted.font_family
    mono = system_mono if wanted.code_font == SYSTEM_FONT else wanted.code_font
    ours = OUR_LETTERS
    return Letters(
        (text, *ours.text) if text else ours.text,
        (text, *ours.text) if text else ours.display,
        (mono, *ours.mono) if mono else ours.mono,
    )
