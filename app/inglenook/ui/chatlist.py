"""The rows of the side bar: headings, chats and search hits, as a list model."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from inglenook.core.ids import ChatId, NodeId
from inglenook.services.events import ChatSummary, SearchHit
from inglenook.ui.days import by_day
from inglenook.ui.words import one_line, tip, tr

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = int(Qt.ItemDataRole.UserRole)
OPEN_ROLE = ROW_ROLE + 1
"""Whether the row belongs to the chat on screen."""
MARK_ROLE = ROW_ROLE + 2
"""What goes on in a chat that is not on screen, a Mark."""


class Mark(StrEnum):
    """What goes on in a chat that is not on screen."""

    NONE = ""
    WRITING = "An answer is being written"
    ARRIVED = "A new answer is there"


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that groups the rows below it."""

    text: str


@dataclass(frozen=True, slots=True)
class ChatRow:
    """A chat."""

    chat: ChatId
    title: str


@dataclass(frozen=True, slots=True)
class HitRow:
    """A found message, or a chat whose title was found."""

    chat: ChatId
    title: str
    node: NodeId | None
    snippet: str


Row = Heading | ChatRow | HitRow
PAGE = 300


class ChatList(QAbstractListModel):
    """What the side bar lists.

    Chats come a few hundred at a time, as the list is scrolled: each message that is sent
    makes a new list, and ten thousand rows would hold the window up for 0.1 s.

    Signals:
        rename_asked(chat id, new title): a title was edited in place.

    Threads: the UI thread.
    """

    rename_asked = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[Row, ...] = ()
        self._number_of: dict[ChatId, int] = {}
        self._open_chat: ChatId | None = None
        self._answering: frozenset[ChatId] = frozenset()
        self._arrived: frozenset[ChatId] = frozenset()
        self._chats: Sequence[ChatSummary] = ()
        self._today = date.min
        self._most = PAGE
        self._is_searching = False

    def show_chats(self, chats: Sequence[ChatSummary], today: date) -> None:
        """List all chats by day."""
        self._chats, self._today, self._is_searching = chats, today, False
        self._set(self._chat_rows())

    def show_hits(self, hits: Sequence[SearchHit]) -> None:
        """List what a search found."""
        rows = [
            HitRow(each.chat, one_line(each.title) or tr("New chat"), each.node, each.snippet)
            for each in hits
        ]
        self._is_searching = True
        self._set((Heading(tr("Found in your chats")), *rows) if rows else ())

    def set_open(self, chat: ChatId | None) -> None:
        """Mark the chat that is on screen."""
        self._open_chat = chat
        self._arrived -= {chat}
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
        title = next((each.title for each in self._chats if each.id == chat), "")
        return one_line(title, 40) or tr("New chat")

    def has_writing(self) -> bool:
        """Tell whether an answer is being written in a chat that is not on screen."""
        return bool(self._answering - {self._open_chat})

    def row(self, index: Index) -> Row | None:
        """Return the row at an index."""
        return self._rows[index.row()] if index.isValid() else None

    def index_of(self, chat: ChatId | None) -> QModelIndex:
        """Return the index of the first row that belongs to a chat."""
        if chat is not None and chat not in self._number_of:
            self._reach(chat)
        number = self._number_of.get(chat) if chat is not None else None
        return QModelIndex() if number is None else self.index(number)

    def neighbour(self, chat: ChatId | None, step: int) -> ChatId | None:
        """Return the chat ``step`` rows further; from the end it goes on at the other end."""
        chats = [each.id for each in self._chats]
        if not chats:
            return None
        if chat not in chats:
            return chats[0 if step > 0 else -1]
        return chats[(chats.index(chat) + step) % len(chats)]

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def canFetchMore(self, _parent: Index) -> bool:  # noqa: N802  (Qt's name)
        return not self._is_searching and self._most < len(self._chats)

    def fetchMore(self, _parent: Index) -> None:  # noqa: N802  (Qt's name)
        self._grow_to(self._most + PAGE)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        row = self.row(index)
        if row is None:
            return None
        if role == ROW_ROLE:
            return row
        if role == OPEN_ROLE:
            return not isinstance(row, Heading) and row.chat == self._open_chat
        if role == MARK_ROLE:
            return self.mark_of(row.chat) if isinstance(row, ChatRow) else Mark.NONE
        if role == Qt.ItemDataRole.AccessibleTextRole and not isinstance(row, Heading):
            return self._words_of(row)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(row, ChatRow | HitRow):
            return tip(row.title, tr(self.mark_of(row.chat)))
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole}:
            return row.text if isinstance(row, Heading) else row.title
        return None

    def setData(
        self, index: Index, value: object, role: int = int(Qt.ItemDataRole.EditRole)
    ) -> bool:
        row = self.row(index)
        title = " ".join(str(value).split())
        if role != Qt.ItemDataRole.EditRole or not isinstance(row, ChatRow):
            return False
        if title and title != row.title:
            self.rename_asked.emit(row.chat, title)
        return bool(title)

    def flags(self, index: Index) -> Qt.ItemFlag:
        row = self.row(index)
        flags = Qt.ItemFlag
        if row is None or isinstance(row, Heading):
            return flags.NoItemFlags
        usable = flags.ItemIsEnabled | flags.ItemIsSelectable
        return usable | flags.ItemIsEditable if isinstance(row, ChatRow) else usable

    def _words_of(self, row: ChatRow | HitRow) -> str:
        if isinstance(row, HitRow):
            return f"{row.title}: {plain_snippet(row.snippet)}"
        mark = self.mark_of(row.chat)
        return f"{row.title}. {tr(mark)}" if mark else row.title

    def _tell_all_changed(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def _chat_rows(self) -> tuple[Row, ...]:
        rows: list[Row] = []
        for day, group in by_day(self._chats[: self._most], self._today):
            rows.append(Heading(day))
            rows += [ChatRow(each.id, one_line(each.title) or tr("New chat")) for each in group]
        return tuple(rows)

    def _reach(self, chat: ChatId) -> None:
        """Have enough rows to show a chat that stands further down."""
        if self.canFetchMore(QModelIndex()):
            ids = (number for number, each in enumerate(self._chats) if each.id == chat)
            number = next(ids, None)
            if number is not None:
                self._grow_to(number + PAGE)

    def _grow_to(self, most: int) -> None:
        self._most = most
        rows = self._chat_rows()
        first = len(self._rows)
        self.beginInsertRows(QModelIndex(), first, len(rows) - 1)
        self._take(rows)
        self.endInsertRows()

    def _take(self, rows: tuple[Row, ...]) -> None:
        self._rows = rows
        self._number_of = {}
        for number, row in enumerate(rows):
            if not isinstance(row, Heading):
                self._number_of.setdefault(row.chat, number)

    def _set(self, rows: tuple[Row, ...]) -> None:
        if rows == self._rows:
            return
        self.beginResetModel()
        self._take(rows)
        self.endResetModel()


def snippet_runs(snippet: str) -> list[tuple[str, bool]]:
    """Return a snippet as runs of text, each with whether it is a match."""
    runs: list[tuple[str, bool]] = []
    for number, part in enumerate(snippet.split("\x02")):
        match, end, rest = part.partition("\x03")
        is_marked = bool(number and end)
        if is_marked:
            runs.append((match, True))
        if plain := rest if is_marked else part:
            runs.append((plain, False))
    return [(" ".join(text.split("\n")), is_match) for text, is_match in runs]


def plain_snippet(snippet: str) -> str:
    """Return a snippet without its marks."""
    return one_line("".join(text for text, _match in snippet_runs(snippet)))
