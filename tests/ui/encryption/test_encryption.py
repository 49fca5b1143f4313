"""Chats are encrypted and unlocked in the window, with words for everything that goes wrong."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from inglenook.core.errors import Problem
from inglenook.services.encryptionnews import EncryptionChanged, Lock
from inglenook.ui.bridge import Bridge
from inglenook.ui.encryption.gate import Gate
from inglenook.ui.encryption.pane import EncryptionPane
from inglenook.ui.shell import Shell

PASS = "nine sleepy herons"
OFF = EncryptionChanged(Lock.OFF)
ON = EncryptionChanged(Lock.OPEN, "passphrase", is_remembered=True)
LOCKED = EncryptionChanged(Lock.LOCKED, "passphrase")
WRONG = Problem("This passphrase does not open your chats", "Try again.")


def typed(letter):
    """Return the press of a key without Shift that writes this."""
    return QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_H, Qt.KeyboardModifier.NoModifier, letter)


@pytest.fixture
def pane(qtbot, look, services):
    bridge = Bridge(services.bus)
    made = EncryptionPane(look, services, bridge)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.show_state(OFF)
    yield made
    bridge.close()


@pytest.fixture
def gate(qtbot, look, services):
    shell = Shell()
    qtbot.addWidget(shell)
    let_in = []
    made = Gate(look, services, shell, lambda: let_in.append(True))
    made.let_in = let_in
    shell.show()
    qtbot.waitExposed(shell)
    yield made
    shell.close()


def tell(qtbot, services, gate, told):
    with qtbot.waitSignal(gate._bridge.encryption_changed):
        services.bus.publish(told)


def test_the_gate_tries_the_keyring_then_asks_as_often_as_it_takes(qtbot, services, gate):
    page = gate.page
    assert services.asked("encryption.look") == [()]
    assert not page.field.isVisible()
    tell(qtbot, services, gate, LOCKED)
    assert page.field.hasFocus()
    assert page.field.accessibleName() == "Passphrase"
    QTest.keyClick(page.field, Qt.Key.Key_Return)
    assert services.asked("encryption.unlock") == []  # nothing was typed
    page.field.setText("wrong")
    QTest.keyClick(page.field, Qt.Key.Key_Return)
    assert not page.field.isEnabled()
    tell(qtbot, services, gate, replace(LOCKED, problem=WRONG))
    assert page.trouble.text() == WRONG.in_words()
    assert page.field.selectedText() == "wrong"
    page.field.setText(PASS)
    page.unlock.click()
    assert services.asked("encryption.unlock") == [("wrong",), (PASS,)]
    tell(qtbot, services, gate, ON)
    assert gate.let_in == [True]
    assert page.field.text() == ""


def test_the_gate_tells_of_caps_lock_shows_what_is_typed_and_says_the_truth(
    qtbot, services, gate
):
    page = gate.page
    tell(qtbot, services, gate, replace(LOCKED, by="code"))
    assert page.field.accessibleName() == "Recovery code"
    QTest.keyClicks(page.field, "h")
    assert not page.caps.isVisible()
    QApplication.sendEvent(page.field, typed("H"))
    assert page.caps.isVisible()
    page.field.eye.trigger()
    assert page.field.echoMode() is QLineEdit.EchoMode.Normal
    page.forgot.click()
    assert "nobody can open these chats" in page.truth.text()
    assert "/home/ada" in page.truth.text()
    assert page.truth.isVisible()


def test_the_gate_stays_shut_where_typing_would_not_help(qtbot, services, gate):
    lost = Problem("The key of your chats is missing", "Put inglenook.key back.")
    tell(qtbot, services, gate, EncryptionChanged(Lock.LOCKED, problem=lost))
    assert gate.page.title.text() == lost.title
    assert gate.page.advice.text() == lost.advice
    assert not gate.page.field.isVisible()
    gate.page.unlock.click()
    assert services.asked("encryption.look") == [(), ()]
    assert gate.let_in == []


def test_encryption_wants_the_passphrase_twice_and_shows_each_step(pane, services):
    form, choosing = pane.form, pane.form.choosing
    pane.switch_on.click()
    assert choosing.first.hasFocus()
    assert not form.yes.isEnabled()
    choosing.first.setText("12345678")
    assert "Weak" in choosing.strength.text()
    choosing.first.setText(PASS)
    assert form.lacks.text() == "Type the passphrase a second time."
    choosing.second.setText(PASS + "x")
    assert not form.yes.isEnabled()
    choosing.second.setText(PASS)
    QTest.keyClick(choosing.second, Qt.Key.Key_Return)
    assert services.asked("encryption.switch_on") == [(PASS,)]
    assert not form.isEnabled()
    pane.show_state(replace(OFF, step="checking"))
    assert pane.bar.isVisible()
    assert pane.step.text().startswith("Comparing")
    pane.show_state(ON)
    assert not form.isVisible()
    assert not pane.bar.isVisible()
    assert pane.title.text() == "Chats are encrypted"
    assert choosing.first.text() == choosing.second.text() == ""
    assert pane.change.hasFocus()


def test_a_recovery_code_is_taken_once_its_end_was_typed(pane, services):
    choosing = pane.form.choosing
    pane.switch_on.click()
    choosing.kinds.segment("code").click()
    code = services.encryption.new_code()
    assert choosing.code.text().replace("\n", "-") == code.in_groups()
    choosing.proof.setText("0000")
    assert not pane.form.yes.isEnabled()
    choosing.proof.setText(code.in_groups()[-4:].lower())
    pane.form.yes.click()
    assert services.asked("encryption.switch_on") == [(code,)]


def test_what_fails_is_told_and_the_form_stays(pane, services):
    pane.show_state(ON)
    pane.change.click()
    choosing = pane.form.choosing
    assert pane.form.current.hasFocus()
    choosing.first.setText(PASS)
    choosing.second.setText(PASS)
    assert not pane.form.yes.isEnabled()
    pane.form.current.setText("old")
    pane.form.yes.click()
    assert services.asked("encryption.change") == [("old", PASS)]
    pane.show_state(replace(ON, problem=WRONG))
    assert pane.trouble.text() == WRONG.in_words()
    assert pane.form.isEnabled()
    QTest.keyClick(pane.form.current, Qt.Key.Key_Escape)
    assert not pane.form.isVisible()
    assert pane.form.current.text() == ""
    assert pane.change.isVisible()


def test_a_new_key_and_the_way_back_are_a_question_each(pane, services):
    pane.show_state(replace(ON, is_remembered=False))
    assert "at each start" in pane.state.text()
    pane.rekey.click()
    pane.form.current.setText(PASS)
    pane.form.yes.click()
    assert services.asked("encryption.rekey") == [(PASS,)]
    pane.show_state(ON)
    pane.switch_off.click()
    assert pane.form.no.hasFocus()
    assert services.asked("encryption.switch_off") == []
    pane.form.yes.click()
    assert services.asked("encryption.switch_off") == [()]
    pane.show_state(OFF)
    assert pane.switch_on.isVisible()
