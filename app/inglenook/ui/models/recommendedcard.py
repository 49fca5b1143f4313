"""The one model that is suggested for this computer, as a large card."""

import time

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from inglenook.services.modelpage import Looked
from inglenook.ui import theme
from inglenook.ui.models.findget import Coming, GetButton
from inglenook.ui.models.recommendedwords import (
    figures_of,
    offer_of,
    quant_words,
    rating_of,
)
from inglenook.ui.models.stock import Stock
from inglenook.ui.style import Look
from inglenook.ui.widgets.badge import FitBadge, memory_in_words
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.words import one_line, tr


class RecommendedCard(Surface):
    """What it is called and good at, what it takes, and a button that gets it.

    Attributes:
        get: Gets it, and becomes Pause or Use.
        more: Opens its page.

    Signals:
        get_asked(looked): Get was pressed.
        open_asked(repo): its page is wanted.
    """

    get_asked = Signal(object)
    open_asked = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "raised", radius=theme.RADIUS_CARD)
        self.looked: Looked | None = None
        self.title = Label(look, "", theme.H2, display=True, wrap=True)
        self._words = Label(look, "", theme.BODY, tone="text_muted", wrap=True)
        self._quant = Label(look, "", theme.LABEL, wrap=True)
        self._figures = Label(look, "", theme.NOTE, tone="text_muted", wrap=True)
        self._badge = FitBadge(look)
        self._coming = Coming(look)
        self.get = GetButton(look, kind="accent", height=40)
        self.more = Button(look, text=tr("All files and details"), kind="plain", height=40)
        self._lay_out()
        self.get.get_asked.connect(self._ask)
        self.more.clicked.connect(self._open)

    def show_looked(self, looked: Looked) -> None:
        """Show another model."""
        self.looked = looked
        entry, offer = looked.recommendation, offer_of(looked)
        self.title.setText(one_line(entry.name, 80))
        self._words.setText(one_line(entry.good_at, 300))
        self._figures.setText(figures_of(looked))
        if offer is not None:
            words = quant_words(offer)
            told = f"{words.short}: {words.note}" if words.note else words.title
            self._quant.setText(f"{told} ({offer.quant})" if words.note else told)
        rated = rating_of(looked.page, offer)
        parts = memory_in_words(rated.memory) if rated else ""
        self._badge.show_verdict(rated.verdict if rated else None, parts)

    def show_stock(self, stock: Stock) -> None:
        """Show whether it is on its way or here."""
        offer = offer_of(self.looked) if self.looked else None
        if self.looked is None or offer is None:
            return
        entry = self.looked.recommendation
        coming, path = stock.coming(entry.repo, offer), stock.path_of(entry.repo, offer)
        self.get.show_state(one_line(entry.name, 80), coming, path)
        self._coming.show_download(None if path else coming, round(time.time() * 1000))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title, 1)
        head.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignTop)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.get)
        buttons.addWidget(self.more)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(0)
        column.addLayout(head)
        column.addSpacing(4)
        column.addWidget(self._words)
        column.addSpacing(12)
        column.addWidget(self._quant)
        column.addSpacing(2)
        column.addWidget(self._figures)
        column.addSpacing(16)
        column.addLayout(buttons)
        column.addWidget(self._coming)

    def _ask(self) -> None:
        self.get_asked.emit(self.looked)

    def _open(self) -> None:
        if self.looked is not None:
            self.open_asked.emit(self.looked.recommendation.repo)
