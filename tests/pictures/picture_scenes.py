"""The scenes of pictures: attached, not to be seen by the model, sent, and seen large."""

from dataclasses import replace

import matter
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from scenes import Stage, scene

from inglenook.chat.attachment import Attachment
from inglenook.chat.message import Message, Role
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId
from inglenook.core.units import MIB
from inglenook.models.projector import Projector
from inglenook.services.attachments import PictureRead
from inglenook.services.echo import echo_plan
from inglenook.services.events import (
    ConversationOpened,
    EngineChanged,
    EnginePhase,
    EngineState,
)
from inglenook.ui.attachments.pictures import from_image
from inglenook.ui.attachments.pictureviewer import PictureViewer

EYES = Projector(
    "/m/mmproj-gemma-3-4b-it-f16.gguf", "mmproj-gemma-3-4b-it-f16.gguf", 2560,
    weights_bytes=812 * MIB,
)  # fmt: skip


def _evening(name: str, above: str, below: str) -> Attachment:
    """Return a picture of a sun over hills."""
    image = QImage(1200, 800, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    sky = QLinearGradient(QPointF(0, 0), QPointF(0, 800))
    sky.setColorAt(0, QColor(above))
    sky.setColorAt(1, QColor(below))
    painter.fillRect(image.rect(), sky)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#f6d37a"))
    painter.drawEllipse(QRectF(520, 240, 220, 220))
    for left, shade in ((-300, "#3d4a3a"), (420, "#2c372b"), (-60, "#1f281f")):
        painter.setBrush(QColor(shade))
        painter.drawEllipse(QRectF(left, 520 + abs(left) / 6, 1300, 700))
    painter.end()
    return from_image(image, name)


def _attach(stage: Stage, *, sees: bool, projector: Projector | None = None) -> None:
    stage.tell(ConversationOpened(matter.talk()))
    model, plan = echo_plan("/m/gemma-3-4b-it-Q4_K_M.gguf")
    plan = replace(plan, projector=projector, sees=sees)
    stage.tell(EngineChanged(EngineState(EnginePhase.READY, model, plan, sees=sees)))
    desk = stage.window.attachments
    for picture in (
        _evening("Evening over the bay.jpg", "#5b6fa8", "#e8a27c"),
        _evening("IMG_20260914_203355.jpg", "#2f3b52", "#a4566b"),
    ):
        desk.attach([f"/home/ada/{picture.name}"])
        stage.tell(PictureRead(f"P{len(stage.services.pictures.works)}", picture))
    stage.window.page.composer.field.setPlainText("Which of the two was taken later?")
    QTest.qWait(30)


def _seen(stage: Stage) -> None:
    _attach(stage, sees=True)


def _offered(stage: Stage) -> None:
    _attach(stage, sees=False, projector=EYES)


for _name, _scene in (("seen", _seen), ("offered", _offered)):
    scene(f"89-picture-{_name}", (1180, 720))(_scene)
    scene(f"89-picture-{_name}-narrow", (640, 720))(_scene)
    scene(f"89-picture-{_name}-200", (1180, 900), 200)(_scene)


@scene("89-picture-sent", (1180, 720))
def sent(stage: Stage) -> None:
    bay = _evening("Evening over the bay.jpg", "#5b6fa8", "#e8a27c")
    asked = Message(NodeId("N"), None, Role.USER, "Where was it?", 1, attachments=(bay,))
    said = Message(NodeId("M"), asked.id, Role.ASSISTANT, "By the sea, on a hill.", 2)
    talk = Conversation(ChatId("C"), "Evening").with_message(asked).with_message(said)
    stage.tell(ConversationOpened(talk))


@scene("89-picture-viewer", (1180, 760))
def viewer(stage: Stage) -> QWidget:
    bay = _evening("Evening over the bay.jpg", "#5b6fa8", "#e8a27c")
    sheet = PictureViewer(stage.look, stage.window.page, bay)
    QTest.qWait(60)
    return sheet
