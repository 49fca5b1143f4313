"""The messages that wait above the field until the answer has ended."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import ElidedLabel
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.words import one_line, tr

_SHOWN = 200


class QueuedRow(Surface):
    """One waiting message, and what can be done with it."""

    def __init__(self, look: Look, text: str, place: int, count: int) -> None:
        super().__init__(look, "inset", radius=theme.RADIUS_FIELD)
        said = one_line(text, _SHOWN)
        words = ElidedLabel(look, theme.LABEL)
        words.set_text(said)
        self.setAccessibleName(tr("Waiting message {}: {}").format(place + 1, said))
        self.up = Button(look, icon="chevron-up", name=tr("Send this earlier"), icon_size=16)
        self.down = Button(look, icon="chevron-down", name=tr("Send this later"), icon_size=16)
        self.edit = Button(look, icon="pencil", name=tr("Edit this message"), icon_size=16)
        self.now = Button(
            look, icon="arrow-up", name=tr("Stop and send this now"), icon_size=16
        )
        self.drop = Button(look, icon="x", name=tr("Do not send this"), icon_size=16)
        self.up.setEnabled(place > 0)
        self.down.setEnabled(place < count - 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 3, 4, 3)
        row.setSpacing(2)
        row.addWidget(Icon(look, "clock", 16, tone="text_muted"))
        row.addSpacing(theme.SPACE_2)
        row.addWidget(words, 1)
        if count > 1:
            row.addWidget(self.up)
            row.addWidget(self.down)
        for each in (self.edit, self.now, self.drop):
            row.addWidget(each)


class QueueTray(QWidget):
    """Every message that waits in a chat, the next first.

    Signals:
        arranged(texts): they shall wait in another order, or fewer of them.
        edit_asked(place): that one shall be written on.
        now_asked(place): that one shall be sent at once.

    Threads: the UI thread.
    """

    arranged = Signal(tuple)
    edit_asked = Signal(int)
    now_asked = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._texts: tuple[str, ...] = ()
        self.rows: list[QueuedRow] = []
        self.line = ElidedLabel(look, theme.CAPTION, tone="text_muted")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.SPACE_1)
        self._column.addWidget(self.line)
        self.hide()

    def show_queue(self, texts: tuple[str, ...], *, is_answering: bool) -> None:
        """Show what waits, and for what."""
        said = tr("Sent when the answer has ended")
        if not is_answering:
            said = tr("Waiting here until you send it")
        self.line.set_text(said)
        if texts != self._texts:
            self._fill(texts)
        self.setVisible(bool(texts))

    def _fill(self, texts: tuple[str, ...]) -> None:
        self._texts = texts
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows = []
        for place, text in enumerate(texts):
            row = QueuedRow(self._look, text, place, len(texts))
            row.up.clicked.connect(partial(self._swap, place, place - 1))
            row.down.clicked.connect(partial(self._swap, place, place + 1))
            row.edit.clicked.connect(partial(self.edit_asked.emit, place))
            row.now.clicked.connect(partial(self.now_asked.emit, place))
            row.drop.clicked.connect(partial(self._drop, place))
            self._column.addWidget(row)
            self.rows.append(row)

    def _swap(self, one: int, other: int) -> None:
        texts = list(self._texts)
        texts[one], texts[other] = texts[other], texts[one]
        self.arranged.emit(tuple(texts))

    def _drop(self, place: int) -> None:
        self.arranged.emit(self._texts[:place] + self._texts[place + 1 :])
