"""What a person chose for the eyes is worn at once: fonts, density, motion, contrast."""

import pytest
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inglenook.storage.settings import Settings
from inglenook.ui import theme
from inglenook.ui.appearance import Appearance, appearance_of
from inglenook.ui.chat.ink import Ink
from inglenook.ui.icons import Icons
from inglenook.ui.style import Look


def test_the_appearance_is_what_the_settings_say():
    wanted = appearance_of(Settings(theme="dark", text_scale=1.25, density="compact"))
    assert wanted == Appearance("dark", 125, "compact")


def test_a_chosen_family_comes_before_ours(qtbot: QtBot, look: Look):
    with qtbot.waitSignal(look.changed):
        look.wear(Appearance(font_family="Quill", code_font="Grid"))
    assert look.font(theme.UI).families() == ["Quill", *theme.FAMILIES]
    ink = Ink(look.palette, 100, Icons(), letters=look.letters)
    assert ink.font(theme.BODY).families()[0] == "Quill"
    assert ink.font(theme.CODE, mono=True).families()[0] == "Grid"


def test_the_font_of_the_system_can_be_taken(look: Look):
    look.wear(Appearance(font_family="system"))
    general = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    assert look.letters.text[0] == general


def test_rows_and_messages_stand_closer_together_where_that_is_wanted(look: Look):
    apart = look.row(34)
    look.wear(Appearance(density="compact"))
    assert look.is_compact
    assert look.row(34) < apart
    ink = Ink(look.palette, 100, Icons(), is_compact=True)
    assert ink.spaced(14) == 7
    assert ink.px(14) == 14


@pytest.mark.parametrize(("motion", "takes_ms"), [("full", 120), ("reduced", 0)])
def test_motion_is_as_the_person_says(look: Look, motion: str, takes_ms: int):
    look.wear(Appearance(motion=motion))
    assert look.motion_ms(120) == takes_ms


@pytest.mark.parametrize(
    ("wanted", "palette"),
    [
        (Appearance("light", contrast="high"), theme.HIGH_LIGHT),
        (Appearance("dark", contrast="high"), theme.HIGH_DARK),
        (Appearance("dark", contrast="normal"), theme.DARK),
    ],
)
def test_high_contrast_has_palettes_of_its_own(
    look: Look, wanted: Appearance, palette: theme.Palette
):
    look.wear(wanted)
    assert look.palette is palette


def test_scroll_bars_get_a_track_where_that_is_wanted(qapp: QApplication, look: Look):
    usual = qapp.styleSheet()
    look.wear(Appearance("light", scroll_bars=True))
    assert len(qapp.styleSheet()) > len(usual)
    look.wear(Appearance("light"))
    assert qapp.styleSheet() == usual
