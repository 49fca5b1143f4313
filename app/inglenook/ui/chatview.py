"""The list in the side bar: opens, renames and deletes chats by mouse and by keyboard."""

from datetime import date

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QFrame, QListView, QMenu, QWidget

from inglenook.core.ids import ChatId
from inglenook.services.events import ChatSummary, SearchHit
from inglenook.ui.chatlist import ChatList, ChatRow, HitRow
from inglenook.ui.chatrows import ChatRows
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import KEYBOARD_REASONS
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import tr

BEAT_MS = 400
_OPENING = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}


class ChatView(QListView):
    """Chats by day, or what a search found.

    Signals:
        open_asked(chat id, node id or ""): a chat or a found message was chosen.
        rename_asked(chat id, new title): a title was edited in place.
        delete_asked(chat id): Delete was chosen.
    """

    open_asked = Signal(str, str)
    rename_asked = Signal(str, str)
    delete_asked = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._rows = ChatList()
        self._waiting: tuple[ChatSummary, ...] | None = None
        self._painter = ChatRows(look, self)
        self.setModel(self._rows)
        self.setItemDelegate(self._painter)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(tr("Chats"))
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)
        self.clicked.connect(self._open_index)
        self._rows.rename_asked.connect(self.rename_asked)
        self._beat = QTimer(self)
        self._beat.setInterval(BEAT_MS)
        self._beat.timeout.connect(self._take_beat)
        look.changed.connect(self.scheduleDelayedItemsLayout)

    def show_chats(self, chats: tuple[ChatSummary, ...]) -> None:
        """List all chats; the row that had the keyboard keeps it."""
        if self.state() is QListView.State.EditingState:
            self._waiting = chats  # a new list would throw away the title being typed
            return
        row, scrolled = self._rows.row(self.currentIndex()), self.verticalScrollBar().value()
        self._rows.show_chats(chats, date.today())  # noqa: DTZ011  (days are local)
        if isinstance(row, ChatRow):
            self.setCurrentIndex(self._rows.index_of(row.chat))
        self.verticalScrollBar().setValue(scrolled)

    def show_hits(self, hits: tuple[SearchHit, ...]) -> None:
        """List what was found; the best hit is the current row."""
        self._rows.show_hits(hits)
        if hits:
            self.setCurrentIndex(self._rows.index(1))

    def set_open(self, chat: ChatId | None) -> None:
        """Mark the chat that is on screen."""
        self._rows.set_open(chat)
        self._start_or_stop_beating()
        index = self._rows.index_of(chat)
        if index.isValid() and not self.hasFocus():
            self.setCurrentIndex(index)

    def set_answering(self, chats: frozenset[ChatId]) -> None:
        """Mark the chats in which an answer is being written, and those that have a new one."""
        for chat in self._rows.set_answering(chats):
            title = self._rows.title_of(chat)
            speak(self, tr("A new answer is there in “{title}”").format(title=title))
        self._start_or_stop_beating()

    def neighbour(self, chat: ChatId | None, step: int) -> ChatId | None:
        """Return the next (1) or previous (-1) chat of the list."""
        return self._rows.neighbour(chat, step)

    def rename(self, chat: ChatId | None = None) -> None:
        """Edit the title of a chat in place; of the current row without one."""
        index = self._rows.index_of(chat) if chat is not None else self.currentIndex()
        if isinstance(self._rows.row(index), ChatRow):
            self.scrollTo(index)
            self.edit(index)

    def open_current(self) -> None:
        """Open the row that has the keyboard."""
        self._open_index(self.currentIndex())

    def closeEditor(  # noqa: N802  (Qt's name)
        self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint
    ) -> None:
        super().closeEditor(editor, hint)
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            self.show_chats(waiting)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._painter.keyboard = True
        row = self._rows.row(self.currentIndex())
        if event.key() in _OPENING:
            self.open_current()
        elif event.key() == Qt.Key.Key_Delete and isinstance(row, ChatRow):
            self.delete_asked.emit(row.chat)
        elif event.key() == Qt.Key.Key_Menu:
            self._open_menu(self.visualRect(self.currentIndex()).center())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._painter.keyboard = event.reason() in KEYBOARD_REASONS
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self._rows.index(min(1, self._rows.rowCount() - 1)))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress:
            self._painter.keyboard = False
        return super().viewportEvent(event)

    def _start_or_stop_beating(self) -> None:
        moves = self._look.motion_ms(BEAT_MS) > 0
        if self._rows.has_writing() and moves:
            self._beat.start()
        else:
            self._beat.stop()

    def _take_beat(self) -> None:
        self._painter.beat += 1
        self.viewport().update()

    def _open_index(self, index: QModelIndex) -> None:
        row = self._rows.row(index)
        if isinstance(row, ChatRow):
            self.open_asked.emit(row.chat, "")
        elif isinstance(row, HitRow):
            self.open_asked.emit(row.chat, row.node or "")

    def _open_menu(self, point: QPoint) -> None:
        index = self.indexAt(point)
        row = self._rows.row(index)
        if not isinstance(row, ChatRow):
            return
        self.setCurrentIndex(index)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        icons, colours = self._look.icons, self._look.palette
        rename = menu.addAction(icons.icon("pencil", colours.text_muted), tr("Rename"))
        rename.triggered.connect(self._rename_current)
        delete = menu.addAction(icons.icon("trash", colours.text_muted), tr("Delete"))
        delete.triggered.connect(self._delete_current)
        menu.popup(self.viewport().mapToGlobal(point))

    def _rename_current(self) -> None:
        self.rename()

    def _delete_current(self) -> None:
        row = self._rows.row(self.currentIndex())
        if isinstance(row, ChatRow):
            self.delete_asked.emit(row.chat)
