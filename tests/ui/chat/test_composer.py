import time

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from inglenook.ui.chat.composer import LONGEST_MESSAGE, Composer
from inglenook.ui.chat.paste import FOLD_FROM
from inglenook.ui.style import Look

MEGABYTE = 1_000_000


@pytest.fixture
def composer(qtbot: QtBot, look: Look) -> Composer:
    made = Composer(look)
    qtbot.addWidget(made)
    made.resize(800, 200)
    made.field.set_ceiling(300)
    made.show()
    qtbot.waitExposed(made)
    made.field.setFocus()
    return made


def paste(composer: Composer, text: str) -> None:
    data = QMimeData()
    data.setText(text)
    composer.field.insertFromMimeData(data)


def test_enter_sends_what_is_written(qtbot: QtBot, composer: Composer):
    QTest.keyClicks(composer.field, "Hello there")
    with qtbot.waitSignal(composer.sent) as sent:
        QTest.keyClick(composer.field, Qt.Key.Key_Return)
    assert sent.args == ["Hello there"]


def test_shift_enter_begins_a_new_line(qtbot: QtBot, composer: Composer):
    with qtbot.assertNotEmitted(composer.sent):
        QTest.keyClicks(composer.field, "one")
        QTest.keyClick(composer.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
        QTest.keyClicks(composer.field, "two")
    assert composer.text() == "one\ntwo"


def test_enter_belongs_to_an_input_method_that_is_composing(qtbot: QtBot, composer: Composer):
    QTest.keyClicks(composer.field, "a")
    QApplication.sendEvent(composer.field, QInputMethodEvent("に", []))
    with qtbot.assertNotEmitted(composer.sent):
        QTest.keyClick(composer.field, Qt.Key.Key_Return)
    done = QInputMethodEvent()
    done.setCommitString("日")
    QApplication.sendEvent(composer.field, done)
    with qtbot.waitSignal(composer.sent):
        QTest.keyClick(composer.field, Qt.Key.Key_Return)


def test_nothing_is_sent_from_an_empty_field(qtbot: QtBot, composer: Composer):
    with qtbot.assertNotEmitted(composer.sent):
        QTest.keyClicks(composer.field, "   ")
        QTest.keyClick(composer.field, Qt.Key.Key_Return)
    assert not composer.button.isEnabled()


def test_the_field_grows_with_its_lines_up_to_its_ceiling(composer: Composer):
    before = composer.field.height()
    composer.put("\n".join("abc"))
    assert composer.field.height() > before
    composer.put("\n" * 200)
    assert composer.field.height() == 300


def test_send_becomes_stop_in_the_same_place(qtbot: QtBot, composer: Composer):
    place = composer.button.geometry()
    composer.put("next question")
    composer.set_answering(is_answering=True)
    assert composer.button.accessibleName() == "Stop"
    assert composer.button.geometry() == place
    with qtbot.waitSignal(composer.stop_asked), qtbot.assertNotEmitted(composer.sent):
        composer.button.click()
        QTest.keyClick(composer.field, Qt.Key.Key_Return)
    composer.set_answering(is_answering=False)
    assert composer.button.accessibleName() == "Send"
    assert composer.text() == "next question"


def test_writing_can_go_on_after_stop_was_pressed(composer: Composer):
    after = QPushButton(composer)
    after.show()
    QWidget.setTabOrder(composer.button, after)
    composer.set_answering(is_answering=True)
    composer.button.setFocus()
    composer.set_answering(is_answering=False)
    assert composer.field.hasFocus()


def test_a_reason_is_given_while_nothing_can_be_sent(composer: Composer):
    composer.put("Hello")
    composer.set_blocked("Open a model file to get answers.")
    assert not composer.button.isEnabled()
    assert composer.button.accessibleDescription() == "Open a model file to get answers."
    composer.set_blocked("")
    assert composer.button.isEnabled()


@pytest.mark.parametrize(
    "text",
    ["word and word, " * (MEGABYTE // 15), "x" * MEGABYTE, "line\n" * (MEGABYTE // 5)],
    ids=["words", "one unbroken line", "short lines"],
)
def test_pasting_a_megabyte_takes_less_than_100_ms(composer: Composer, text: str):
    started = time.thread_time()
    paste(composer, text)
    QApplication.processEvents()
    composer.grab()
    assert time.thread_time() - started < 0.1
    assert composer.text() == text.strip() or composer.text() == text


@pytest.mark.parametrize("letter", ["x", "\u200d", "\u0635", "x\n"])
def test_the_longest_text_that_stays_in_the_field_is_quick_too(composer: Composer, letter: str):
    text = (letter * FOLD_FROM)[: FOLD_FROM - 10]
    started = time.thread_time()
    paste(composer, text)
    QApplication.processEvents()
    composer.grab()
    assert time.thread_time() - started < 0.1


def test_a_long_paste_goes_along_with_what_is_typed(qtbot: QtBot, composer: Composer):
    letter = "Dear council\n" * 2000
    paste(composer, letter)
    QTest.keyClicks(composer.field, "Summarise:")
    with qtbot.waitSignal(composer.sent) as sent:
        QTest.keyClick(composer.field, Qt.Key.Key_Return)
    assert sent.args == [f"Summarise:\n\n{letter}"]


def test_a_pasted_card_can_be_removed(qtbot: QtBot, composer: Composer):
    paste(composer, "x" * (FOLD_FROM + 1))
    composer._cards[0].remove.click()
    assert composer.text() == ""


def test_a_text_beyond_all_measure_is_refused(qtbot: QtBot, composer: Composer):
    with qtbot.waitSignal(composer.too_long):
        paste(composer, "x" * (LONGEST_MESSAGE + 1))
    assert composer.text() == ""


def test_line_ends_of_every_system_are_understood(composer: Composer):
    paste(composer, "a\r\nb\rc\0d")
    assert composer.text() == "a\nb\ncd"


def test_files_are_left_to_the_window(composer: Composer):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/models/a.gguf")])
    assert not composer.field.canInsertFromMimeData(data)


def test_an_edit_brings_back_what_was_being_written(qtbot: QtBot, composer: Composer):
    composer.put("half a thought")
    composer.begin_edit("the old question")
    assert composer.text() == "the old question"
    assert composer.draft() == "half a thought"
    with qtbot.waitSignal(composer.edit_cancelled):
        QTest.keyClick(composer.field, Qt.Key.Key_Escape)
    assert composer.text() == "half a thought"


def test_arrow_up_in_an_empty_field_asks_for_the_last_message(qtbot: QtBot, composer: Composer):
    with qtbot.waitSignal(composer.edit_last_asked):
        QTest.keyClick(composer.field, Qt.Key.Key_Up)
    composer.put("something")
    with qtbot.assertNotEmitted(composer.edit_last_asked):
        QTest.keyClick(composer.field, Qt.Key.Key_Up)
