"""One installed model: what it is, how its file is, and what can be done with it."""

from datetime import datetime
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from inglenook.services.modelnews import ModelVerified
from inglenook.services.shelved import Shelved
from inglenook.ui import theme
from inglenook.ui.models.rowlist import FACTS, ListRow
from inglenook.ui.models.shelfcheck import ShelfCheck
from inglenook.ui.models.shelfwords import facts_in_words
from inglenook.ui.style import Look
from inglenook.ui.units import bytes_in_words
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.chip import Chip
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import ElidedLabel, Label
from inglenook.ui.words import one_line, tr

_NAME = theme.TypeStyle(14, 20, 600)
_DOING_WIDTH = 88


class ShelfRow(ListRow):
    """A model of the library; Delete takes it away.

    Signals:
        use_asked(path), running_asked(path), folder_asked(path), verify_asked(path),
        stop_asked(path), remove_asked(path): the person wants that.
    """

    use_asked = Signal(str)
    running_asked = Signal(str)
    folder_asked = Signal(str)
    verify_asked = Signal(str)
    stop_asked = Signal(str)
    remove_asked = Signal(str)

    def __init__(self, look: Look, path: str) -> None:
        super().__init__(look)
        self.path = path
        self._shelved: Shelved | None = None
        self._icon = Icon(look, "box", 20, tone="text_muted")
        self.name = ElidedLabel(look, _NAME)
        self.name.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.facts = ElidedLabel(look, FACTS, tone="text_muted")
        self.size_words = Label(look, "", FACTS, tone="text_muted")
        self._doing = QWidget()
        self.state = Chip(look)
        self.origin = Chip(look)
        self.use = Button(look, text=tr("Use"), kind="outline")
        self.more = Button(look, icon="more", name=tr("More"))
        self.check = ShelfCheck(look)
        self._lay_out()
        self.use.clicked.connect(partial(self.use_asked.emit, path))
        self.more.clicked.connect(self._open_menu)
        self.check.stop_asked.connect(partial(self.stop_asked.emit, path))

    def show_model(self, shelved: Shelved, state: str) -> None:
        """Show a model and what the engine does with it, in words."""
        self._shelved = shelved
        model = shelved.model
        name = one_line(model.name, 120)
        self.name.set_text(name)
        self.facts.set_text(facts_in_words(shelved, datetime.now().astimezone().date()))
        self.size_words.setText(bytes_in_words(model.size_bytes))
        self.use.set_name(tr("Use {name}").format(name=name))
        self.more.set_name(tr("More about {name}").format(name=name))
        self.check.show_trouble(shelved.trouble)
        origin = one_line(model.origin, 30)
        stays = tr("from {program}, stays there").format(program=origin) if origin else ""
        self.origin.say("folder", stays, "info", tr("Its file is never changed or deleted."))
        self._show_state(state)

    def show_verified(self, event: ModelVerified) -> None:
        """Show how far the reading of the file is, or what came out."""
        self.check.show_verified(event)

    def menu(self) -> QMenu:
        """Return what can be done with the model."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        shelved = self._shelved
        if shelved is None:
            return menu
        if shelved.trouble is None and shelved.model.chats:
            self._add(menu, "cpu", tr("How it runs…"), self.running_asked)
        self._add(menu, "folder", tr("Show in folder"), self.folder_asked)
        if self.can_be_read():
            self._add(menu, "shield-check", tr("Verify the file"), self.verify_asked)
        if not shelved.model.starter:
            menu.addSeparator()
            words = tr("Delete") if shelved.is_ours else tr("Remove from list")
            icon = "trash" if shelved.is_ours else "x"
            self._add(menu, icon, words, self.remove_asked)
        return menu

    def can_be_read(self) -> bool:
        """Tell whether there is a file of a person to verify."""
        shelved = self._shelved
        return shelved is not None and not shelved.model.starter and not shelved.is_missing

    def take_keyboard(self) -> None:
        """Give the keyboard to the first button."""
        self.first_button().setFocus(Qt.FocusReason.OtherFocusReason)

    def first_button(self) -> Button:
        """Return the first button that is shown."""
        return self.more if self.use.isHidden() else self.use

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_own = self._shelved is not None and not self._shelved.model.starter
        if event.key() == Qt.Key.Key_Delete and is_own:
            self.remove_asked.emit(self.path)
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.name)
        head.addWidget(self.origin)
        head.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addLayout(head)
        words.addWidget(self.facts)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self._icon)
        top.addLayout(words, 1)
        top.addWidget(self.size_words)
        top.addWidget(self._doing)
        top.addWidget(self.more)
        # As wide in every row, so that the sizes stand below each other.
        doing = QHBoxLayout(self._doing)
        doing.setContentsMargins(0, 0, 0, 0)
        doing.addStretch(1)
        doing.addWidget(self.state)
        doing.addWidget(self.use)
        self._look.changed.connect(self._resize)
        self._resize()
        self.check.setContentsMargins(32, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 10, 10)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.check)

    def _resize(self) -> None:
        self._doing.setFixedWidth(self._look.px(_DOING_WIDTH))

    def _show_state(self, state: str) -> None:
        shelved = self._shelved
        can_chat = shelved is None or (shelved.model.chats and not shelved.is_missing)
        is_useful = can_chat and not state
        if self.use.hasFocus() and not is_useful:
            # Before it is hidden: Qt would pass the keyboard on as if by Tab, with a ring.
            by_key = self.use.wears_ring()
            reason = (
                Qt.FocusReason.OtherFocusReason if by_key else Qt.FocusReason.MouseFocusReason
            )
            self.more.setFocus(reason)
        self.use.setVisible(is_useful)
        self.state.say("check", state, "ok")
        self._icon.show_icon("box", "accent" if state else "text_muted")

    def _open_menu(self) -> None:
        menu = self.menu()
        corner = QPoint(self.more.width() - menu.sizeHint().width(), self.more.height() + 4)
        menu.popup(self.more.mapToGlobal(corner))

    def _add(self, menu: QMenu, icon: str, words: str, asked: SignalInstance) -> None:
        colour = self._look.palette.text_muted
        line = menu.addAction(self._look.icons.icon(icon, colour), words)
        line.triggered.connect(partial(asked.emit, self.path))
