"""The side bar: brand, new chat, search, the chats, and where all of it stays."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from inglenook.core.ids import ChatId
from inglenook.services.events import ChatSummary, SearchFinished
from inglenook.ui import theme
from inglenook.ui.chats.shelf import ChatShelf
from inglenook.ui.countrow import CountRow
from inglenook.ui.downloadcard import DownloadCard
from inglenook.ui.searchfield import SearchField
from inglenook.ui.style import Look
from inglenook.ui.theme import TypeStyle
from inglenook.ui.themeswitch import ThemeSwitch
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import ElidedLabel, Label
from inglenook.ui.widgets.speak import speak
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.words import one_line, tip, tr

_BRAND = TypeStyle(17, 24, 650)


class SideBar(Surface):
    """Everything about chats other than the one on screen, and the way to the models.

    Attributes:
        shelf: The chats, with the archive and the trash.
        list: Their rows.
        models: The row that leads to the models page.
        settings: The row that leads to the settings.
        assistants: The row that leads to assistants and prompts.
        downloads: The card of what is coming.

    Signals:
        new_asked(): New chat was pressed.
        hide_asked(): the toggle was pressed.
        search_asked(query): never empty.
        theme_chosen(name): ``"system"``, ``"light"`` or ``"dark"``.
    """

    new_asked = Signal()
    hide_asked = Signal()
    search_asked = Signal(str)
    theme_chosen = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "side", line="right")
        self._chats: tuple[ChatSummary, ...] = ()
        self._query = ""
        self.toggle = Button(look, icon="sidebar", name=tr("Hide the side bar"))
        self.toggle.set_name(tr("Hide the side bar"), "Ctrl+B")
        self.new_chat = Button(
            look,
            icon="new-chat",
            text=tr("New chat"),
            kind="outline",
            style=TypeStyle(14, 20, 550),
            height=38,
            radius=theme.RADIUS_FIELD,
            leading=True,
        )
        self.search = SearchField(look)
        self.shelf = ChatShelf(look)
        self.list = self.shelf.list
        self.downloads = DownloadCard(look)
        self.models = CountRow(look, "box", tr("Models"), "Ctrl+Shift+M")
        self.assistants = CountRow(look, "person", tr("Assistants"), "")
        self.settings = CountRow(look, "gear", tr("Settings"), "Ctrl+,")
        self.theme_switch = ThemeSwitch(look)
        self._lock = Icon(look, "lock", 16, tone="text_faint")
        self._is_offline = self._is_away = False
        self._place = ElidedLabel(look, theme.CAPTION, tone="text_faint")
        self._lay_out(look)
        self.toggle.clicked.connect(self.hide_asked)
        self.new_chat.clicked.connect(self.new_asked)
        self.search.query_changed.connect(self._search)
        self.search.left_down.connect(self._enter_list)
        self.theme_switch.chosen.connect(self.theme_chosen)
        look.changed.connect(self._resize)
        self._resize()

    def show_chats(self, chats: tuple[ChatSummary, ...]) -> None:
        """Take the new list; it waits below a search that is going on."""
        self._chats = chats
        if not self._query:
            self.shelf.show_chats(chats)

    @property
    def chats(self) -> tuple[ChatSummary, ...]:
        """All chats, archived ones too."""
        return self._chats

    def show_hits(self, found: SearchFinished) -> None:
        """Show results if they belong to what is in the field now."""
        if not self._query or found.query.strip() != self._query:
            return
        words = tr("{count} found").format(count=len(found.hits))
        nothing = tr("Nothing found for “{query}”.").format(query=one_line(self._query, 60))
        self.shelf.show_hits(found.hits, nothing)
        speak(self.list, words if found.hits else nothing)

    def is_searching(self) -> bool:
        """Tell whether the list shows results."""
        return bool(self._query)

    def show_offline(self, *, is_offline: bool) -> None:
        """Say quietly at the foot that nothing uses the network."""
        self._is_offline = is_offline
        self.downloads.show_offline(is_offline=is_offline)
        self._lock.show_icon("offline" if is_offline else "lock", "text_faint")
        why = tr("The network is switched off, see Models, Storage & network.")
        self._lock.setToolTip(tip(why) if is_offline else "")
        self._place.setToolTip(self._lock.toolTip())
        self._resize()

    def show_away(self, *, is_away: bool) -> None:
        """Say nothing of this device while the chat on screen leaves it."""
        self._is_away = is_away
        self._lock.setVisible(not is_away or self._is_offline)
        self._resize()

    def _lay_out(self, look: Look) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(6, 0, 0, 0)
        head.setSpacing(8)
        head.addWidget(Icon(look, "flame", 24))
        head.addWidget(Label(look, "Inglenook", _BRAND, display=True), 1)
        head.addWidget(self.toggle)
        foot = QHBoxLayout()
        foot.setContentsMargins(6, 6, 0, 0)
        foot.setSpacing(8)
        foot.addWidget(self._lock)
        foot.addWidget(self._place, 1)
        foot.addWidget(self.theme_switch)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 13, 10)
        column.setSpacing(8)
        column.addLayout(head)
        column.addSpacing(2)
        column.addWidget(self.new_chat)
        column.addWidget(self.search)
        column.addWidget(self.shelf, 1)
        column.addWidget(self.downloads)
        column.addWidget(self.models)
        column.addWidget(self.assistants)
        column.addWidget(self.settings)
        column.addLayout(foot)

    def _search(self, query: str) -> None:
        self._query = query
        if query:
            self.search_asked.emit(query)
        else:
            self.show_chats(self._chats)

    def _enter_list(self) -> None:
        self.list.setFocus()

    def open_row_of(self, chat: ChatId | None) -> None:
        """Mark the chat that is on screen."""
        self.list.set_open(chat)

    def _resize(self) -> None:
        wide = min(self._look.px(theme.SIDE_WIDTH), 380)
        self.setFixedWidth(wide)
        # Beside large buttons there is no room for words; the badge above says the same.
        room = wide - self.theme_switch.sizeHint().width() - self._look.px(16) - 50
        words = "" if self._is_away else tr("On this device")
        words = tr("Offline") if self._is_offline else words
        metrics = QFontMetrics(self._look.font(theme.CAPTION))
        self._place.set_text(words if room >= metrics.horizontalAdvance(words) else "")
