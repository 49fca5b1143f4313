import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QStyle
from pytestqt.qtbot import QtBot

from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.widgets.label import ElidedLabel, Label


def test_a_theme_reaches_the_application(qtbot: QtBot, qapp: QApplication, look: Look):
    with qtbot.waitSignal(look.changed):
        look.set_theme("dark")
    assert look.palette is theme.DARK
    ground = qapp.palette().color(QPalette.ColorRole.Window).name().upper()
    assert ground == theme.DARK.ground


@pytest.mark.parametrize("name", ["system", "", "pink"])
def test_anything_unknown_follows_the_system(look: Look, name: str):
    look.set_theme("dark")
    look.set_theme(name)
    assert look.theme == "system"
    assert look.palette is theme.LIGHT  # what the test platform prefers


class DarkSystem:
    """What Look asks of the application, on a system that has just turned dark."""

    def __init__(self, app: QApplication) -> None:
        self._app = app

    def __getattr__(self, name: str):
        return getattr(self._app, name)

    def styleHints(self):
        return self

    def colorScheme(self) -> Qt.ColorScheme:
        return Qt.ColorScheme.Dark

    def unsetColorScheme(self) -> None:
        pass

    def setColorScheme(self, scheme: Qt.ColorScheme) -> None:
        pass


@pytest.mark.parametrize(
    ("chosen", "palette"), [("system", theme.DARK), ("light", theme.LIGHT)]
)
def test_only_those_who_follow_the_system_turn_dark_with_it(
    qapp: QApplication,
    look: Look,
    monkeypatch: pytest.MonkeyPatch,
    chosen: str,
    palette: theme.Palette,
):
    look.set_theme(chosen)
    monkeypatch.setattr(look, "_app", DarkSystem(qapp))
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert look.palette is palette


@pytest.mark.parametrize(("percent", "scale"), [(10, 85), (100, 100), (150, 150), (999, 200)])
def test_text_grows_within_limits(look: Look, percent: int, scale: int):
    look.set_scale(percent)
    assert look.scale == scale
    assert look.font(theme.UI).pixelSize() == round(14 * scale / 100)


def test_labels_follow_colours_and_size(qtbot: QtBot, look: Look):
    label = Label(look, "Hello", theme.UI, tone="text_muted")
    qtbot.addWidget(label)
    look.set_theme("dark")
    look.set_scale(200)
    colour = label.palette().color(QPalette.ColorRole.WindowText).name().upper()
    assert colour == theme.DARK.text_muted
    assert label.font().pixelSize() == 28


def test_a_line_that_is_cut_is_read_out_whole(qtbot: QtBot, look: Look):
    label = ElidedLabel(look)
    qtbot.addWidget(label)
    label.set_text("A very long line of text")
    label.resize(20, 20)
    label.grab()
    assert label.accessibleName() == "A very long line of text"


def test_nothing_moves_where_motion_is_not_wanted(
    qapp: QApplication, look: Look, monkeypatch: pytest.MonkeyPatch
):
    assert look.motion_ms(120) == 120

    class Still:
        def styleHint(self, hint: QStyle.StyleHint) -> int:
            return 0

    monkeypatch.setattr(look, "_app", type("App", (), {"style": lambda self: Still()})())
    assert look.motion_ms(120) == 0
