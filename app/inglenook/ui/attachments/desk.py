"""Joins documents and pictures to the composer: attached, read, made to fit, sent, shown."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QImage

from inglenook.chat.attachment import Attachment, Kind
from inglenook.chat.document import Document
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId, NodeId
from inglenook.models.fit import Wish
from inglenook.services.attachments import (
    DocumentProgressed,
    DocumentRead,
    DocumentsFitted,
    PictureRead,
    longer_context,
    room_for_documents,
)
from inglenook.services.events import (
    ConversationOpened,
    EngineChanged,
    EngineState,
    ProblemArose,
)
from inglenook.ui.actions import Actions
from inglenook.ui.attachments.item import Item
from inglenook.ui.attachments.pictures import from_file, from_image, is_picture
from inglenook.ui.attachments.tray import DocumentTray
from inglenook.ui.attachments.words import too_long_words, unseen_words
from inglenook.ui.bridge import Bridge
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.words import tr

if TYPE_CHECKING:
    from inglenook.services.services import Services
    from inglenook.ui.attachments.choice import FitSheet
    from inglenook.ui.chat.conversation_view import ConversationView
    from inglenook.ui.chat.page import ChatPage

MOST_DOCUMENTS = 20


class AttachmentDesk(QObject):
    """Keeps the documents of each chat until they are sent.

    Threads: the UI thread.
    """

    def __init__(self, look: Look, services: "Services") -> None:
        super().__init__()
        self._look, self._services = look, services
        self._engine = EngineState()
        self._page: ChatPage | None = None
        self._actions: Actions | None = None
        self._chat = ChatId("")
        self._items: dict[ChatId, list[Item]] = {}
        self._edited: list[Item] | None = None
        self._sent: list[Item] = []
        self._is_waiting = False
        self._fitting = ""
        self.tray = DocumentTray(look)
        self.button = Button(look, icon="paperclip", name=tr("Attach documents"))
        self.tray.removed.connect(self._remove)
        self.tray.opened.connect(self._open_item)
        self.tray.choose_asked.connect(self.choose)
        self.tray.see_asked.connect(self._let_see)
        self.button.clicked.connect(self.pick)

    # --- joining ---

    def watching(
        self, make_view: Callable[[], "ConversationView"]
    ) -> Callable[[], "ConversationView"]:
        """Return what makes the same view, heard from then on."""

        def make() -> "ConversationView":
            view = make_view()
            view.document_asked.connect(self._open_sent)
            return view

        return make

    def furnish(self, page: "ChatPage", bridge: Bridge, actions: Actions) -> None:
        """Join the parts."""
        self._page = page
        composer = page.composer
        composer.add_tool(self.button)
        composer.add_tray(self.tray)
        composer.may_go = self._may_go
        composer.attached, composer.take_attached = self._attached, self._take
        composer.edit_turned.connect(self._turn_edit)
        composer.field.files_pasted.connect(self.attach)
        composer.field.picture_pasted.connect(self.attach_image)
        composer.field.textChanged.connect(self._judge)
        bridge.conversation_opened.connect(self._take_chat)
        bridge.document_read.connect(self._take_document)
        bridge.document_progressed.connect(self._take_progress)
        bridge.documents_fitted.connect(self._take_fitted)
        bridge.picture_read.connect(self._take_picture)
        bridge.engine_changed.connect(self.take_engine)
        bridge.problem_arose.connect(self._take_problem)
        self._actions = actions
        actions.connect_all(attach=self.pick)
        self.button.set_name(tr("Attach documents"), actions["attach"].shortcut().toString())

    # --- what people do ---

    def pick(self) -> None:
        """Let the person choose files."""
        from inglenook.ui.attachments.pick import pick_dialog  # noqa: PLC0415  (opens faster)

        if self._page is not None:
            dialog = pick_dialog(self._page)
            dialog.filesSelected.connect(self.attach)
            dialog.open()

    def attach(self, paths: Sequence[str]) -> None:
        """Have files read, to go with the next message."""
        if self._page is None:
            return
        items = self._shown()
        room = max(0, MOST_DOCUMENTS - len(items))
        for path in paths[:room]:
            name = PurePath(path).name or path
            items.append(Item(self._begin(path), name))
        self._show()
        if len(paths) > room:
            said = tr("At most {count} documents go with one message.")
            self.tray.show_line(said.format(count=MOST_DOCUMENTS))
        self._page.composer.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def attach_image(self, image: QImage) -> None:
        """Have a picture made ready that was on the clipboard."""
        name = tr("Pasted picture")
        if len(self._shown()) < MOST_DOCUMENTS:
            ticket = self._services.pictures.prepare(partial(from_image, image, name))
            self._shown().append(Item(ticket, name))
            self._show()

    def _begin(self, path: str) -> str:
        if is_picture(path):
            return self._services.pictures.prepare(partial(from_file, path))
        return self._services.documents.read(path)

    def choose(self) -> None:
        """Ask what to send of documents that do not fit."""
        if self._page is not None and self._documents():
            self.sheet(self._page).open()

    def sheet(self, page: "ChatPage") -> "FitSheet":
        """Return the question what to send."""
        from inglenook.ui.attachments.choice import FitSheet, Offer  # noqa: PLC0415  (opens faster)

        documents = self._documents()
        offer = Offer(
            too_long_words(self._tokens(), self._room(), len(documents)),
            can_match=bool(page.composer.text().strip()),
            pages=len(documents[0].parts) if len(documents) == 1 and documents[0].pages else 0,
            context=self._longer_context(),
            count=len(documents),
        )
        sheet = FitSheet(self._look, page, offer)
        sheet.match_asked.connect(self._send_matching)
        sheet.beginning_asked.connect(self._send_beginnings)
        sheet.pages_asked.connect(self._send_pages)
        sheet.longer_asked.connect(self._load_longer)
        sheet.remove_asked.connect(self._remove_all)
        return sheet

    # --- what the composer asks ---

    def may_wait(self) -> bool:
        """Tell whether a message can wait for the end of an answer; documents cannot."""
        if self._shown():
            self.tray.show_line(tr("Documents can be sent when the answer has ended."))
        return not self._shown()

    def _may_go(self) -> bool:
        """Tell whether a message can go with what is attached; say why not."""
        items = self._shown()
        self._is_waiting = any(each.is_reading for each in items)
        self._judge()
        if self._is_waiting or self._is_unseen():
            return False
        if self._is_too_long():
            self.choose()
            return False
        return True

    def _take(self) -> tuple[Attachment, ...]:
        """Hand over what goes with a message that is being sent."""
        items, attached = self._shown(), self._attached()
        if self._edited is None:
            self._sent = [each for each in items if each.given is not None]
            self._items[self._chat] = [each for each in items if each.is_reading]
            self._show()
        return attached

    def _attached(self) -> tuple[Attachment, ...]:
        return tuple(each.given for each in self._shown() if each.given is not None)

    def _turn_edit(self, is_editing: bool) -> None:
        message = self._page.edited_message() if self._page is not None else None
        for item in self._edited or ():
            self._services.documents.drop(item.ticket)
        self._edited = None
        if is_editing and message is not None:
            given = enumerate(message.attachments)
            self._edited = [Item.of_sent(number, each) for number, each in given]
        self._show()

    # --- announcements ---

    def _take_chat(self, event: ConversationOpened) -> None:
        self._chat, self._edited = event.conversation.id, None
        self._show()

    def _take_document(self, event: DocumentRead) -> None:
        for item in self._with_ticket(event.ticket):
            if event.document is not None:
                self._renew(item.read(event.document))
            else:
                self._renew(replace(item, problem=event.problem or _unread()))

    def _take_picture(self, event: PictureRead) -> None:
        for item in self._with_ticket(event.ticket):
            if event.picture is not None:
                self._renew(item.giving(event.picture))
            else:
                self._renew(replace(item, problem=event.problem or _unread()))

    def _take_progress(self, event: DocumentProgressed) -> None:
        for item in self._with_ticket(event.ticket):
            self._renew(replace(item, page=event.page, pages=event.pages))

    def take_engine(self, event: EngineChanged) -> None:
        self._engine = event.state
        self._judge()

    def _take_problem(self, event: ProblemArose) -> None:
        """Bring back what could not be sent, with its words."""
        if event.draft and self._sent and not self._shown():
            self._items[self._chat] = self._sent
            self._show()
        self._sent = []

    # --- choices ---

    def _send_matching(self) -> None:
        self._fit(self._page.composer.text() if self._page is not None else "")

    def _send_beginnings(self) -> None:
        self._fit("")

    def _fit(self, question: str) -> None:
        documents, room = tuple(self._documents()), self._room()
        self._fitting = self._services.documents.fit(documents, room, question)

    def _take_fitted(self, event: DocumentsFitted) -> None:
        if event.ticket != self._fitting:
            return
        count = len(self._documents())
        if event.given is None:
            self.tray.show_line(
                tr("No part shares a word with your question. Choose the beginning or pages."),
                can_choose=True,
            )
        elif len(event.given) == count:  # else one was removed meanwhile
            self._give(event.given)

    def _send_pages(self, pages: tuple[int, ...]) -> None:
        self._give([each.of_pages(pages) for each in self._documents()])

    def _load_longer(self) -> None:
        model, tokens = self._engine.model, self._longer_context()
        if model is not None and tokens:
            self._services.engine.load(model.path, Wish(context_tokens=tokens))

    def _remove_all(self) -> None:
        for item in list(self._shown()):
            self._remove(item.ticket)

    def _give(self, given: Iterable[Attachment]) -> None:
        read = [each for each in self._shown() if each.document is not None]
        for item, attachment in zip(read, given, strict=True):
            self._renew(item.giving(attachment))

    # --- inside ---

    def _shown(self) -> list[Item]:
        if self._edited is not None:
            return self._edited
        return self._items.setdefault(self._chat, [])

    def _documents(self) -> list[Document]:
        return [each.document for each in self._shown() if each.document is not None]

    def _with_ticket(self, ticket: str) -> list[Item]:
        lists = [*self._items.values(), self._edited or []]
        return [item for items in lists for item in items if item.ticket == ticket]

    def _renew(self, item: Item) -> None:
        for items in (*self._items.values(), self._edited or []):
            for place, each in enumerate(items):
                if each.ticket == item.ticket:
                    items[place] = item
        self._show()

    def _remove(self, ticket: str) -> None:
        self._services.documents.drop(ticket)
        self._services.pictures.drop(ticket)
        items = self._shown()
        items[:] = [each for each in items if each.ticket != ticket]
        self._show()
        if self._page is not None:
            self._page.composer.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self) -> None:
        self.tray.show_items(self._shown())
        self._judge()
        if self._page is not None:
            self._page.composer.attached_changed.emit()

    def _judge(self) -> None:
        """Say whether what is attached fits, or is waited for."""
        items = self._shown()
        self._is_waiting = self._is_waiting and any(each.is_reading for each in items)
        if self._is_waiting:
            self.tray.show_line(tr("Send again when the documents are read."))
        elif self._is_unseen():
            words, see = unseen_words(self._engine.plan)
            self.tray.show_line(words, see=see)
        elif self._is_too_long():
            words = too_long_words(self._tokens(), self._room(), len(self._documents()))
            self.tray.show_line(words, can_choose=True)
        else:
            self.tray.show_line("")

    def _tokens(self) -> int:
        return sum(each.tokens for each in self._shown() if each.document is not None)

    def _room(self) -> int:
        """Return the tokens that documents may take, beside what was sent before."""
        plan = self._engine.plan
        if plan is None or self._page is None:
            return 0
        room = room_for_documents(self._page.composer.text(), plan.settings.context_tokens)
        before = sum(each.tokens for each in self._shown() if each.document is None)
        return max(0, room - before)

    def _is_too_long(self) -> bool:
        return bool(self._engine.plan and self._documents()) and self._tokens() > self._room()

    def _is_unseen(self) -> bool:
        has_picture = any(each.picture is not None for each in self._shown())
        return has_picture and not self._engine.will_see

    def _let_see(self) -> None:
        model, plan = self._engine.model, self._engine.plan
        if model is not None and plan is not None and plan.projector is not None:
            self._services.running.let_see(model.path, plan.projector.name)
        elif self._actions is not None:
            self._actions["models"].trigger()

    def _longer_context(self) -> int:
        """Return a context that holds all that is attached; 0 if this computer has none."""
        if self._page is None:
            return 0
        return longer_context(self._engine.plan, self._page.composer.text(), self._documents())

    def _open_item(self, ticket: str) -> None:
        for item in self._with_ticket(ticket)[:1]:
            if item.given is not None:
                self._view(item.given)

    def _open_sent(self, node: str, number: int) -> None:
        conversation = self._page.conversation if self._page is not None else None
        if conversation is not None:
            self._view(conversation.message(NodeId(node)).attachments[number])

    def _view(self, attachment: Attachment) -> None:
        from inglenook.ui.attachments import pictureviewer, viewer  # noqa: PLC0415  (opens faster)

        is_image = attachment.kind is Kind.IMAGE
        kind = pictureviewer.PictureViewer if is_image else viewer.DocumentViewer
        if self._page is not None:
            kind(self._look, self._page, attachment).open()


def _unread() -> Problem:
    return Problem(
        "This document cannot be read", "Attach it again, or paste the words you need."
    )
