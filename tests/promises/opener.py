"""The real application, started as a person starts it; it says what became of it, and ends.

Prints one JSON line: ``open`` with what the notice says, or ``told`` with the page in place of
the room. With a word, one question is asked first, and ``open`` has its answer.
"""

import json
import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from inglenook import main
from inglenook.chat.message import Status
from inglenook.services.events import EnginePhase
from inglenook.ui import app
from inglenook.ui.room import Room
from inglenook.ui.shell import Shell
from inglenook.ui.trouble import Trouble
from inglenook.ui.widgets.label import Label

_EVERY_MS = 20
_STAYS = "--stay"
"""Go on once the answer has begun, until somebody ends it."""


class Probe(QObject):
    """Looks at the window until it is known what became of the start.

    Threads: the UI thread.
    """

    def __init__(self, application: QApplication, word: str, *, stays: bool) -> None:
        super().__init__(application)
        self._application, self._word, self._stays = application, word, stays
        self._step: Callable[[Room], None] = self._ask if word else self._say
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(_EVERY_MS)

    def _look(self) -> None:
        shells = [w for w in self._application.topLevelWidgets() if isinstance(w, Shell)]
        inside = shells[0].centralWidget() if shells else None
        if isinstance(inside, Trouble):
            words = [each.text() for each in inside.findChildren(Label) if each.text()]
            self._end("told", " ".join(words[:2]))
        elif isinstance(inside, Room) and inside.page.conversation is not None:
            inside._services.settings.set_welcomed()
            if inside._services.engine.state.phase is EnginePhase.READY:
                self._step(inside)

    def _ask(self, room: Room) -> None:
        rate = "rate=40 " if self._stays else ""
        more = " and so on" * (200 if self._stays else 1)
        composer = room.page.composer
        composer.field.insertPlainText(f"/echo {rate}text={self._word}{more}")
        composer.button.click()
        self._step = self._wait

    def _wait(self, room: Room) -> None:
        path = room.page.conversation.path()
        live = room._services.chat.live(path[-1].id) if len(path) > 1 else None
        if self._stays and live is not None and self._word in live.text:
            self._tell("open", live.text)
            room.page.composer.field.insertPlainText(f"{self._word} not sent")
            self._timer.stop()
        elif len(path) > 1 and path[-1].status is not Status.WRITING:
            self._say(room, path[-1].text)

    def _say(self, room: Room, answer: str = "") -> None:
        notice = room.notice
        said = notice.title.text() if notice.isVisible() else ""
        self._end("open", f"{said} {answer}".strip())

    def _end(self, what: str, words: str) -> None:
        self._timer.stop()
        self._tell(what, words)
        self._application.quit()

    def _tell(self, what: str, words: str) -> None:
        sys.stdout.write(json.dumps({"what": what, "words": words}) + "\n")
        sys.stdout.flush()


def run(arguments: list[str]) -> int:
    """Start the application, with a probe in it."""
    make, stays = app.make_application, _STAYS in arguments
    word = next((each for each in arguments if not each.startswith("-")), "")

    def made() -> QApplication:
        application = make()
        application.probe = Probe(application, word, stays=stays)
        return application

    app.make_application = made
    return main.main([main.ECHO])


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
