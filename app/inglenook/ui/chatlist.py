"""What the side bar lists: chats in their folders and days, hits, the archive or the trash."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    Qt,
    Signal,
)

from inglenook.core.ids import ChatId, FolderId
from inglenook.services.chatnews import FolderSummary, TrashedSummary
from inglenook.services.events import ChatSummary, SearchHit
from inglenook.ui.chats import arrange
from inglenook.ui.chats.rows import (
    MARK_ROLE,
    OPEN_ROLE,
    ROW_ROLE,
    ChatRow,
    FolderRow,
    Heading,
    HitRow,
    Index,
    Mark,
    MoreRow,
    Place,
    Row,
)
from inglenook.ui.chats.snippet import plain_snippet
from inglenook.ui.words import one_line, tip, tr, tr_n

PAGE = 300
CHATS_TYPE = "application/x-inglenook-chats"
"""The kind of what is dragged: ids of chats, one a line."""


class ChatList(QAbstractListModel):
    """What the side bar lists.

    Rows come a few hundred at a time, as the list is scrolled: each message that is sent
    makes a new list, and ten thousand rows would hold the window up for 0.1 s.

    Attributes:
        place: What is shown while nothing is searched for.

    Signals:
        rename_asked(chat id, new title): a title was edited in place.
        folder_renamed(folder id, new name): so was a folder's name.
        dropped(chat ids, folder id or None): chats were dragged onto a folder, or out of it.

    Threads: the UI thread.
    """

    rename_asked = Signal(str, str)
    folder_renamed = Signal(str, str)
    dropped = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[Row, ...] = ()
        self._number_of: dict[ChatId, int] = {}
        self._open_chat: ChatId | None = None
        self._answering: frozenset[ChatId] = frozenset()
        self._arrived: frozenset[ChatId] = frozenset()
        self._titles: dict[ChatId, str] = {}
        self._sorted = arrange.Sorted()
        self._chats: Sequence[ChatSummary] = ()
        self._folders: Sequence[FolderSummary] = ()
        self._trash: Sequence[TrashedSummary] = ()
        self._hits: Sequence[SearchHit] | None = None
        self._unfolded: set[FolderId] = set()
        self._unfolded_hits: set[ChatId] = set()
        self._today = date.today()  # noqa: DTZ011  (days are local)
        self._most = PAGE
        self._is_all = True
        self.place = Place.CHATS

    def show_chats(self, chats: Sequence[ChatSummary], today: date) -> None:
        """List all chats: pinned, in folders, by day."""
        self._chats, self._today, self._hits = chats, today, None
        self._sort()
        self._set()

    def show_folders(self, folders: Sequence[FolderSummary]) -> None:
        """Know the folders."""
        self._folders = folders
        self._sort()
        self._set()

    def show_trash(self, chats: Sequence[TrashedSummary]) -> None:
        """Know what is in the trash."""
        self._trash = chats
        self._set()

    def show_place(self, place: Place) -> None:
        """List the chats, the archive or the trash."""
        self.place, self._most = place, PAGE
        self._set()

    def show_hits(self, hits: Sequence[SearchHit]) -> None:
        """List what a search found."""
        self._hits = hits
        self._unfolded_hits.clear()
        self._set()

    def unfold_hits(self, chat: ChatId) -> None:
        """Show all that was found in a chat."""
        self._unfolded_hits.add(chat)
        self._set()

    def turn_folder(self, folder: FolderId, *, is_open: bool) -> None:
        """Show or hide what is in a folder."""
        if is_open:
            self._unfolded.add(folder)
        else:
            self._unfolded.discard(folder)
        self._set()

    def set_open(self, chat: ChatId | None) -> None:
        """Mark the chat that is on screen, and unfold its folder if it has just come there."""
        is_other, self._open_chat = chat != self._open_chat, chat
        self._arrived -= {chat}
        folder = next((each.folder for each in self._chats if each.id == chat), None)
        if is_other and folder is not None and folder not in self._unfolded:
            self.turn_folder(folder, is_open=True)
        self._tell_all_changed()

    def set_answering(self, chats: frozenset[ChatId]) -> frozenset[ChatId]:
        """Mark the chats in which an answer is being written; return which have a new one."""
        ended = self._answering - chats - {self._open_chat}
        self._arrived = (self._arrived | ended) - chats
        self._answering = chats
        self._tell_all_changed()
        return ended

    def mark_of(self, chat: ChatId) -> Mark:
        """Return what goes on in a chat that is not on screen."""
        if chat == self._open_chat:
            return Mark.NONE
        if chat in self._answering:
            return Mark.WRITING
        return Mark.ARRIVED if chat in self._arrived else Mark.NONE

    def title_of(self, chat: ChatId) -> str:
        """Return the title of a listed chat, or what one without a title is called."""
        return one_line(self._titles.get(chat, ""), 40) or tr("New chat")

    def has_writing(self) -> bool:
        """Tell whether an answer is being written in a chat that is not on screen."""
        return bool(self._answering - {self._open_chat})

    def archived(self) -> int:
        """Return how many chats were put aside."""
        return len(self._sorted.archived)

    def trashed(self) -> tuple[ChatId, ...]:
        """Return what is in the trash."""
        return tuple(each.id for each in self._trash)

    def folders(self) -> Sequence[FolderSummary]:
        """Return the folders in their order."""
        return self._folders

    def row(self, index: Index) -> Row | None:
        """Return the row at an index."""
        return self._rows[index.row()] if index.isValid() else None

    def index_of(self, chat: ChatId | None) -> QModelIndex:
        """Return the index of the first row that belongs to a chat."""
        if chat is not None and chat not in self._number_of:
            self._reach(lambda row: isinstance(row, ChatRow) and row.chat == chat)
        number = self._number_of.get(chat) if chat is not None else None
        return QModelIndex() if number is None else self.index(number)

    def index_of_folder(self, folder: FolderId) -> QModelIndex:
        """Return the index of a folder's row."""
        places = (
            number
            for number, row in enumerate(self._rows)
            if isinstance(row, FolderRow) and row.folder == folder
        )
        number = next(places, None)
        return QModelIndex() if number is None else self.index(number)

    def neighbour(self, chat: ChatId | None, step: int) -> ChatId | None:
        """Return the chat ``step`` rows further; from the end it goes on at the other end."""
        chats = self._sorted.listed()
        if not chats:
            return None
        if chat not in chats:
            return chats[0 if step > 0 else -1]
        return chats[(chats.index(chat) + step) % len(chats)]

    def fetch_all(self) -> None:
        """Have every row, so that all can be selected."""
        self._grow_to(len(self._chats) + len(self._trash) + PAGE)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def canFetchMore(self, _parent: Index) -> bool:  # noqa: N802  (Qt's name)
        return not self._is_all

    def fetchMore(self, _parent: Index) -> None:  # noqa: N802  (Qt's name)
        self._grow_to(self._most + PAGE)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        row = self.row(index)
        if row is None:
            return None
        if role == ROW_ROLE:
            return row
        if role == OPEN_ROLE:
            return isinstance(row, ChatRow | HitRow) and row.chat == self._open_chat
        if role == MARK_ROLE:
            return self.mark_of(row.chat) if isinstance(row, ChatRow) else Mark.NONE
        if role == Qt.ItemDataRole.AccessibleTextRole and not isinstance(row, Heading):
            return self._words_of(row)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(row, ChatRow | HitRow):
            return tip(row.title, tr(self.mark_of(row.chat)))
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole}:
            return _shown(row)
        return None

    def setData(
        self, index: Index, value: object, role: int = int(Qt.ItemDataRole.EditRole)
    ) -> bool:
        row = self.row(index)
        title = " ".join(str(value).split())
        if role != Qt.ItemDataRole.EditRole or not isinstance(row, ChatRow | FolderRow):
            return False
        if title and title != row.title:
            if isinstance(row, FolderRow):
                self.folder_renamed.emit(row.folder, title)
            else:
                self.rename_asked.emit(row.chat, title)
        return bool(title)

    def flags(self, index: Index) -> Qt.ItemFlag:
        row = self.row(index)
        flags = Qt.ItemFlag
        if row is None or isinstance(row, Heading):
            # Between days is where a chat is dropped that comes out of its folder.
            return flags.ItemIsDropEnabled
        usable = flags.ItemIsEnabled | flags.ItemIsSelectable | flags.ItemIsDropEnabled
        if isinstance(row, FolderRow):
            return usable | flags.ItemIsEditable
        if isinstance(row, ChatRow) and row.place is not Place.TRASH:
            return usable | flags.ItemIsEditable | flags.ItemIsDragEnabled
        return usable

    # --- dragging ---

    def supportedDropActions(self) -> Qt.DropAction:  # noqa: N802  (Qt's name)
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:  # noqa: N802  (Qt's name)
        return [CHATS_TYPE]

    def mimeData(self, indexes: Sequence[Index]) -> QMimeData:  # noqa: N802  (Qt's name)
        rows = (self.row(each) for each in indexes)
        ids = [row.chat for row in rows if isinstance(row, ChatRow)]
        data = QMimeData()
        data.setData(CHATS_TYPE, "\n".join(ids).encode())
        return data

    def takes_drop(self, index: Index) -> bool:
        """Tell whether chats may be dropped here: on folders, and on days to leave theirs."""
        is_listed = self.place is Place.CHATS and self._hits is None
        row = self.row(index)
        return is_listed and not (isinstance(row, Heading) and row.text == tr("Pinned"))

    def dropMimeData(  # noqa: N802  (Qt's name)
        self, data: QMimeData, _action: Qt.DropAction, number: int, _column: int, parent: Index
    ) -> bool:
        index = parent if parent.isValid() else self.index(number) if number >= 0 else parent
        ids = [ChatId(each) for each in bytes(data.data(CHATS_TYPE).data()).decode().split()]
        if not ids or not self.takes_drop(index):
            return False
        row = self.row(index)
        inside = row.folder if isinstance(row, ChatRow) and row.is_inside else None
        self.dropped.emit(ids, row.folder if isinstance(row, FolderRow) else inside)
        return False  # the rows are not Qt's to take away: the services tell of a new list

    # --- inside ---

    def _words_of(self, row: FolderRow | ChatRow | HitRow | MoreRow) -> str:
        match row:
            case FolderRow(title=title, count=count, is_open=is_open):
                state = tr("open") if is_open else tr("closed")
                words = tr_n(
                    "Folder {title}, 1 chat, {state}",
                    "Folder {title}, {count} chats, {state}",
                    count,
                )
                return words.format(title=title, count=count, state=state)
            case HitRow(title=title, snippet=snippet):
                archived = tr("Archived") + ". " if row.is_archived else ""
                return f"{archived}{title}: {plain_snippet(snippet)}"
            case MoreRow():
                return _shown(row)
        extra = [tr("Pinned")] if row.is_pinned else []
        extra += [row.note] if row.note else []
        extra += [tr(mark)] if (mark := self.mark_of(row.chat)) else []
        return ". ".join([row.title, *extra])

    def _tell_all_changed(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def _sort(self) -> None:
        self._sorted = arrange.sort(self._chats, self._folders)
        self._titles = {each.id: each.title for each in self._chats}

    def _all_rows(self) -> Iterator[Row]:
        if self._hits is not None:
            return arrange.hit_rows(self._hits, self._unfolded_hits)
        if self.place is Place.ARCHIVE:
            return arrange.archive_rows(self._sorted, self._today)
        if self.place is Place.TRASH:
            return arrange.trash_rows(self._trash)
        return arrange.chat_rows(self._sorted, self._folders, self._unfolded, self._today)

    def _first_rows(self) -> tuple[Row, ...]:
        rows = tuple(islice(self._all_rows(), self._most + 1))
        self._is_all = len(rows) <= self._most
        return rows[: self._most]

    def _reach(self, is_wanted: Callable[[Row], bool]) -> None:
        """Have enough rows to show one that stands further down."""
        if not self._is_all:
            numbers = (number for number, row in enumerate(self._all_rows()) if is_wanted(row))
            number = next(numbers, None)
            if number is not None:
                self._grow_to(number + PAGE)

    def _grow_to(self, most: int) -> None:
        self._most = most
        first, rows = len(self._rows), self._first_rows()
        if len(rows) > first:
            self.beginInsertRows(QModelIndex(), first, len(rows) - 1)
            self._take(rows)
            self.endInsertRows()

    def _take(self, rows: Iterable[Row]) -> None:
        self._rows = tuple(rows)
        self._number_of = {}
        for number, row in enumerate(self._rows):
            if isinstance(row, ChatRow | HitRow):
                self._number_of.setdefault(row.chat, number)

    def _set(self) -> None:
        rows = self._first_rows()
        if rows == self._rows:
            return
        self.beginResetModel()
        self._take(rows)
        self.endResetModel()


def _shown(row: Row) -> str:
    match row:
        case Heading(text=text):
            return text
        case MoreRow(count=count):
            return tr("{count} more in this chat").format(count=count)
        case _:
            return row.title
