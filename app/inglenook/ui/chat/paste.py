"""A long pasted text, folded into a card: its words are kept beside the text field."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.units import bytes_in_words, grouped
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import ElidedLabel
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.words import one_line, tr, tr_n

FOLD_FROM = 10_000
"""Characters. One unbroken line of this length takes Qt 26 ms to lay out and ten times the
length 740 ms (measured 2026-11, two cores), so longer texts never reach the text field."""


@dataclass(frozen=True, slots=True)
class Paste:
    """A text that came in one piece."""

    text: str

    def size_in_words(self) -> str:
        """Return its size: ``"1.0 MB"``."""
        return bytes_in_words(len(self.text.encode(errors="replace")))

    def lines_in_words(self) -> str:
        """Return how many lines it has."""
        count = self.text.count("\n") + 1
        return tr_n("1 line", "{count} lines", count).format(count=grouped(count))


class PasteCard(Surface):
    """Shows a folded text above the text field.

    Signals:
        removed(card): the text shall not be sent.
    """

    removed = Signal(object)

    def __init__(self, look: Look, paste: Paste) -> None:
        super().__init__(look, "inset", radius=theme.RADIUS_FIELD)
        self.paste = paste
        title = ElidedLabel(look, theme.TypeStyle(13, 18, 600))
        facts = (tr("Pasted text"), paste.size_in_words(), paste.lines_in_words())
        title.set_text(" · ".join(facts))
        preview = ElidedLabel(look, theme.CAPTION, tone="text_muted")
        preview.set_text(one_line(paste.text[:400], 120))
        self.remove = Button(look, icon="x", name=tr("Remove the pasted text"), icon_size=16)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(title)
        words.addWidget(preview)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 7, 7, 7)
        row.setSpacing(10)
        row.addWidget(Icon(look, "file", 20, tone="text_muted"))
        row.addLayout(words, 1)
        row.addWidget(self.remove)
        self.setAccessibleName(" · ".join(facts))
        self.remove.clicked.connect(self._leave)

    def _leave(self) -> None:
        self.removed.emit(self)
