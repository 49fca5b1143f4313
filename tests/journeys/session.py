"""One run of the application with its real window, driven as a person drives it."""

from collections.abc import Callable
from dataclasses import replace

import psutil
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.data.engines import engines

from inglenook.chat.message import Message
from inglenook.chat.sampling import BALANCED
from inglenook.core.ids import ChatId, NodeId
from inglenook.services.events import EnginePhase
from inglenook.services.services import Services
from inglenook.storage.paths import Folders
from inglenook.ui.chat.actions import all_targets
from inglenook.ui.chat.message_view import MessageView
from inglenook.ui.chat.target import Act
from inglenook.ui.household import view_maker
from inglenook.ui.room import Room
from inglenook.ui.style import Look

WAIT_MS = 60_000
LONGEST_TYPED = 200


class Session:
    """One run of the application, from start to close, in this process."""

    def __init__(
        self, qtbot: QtBot, qapp: QApplication, folders: Folders, backend: str
    ) -> None:
        self.qtbot, self.is_closed = qtbot, False
        self.services = Services.open(backend=backend, folders=folders)
        # The starter model may go on for thousands of tokens.
        self.services.chat.sampling = replace(BALANCED, answer_limit_tokens=1500)
        self.look = Look(qapp)
        self.look.begin("light", 1.0)
        self.window = Room(self.look, self.services, view_maker())
        self.window.resize(1180, 800)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.services.start()
        self.services.settings.set_welcomed()
        self.wait(lambda: self.services.engine.state.phase is EnginePhase.READY)
        self.wait(lambda: self.window.page.conversation is not None)

    @property
    def page(self):
        return self.window.page

    @property
    def last(self) -> Message:
        return self.page.conversation.path()[-1]

    def wait(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=WAIT_MS)

    def type(self, text: str) -> None:
        """Write into the composer and press Enter, as a person does; what is long is pasted."""
        field = self.page.composer.field
        if len(text) > LONGEST_TYPED:
            field.insertPlainText(text)
        else:
            self.qtbot.keyClicks(field, text)
        self.qtbot.keyClick(field, Qt.Key.Key_Return)

    def ask(self, text: str) -> Message:
        """Ask and wait for the end of the answer."""
        known = len(self.page.conversation.nodes)
        self.type(text)
        self.wait(lambda: len(self.page.conversation.nodes) > known)
        self.wait(lambda: not self.page.is_answering())
        return self.last

    def live_text(self) -> str:
        live = self.services.chat.live(self.last.id) if self.page.is_answering() else None
        return live.text if live else ""

    def engine_process(self) -> psutil.Process:
        """The child that answers: ours, found among our own children."""
        return engines()[0]

    def close(self) -> None:
        """Close the window and everything behind it; harmless a second time."""
        if self.is_closed:
            return
        self.is_closed = True
        self.window.bridge.close()
        self.window.close()
        self.services.close()
        self.window.deleteLater()
        self.look.deleteLater()

    # --- what a person does and sees ---

    def new_chat(self) -> ChatId:
        """Press "New chat" and return which chat is on screen then."""
        before = self.page.conversation.id
        self.window.side.new_chat.click()
        self.wait(lambda: self.page.conversation.id != before)
        return self.page.conversation.id

    def open(self, chat: ChatId) -> None:
        """Click a chat in the side bar."""
        rows = self.window.side.list
        self.wait(lambda: rows.model().index_of(chat).isValid())
        place = rows.visualRect(rows.model().index_of(chat)).center()
        QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
        self.wait(lambda: self.page.conversation.id == chat)

    def views(self) -> list[MessageView]:
        """Return the messages on screen."""
        return self.page._view.column.views

    def seen(self, node: NodeId) -> str:
        """Return the text of a message as it is laid out, its blocks joined."""
        view = next(each for each in self.views() if each.message.id == node)
        return "\n".join("".join(span.text for span in each.spans) for each in view.blocks)

    def offers(self, act: Act) -> bool:
        """Tell whether the last message offers something."""
        ink = self.page._view.ink
        return any(each.act is act for each in all_targets(self.views()[-1], ink))

    def press(self, act: Act) -> None:
        """Click what the last message offers."""
        view, number = self.page._view, len(self.views()) - 1
        view.grab()
        [target] = [each for each in all_targets(self.views()[-1], view.ink) if each.act is act]
        place: QPoint = view.seen(number, target.rect).center().toPoint()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
