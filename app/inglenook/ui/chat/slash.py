"""What "/" does in the message field: it finds a saved prompt or a command by its name."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor

from inglenook.chat.assistant import Prompt
from inglenook.chat.variables import blanks, expand
from inglenook.ui.actions import Actions, icon_name
from inglenook.ui.chat.slashlist import Offer, SlashList
from inglenook.ui.style import Look
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import tr

if TYPE_CHECKING:
    from inglenook.ui.chat.page import ChatPage

MOST_ROWS = 7
_LONGEST_QUERY = 40
_COMMANDS = {
    "new": "new_chat", "assistant": "assistant", "effort": "effort", "model": "choose_model",
    "find": "find", "search": "search", "again": "regenerate", "continue": "go_on",
    "save": "save_prompt", "prompts": "prompts", "models": "models", "keys": "keys",
}  # fmt: skip
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
_TAKES = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab}


class Slash(QObject):
    """Watches the message field, and fills in what was chosen.

    Attributes:
        list: Over the composer.

    Threads: the UI thread.
    """

    def __init__(
        self, look: Look, page: "ChatPage", values: Callable[[], Mapping[str, str]]
    ) -> None:
        """Watch the field.

        Args:
            look: Colours and type.
            page: The chat with its composer.
            values: Returns what variables stand for now.
        """
        super().__init__()
        self._page, self._field, self._values = page, page.composer.field, values
        self._prompts: dict[str, Prompt] = {}
        self._actions: Actions | None = None
        self._dismissed = ""
        self._is_filling = False
        self.list = SlashList(look, page)
        self.list.chosen.connect(self._take)
        self._field.textChanged.connect(self._look_for)
        self._field.installEventFilter(self)

    def take_prompts(self, prompts: Sequence[Prompt]) -> None:
        """Know the saved prompts."""
        self._prompts = {each.id: each for each in prompts}

    def take_actions(self, actions: Actions) -> None:
        """Know the commands."""
        self._actions = actions

    def insert(self, text: str) -> None:
        """Put a prompt where the cursor is, and go to the first thing to fill in."""
        cursor = self._field.textCursor()
        start = cursor.selectionStart()
        filled = expand(text, self._values())
        cursor.insertText(filled)
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._is_filling = bool(blanks(filled))
        if self._is_filling:
            self._select_blank(start)

    # --- Qt ---

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            # Esc closes the list, and does not stop the answer as it does elsewhere.
            if event.key() == Qt.Key.Key_Escape and not self.list.isHidden():
                event.accept()
                return True
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._press(event)
        elif event.type() == QEvent.Type.FocusOut:
            self.list.hide()
        return False

    def _press(self, event: QKeyEvent) -> bool:
        """Do what a key means here; tell whether it meant something."""
        key, is_bare = Qt.Key(event.key()), _is_bare(event)
        if self.list.isHidden():
            is_next = key == Qt.Key.Key_Tab and is_bare and self._is_filling
            return is_next and self._select_blank(self._field.textCursor().selectionEnd())
        if key in _STEPS:
            self.list.step(_STEPS[key])
        elif key == Qt.Key.Key_Escape:
            self._dismissed = self._query()
            self.list.hide()
        elif key in _TAKES and is_bare and (offer := self.list.current()) is not None:
            self._take(offer.key)
        else:
            return False
        return True

    # --- inside ---

    def _look_for(self) -> None:
        query = self._query()
        if self._field.document().isEmpty():
            self._is_filling = False
        if not query or query == self._dismissed or not self._field.hasFocus():
            self.list.hide()
            return
        self._dismissed = ""
        self.list.show_offers(self._matching(query[1:]), self._over())

    def _query(self) -> str:
        """Return the line up to the cursor if it begins with a slash, else ``""``."""
        cursor = self._field.textCursor()
        line = cursor.block().text()[: cursor.positionInBlock()]
        is_query = line.startswith("/") and "/" not in line[1:] and len(line) <= _LONGEST_QUERY
        return line if is_query and not cursor.hasSelection() else ""

    def _matching(self, words: str) -> list[Offer]:
        """Return prompts, then commands; first those whose name begins like this."""
        sought = words.casefold()
        offers = [*self._prompt_offers(), *self._command_offers()]
        first = [each for each in offers if each.name.casefold().startswith(sought)]
        others = [each for each in offers if each not in first and len(sought) > 1]
        inside = [each for each in others if f" {sought}" in each.name.casefold()]
        return [*first, *inside][:MOST_ROWS]

    def _prompt_offers(self) -> list[Offer]:
        return [
            Offer(each.id, "letter", each.name, each.text[:200])
            for each in self._prompts.values()
        ]

    def _command_offers(self) -> list[Offer]:
        if self._actions is None:
            return []
        actions = ((word, self._actions[name]) for word, name in _COMMANDS.items())
        return [
            Offer(action.objectName(), icon_name(action) or "continue", word, action.text())
            for word, action in actions
            if action.isEnabled()
        ]

    def _take(self, key: str) -> None:
        """Replace the slash and what follows it by what was chosen."""
        cursor = self._field.textCursor()
        start = QTextCursor.MoveOperation.StartOfBlock
        cursor.movePosition(start, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        self._field.setTextCursor(cursor)
        self.list.hide()
        prompt = self._prompts.get(key)
        if prompt is not None:
            self.insert(prompt.text)
            speak(self._field, tr("Inserted {name}").format(name=prompt.name))
        elif self._actions is not None:
            self._actions[key].trigger()

    def _select_blank(self, behind: int) -> bool:
        """Select the next thing to fill in; tell whether there is one."""
        text = self._field.toPlainText()
        found = ((_qt(text, each.start), _qt(text, each.end)) for each in blanks(text))
        span = next((each for each in found if each[0] >= behind), None)
        if span is None:
            self._is_filling = False
            return False
        cursor = self._field.textCursor()
        cursor.setPosition(span[0])
        cursor.setPosition(span[1], QTextCursor.MoveMode.KeepAnchor)
        self._field.setTextCursor(cursor)
        speak(self._field, tr("Fill in {what}").format(what=cursor.selectedText().strip("{} ")))
        return True

    def _over(self) -> QRect:
        composer = self._page.composer
        corner = composer.mapTo(self._page, QPoint(0, 0))
        return composer.card().translated(corner)


def _qt(text: str, place: int) -> int:
    """Return a place in a text as Qt counts, to which an emoji is two characters."""
    return len(text[:place].encode("utf-16-le", "surrogatepass")) // 2


def _is_bare(event: QKeyEvent) -> bool:
    return event.modifiers() in {
        Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier,
    }  # fmt: skip
