"""All shortcuts: a filter, a row for each action, other keys by pressing them."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from inglenook.ui import theme
from inglenook.ui.settings.around import Around
from inglenook.ui.settings.keybutton import KeyButton
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import tr

_NATIVE = QKeySequence.SequenceFormat.NativeText


class KeyRow(QWidget):
    """One action and its keys.

    Signals:
        wanted(action, keys): others were pressed.
        reset_asked(action): back to the usual ones.
    """

    wanted = Signal(object, object)
    reset_asked = Signal(object)

    def __init__(self, look: Look, action: QAction) -> None:
        super().__init__()
        self.action = action
        title = action.text().replace("&", "")
        self.keys = KeyButton(look, title)
        self.reset = Button(look, icon="refresh", icon_size=16, name=tr("Reset"))
        self.reset.set_name(tr("Reset the keys of “{action}”").format(action=title))
        self.trouble = Label(look, "", theme.CAPTION, tone="bad", wrap=True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 2)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.addWidget(Label(look, title, theme.UI), 0, 0)
        grid.addWidget(self.reset, 0, 1)
        grid.addWidget(self.keys, 0, 2)
        grid.addWidget(self.trouble, 1, 0, 1, 3)
        grid.setColumnStretch(0, 1)
        self.trouble.hide()
        self.keys.pressed_keys.connect(self._take)
        self.keys.refused.connect(self._refuse)
        self.reset.clicked.connect(lambda: self.reset_asked.emit(self.action))

    def show_keys(self, *, is_changed: bool) -> None:
        """Show what the action has now."""
        self.keys.show_keys(self.action.shortcut())
        self.reset.setVisible(is_changed)

    def say(self, words: str) -> None:
        """Say what is wrong with the keys; empty for nothing."""
        self.trouble.setText(words)
        self.trouble.setVisible(bool(words))
        if words:
            speak(self, words, at_once=True)

    def matches(self, query: str) -> bool:
        """Tell whether every word is in the action or its keys."""
        keys = self.action.shortcut().toString(_NATIVE)
        text = f"{self.action.text()} {keys}".casefold()
        return all(word in text for word in query.casefold().split())

    def _take(self, keys: QKeySequence) -> None:
        self.wanted.emit(self.action, keys)

    def _refuse(self) -> None:
        self.say(tr("These keys are needed for writing. Add Ctrl or Alt, or take F1 to F12."))


class KeysPane(QWidget):
    """The shortcuts, by group.

    Attributes:
        rows: By the action's name.
    """

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._around, look = around, around.look
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Filter by action or keys"))
        self.filter.setAccessibleName(tr("Filter shortcuts"))
        self.filter.setMaxLength(100)
        self.filter.setClearButtonEnabled(True)
        self.rows: dict[str, KeyRow] = {}
        self._heads: dict[str, Label] = {}
        self._nothing = Label(
            look, tr("No action is called so."), theme.LABEL, tone="text_faint"
        )
        self._lay_out(look)
        self.filter.textChanged.connect(self._sift)
        around.bridge.settings_changed.connect(self.show_keys)
        look.changed.connect(self._resize)
        self._resize()
        self.show_keys()

    def show_keys(self, _event: object = None) -> None:
        """Show the keys as they are now."""
        map_ = self._around.keys
        map_.wear(self._around.services.settings.now.keys)
        for name, row in self.rows.items():
            row.show_keys(is_changed=map_.is_changed(name))

    def _lay_out(self, look: Look) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(0)
        column.addWidget(self.filter)
        for group, actions in self._around.keys.groups().items():
            label = Label(look, group, theme.LABEL, tone="text_muted")
            label.setContentsMargins(0, 16, 0, 4)
            self._heads[group] = label
            column.addWidget(label)
            for action in actions:
                row = self.rows[action.objectName()] = KeyRow(look, action)
                row.wanted.connect(self._change)
                row.reset_asked.connect(self._reset)
                column.addWidget(row)
        column.addWidget(self._nothing, 0, Qt.AlignmentFlag.AlignTop)
        self._nothing.hide()

    def _sift(self, query: str) -> None:
        shown = 0
        for group, actions in self._around.keys.groups().items():
            rows = [self.rows[each.objectName()] for each in actions]
            for row in rows:
                row.setVisible(row.matches(query))
            here = sum(row.matches(query) for row in rows)
            self._heads[group].setVisible(bool(here))
            shown += here
        self._nothing.setVisible(not shown)

    def _change(self, action: QAction, keys: QKeySequence) -> None:
        map_, row = self._around.keys, self.rows[action.objectName()]
        holder = None if keys.isEmpty() else map_.holder_of(keys, action.objectName())
        if holder is not None:
            words = tr("{keys} belongs to “{action}”. Press others, or change that one first.")
            shown = keys.toString(_NATIVE)
            row.say(words.format(keys=shown, action=holder.text().replace("&", "")))
            return
        row.say("")
        self._keep(map_.with_keys(action.objectName(), keys))

    def _reset(self, action: QAction) -> None:
        self.rows[action.objectName()].say("")
        self._keep(self._around.keys.without(action.objectName()))

    def _keep(self, changed: dict[str, str]) -> None:
        self._around.services.settings.choose("keys", changed)

    def _resize(self) -> None:
        self.filter.setFont(self._around.look.font(theme.UI))
        self.filter.setFixedHeight(self._around.look.px(34))
