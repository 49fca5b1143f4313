"""A window that is given big things: a paste, a chat, an answer; it says what each cost."""

import json
import resource
import sys
import time
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from tests.promises.window import Window, message, store

from inglenook.chat.message import Message, Role, Status
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId, sortable_id
from inglenook.services.events import LiveText

_SCREENS, _PIECE, _KB = 12, 4_000, 1_000
_ANSWER = (
    "## Part {n}\n\nSome **bold** words, `code` and a [link](https://example.com/{n}), long"
    " enough to wrap at least once in the column.\n\n```python\nx = {n}  # a line\n```\n\n"
    "| a | b |\n|---|--:|\n| {n} | 2 |\n\n1. First\n2. Second\n\n"
)
SHORT, LONG = ChatId(sortable_id(6, 0)), ChatId(sortable_id(7, 0))


def chat_of(chat: ChatId, messages: int, first: int) -> Conversation:
    """Return a chat of so many messages, numbered from the first."""
    made: list[Message] = []
    parent: NodeId | None = None
    for number in range(messages):
        role = Role.ASSISTANT if number % 2 else Role.USER
        text = _ANSWER.format(n=number) if number % 2 else f"Question {number}, and more of it?"
        made.append(message(first + number, role, text, parent))
        parent = made[-1].id
    return Conversation.of(chat, made, title="Long", created_ms=1)


class Trial:
    """Tries one thing after another and keeps what each cost.

    Attributes:
        told: By name: the longest turn and the opening in seconds of CPU, memory in bytes, and
            every turn that took too long.
    """

    def __init__(self, messages: int, kilobytes: int) -> None:
        store([chat_of(SHORT, 4, 1), chat_of(LONG, messages, 10)])
        self._size = kilobytes * _KB
        self._window = Window()
        self.told: dict[str, dict[str, object]] = {}

    def go(self) -> None:
        """Try all of them."""
        self._open_long_chat()
        self._paste("words", "seven words of a long letter, again " * (self._size // 36))
        self._paste("one line", "x" * self._size)
        self._stream()
        self._window.close()

    def _note(self, name: str, open_s: float = 0.0) -> None:
        turns = self._window.turns
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        self.told[name] = {
            "longest_s": turns.longest_s, "late": turns.late, "open_s": open_s,
            "bytes": pages * resource.getpagesize(),
        }  # fmt: skip
        turns.longest_s, turns.late = 0.0, []

    def _open_long_chat(self) -> None:
        window = self._window
        # The first chat after a start also loads what shows chats: that is no big thing.
        window.open(SHORT, "the first chat opens")
        self._note("start")
        open_s = window.open(LONG, "the long chat opens")
        bar = window.page._view.verticalScrollBar()
        for part in range(_SCREENS + 1):
            window.turns.begin(f"scrolled to part {part}")
            bar.setValue(bar.maximum() * part // _SCREENS)
            window.rest(3, f"scrolled to part {part}")
        self._note("chat", open_s)

    def _paste(self, name: str, text: str) -> None:
        window = self._window
        window.services.chat.create()
        window.wait(lambda: not window.page.conversation.nodes, "new chat")
        QGuiApplication.clipboard().setText(text)
        composer = window.page.composer
        window.turns.begin(f"paste {name}")
        composer.field.paste()
        window.rest(10, f"paste {name}")
        window.turns.begin(f"send {name}")
        composer.button.click()
        window.wait(lambda: len(window.page.conversation.nodes) > 1, f"send {name}")
        window.wait(lambda: not window.page.is_answering(), f"answer {name}")
        window.rest(60, f"show {name}")
        self._note(f"paste {name}")

    def _stream(self) -> None:
        window, view = self._window, self._window.page._view
        asked = message(90_000_000, Role.USER, "Tell me much", None)
        head = NodeId(sortable_id(90_000_001, 0))
        answer = Message(head, asked.id, Role.ASSISTANT, "", 2, status=Status.WRITING)
        view.show_conversation(Conversation.of(ChatId("S"), (asked, answer)))
        text = "".join(_ANSWER.format(n=n) for n in range(self._size // 190))
        for end in range(_PIECE, len(text) + _PIECE, _PIECE):
            window.turns.begin(f"stream at {end}")
            view.stream(head, LiveText(text[:end], "", "", end // 4, 60.0))
            window.rest(1, f"stream at {end}")
        self._note("stream")


def main(messages: int, kilobytes: int) -> None:
    """Try, and print what it cost as JSON."""
    since_s = time.process_time()
    trial = Trial(messages, kilobytes)
    trial.go()
    trial.told["all"] = {"cpu_s": time.process_time() - since_s}
    sys.stdout.write(json.dumps(trial.told) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
