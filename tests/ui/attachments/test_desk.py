"""Documents in the composer: attached, read, too long, sent, looked into."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from standin import StandIn

from inglenook.chat.attachment import Attachment
from inglenook.chat.document import Document
from inglenook.chat.message import Message, Role
from inglenook.chat.tree import Conversation
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId, NodeId
from inglenook.services.attachments import (
    DocumentProgressed,
    DocumentRead,
    DocumentsFitted,
    beginnings,
    matching,
)
from inglenook.services.echo import echo_plan
from inglenook.services.events import (
    ConversationOpened,
    EngineChanged,
    EnginePhase,
    EngineState,
    ProblemArose,
)
from inglenook.ui.attachments.viewer import DocumentViewer
from inglenook.ui.chat.target import Act
from inglenook.ui.room import Room

CHAT = ChatId("C")
LETTER = Document("letter.txt", "text/plain", 40, ("Dear Ada,\nthe bread is baked.",))
LONG = Document("long.pdf", "application/pdf", 9000, ("bread and butter " * 900,) * 4, pages=4)


@pytest.fixture
def room(window: Room, services: StandIn) -> Room:
    tell(services, ConversationOpened(Conversation(CHAT)))
    model, plan = echo_plan("/m.gguf")
    settings = replace(plan.settings, context_tokens=4096)
    small = replace(plan, settings=settings, longest_context_tokens=65536)
    tell(services, EngineChanged(EngineState(EnginePhase.READY, model, small)))
    return window


def tell(services: StandIn, *announcements: object) -> None:
    for each in announcements:
        services.bus.publish(each)
    QApplication.processEvents()


def attached(room: Room, services: StandIn, document: Document) -> str:
    """Attach a document that has been read, and return its ticket."""
    room.attachments.attach([f"/home/ada/{document.name}"])
    ticket = f"T{len(services.asked('documents.read'))}"
    tell(services, DocumentRead(ticket, document))
    return ticket


def files(*paths: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    return data


def let_go(room: Room, data: QMimeData) -> None:
    place, copy = QPoint(50, 50), Qt.DropAction.CopyAction
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(place, copy, data, buttons, keys)
    room.dragEnterEvent(entered)
    assert entered.isAccepted()
    room.dropEvent(QDropEvent(QPointF(place), copy, data, buttons, keys))


def test_a_dropped_file_is_read_shown_with_its_cost_and_sent_by_enter(
    room: Room, services: StandIn
) -> None:
    let_go(room, files("/home/ada/letter.txt"))
    assert services.asked("documents.read") == [("/home/ada/letter.txt",)]
    (card,) = room.attachments.tray.cards()
    assert card.accessibleName() == "letter.txt. Reading…"
    tell(services, DocumentProgressed("T1", 2, 5))
    assert card.words() == "Reading page 2 of 5…"
    tell(services, DocumentRead("T1", LETTER))
    assert card.words() == "TXT · 2 lines · about 51 tokens"
    assert QApplication.focusWidget() is room.page.composer.field
    QTest.keyClicks(room.page.composer.field, "Who wrote?")
    QTest.keyClick(room.page.composer.field, Qt.Key.Key_Return)
    assert services.asked("chat.send") == [(CHAT, "Who wrote?", (LETTER.whole(),))]
    assert not room.attachments.tray.isVisible()
    tell(services, ProblemArose(Problem("Full", "Free some."), draft="Who wrote?"))
    assert room.attachments.tray.isVisible()  # with the words came back what went with them


def test_a_dropped_model_is_opened_and_a_pasted_file_is_attached(
    room: Room, services: StandIn
) -> None:
    let_go(room, files("/home/ada/m.gguf"))
    assert services.asked("documents.read") == []
    assert services.asked("models.add")[0][0] == "/home/ada/m.gguf"
    room.page.composer.field.insertFromMimeData(files("/home/ada/notes.md"))
    assert services.asked("documents.read") == [("/home/ada/notes.md",)]


def test_the_keyboard_alone_opens_and_removes_a_card(
    qtbot: QtBot, room: Room, services: StandIn
) -> None:
    attached(room, services, LETTER)
    (card,) = room.attachments.tray.cards()
    card.setFocus()
    QTest.keyClick(card, Qt.Key.Key_Return)
    viewer = room.page.findChild(DocumentViewer)
    assert viewer.text.toPlainText() == "Dear Ada,\nthe bread is baked."
    viewer.copy.click()
    assert QApplication.clipboard().text() == LETTER.text
    viewer.shut.click()
    QTest.keyClick(card, Qt.Key.Key_Delete)
    assert room.attachments.tray.cards() == []
    assert services.asked("documents.drop") == [("T1",)]
    assert QApplication.focusWidget() is room.page.composer.field


def test_what_cannot_be_read_says_why_and_is_not_sent(room: Room, services: StandIn) -> None:
    room.attachments.attach(["/home/ada/scan.pdf"])
    problem = Problem("This PDF has no text, only pictures of pages", "Recognise it first.")
    tell(services, DocumentRead("T1", problem=problem))
    (card,) = room.attachments.tray.cards()
    assert card.words() == problem.in_words()
    room.page.composer.put("What is it?")
    QTest.keyClick(room.page.composer.field, Qt.Key.Key_Return)
    assert services.asked("chat.send") == [(CHAT, "What is it?")]


def test_a_message_waits_until_its_documents_are_read(room: Room, services: StandIn) -> None:
    room.attachments.attach(["/home/ada/letter.txt"])
    room.page.composer.put("Who?")
    QTest.keyClick(room.page.composer.field, Qt.Key.Key_Return)
    assert services.asked("chat.send") == []
    line = room.attachments.tray._words
    assert line.text() == "Send again when the documents are read."
    tell(services, DocumentRead("T1", LETTER))
    assert line.text() == ""


def choose(room: Room, act: Callable[[object], None]) -> None:
    sheet = room.attachments.sheet(room.page)
    act(sheet)


@pytest.mark.parametrize(
    ("button", "note"), [("beginning", "The first"), ("match", "The parts that match")]
)
def test_a_part_of_a_document_that_does_not_fit_can_be_sent(
    room: Room, services: StandIn, button: str, note: str
) -> None:
    attached(room, services, LONG)
    room.page.composer.put("Where is the butter?")
    tray = room.attachments.tray
    assert tray._words.text().startswith("This document takes about")
    QTest.keyClick(room.page.composer.field, Qt.Key.Key_Return)
    assert services.asked("chat.send") == []  # the question what to send is open
    choose(room, lambda sheet: getattr(sheet, button).click())
    ((documents, free, question),) = services.asked("documents.fit")
    assert question == ("Where is the butter?" if button == "match" else "")
    fitted = matching(documents, question, free) if question else beginnings(documents, free)
    tell(services, DocumentsFitted("T2", None))
    assert tray._words.text().startswith("No part shares a word")
    tell(services, DocumentsFitted("T2", fitted))
    assert tray._words.text() == ""
    assert tray.cards()[0].item.given.note.startswith(note)


def test_pages_are_chosen_a_longer_context_is_loaded_or_the_document_removed(
    room: Room, services: StandIn
) -> None:
    attached(room, services, LONG)
    tray = room.attachments.tray

    def pages(sheet) -> None:
        assert not sheet.match.isEnabled()  # no question yet
        sheet.pages.setText("9")
        assert not sheet.send_pages.isEnabled()
        sheet.pages.setText("2, 4-")
        sheet.send_pages.click()

    choose(room, pages)
    assert tray.cards()[0].item.given.note == "Pages 2, 4 of 4"
    choose(room, lambda sheet: sheet.longer.click())
    ((path, wish),) = services.asked("engine.load")
    assert path == "/m.gguf"
    assert wish.context_tokens > 4096
    choose(room, lambda sheet: sheet.remove.click())
    assert tray.cards() == []


def test_each_chat_keeps_its_documents(room: Room, services: StandIn) -> None:
    attached(room, services, LETTER)
    tell(services, ConversationOpened(Conversation(ChatId("D"))))
    assert room.attachments.tray.cards() == []
    tell(services, ConversationOpened(Conversation(CHAT)))
    assert len(room.attachments.tray.cards()) == 1


def test_a_sent_document_is_shown_spoken_opened_and_kept_by_an_edit(
    room: Room, services: StandIn
) -> None:
    note = Attachment("note.txt", text="Salt.", size_bytes=5)
    both = (LETTER.whole(), note)
    asked = Message(NodeId("1"), None, Role.USER, "What?", 1, attachments=both)
    tell(services, ConversationOpened(Conversation.of(CHAT, [asked])))
    view = room.page._view
    targets = [each for each in view.targets_of(0) if each.act is Act.DOCUMENT]
    names = ["letter.txt. TXT · 40 B", "note.txt. TXT · 5 B"]
    assert [each.name for each in targets] == names
    assert view.column.views[0].card.spoken == "Attached: letter.txt, note.txt"
    view.press(0, targets[1])
    viewer = room.page.findChild(DocumentViewer)
    assert viewer.text.toPlainText() == "Salt."
    viewer.shut.click()
    room.page._edit(asked.id)
    first, _second = room.attachments.tray.cards()
    first.remove.click()
    QTest.keyClick(room.page.composer.field, Qt.Key.Key_Return)
    assert services.asked("chat.edit") == [(CHAT, asked.id, "What?", (note,))]
    assert room.attachments.tray.cards() == []
    room.page._edit(asked.id)
    room.page.composer.leave_edit()
    assert room.attachments.tray.cards() == []


def test_documents_wait_for_no_queue_and_what_was_sent_before_goes_again_whole(
    room: Room, services: StandIn
) -> None:
    asked = Message(NodeId("1"), None, Role.USER, "What?", 1, attachments=(LONG.whole(),))
    tell(services, ConversationOpened(Conversation.of(CHAT, [asked])))
    room.page._edit(asked.id)
    room.page.composer.put("Why?")
    QTest.keyClick(room.page.composer.field, Qt.Key.Key_Return)
    assert services.asked("chat.edit") == [(CHAT, asked.id, "Why?")]  # the engine counts it
    before = room.page.composer.attached()
    attached(room, services, LETTER)
    assert (before, room.page.composer.attached()) == ((), (LETTER.whole(),))
    assert not room.attachments.may_wait()
    assert room.attachments.tray._words.text().startswith("Documents can be sent when")
    room.attachments.tray.cards()[0].remove.click()
    assert room.attachments.may_wait()
