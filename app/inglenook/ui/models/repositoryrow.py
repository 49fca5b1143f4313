"""One file of a model's page: what it is, how it would run, and a button that gets it."""

import time
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inglenook.models.fit import Verdict
from inglenook.models.offers import Offer
from inglenook.models.suggestion import Rated
from inglenook.services.events import Download
from inglenook.ui import theme
from inglenook.ui.models.figures import about_as_fast_as, joined
from inglenook.ui.models.findget import Coming, GetButton
from inglenook.ui.models.recommendedwords import quant_words
from inglenook.ui.models.stock import Stock
from inglenook.ui.style import Look
from inglenook.ui.units import bytes_in_words
from inglenook.ui.widgets.badge import FitBadge, memory_in_words
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.mark import Mark
from inglenook.ui.widgets.question import Question
from inglenook.ui.words import tip, tr

_TITLE = theme.TypeStyle(14, 20, 600)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A row of a model's page.

    Attributes:
        rated: How it would run; None if nothing is known.
        is_suggested: It is the one to take.
    """

    offer: Offer
    rated: Rated | None = None
    is_suggested: bool = False

    @property
    def is_too_big(self) -> bool:
        """It will not run here."""
        return self.rated is not None and self.rated.verdict is Verdict.TOO_BIG


class RepositoryRow(QWidget):
    """A file, or a split model as if it were one.

    Attributes:
        get: Gets it, and becomes Pause or Use.

    Signals:
        get_asked(offer): it is wanted, whatever its size.
    """

    get_asked = Signal(object)

    def __init__(self, look: Look, facts: FileFacts) -> None:
        super().__init__()
        self.facts = facts
        self._shown: tuple[Download | None, str] | None = None
        self.get = GetButton(look, kind="accent" if facts.is_suggested else "outline")
        self._look = look
        # A page has up to thirty rows: what few of them need is made when it is needed.
        self._question: Question | None = None
        self._coming: Coming | None = None
        self._words, self._column = QVBoxLayout(), QVBoxLayout(self)
        self._note = Label(look, "", theme.CAPTION, tone="text_muted", wrap=True)
        self._badge = FitBadge(look)
        self._under = QWidget()
        self._lay_out(look)
        self._show_facts()
        self.get.get_asked.connect(self._ask)

    @property
    def question(self) -> Question:
        """Asks whether to get what will not run."""
        if self._question is None:
            self._question = Question(self._look, tr("Get it anyway"), tr("Cancel"))
            self._column.addWidget(self._question)
            QWidget.setTabOrder(self.get, self._question.no)
            QWidget.setTabOrder(self._question.no, self._question.yes)
            self._question.agreed.connect(self._get_anyway)
            self._question.declined.connect(self._return)
        return self._question

    @property
    def coming(self) -> Coming:
        """Shows how far it has come."""
        if self._coming is None:
            self._coming = Coming(self._look)
            self._words.addWidget(self._coming)
        return self._coming

    def show_stock(self, repo: str, stock: Stock) -> None:
        """Show whether it is on its way or here."""
        coming = stock.coming(repo, self.facts.offer)
        path = stock.path_of(repo, self.facts.offer)
        if (coming, path) == self._shown:
            return  # told ten times a second while anything is coming
        self._shown = (coming, path)
        size = bytes_in_words(self.facts.offer.size_bytes)
        subject = f"{quant_words(self.facts.offer).title}, {size}"
        self.get.show_state(subject, coming, path)
        if coming is not None or self._coming is not None:
            self.coming.show_download(None if path else coming, round(time.time() * 1000))
        self._under.setVisible(bool(path) or coming is None)
        if self._question is not None and (coming is not None or path):
            self._question.hide()

    def _show_facts(self) -> None:
        offer, rated = self.facts.offer, self.facts.rated
        speed = about_as_fast_as(rated.tokens_per_s) if rated else ""
        words = quant_words(offer)
        self._note.setText(joined(words.note, speed))
        self._note.setToolTip(tip(offer.name))
        parts = memory_in_words(rated.memory) if rated else ""
        self._badge.show_verdict(rated.verdict if rated else None, parts)

    def _lay_out(self, look: Look) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        offer = self.facts.offer
        top.addWidget(Label(look, quant_words(offer).title, _TITLE))
        if self.facts.is_suggested:
            top.addWidget(Mark(look, tr("Recommended")))
        if len(offer.files) > 1:
            count = tr("{count} parts").format(count=len(offer.files))
            top.addWidget(Label(look, count, theme.CAPTION, tone="text_faint"))
        top.addStretch(1)
        under = QHBoxLayout(self._under)
        under.setContentsMargins(0, 0, 0, 0)
        under.setSpacing(8)
        under.addWidget(self._badge)
        under.addWidget(self._note, 1)
        words = self._words
        words.setSpacing(6)
        words.addLayout(top)
        words.addWidget(self._under)
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addLayout(words, 1)
        size = Label(look, bytes_in_words(offer.size_bytes), theme.LABEL, tone="text_muted")
        line.addWidget(size, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.get, 0, Qt.AlignmentFlag.AlignVCenter)
        column = self._column
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(line)

    def _ask(self) -> None:
        if not self.facts.is_too_big:
            self.get_asked.emit(self.facts.offer)
            return
        self.question.ask(
            tr("It needs more memory than this computer has, and will not load here.")
        )

    def _get_anyway(self) -> None:
        self._return()
        self.get_asked.emit(self.facts.offer)

    def _return(self) -> None:
        self.get.setFocus(Qt.FocusReason.OtherFocusReason)
