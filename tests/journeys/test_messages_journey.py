"""Messages that wait, drafts that stay, branches that go and come back: the real window."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from inglenook.ui.chat.target import Act


def texts(session) -> list[str]:
    return [each.text for each in session.page.conversation.path()]


def test_a_message_waits_its_turn_and_a_draft_outlives_the_window(start) -> None:
    first = start()
    page = first.page
    page.composer.put("/echo tokens=60 rate=100")
    page.composer.button.click()
    first.wait(page.is_answering)
    QTest.keyClicks(page.composer.field, "/echo text=second")
    QTest.keyClick(page.composer.field, Qt.Key.Key_Return)
    first.wait(lambda: len(first.window.unsent.tray.rows) == 1)
    first.wait(lambda: texts(first)[-1] == "second" and not page.is_answering())
    assert first.window.unsent.tray.isHidden()
    QTest.keyClicks(page.composer.field, "and then")
    first.close()

    second = start()
    second.wait(lambda: second.page.composer.text() == "and then")
    assert texts(second)[-1] == "second"


def test_a_branch_is_forked_deleted_and_brought_back(start) -> None:
    session = start()
    session.ask("/echo text=one")
    session.ask("/echo text=two")
    page = session.page
    chat, whole = page.conversation.id, texts(session)
    answer = page.conversation.path()[1].id
    page._view.act_asked.emit(Act.FORK.value, answer)
    session.wait(lambda: page.conversation.id != chat)
    assert texts(session) == whole[:2]
    assert page.conversation.title.endswith("(copy)")
    session.services.chat.open(chat)
    session.wait(lambda: page.conversation.id == chat)
    page._view.act_asked.emit(Act.REMOVE.value, answer)
    session.wait(lambda: texts(session) == whole[:1])
    session.wait(session.window.toast.isVisible)
    session.window.toast.action.click()
    session.wait(lambda: texts(session) == whole)


def test_an_answer_is_looked_behind(start) -> None:
    session = start()
    answer = session.ask("/echo text=" + "word " * 20)
    messages = session.window.messages
    session.page._view.act_asked.emit(Act.PROMPT.value, answer.id)
    prompt = messages._prompt[1]
    session.wait(lambda: "<|user|>" in prompt.text.toPlainText())
    prompt.accept()
    session.page._view.act_asked.emit(Act.ODDS.value, answer.id)
    odds = messages._odds[1]
    session.wait(lambda: odds.text.toPlainText().strip() == answer.text.strip())
    session.wait(lambda: "likely on average" in odds.facts.text())
    odds.accept()
