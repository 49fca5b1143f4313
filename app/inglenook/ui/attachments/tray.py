"""The documents that go with the next message, above the text field."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from inglenook.ui import theme
from inglenook.ui.attachments.card import DocumentCard
from inglenook.ui.attachments.item import Item
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import tr

_GAP = 6
_SEEN = 3.5
"""So many cards are in sight at once; half a card tells that there are more."""


class DocumentTray(QWidget):
    """Shows a card for each document, and a line when they do not fit.

    Signals:
        removed(ticket): a document shall not be sent.
        opened(ticket): somebody wants to look into one.
        choose_asked(): the person wants to say what of it is sent.
        see_asked(): the person wants a model that can be shown pictures.

    Threads: the UI thread.
    """

    removed = Signal(str)
    opened = Signal(str)
    choose_asked = Signal()
    see_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._cards: dict[str, DocumentCard] = {}
        self._list = QWidget()
        self._list.setObjectName("page")
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(_GAP)
        self._area = QScrollArea()
        self._area.setWidget(self._list)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName(tr("Attached documents"))
        self._words = Label(look, "", theme.NOTE, wrap=True)
        self.choose = Button(look, text=tr("Choose what to send…"), kind="soft")
        self.see = Button(look, text=tr("Use it"), kind="soft")
        self._line = self._make_line(look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_GAP)
        column.addWidget(self._area)
        column.addWidget(self._line)
        self.choose.clicked.connect(self.choose_asked)
        self.see.clicked.connect(self.see_asked)
        look.changed.connect(self._fit)
        self.hide()

    def show_items(self, items: Sequence[Item]) -> None:
        """Show these documents, in this order."""
        wanted = {item.ticket for item in items}
        for ticket in [each for each in self._cards if each not in wanted]:
            self._drop(ticket)
        for item in items:
            card = self._cards.get(item.ticket)
            if card is None:
                self._add(item)
            elif card.item != item:
                self._renew(card, item)
        self._fit()
        self.setVisible(bool(items))

    def show_line(self, words: str, *, can_choose: bool = False, see: str = "") -> None:
        """Say why the message cannot go as it is; nothing for an empty text.

        Args:
            words: What is said.
            can_choose: Offer to choose what of the documents is sent.
            see: What a button says that brings a model which can be shown pictures.
        """
        if words and words != self._words.text():
            speak(self, words)
        self._words.setText(words)
        self.choose.setVisible(can_choose)
        self.see.setVisible(bool(see))
        if see and see != self.see.text():
            self.see.setText(see)
            self.see.set_name(see)
            self.see.updateGeometry()
        self._line.setVisible(bool(words))

    def words(self) -> str:
        """Return what is said below the cards."""
        return self._words.text()

    def card(self, ticket: str) -> DocumentCard:
        """Return the card of a document."""
        return self._cards[ticket]

    def cards(self) -> list[DocumentCard]:
        """Return the cards in their order."""
        return list(self._cards.values())

    # --- inside ---

    def _make_line(self, look: Look) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(2, 2, 0, 2)
        row.setSpacing(8)
        row.addWidget(Icon(look, "warning", 16, tone="warn"))
        row.addWidget(self._words, 1)
        row.addWidget(self.choose)
        row.addWidget(self.see)
        line.hide()
        return line

    def _add(self, item: Item) -> None:
        card = DocumentCard(self._look, item)
        card.removed.connect(self.removed)
        card.opened.connect(self.opened)
        self._cards[item.ticket] = card
        self._column.addWidget(card)
        QWidget.setTabOrder(card, card.remove)

    def _renew(self, card: DocumentCard, item: Item) -> None:
        was_reading = card.item.is_reading
        card.show_item(item)
        if was_reading and not item.is_reading:
            speak(card, card.accessibleName(), at_once=item.problem is not None)

    def _drop(self, ticket: str) -> None:
        card = self._cards.pop(ticket)
        self._column.removeWidget(card)
        card.hide()
        card.deleteLater()

    def _fit(self) -> None:
        cards = self.cards()
        whole = sum(card.sizeHint().height() + _GAP for card in cards) - _GAP
        most = round(_SEEN * (self._look.px(50) + _GAP))
        self._area.setFixedHeight(max(0, min(whole, most)))
