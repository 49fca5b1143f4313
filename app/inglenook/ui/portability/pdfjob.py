"""Writes chats as PDF files a slice at a time, so that the window stays alive."""

import time
from collections.abc import Generator, Sequence

from PySide6.QtCore import QFileDevice, QIODevice, QObject, QSaveFile, QTimer, Signal

from inglenook.chat.portable import PortableChat
from inglenook.core.errors import Problem
from inglenook.ui.words import one_line, tr

_SLICE_S = 0.012
"""Less than a frame at 60 Hz: what is typed meanwhile is shown in time."""


class PdfJob(QObject):
    """One export to PDF; a file appears when it is whole, with permissions 0600.

    Signals:
        progressed(fraction): 0 to 1.
        finished(files, problem): so many were written; a Problem or None.

    Threads: the UI thread.
    """

    progressed = Signal(float)
    finished = Signal(int, object)

    def __init__(
        self, chats: Sequence[PortableChat], places: Sequence[str], with_thinking: bool
    ) -> None:
        """Begin nothing yet.

        Args:
            chats: Each gets a file.
            places: Paths of the files.
            with_thinking: Also what models wrote before their answers.
        """
        super().__init__()
        self._chats, self._places, self._with_thinking = chats, places, with_thinking
        self._steps: Generator[float, None, None] | None = None
        self._done = 0
        self._written = 0
        self._total = max(1, sum(len(each.conversation.path()) for each in chats))
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)

    def start(self) -> None:
        """Begin."""
        self._steps = self._all()
        self._timer.start()

    def stop(self) -> None:
        """Give up; files that are whole stay."""
        self._timer.stop()
        if self._steps is not None:
            self._steps.close()
            self._steps = None

    def _go_on(self) -> None:
        fraction = 0.0
        until = time.monotonic() + _SLICE_S
        steps = self._steps
        try:
            while steps is not None and time.monotonic() < until:
                fraction = next(steps)
            self.progressed.emit(fraction)
        except StopIteration:
            self._end(None)
        except OSError as error:
            self._end(_not_written(str(error)))

    def _end(self, problem: Problem | None) -> None:
        self._timer.stop()
        self._steps = None
        self.finished.emit(self._written, problem)

    def _all(self) -> Generator[float, None, None]:
        for chat, place in zip(self._chats, self._places, strict=True):
            yield from self._one(chat, place)
            self._written += 1

    def _one(self, chat: PortableChat, place: str) -> Generator[float, None, None]:
        from inglenook.ui.portability.pdf import print_chat  # noqa: PLC0415 (parses Markdown)
        from inglenook.ui.portability.press import Press  # noqa: PLC0415

        file = QSaveFile(place)
        if not file.open(QIODevice.OpenModeFlag.WriteOnly):
            raise OSError(place)
        owner = QFileDevice.Permission.ReadOwner | QFileDevice.Permission.WriteOwner
        file.setPermissions(owner)
        press = Press(file, one_line(chat.conversation.title, 200) or tr("Chat"))
        is_whole = False
        try:
            for done in print_chat(press, chat, with_thinking=self._with_thinking):
                yield (self._done + done) / self._total
            is_whole = True
        finally:
            press.close()
            if not is_whole:
                file.cancelWriting()
        if not file.commit():
            raise OSError(place)
        self._done += len(chat.conversation.path())


def _not_written(place: str) -> Problem:
    return Problem(
        tr("The PDF could not be written"),
        tr("“{place}” cannot be written. Choose another folder.").format(
            place=one_line(place, 120)
        ),
    )
