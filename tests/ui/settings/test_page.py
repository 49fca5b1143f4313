"""The page of settings: what is chosen counts at once, is found by words, and goes back."""

from collections.abc import Iterator

import pytest
import settingsmatter
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QSlider,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot
from standin import StandIn

from inglenook.core.errors import BadArgumentError, InglenookError, Problem
from inglenook.services.events import EngineChanged, EnginePhase, EngineState, SettingsChanged
from inglenook.services.installed import InstalledModel
from inglenook.services.releasenews import ReleaseChecked
from inglenook.services.report import ReportMade
from inglenook.storage.settings import with_choice
from inglenook.ui.actions import Actions
from inglenook.ui.bridge import Bridge
from inglenook.ui.room import Room
from inglenook.ui.settings.around import Around
from inglenook.ui.settings.erasepane import EraseDialog
from inglenook.ui.settings.keymap import KeyMap
from inglenook.ui.settings.licencesdialog import LicencesDialog
from inglenook.ui.settings.page import SettingsPage
from inglenook.ui.settings.registry import Section
from inglenook.ui.settings.updatedialog import UpdateDialog
from inglenook.ui.style import Look

MODIFIER = Qt.KeyboardModifier.ControlModifier


class Host(QWidget):
    """A window with nothing but the page and the actions in it."""

    def __init__(self, look: Look, services: StandIn) -> None:
        super().__init__()
        self.actions_by_name, self.bridge = Actions(self), Bridge(services.bus)
        keys = KeyMap(self.actions_by_name)
        self.asked: list[str] = []
        around = Around(
            look, services, self.bridge, keys, self.asked.append,
            self.actions_by_name["serving"].trigger, EngineState, self.close,
        )  # fmt: skip
        self.page = SettingsPage(around)
        QVBoxLayout(self).addWidget(self.page)


def obey(services: StandIn) -> None:
    """Let the recorded settings take what is chosen, and tell it."""
    settingsmatter.furnish(services)
    settings = services.settings

    def choose(name: str, value: object) -> None:
        settings.now = with_choice(settings.now, name, value)
        now = settings.now
        services.bus.publish(SettingsChanged(now.theme, now.welcomed, now.text_scale))

    settings.choose = choose


@pytest.fixture
def host(look: Look, services: StandIn, qtbot: QtBot) -> Iterator[Host]:
    obey(services)
    made = Host(look, services)
    qtbot.addWidget(made)
    made.resize(1000, 800)
    made.show()
    made.activateWindow()
    yield made
    made.bridge.close()


@pytest.fixture
def page(host: Host) -> SettingsPage:
    return host.page


def settle() -> None:
    for _ in range(4):
        QApplication.processEvents()


def row(page: SettingsPage, key: str):
    setting = next(one for one in page.settings if one.key == key)
    page.open_section(setting.section)
    return page.pane(setting.section).rows[key]


def test_a_choice_counts_at_once_in_the_window_and_goes_back(
    window: Room, services: StandIn, qtbot: QtBot
):
    obey(services)
    window.actions_by_name["settings"].trigger()
    page = window.pages.shown
    assert isinstance(page, SettingsPage)
    assert window.side.settings.isChecked()
    density = row(page, "density")
    assert not density.reset.isVisible()
    density.control.segment("compact").click()
    settle()
    assert window._look.is_compact
    assert density.reset.isVisible()
    density.reset.click()
    settle()
    assert services.settings.now.density == "comfortable"
    assert not window._look.is_compact
    assert density.control.choice() == "comfortable"
    row(page, "send_with").control.segment("ctrl+enter").click()
    settle()
    field = window.page.composer.field
    with qtbot.assertNotEmitted(field.sent):
        QTest.keyClick(field, Qt.Key.Key_Return)
    with qtbot.waitSignal(field.sent):
        QTest.keyClick(field, Qt.Key.Key_Return, MODIFIER)
    page.back.click()
    assert window.pages.shown is None
    assert not window.side.settings.isChecked()


def test_every_control_of_the_page_makes_its_choice(page: SettingsPage, services: StandIn):
    for key, act, expected in (
        ("tray", lambda one: one.click(), True),
        ("person_name", lambda one: (one.setText(""), QTest.keyClicks(one, "Ada\r")), "Ada"),
        ("trash_days", lambda one: one.activated.emit(1), 7),
        ("font_family", lambda one: one.activated.emit(1), "system"),
        ("send_with", lambda one: one.segment("ctrl+enter").click(), "ctrl+enter"),
    ):
        act(row(page, key).control)
        settle()
        assert getattr(services.settings.now, key) == expected
    size = row(page, "text_scale").control
    size.slider.setValue(150)
    size._rest.timeout.emit()
    assert services.settings.now.text_scale == 1.5


def test_a_whole_section_goes_back(page: SettingsPage, services: StandIn):
    row(page, "motion").control.segment("reduced").click()
    row(page, "scroll_bars").control.click()
    settle()
    pane = page.pane(Section.APPEARANCE)
    pane.reset_all.click()
    settle()
    assert services.settings.now.motion == "system"
    assert not services.settings.now.scroll_bars
    assert not pane.reset_all.isVisible()


def test_what_is_refused_is_told_below_its_row(page: SettingsPage, services: StandIn):
    def refuse(_proxy: str) -> None:
        raise BadArgumentError("There is no such proxy", "Write it as http://name:port.")

    services.settings.set_proxy = refuse
    proxy = row(page, "proxy")
    QTest.keyClicks(proxy.control, "nonsense\r")
    assert "no such proxy" in proxy.trouble.text()
    proxy.show_problem(None)
    assert not proxy.trouble.isVisible()


def test_a_search_finds_rows_and_enter_leads_to_the_best(page: SettingsPage):
    page.search.setText("reduce motion")
    settle()
    assert [each.text() for each in page.results.rows] == ["Reduce motion"]
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    assert page.section is Section.APPEARANCE
    assert page.search.text() == ""
    assert page.pane(Section.APPEARANCE).rows["motion"]._is_marked
    page.search.setText("xylophone")
    settle()
    assert not page.results.rows


def test_arrow_keys_walk_along_what_was_found(page: SettingsPage):
    page.search.setText("font")
    settle()
    QTest.keyClick(page.search, Qt.Key.Key_Down)
    assert page.results.rows[0].hasFocus()
    QTest.keyClick(page.results.rows[0], Qt.Key.Key_Down)
    assert page.results.rows[1].hasFocus()
    QTest.keyClick(page.results.rows[1], Qt.Key.Key_Up)
    QTest.keyClick(page.results.rows[0], Qt.Key.Key_Up)
    assert page.search.hasFocus()


def test_every_section_opens_and_every_control_has_a_name(page: SettingsPage):
    for section, button in page.buttons.items():
        button.click()
        assert page.section is section
        kinds = QAbstractButton | QComboBox | QLineEdit | QSlider
        for kind in kinds.__args__:
            for control in page.pane(section).findChildren(kind):
                if control.isVisible():
                    assert control.accessibleName(), (section, control)


def test_where_there_is_no_room_for_the_list_sections_are_in_a_closed_one(
    page: SettingsPage, look: Look
):
    look.set_scale(200)
    assert page.chooser.isVisibleTo(page)
    assert not page.buttons[Section.GENERAL].isVisible()
    page.chooser.activated.emit(4)
    assert page.section is Section.PERFORMANCE


def test_the_environment_has_the_last_word_on_the_network(
    page: SettingsPage, services: StandIn
):
    services.settings.is_offline = True
    offline = row(page, "offline")
    page.pane(Section.PRIVACY).show_settings()
    assert not offline.control.isEnabled()
    assert offline.control.isChecked()
    assert "INGLENOOK_OFFLINE" in offline.about.text()


def test_the_log_shows_what_was_asked_of_the_network(page: SettingsPage, services: StandIn):
    log = row(page, "connections").control
    texts = [log.table.topLevelItem(n).text(2) for n in range(log.table.topLevelItemCount())]
    assert texts == ["A file of a model", "About a model", *["Search for models"] * 2]
    assert log.table.topLevelItem(3).text(4) == "No answer"
    log.clear.click()
    assert services.asked("connections.clear") == [()]
    services.connections.made = ()
    log.show_log()
    assert log.nothing.isVisible()


def test_other_keys_are_taken_by_pressing_them(page: SettingsPage, host: Host, services):
    pane = row(page, "keys").control
    new_chat, action = pane.rows["new_chat"], host.actions_by_name["new_chat"]
    new_chat.keys.click()
    QTest.keyClick(new_chat.keys, Qt.Key.Key_L, MODIFIER)
    assert "Write a message" in new_chat.trouble.text()  # it has these keys
    new_chat.keys.click()
    QTest.keyClick(new_chat.keys, Qt.Key.Key_X)
    assert "needed for writing" in new_chat.trouble.text()
    new_chat.keys.click()
    QTest.keyClick(new_chat.keys, Qt.Key.Key_Escape)
    assert action.shortcut() == QKeySequence("Ctrl+N")
    new_chat.keys.click()
    QTest.keyClick(new_chat.keys, Qt.Key.Key_F9)
    settle()
    assert services.settings.now.keys == {"new_chat": "F9"}
    assert action.shortcut() == QKeySequence("F9")
    new_chat.reset.click()
    settle()
    assert services.settings.now.keys == {}
    assert action.shortcut() == QKeySequence("Ctrl+N")
    new_chat.keys.click()
    QTest.keyClick(new_chat.keys, Qt.Key.Key_Backspace)
    settle()
    assert action.shortcuts() == []


def test_shortcuts_are_sifted_by_words_and_keys(page: SettingsPage):
    pane = row(page, "keys").control
    pane.filter.setText("ctrl+n")
    shown = [name for name, each in pane.rows.items() if not each.isHidden()]
    assert shown == ["new_chat"]
    assert "stop" not in pane.rows


def test_nothing_is_deleted_before_the_word_is_typed(
    page: SettingsPage, host: Host, services: StandIn
):
    row(page, "delete_everything").control.click()
    dialog = host.findChild(EraseDialog)
    QTest.keyClicks(dialog.field, "nonsense\r")
    assert not dialog.agree.isEnabled()
    assert not services.asked("erasing.ask_for_all")

    def refuse(**_how: object) -> None:
        raise InglenookError("No room is left on the disk", "Free some space.")

    usual, services.erasing.ask_for_all = services.erasing.ask_for_all, refuse
    dialog.field.setText(dialog.word)
    usual_height = dialog.height()
    dialog.agree.click()
    assert "No room" in dialog.trouble.text()
    assert dialog.height() > usual_height
    services.erasing.ask_for_all = usual
    dialog.models.click()
    dialog.agree.click()
    assert not host.isVisible()
    assert services.asked("erasing.ask_for_all") == [(True,)]


def test_all_chats_go_after_the_word(page: SettingsPage, host: Host, services: StandIn):
    row(page, "delete_chats").control.click()
    dialog = host.findChild(EraseDialog)
    dialog.field.setText(dialog.word)
    dialog.agree.click()
    assert services.asked("erasing.delete_chats") == [()]


def test_details_for_a_report_are_copied_when_they_are_there(
    page: SettingsPage, services: StandIn
):
    about = row(page, "version").control
    services.bus.publish(settingsmatter.INSTALLATION)
    about.copy.click()
    assert services.asked("reports.ask") == [()]
    services.bus.publish(ReportMade("ok  everything"))
    settle()
    assert QGuiApplication.clipboard().text() == "ok  everything"
    assert about.copy.isEnabled()


def test_a_newer_version_is_looked_for_only_when_asked(
    page: SettingsPage, host: Host, services: StandIn
):
    row(page, "version").control.newer.click()
    dialog = host.findChild(UpdateDialog)
    assert services.asked("updates.look") == []
    dialog.field.setText("example.org")
    assert not dialog.ask.isEnabled()
    dialog.field.setText("https://example.org/release.json")
    dialog.ask.click()
    assert services.asked("updates.look") == [("https://example.org/release.json",)]
    assert not dialog.ask.isEnabled()
    services.bus.publish(ReleaseChecked(settingsmatter.RELEASE, is_newer=True))
    settle()
    assert "0.2.0" in dialog.words.text()
    assert "open faster" in dialog.words.text()
    services.bus.publish(ReleaseChecked(problem=Problem("Not signed", "Leave it.")))
    settle()
    assert "Not signed" in dialog.words.text()
    services.bus.publish(ReleaseChecked(settingsmatter.RELEASE))
    settle()
    assert "newest" in dialog.words.text()
    assert dialog.ask.isEnabled()


def test_each_licence_is_shown(page: SettingsPage, look, qtbot: QtBot):
    dialog = LicencesDialog(look, page, settingsmatter.LICENCES)
    qtbot.addWidget(dialog)
    dialog.list.setCurrentRow(1)
    assert "Pallets" in dialog.text.toPlainText()
    assert "BSD" in dialog.terms.text()


def test_how_the_model_runs_is_shown_and_can_be_set_by_hand(
    page: SettingsPage, host: Host, services: StandIn
):
    memory = row(page, "memory").control
    assert "No model is loaded" in memory.words.text()
    assert not memory.by_hand.isVisible()
    model = InstalledModel("/models/a.gguf", "Qwen3 8B", "", 0, "qwen3", 0)
    services.bus.publish(EngineChanged(EngineState(EnginePhase.READY, model)))
    settle()
    assert memory.words.text() == "Qwen3 8B"
    assert services.asked("running.show") == [("/models/a.gguf",)]
    memory.by_hand.click()
    assert host.asked == ["/models/a.gguf"]
