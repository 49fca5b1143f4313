"""Pictures in the composer: attached, shown small and large, sent when the model can see."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QSize, Qt, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from standin import StandIn
from tests.data.paint import png

from inglenook.chat.attachment import Attachment, Kind
from inglenook.chat.message import Message, Role
from inglenook.chat.tree import Conversation
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId, NodeId
from inglenook.models.projector import Projector
from inglenook.services.attachments import PictureRead
from inglenook.services.echo import echo_plan
from inglenook.services.events import (
    ConversationOpened,
    EngineChanged,
    EnginePhase,
    EngineState,
)
from inglenook.ui.attachments.pictures import from_bytes
from inglenook.ui.attachments.pictureviewer import PictureViewer
from inglenook.ui.attachments.thumbnail import picture_of, thumbnail
from inglenook.ui.room import Room

CHAT = ChatId("C")
CAT = from_bytes(png((200, 40, 30), 640, 480), "cat.png")
EYES = Projector("/m/mmproj-f16.gguf", "mmproj-f16.gguf", 64, weights_bytes=620_000_000)


@pytest.fixture
def room(window: Room, services: StandIn) -> Room:
    tell(services, ConversationOpened(Conversation(CHAT)))
    return window


def tell(services: StandIn, *announcements: object) -> None:
    for each in announcements:
        services.bus.publish(each)
    QApplication.processEvents()


def loaded(services: StandIn, phase=EnginePhase.READY, *, sees=False, **planned) -> None:
    model, plan = echo_plan("/m/m.gguf")
    plan = replace(plan, sees=planned.pop("plan_sees", False), **planned)
    tell(services, EngineChanged(EngineState(phase, model, plan, sees=sees)))


def attached(room: Room, services: StandIn, picture: Attachment = CAT) -> None:
    room.attachments.attach([f"/home/ada/{picture.name}"])
    tell(services, PictureRead(f"P{len(services.pictures.works)}", picture))


def send(room: Room, words: str = "What is it?") -> None:
    QTest.keyClicks(room.page.composer.field, words)
    QTest.keyClick(room.page.composer.field, Qt.Key.Key_Return)


def test_a_picture_is_shown_and_sent_to_a_model_that_sees(
    room: Room, services: StandIn
) -> None:
    loaded(services, sees=True)
    attached(room, services)
    (card,) = room.attachments.tray.cards()
    assert card.words().startswith("Picture · 640 × 480 · ")
    assert card.grab().toImage().pixelColor(20, 16).red() > 120  # what it shows
    assert not room.attachments.tray.see.isVisible()
    send(room)
    assert services.asked("chat.send") == [(CHAT, "What is it?", (CAT,))]
    assert services.asked("documents.read") == []


def test_a_model_with_a_projector_beside_it_is_offered_and_loaded_with_it(
    room: Room, services: StandIn
) -> None:
    loaded(services, projector=EYES)
    attached(room, services)
    tray = room.attachments.tray
    assert "mmproj-f16.gguf (591 MB)" in tray.words()
    send(room)
    assert services.asked("chat.send") == []
    assert room.page.composer.text() == "What is it?"
    QTest.mouseClick(tray.see, Qt.MouseButton.LeftButton)
    assert services.asked("running.let_see") == [("/m/m.gguf", "mmproj-f16.gguf")]
    loaded(services, EnginePhase.LOADING, projector=EYES, plan_sees=True)
    assert not tray.see.isVisible()


def test_without_a_projector_the_models_are_shown(room: Room, services: StandIn) -> None:
    loaded(services)
    attached(room, services)
    tray = room.attachments.tray
    assert tray.words().startswith("This model cannot see pictures")
    assert tray.see.text() == "Choose another model"
    QTest.mouseClick(tray.see, Qt.MouseButton.LeftButton)
    assert not room.page.isVisible()


def test_a_picture_is_pasted_but_words_go_before_it(room: Room, services: StandIn) -> None:
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    clipboard = QMimeData()
    clipboard.setImageData(image)
    field = room.page.composer.field
    assert field.canInsertFromMimeData(clipboard)
    field.insertFromMimeData(clipboard)
    (work,) = services.pictures.works
    assert (work().note, work().name) == ("30 × 20", "Pasted picture")
    clipboard.setText("a cell")
    field.insertFromMimeData(clipboard)
    assert (len(services.pictures.works), room.page.composer.text()) == (1, "a cell")
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile("/home/ada/cat.jpg")])
    field.insertFromMimeData(files)
    assert len(services.pictures.works) == 2


def test_what_is_wrong_with_a_picture_is_on_its_card(room: Room, services: StandIn) -> None:
    room.attachments.attach(["/home/ada/x.png"])
    problem = Problem("This picture cannot be read", "Save it anew.")
    tell(services, PictureRead("P1", problem=problem))
    (card,) = room.attachments.tray.cards()
    assert card.words() == problem.in_words()
    QTest.mouseClick(card.remove, Qt.MouseButton.LeftButton)
    assert services.asked("pictures.drop") == [("P1",)]


def test_what_was_sent_is_seen_large(room: Room, services: StandIn, qtbot: QtBot) -> None:
    sent = Message(NodeId("N"), None, Role.USER, "What is it?", 1, attachments=(CAT,))
    tell(services, ConversationOpened(Conversation(CHAT).with_message(sent)))
    room.attachments._open_sent("N", 0)
    viewer = room.page.findChild(PictureViewer)
    assert viewer.view.accessibleName() == "cat.png"
    qtbot.waitUntil(lambda: not viewer.view.pixmap().isNull())
    shown = viewer.view.pixmap().toImage()
    assert shown.pixelColor(shown.width() // 2, 4).red() > 150
    QTest.keyClick(viewer, Qt.Key.Key_Escape)


def test_a_picture_that_is_none_has_no_thumbnail(qapp: QApplication, qtlog) -> None:
    data = CAT.data or b""
    assert thumbnail(data, 36, 5.0).size() == QSize(36, 36)
    assert picture_of(data, QSize(64, 64)).size() == QSize(64, 48)
    with qtlog.disabled():
        assert thumbnail(b"no picture", 36, 5.0).isNull()
        assert picture_of(data[:16] + (60_000).to_bytes(4) * 2, QSize(9, 9)).isNull()
    assert Attachment("a", Kind.IMAGE).data is None
