"""The scenes of attachments: cards in the composer and in what was sent, sheets, the veil."""

import matter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from scenes import Stage, scene

from inglenook.chat.attachment import Attachment
from inglenook.chat.document import Document
from inglenook.chat.message import Message, Role
from inglenook.chat.tree import Conversation
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId, NodeId
from inglenook.services.attachments import DocumentProgressed, DocumentRead
from inglenook.services.events import ConversationOpened
from inglenook.ui.attachments.viewer import DocumentViewer
from inglenook.ui.drop import Drop, Use

_PAGE = (
    "The lease begins on the first of March and runs for three years. Either side may end it"
    " with three months' notice. The rent is due on the third working day of each month.\n\n"
    "The tenant keeps the garden; the landlord repairs the roof, the stove and the windows.\n\n"
)
LEASE = Document("Lease agreement, Harbour Street 12.pdf", "application/pdf", 214_000,
                 (_PAGE * 2,) * 12, pages=12)  # fmt: skip
TABLE = Document("expenses-2026.csv", "text/csv", 1_900, ("month,rent,power\n" * 84,))
LONG = Document("Collected letters.docx", "application/vnd.wordprocessingml", 2_400_000,
                (_PAGE * 900,))  # fmt: skip
SCAN = Problem(
    "This PDF has no text, only pictures of pages",
    "Run text recognition on it first, or paste the words you need.",
)


def _attach(stage: Stage, *documents: Document | Problem | None) -> None:
    stage.tell(ConversationOpened(matter.talk()))
    desk = stage.window.attachments
    for document in documents:
        name = (
            document.name if isinstance(document, Document) else "Scan of the stove manual.pdf"
        )
        desk.attach([f"/home/ada/{name}"])
        ticket = f"T{len(stage.services.asked('documents.read'))}"
        if isinstance(document, Document):
            stage.tell(DocumentRead(ticket, document))
        elif document is not None:
            stage.tell(DocumentRead(ticket, problem=document))
        else:
            stage.tell(DocumentProgressed(ticket, 31, 120))
    stage.window.page.composer.field.setPlainText("When may I end the lease, and how?")
    QTest.qWait(30)


def _cards(stage: Stage) -> None:
    _attach(stage, LEASE, TABLE, None)


def _failed(stage: Stage) -> None:
    _attach(stage, LEASE, SCAN)
    stage.window.attachments.tray.cards()[0].setFocus()


def _long(stage: Stage) -> None:
    _attach(stage, LONG)


for _name, _scene in (("cards", _cards), ("failed", _failed), ("too-long", _long)):
    scene(f"86-attached-{_name}", (1180, 720))(_scene)
    scene(f"86-attached-{_name}-narrow", (640, 720))(_scene)
    scene(f"86-attached-{_name}-200", (1180, 900), 200)(_scene)


@scene("86-attached-choice", (1180, 760))
def choice(stage: Stage) -> QWidget:
    _attach(
        stage, Document("Field guide.pdf", "application/pdf", 9, (_PAGE * 90,) * 40, pages=40)
    )
    return stage.window.attachments.sheet(stage.window.page)


@scene("86-attached-viewer", (1180, 760))
def viewer(stage: Stage) -> QWidget:
    _attach(stage, LEASE)
    sheet = DocumentViewer(stage.look, stage.window.page, LEASE.of_pages((1, 2)))
    QTest.qWait(60)
    return sheet


def _sent(stage: Stage) -> None:
    lease = Attachment(
        LEASE.name, media_type=LEASE.media_type, size_bytes=LEASE.size_bytes,
        text=_PAGE, note="Pages 1–3 of 12",
    )  # fmt: skip
    table = Attachment(TABLE.name, size_bytes=TABLE.size_bytes, text="a")
    notes = Attachment("notes.md", size_bytes=812, text="a")
    asked = Message(
        NodeId("1"), None, Role.USER, "When may I end the lease, and how?", 1,
        attachments=(lease, table, notes),
    )  # fmt: skip
    answer = Message(
        NodeId("2"), asked.id, Role.ASSISTANT,
        "Either side may end it with **three months' notice**.", 2, model="Qwen3 8B",
    )  # fmt: skip
    stage.tell(
        ConversationOpened(Conversation.of(ChatId("L"), (asked, answer), title="The lease"))
    )
    QTest.qWait(40)


scene("87-sent-documents", (1180, 640))(_sent)
scene("87-sent-documents-narrow", (640, 640))(_sent)
scene("87-sent-documents-200", (1180, 900), 200)(_sent)


@scene("87-drop-documents", (1180, 640))
def drop(stage: Stage) -> None:
    stage.tell(ConversationOpened(matter.talk()))
    paths = ("/home/ada/Lease agreement.pdf", "/home/ada/expenses-2026.csv")
    stage.window._veil.cover(Drop(Use.DOCUMENTS, paths))
