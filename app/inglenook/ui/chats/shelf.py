"""The middle of the side bar: the list of chats with the bars that belong to it."""

from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from inglenook.services.chatnews import FolderSummary, TrashedSummary
from inglenook.services.events import ChatSummary, SearchHit
from inglenook.ui import theme
from inglenook.ui.chats.placebar import PlaceBar
from inglenook.ui.chats.placerow import PlaceRow
from inglenook.ui.chats.rows import Place
from inglenook.ui.chats.selectionbar import SelectionBar
from inglenook.ui.chats.wish import Act, Wish
from inglenook.ui.chatview import ChatView
from inglenook.ui.style import Look
from inglenook.ui.widgets.label import Label
from inglenook.ui.words import tr, tr_n


class ChatShelf(QWidget):
    """Shows the chats, the archive, the trash, or what a search found.

    Attributes:
        list: The rows.
        head: The way back from the archive and the trash.
        selection: What can be done with several.
        places: The ways to the archive and the trash.

    Signals:
        erase_agreed(Wish): chats are to be erased, and the question about it was answered.
    """

    erase_agreed = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.list = ChatView(look)
        self.head = PlaceBar(look)
        self.selection = SelectionBar(look)
        self.places = PlaceRow(look)
        self._nothing = Label(look, "", theme.LABEL, tone="text_faint", wrap=True)
        self._nothing.setContentsMargins(look.px(10), look.px(10), 0, 0)
        self._is_searching = False
        self._due: Wish | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self.head, self._nothing):
            column.addWidget(part)
        column.addWidget(self.list, 1)
        column.addWidget(self.selection)
        column.addWidget(self.places)
        self.selection.make_menu = self._folder_menu
        self.selection.asked.connect(self._ask)
        self.selection.left.connect(self._leave_selection)
        self.list.several_selected.connect(self._show_selection)
        self.head.left.connect(partial(self.show_place, Place.CHATS))
        self.head.empty_asked.connect(self._ask_to_empty)
        self.head.question.agreed.connect(self._erase)
        self.places.chosen.connect(self.show_place)

    @property
    def place(self) -> Place:
        """Where the list is while nothing is searched for."""
        return self.list.rows.place

    def show_chats(self, chats: tuple[ChatSummary, ...]) -> None:
        """List the chats anew."""
        self.list.show_chats(chats)
        self.places.show_count(Place.ARCHIVE, self.list.rows.archived())
        self._is_searching = False
        self._show_bars()
        is_bare = not chats and self.place is Place.CHATS
        self._say(tr("Your chats will appear here.") if is_bare else "")

    def show_folders(self, folders: tuple[FolderSummary, ...]) -> None:
        """Know the folders."""
        self.list.show_folders(folders)

    def show_trash(self, chats: tuple[TrashedSummary, ...]) -> None:
        """Know what is in the trash."""
        self.list.show_trash(chats)
        self.places.show_count(Place.TRASH, len(chats))
        self._show_bars()

    def show_hits(self, hits: tuple[SearchHit, ...], nothing: str) -> None:
        """List what was found, or say that nothing was."""
        self._is_searching = True
        self._show_bars()
        self.list.show_hits(hits)
        self._say("" if hits else nothing)

    def show_place(self, place: Place) -> None:
        """Go to the chats, the archive or the trash; the keyboard follows."""
        self.list.show_place(place)
        self._show_bars()
        self._say("")
        if place is Place.CHATS:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.head.take_keyboard()

    def ask_to_erase(self, wish: Wish) -> None:
        """Ask before chats are erased for good; the wish is told of again if it is agreed."""
        self._due, count = wish, len(wish.chats)
        words = tr_n("Erase this chat?", "Erase {count} chats?", count)
        self.head.question.ask(words.format(count=count))

    def event(self, event: QEvent) -> bool:
        # Esc leads back from the archive and the trash before it means anything else.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and self.place is not Place.CHATS
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.place is not Place.CHATS:
            self.show_place(Place.CHATS)
        else:
            super().keyPressEvent(event)

    def _show_bars(self) -> None:
        place = Place.CHATS if self._is_searching else self.place
        self.head.show_place(place, self.places.count(place))

    def _say(self, text: str) -> None:
        self._nothing.setText(text)
        self._nothing.setVisible(bool(text))

    def _show_selection(self, count: int) -> None:
        self.selection.show_count(count, self.place)

    def _leave_selection(self) -> None:
        self.list.keep_one()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _folder_menu(self) -> QMenu:
        chats, folders = self.list.selected_chats(), self.list.rows.folders()
        return self.list.menus.folders(chats, folders, None)

    def _ask(self, act: Act) -> None:
        self.list.wished.emit(Wish(act, self.list.selected_chats()))

    def _ask_to_empty(self) -> None:
        self.ask_to_erase(Wish(Act.ERASE, self.list.rows.trashed()))

    def _erase(self) -> None:
        wish, self._due = self._due, None
        if wish is not None:
            self.erase_agreed.emit(wish)
