"""A window that shows hostile messages wherever it shows words, and says what came of it."""

import json
import sys
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QSystemTrayIcon
from tests.promises.hostile import LOOKALIKES, hostile_messages
from tests.promises.window import Window, message, store

from inglenook.chat.assistant import MOST_NAME_CHARS
from inglenook.chat.attachment import Attachment
from inglenook.chat.message import Role
from inglenook.chat.portable import PortableChat
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, sortable_id
from inglenook.services.noticenews import Notice
from inglenook.ui.attention import Attention
from inglenook.ui.chat.actions import all_targets
from inglenook.ui.chat.target import Act
from inglenook.ui.dialogs import LinkDialog
from inglenook.ui.portability.pdfjob import PdfJob

_SCREENS = 3
_LINKS_PRESSED = 6
_IN_PDF = 40


class Openers(QObject):
    """Stands in for the browser: remembers what it was asked to open."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        for scheme in ("http", "https", "mailto", "file", "ftp", "smb", "javascript", "data"):
            QDesktopServices.setUrlHandler(scheme, self, "take")

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        """Note what would have been opened."""
        self.asked.append(url.toString())


def chat_of(number: int, words: str) -> Conversation:
    """Return a chat that has the same words as title, question, document, thinking, answer."""
    name = words[:200].replace("/", "\u2215") + ".md"
    document = Attachment(name, text=words[:2000], note=words[:80])
    at = 10 * number
    asked = message(at + 1, Role.USER, words, None, attachments=(document,))
    said = message(
        at + 2, Role.ASSISTANT, words, asked.id,
        thinking=words, model=words[:200], note=words[:300],
    )  # fmt: skip
    chat = ChatId(sortable_id(at, 0))
    return Conversation.of(chat, (asked, said), title=words[:300], created_ms=number + 1)


class Tour:
    """Goes through everything.

    Attributes:
        unasked: What was opened before anybody agreed.
        wrong: Links whose real host was not shown, or that should not be offered.
        pressed: How many links were pressed.
    """

    def __init__(self, messages: list[str], folder: Path) -> None:
        self._folder, self._messages = folder, messages
        self._chats = [chat_of(number, words) for number, words in enumerate(messages, 1)]
        store([*self._chats, chat_of(90_000, "Hello")])
        self.window, self._openers = Window(), Openers()
        self.unasked: list[str] = []
        self.wrong: list[str] = []
        self.pressed = 0

    def go(self) -> None:
        """Show the chats one by one, then what else shows their words."""
        # The first chat after a start also loads what shows chats.
        self.window.open(ChatId(sortable_id(900_000, 0)), "the first chat")
        self.window.turns.longest_s, self.window.turns.late = 0.0, []
        for number, chat in enumerate(self._chats, 1):
            told = f"message {number}: {self._messages[number - 1][:60]!r}"
            self.window.open(chat.id, told)
            self._unfold(told)
            self._scroll(told)
            self._press_links(told)
        self._search()
        self._open_palette()
        self._name_assistants()
        self._notify()
        self._print()
        self.unasked += self._openers.asked
        self.window.close()

    def _unfold(self, told: str) -> None:
        shown = self.window.page._view
        for number in range(len(shown.column.views)):
            for act in (Act.THINKING, Act.SHOW_ALL):
                targets = all_targets(shown.column.views[number], shown.ink)
                found = next((each for each in targets if each.act is act), None)
                if found is not None:
                    self.window.turns.begin(f"{told}, {act}")
                    shown.press(number, found)
                    self.window.rest(1, f"{told}, {act}")

    def _scroll(self, told: str) -> None:
        bar = self.window.page._view.verticalScrollBar()
        for part in range(_SCREENS + 1):
            self.window.turns.begin(f"{told}, scrolled")
            bar.setValue(bar.maximum() * part // _SCREENS)
            self.window.rest(1, f"{told}, scrolled")

    def _press_links(self, told: str) -> None:
        shown = self.window.page._view
        for number, view in enumerate(shown.column.views):
            links = [each for each in all_targets(view, shown.ink) if each.act is Act.LINK]
            for link in links[:_LINKS_PRESSED]:
                shown.press(number, link)
                self.window.rest(1, f"{told}, link")
                self._answer_dialog(link.value)

    def _answer_dialog(self, address: str) -> None:
        self.pressed += 1
        room = self.window.room
        [dialog] = [each for each in room.findChildren(LinkDialog) if each.isVisible()]
        hosts = dict(LOOKALIKES)
        seen = {each.text() for each in dialog.findChildren(QLabel)}
        if address in hosts and hosts[address] not in seen:
            self.wrong.append(f"{address} shows {seen}")
        if address in hosts:
            before = list(self._openers.asked)
            dialog.open_it.click()
            opened = self._openers.asked[len(before) :]
            self._openers.asked = before
            if [QUrl(each).host(QUrl.ComponentFormattingOption.FullyEncoded)
                for each in opened] != [hosts[address]]:  # fmt: skip
                self.wrong.append(f"{address} opens {opened}")
        else:
            dialog.reject()
        dialog.deleteLater()
        self.window.rest(1, "link closed")

    def _search(self) -> None:
        side, page = self.window.room.side, self.window.page
        for word in ("canary", "picture", "press here", "img src", "a"):
            side.search.setText(word)
            self.window.wait(side.is_searching, f"search {word}")
            self.window.rest(60, f"search {word}")
            side.grab()
        side.search.leave()
        page.open_find()
        self.window.rest(5, "find in chat")
        page.close_find()

    def _open_palette(self) -> None:
        palette = self.window.room.palette_desk
        palette.open()
        palette.panel.field.setText("canary")
        self.window.rest(120, "palette")
        palette.panel.grab()
        palette.panel.leave()

    def _name_assistants(self) -> None:
        services = self.window.services
        for words in self._messages[:: max(1, len(self._messages) // 20)]:
            name = "".join(words.split("\0"))[:MOST_NAME_CHARS].strip()
            with suppress(Exception):
                services.assistants.create(name or "x")
        self.window.rest(20, "assistants")
        self.window.room.actions_by_name["assistants"].trigger()
        self.window.rest(20, "assistants")

    def _notify(self) -> None:
        told: list[str] = []

        class Icon(QSystemTrayIcon):
            def showMessage(self, title: str, words: str, *_rest: object) -> None:
                told.extend((title, words))

        room, shell = self.window.room, self.window.shell
        shell.isActiveWindow = lambda: False
        attention = Attention(self.window.application, shell, room.bridge, make_tray=Icon)
        for words in self._messages:
            attention.tell(Notice("models", words[:80], words[:80]), lambda: None)
        self.wrong += [f"notification: {each[:80]}" for each in told if "<" in each]
        attention.close()

    def _print(self) -> None:
        step = max(1, len(self._chats) // _IN_PDF)
        chats = [PortableChat(chat) for chat in self._chats[::step]]
        places = [str(self._folder / f"{number}.pdf") for number in range(len(chats))]
        ended: list[object] = []
        job = PdfJob(chats, places, True)  # noqa: FBT003  (with thinking)
        job.finished.connect(lambda files, problem: ended.extend((files, problem)))
        job.start()
        self.window.wait(lambda: bool(ended), f"PDF of {len(chats)} chats")
        if ended != [len(chats), None]:
            self.wrong.append(f"PDF: {ended}")


def main(count: int, folder: Path, port: int) -> None:
    """Show so many messages, and print what came of it as JSON."""
    tour = Tour(hostile_messages(count, str(folder), port), folder.parent)
    tour.go()
    turns = tour.window.turns
    told = {
        "longest_s": turns.longest_s, "late": turns.late, "pressed": tour.pressed,
        "wrong": tour.wrong, "unasked": tour.unasked,
    }  # fmt: skip
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
