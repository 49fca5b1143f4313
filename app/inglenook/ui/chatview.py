"""The list in the side bar: opens, selects, drags and renames chats, by mouse and keyboard."""

from datetime import date

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QFrame,
    QListView,
    QMenu,
    QWidget,
)

from inglenook.core.ids import ChatId, FolderId
from inglenook.services.chatnews import FolderSummary, TrashedSummary
from inglenook.services.events import ChatSummary, SearchHit
from inglenook.ui.chatlist import CHATS_TYPE, ChatList
from inglenook.ui.chatrows import ChatRows
from inglenook.ui.chats.menus import ListMenus
from inglenook.ui.chats.rows import ChatRow, FolderRow, HitRow, MoreRow, Place
from inglenook.ui.chats.wish import Act, Wish
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import KEYBOARD_REASONS
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import tr

BEAT_MS = 400
_OPENING = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}
_PICKING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class ChatView(QListView):
    """Chats by folder and day, the archive, the trash, or what a search found.

    Signals:
        open_asked(chat id, node id or ""): a chat or a found message was chosen.
        rename_asked(chat id, new title): a title was edited in place.
        folder_renamed(folder id, new name): so was a folder's name.
        wished(Wish): something is to be done with chats or a folder.
        several_selected(count): so many chats are selected; 0 for none or one.
    """

    open_asked = Signal(str, str)
    rename_asked = Signal(str, str)
    folder_renamed = Signal(str, str)
    wished = Signal(object)
    several_selected = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._rows = ChatList()
        self._waiting: tuple[ChatSummary, ...] | None = None
        self._new_folder: FolderId | None = None
        self._painter = ChatRows(look, self)
        self.menus = ListMenus(look, self, self.wished.emit, self._rename_current)
        self.setModel(self._rows)
        self.setItemDelegate(self._painter)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(tr("Chats"))
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QListView.DragDropMode.DragDrop)
        self.setDropIndicatorShown(False)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)
        self.clicked.connect(self._press_index)
        self._rows.rename_asked.connect(self.rename_asked)
        self._rows.folder_renamed.connect(self.folder_renamed)
        self._rows.dropped.connect(self._move)
        self._beat = QTimer(self)
        self._beat.setInterval(BEAT_MS)
        self._beat.timeout.connect(self._take_beat)
        look.changed.connect(self.scheduleDelayedItemsLayout)

    # --- what is listed ---

    @property
    def rows(self) -> ChatList:
        """The rows."""
        return self._rows

    def show_chats(self, chats: tuple[ChatSummary, ...]) -> None:
        """List all chats; what had the keyboard or was selected keeps it."""
        if self.state() is QListView.State.EditingState:
            self._waiting = chats  # a new list would throw away the title being typed
            return
        row, scrolled = self._rows.row(self.currentIndex()), self.verticalScrollBar().value()
        selected = self.selected_chats()
        self._rows.show_chats(chats, date.today())  # noqa: DTZ011  (days are local)
        if isinstance(row, ChatRow):
            self._go_to(self._rows.index_of(row.chat))
        elif isinstance(row, FolderRow):
            self._go_to(self._rows.index_of_folder(row.folder))
        if len(selected) > 1:
            self._select(selected)
        self.verticalScrollBar().setValue(scrolled)

    def show_folders(self, folders: tuple[FolderSummary, ...]) -> None:
        """Know the folders; one that was just made is named right away."""
        self._rows.show_folders(folders)
        made, self._new_folder = self._new_folder, None
        if made is not None and (index := self._rows.index_of_folder(made)).isValid():
            self._go_to(index)
            self.scrollTo(index)
            self.edit(index)

    def name_when_made(self, folder: FolderId) -> None:
        """Let a folder that is being made be named when it comes."""
        self._new_folder = folder

    def show_trash(self, chats: tuple[TrashedSummary, ...]) -> None:
        """Know what is in the trash."""
        self._rows.show_trash(chats)

    def show_place(self, place: Place) -> None:
        """List the chats, the archive or the trash, from its beginning."""
        self._rows.show_place(place)
        self.setAccessibleName(tr(place))
        self.scrollToTop()

    def show_hits(self, hits: tuple[SearchHit, ...]) -> None:
        """List what was found; the best hit is the current row."""
        self._rows.show_hits(hits)
        if hits:
            self._go_to(self._rows.index(1))

    def set_open(self, chat: ChatId | None) -> None:
        """Mark the chat that is on screen."""
        self._rows.set_open(chat)
        self._start_or_stop_beating()
        index = self._rows.index_of(chat)
        if index.isValid() and not self.hasFocus() and len(self.selected_chats()) < 2:
            self._go_to(index)

    def show_covered(self, *, is_covered: bool) -> None:
        """Mark the chat less where another page lies over it: one thing is on screen."""
        self._painter.is_covered = is_covered
        self.viewport().update()

    def set_answering(self, chats: frozenset[ChatId]) -> None:
        """Mark the chats in which an answer is being written, and those that have a new one."""
        for chat in self._rows.set_answering(chats):
            title = self._rows.title_of(chat)
            speak(self, tr("A new answer is there in “{title}”").format(title=title))
        self._start_or_stop_beating()

    def neighbour(self, chat: ChatId | None, step: int) -> ChatId | None:
        """Return the next (1) or previous (-1) chat of the list."""
        return self._rows.neighbour(chat, step)

    # --- what is selected, renamed, opened ---

    def selected_chats(self) -> tuple[ChatId, ...]:
        """Return the selected chats, in the order of the list."""
        indexes = sorted(self.selectedIndexes(), key=QModelIndex.row)
        rows = (self._rows.row(each) for each in indexes)
        return tuple(row.chat for row in rows if isinstance(row, ChatRow))

    def keep_one(self) -> None:
        """Select only the row that has the keyboard."""
        self._go_to(self.currentIndex())

    def rename(self, chat: ChatId | None = None) -> None:
        """Edit the title of a chat in place; of the current row without one."""
        index = self._rows.index_of(chat) if chat is not None else self.currentIndex()
        if self._rows.flags(index) & Qt.ItemFlag.ItemIsEditable:
            self.scrollTo(index)
            self.edit(index)

    def open_current(self) -> None:
        """Open the row that has the keyboard."""
        self._open_index(self.currentIndex())

    def selectAll(self) -> None:  # noqa: N802  (Qt's name)
        self._rows.fetch_all()
        super().selectAll()

    # --- Qt ---

    def selectionChanged(  # noqa: N802  (Qt's name)
        self, selected: QItemSelection, deselected: QItemSelection
    ) -> None:
        super().selectionChanged(selected, deselected)
        count = len(self.selected_chats())
        self._painter.several = count > 1
        self.viewport().update()
        self.several_selected.emit(count if count > 1 else 0)

    def closeEditor(  # noqa: N802  (Qt's name)
        self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint
    ) -> None:
        super().closeEditor(editor, hint)
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            self.show_chats(waiting)

    def event(self, event: QEvent) -> bool:
        # Esc belongs to a selection of several, not to the window's shortcut.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and self._painter.several
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.state() is QListView.State.EditingState:
            return  # the field hands on the Enter that ends it
        self._painter.keyboard = True
        row, key = self._rows.row(self.currentIndex()), event.key()
        if key in _OPENING:
            self.open_current()
        elif key == Qt.Key.Key_Delete:
            self._delete(row)
        elif key == Qt.Key.Key_Menu:
            self._open_menu(self.visualRect(self.currentIndex()).center())
        elif key == Qt.Key.Key_Escape and self._painter.several:
            self.keep_one()
        elif not (isinstance(row, FolderRow) and self._press_on_folder(row, event)):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._painter.keyboard = event.reason() in KEYBOARD_REASONS
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            self._go_to(self._rows.index(min(1, self._rows.rowCount() - 1)))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress:
            self._painter.keyboard = False
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._painter.several:  # the bar that comes then must not hide what was chosen
            self.scrollTo(self.currentIndex())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        # A model file, or a document, is for those around this list.
        if event.mimeData().hasFormat(CHATS_TYPE):
            event.acceptProposedAction()
            self.setState(QAbstractItemView.State.DraggingState)
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._scroll_at_edge(event.position().toPoint())
        index = self.indexAt(event.position().toPoint())
        takes = event.mimeData().hasFormat(CHATS_TYPE) and self._rows.takes_drop(index)
        is_folder = isinstance(self._rows.row(index), FolderRow)
        self._show_drop(index if takes and is_folder else None)
        if takes:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._show_drop(None)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._show_drop(None)
        self.setState(QAbstractItemView.State.NoState)
        index = self.indexAt(event.position().toPoint())
        data, move = event.mimeData(), Qt.DropAction.MoveAction
        if data.hasFormat(CHATS_TYPE):
            self._rows.dropMimeData(data, move, -1, 0, index)
            event.acceptProposedAction()

    # --- inside ---

    def _scroll_at_edge(self, point: QPoint) -> None:
        """Show what lies further up or down while chats are held near the end."""
        edge, bar = self.autoScrollMargin(), self.verticalScrollBar()
        step = edge if point.y() >= self.viewport().height() - edge else 0
        step = -edge if point.y() < edge else step
        bar.setValue(bar.value() + step)

    def _show_drop(self, index: QModelIndex | None) -> None:
        self._painter.drop_on = None if index is None else QPersistentModelIndex(index)
        self.viewport().update()

    def _go_to(self, index: QModelIndex) -> None:
        """Make a row the current one and the only one selected, whatever keys are down."""
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect)

    def _select(self, chats: tuple[ChatId, ...]) -> None:
        selection = QItemSelection()
        for chat in chats:
            if (index := self._rows.index_of(chat)).isValid():
                selection.select(index, index)
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().select(selection, flags.ClearAndSelect)

    def _move(self, chats: list[ChatId], folder: FolderId | None) -> None:
        self.wished.emit(Wish(Act.MOVE, tuple(chats), folder))

    def _delete(self, row: object) -> None:
        if isinstance(row, FolderRow) and not self._painter.several:
            self.wished.emit(Wish(Act.DELETE_FOLDER, folder=row.folder))
        elif chats := self.selected_chats():
            act = Act.ERASE if self._rows.place is Place.TRASH else Act.REMOVE
            self.wished.emit(Wish(act, chats))

    def _press_on_folder(self, row: FolderRow, event: QKeyEvent) -> bool:
        """Open or close a folder, or have it stand elsewhere; tell whether the key is one."""
        up_or_down = {Qt.Key.Key_Up: Act.FOLDER_UP, Qt.Key.Key_Down: Act.FOLDER_DOWN}
        if event.key() in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            is_rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
            self._turn(row, is_open=(event.key() == Qt.Key.Key_Right) is not is_rtl)
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier and event.key() in up_or_down:
            self.wished.emit(Wish(up_or_down[Qt.Key(event.key())], folder=row.folder))
        else:
            return False
        return True

    def _start_or_stop_beating(self) -> None:
        moves = self._look.motion_ms(BEAT_MS) > 0
        if self._rows.has_writing() and moves:
            self._beat.start()
        else:
            self._beat.stop()

    def _take_beat(self) -> None:
        self._painter.beat += 1
        self.viewport().update()

    def _press_index(self, index: QModelIndex) -> None:
        # With these keys rows are gathered, not opened.
        if not QGuiApplication.keyboardModifiers() & _PICKING:
            self._open_index(index)

    def _open_index(self, index: QModelIndex) -> None:
        row = self._rows.row(index)
        if isinstance(row, FolderRow):
            self._turn(row, is_open=not row.is_open)
        elif isinstance(row, MoreRow):
            self._rows.unfold_hits(row.chat)
            self._go_to(index.siblingAtRow(index.row()))
        elif isinstance(row, HitRow):
            self.open_asked.emit(row.chat, row.node or "")
        elif isinstance(row, ChatRow) and row.place is not Place.TRASH:
            self.open_asked.emit(row.chat, "")

    def _turn(self, row: FolderRow, *, is_open: bool) -> None:
        scrolled = self.verticalScrollBar().value()
        self._rows.turn_folder(row.folder, is_open=is_open)
        self._go_to(self._rows.index_of_folder(row.folder))
        self.verticalScrollBar().setValue(scrolled)

    def _open_menu(self, point: QPoint) -> None:
        index = self.indexAt(point)
        if (menu := self._menu_of(index)) is not None:
            menu.popup(self.viewport().mapToGlobal(point))

    def _menu_of(self, index: QModelIndex) -> QMenu | None:
        row = self._rows.row(index)
        if not self.selectionModel().isSelected(index):
            self._go_to(index)
        if isinstance(row, FolderRow):
            return self.menus.for_folder(row)
        if not isinstance(row, ChatRow):
            return None
        chats = self.selected_chats()
        if row.place is Place.TRASH:
            return self.menus.for_trash(chats)
        return self.menus.for_chats(row, chats, self._rows.folders())

    def _rename_current(self) -> None:
        self.rename()
