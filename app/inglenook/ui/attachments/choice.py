"""What to send of documents that do not fit: one question, answered by one press."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from inglenook.chat.document import pages_from
from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.units import grouped
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.words import tr


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be done about documents that do not fit.

    Attributes:
        words: How long they are and how much fits.
        can_match: There is a question whose words can be looked for.
        pages: Of the only document that is too long; 0 without pages, or with several.
        context: Tokens of a context in which all would fit; 0 if there is none.
        count: So many documents.
    """

    words: str
    can_match: bool = False
    pages: int = 0
    context: int = 0
    count: int = 1


class FitSheet(QDialog):
    """Offers what can be done; nothing happens when it is closed.

    Signals:
        match_asked(): send the parts that match the question.
        beginning_asked(): send the beginning.
        pages_asked(pages): send these pages, a tuple of numbers from 1.
        longer_asked(): load the model with a longer context.
        remove_asked(): send without them.
    """

    match_asked = Signal()
    beginning_asked = Signal()
    pages_asked = Signal(object)
    longer_asked = Signal()
    remove_asked = Signal()

    def __init__(self, look: Look, parent: QWidget, offer: Offer) -> None:
        super().__init__(parent)
        self._look, self._offer = look, offer
        self.setWindowTitle(tr("Choose what to send"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setFixedWidth(min(look.px(560), parent.window().width() - 48))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(24, 22, 24, 20)
        self._column.setSpacing(theme.SPACE_2)
        one, many = tr("This document does not fit"), tr("These documents do not fit")
        title = one if offer.count == 1 else many
        self._column.addWidget(Label(look, title, theme.H2, wrap=True, display=True))
        words = Label(look, offer.words, theme.UI, tone="text_muted", wrap=True)
        self._column.addWidget(words)
        self._column.addSpacing(theme.SPACE_2)
        self._add_choices()
        self._add_foot()
        self.adjustSize()

    def _add_choices(self) -> None:
        offer = self._offer
        self.match = self._add(
            tr("Parts that match"),
            tr("Only the paragraphs that share words with your question."),
            self.match_asked.emit,
        )
        self.match.setEnabled(offer.can_match)
        if not offer.can_match:
            self.match.set_name(self.match.text(), tr("Write your question first"))
        self.beginning = self._add(
            tr("The beginning"), tr("As much of it as fits."), self.beginning_asked.emit
        )
        self.pages = self._add_pages() if offer.pages > 1 else None
        if offer.context:
            said = tr("Loads the model with {count} tokens; it takes a moment and more memory.")
            self.longer = self._add(
                tr("Longer context"),
                said.format(count=grouped(offer.context)),
                self.longer_asked.emit,
            )

    def _add(self, text: str, about: str, act: Callable[[], None]) -> Button:
        button = Button(self._look, text=text, kind="outline")
        button.setAccessibleDescription(about)
        button.clicked.connect(lambda: self._choose(act))
        self._add_row(
            button, Label(self._look, about, theme.NOTE, tone="text_muted", wrap=True)
        )
        return button

    def _add_row(self, button: Button, beside: QWidget) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE_3)
        button.setFixedWidth(self._look.px(168))
        row.addWidget(button)
        row.addWidget(beside, 1)
        self._column.addLayout(row)

    def _add_pages(self) -> QLineEdit:
        look = self._look
        field = QLineEdit()
        field.setFont(look.font(theme.UI))
        field.setFixedHeight(look.px(32))
        field.setPlaceholderText(
            tr("Such as 1-3, 7 of {count}").format(count=self._offer.pages)
        )
        field.setAccessibleName(tr("Pages to send"))
        self.send_pages = Button(look, text=tr("These pages"), kind="outline")
        self.send_pages.setEnabled(False)
        self._add_row(self.send_pages, field)
        field.textChanged.connect(self._check_pages)
        field.returnPressed.connect(self._choose_pages)
        self.send_pages.clicked.connect(self._choose_pages)
        return field

    def _add_foot(self) -> None:
        self.cancel = Button(self._look, text=tr("Cancel"), kind="quiet")
        one, many = tr("Remove it"), tr("Remove them")
        self.remove = Button(
            self._look, icon="trash", text=one if self._offer.count == 1 else many
        )
        self.remove.clicked.connect(lambda: self._choose(self.remove_asked.emit))
        self.cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(self.remove)
        row.addStretch(1)
        row.addWidget(self.cancel)
        self._column.addSpacing(theme.SPACE_2)
        self._column.addLayout(row)
        first = self.match if self.match.isEnabled() else self.beginning
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _chosen_pages(self) -> tuple[int, ...]:
        words = self.pages.text() if self.pages is not None else ""
        return pages_from(words, self._offer.pages)

    def _check_pages(self) -> None:
        self.send_pages.setEnabled(bool(self._chosen_pages()))

    def _choose_pages(self) -> None:
        if pages := self._chosen_pages():
            self.pages_asked.emit(pages)
            self.accept()

    def _choose(self, act: Callable[[], None]) -> None:
        act()
        self.accept()
