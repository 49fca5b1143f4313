import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit
from pytestqt.qtbot import QtBot

from inglenook.ui.actions import keys_in_words
from inglenook.ui.dialogs import KeysDialog, LinkDialog
from inglenook.ui.room import Room
from inglenook.ui.style import Look


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    urls: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: urls.append(url.toString()))
    return urls


@pytest.fixture
def dialog_for(qtbot: QtBot, look: Look, window: Room):
    def build(address: str) -> LinkDialog:
        dialog = LinkDialog(look, window, address)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return build


def words(dialog: LinkDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def test_host_and_whole_address_are_shown_before_anything_opens(dialog_for, opened):
    dialog = dialog_for("https://example.org/path?q=1")
    assert "example.org" in words(dialog)
    assert dialog.findChild(QPlainTextEdit).toPlainText() == "https://example.org/path?q=1"
    assert opened == []
    dialog.open_it.click()
    assert opened == ["https://example.org/path?q=1"]


def test_cancel_has_the_keyboard_and_opens_nothing(dialog_for, opened):
    dialog = dialog_for("https://example.org/")
    assert dialog.focusWidget() is dialog.cancel
    dialog.cancel.click()
    assert opened == []


def test_a_name_in_foreign_letters_is_spelt_out(dialog_for):
    assert "xn--" in words(dialog_for("https://аpple.com/"))


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://bank.com@evil.org/",
        "smb://x/y",
        "",
    ],
)
def test_what_is_no_web_page_cannot_be_opened(dialog_for, opened, address: str):
    dialog = dialog_for(address)
    assert not dialog.open_it.isVisible()
    dialog.open_it.click()
    assert all(not url for url in opened)


def test_the_address_can_be_copied(dialog_for):
    dialog_for("https://example.org/copied").copy.click()
    assert QGuiApplication.clipboard().text() == "https://example.org/copied"


def test_a_pressed_link_is_shown_and_not_opened(qtbot: QtBot, window: Room, opened):
    window.page.link_asked.emit("https://example.org/")
    dialog = window.findChild(LinkDialog)
    qtbot.waitUntil(dialog.isVisible)
    assert opened == []
    dialog.reject()


def test_the_key_help_lists_every_shortcut(qtbot: QtBot, look: Look, window: Room):
    dialog = KeysDialog(look, window, window.actions_by_name)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    listed = {label.text() for label in dialog.findChildren(QLabel)}
    for group, actions in window.actions_by_name.groups().items():
        assert group in listed
        assert {keys_in_words(action) for action in actions} - {""} <= listed
