"""A model's page: what it is, its files and how they would run, and what its maker says."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from inglenook.downloads.page import FoundModel
from inglenook.services.modelnews import ReadmeRead, RepositoryRead
from inglenook.services.modelpage import ModelPage
from inglenook.ui import theme
from inglenook.ui.models.findnote import FindNote, FindStrip, Plight, plight_of
from inglenook.ui.models.pane import Pane
from inglenook.ui.models.repositorybody import RepositoryBody
from inglenook.ui.models.repositoryfiles import RepositoryFiles
from inglenook.ui.models.repositorygate import Gate
from inglenook.ui.models.repositoryhead import RepositoryHead
from inglenook.ui.models.repositoryreadme import LONGEST, ReadmeView
from inglenook.ui.models.stock import Stock
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.skeleton import Skeleton
from inglenook.ui.words import one_line, tr, tr_told

_TOKENS = "settings/tokens"
"""Where on the Hub tokens are made."""


class RepositoryView(Pane):
    """One repository of the Hub.

    Attributes:
        back: Leads to where the page was opened from; so do Esc and Alt+Left.

    Signals:
        left(): back was asked for.
        get_asked(page, offer): a row is wanted.
        pause_asked(job), resume_asked(job), use_asked(path): of one row.
        hub_asked(path): a page of the Hub is wanted.
        link_asked(address): a page that the maker links to is wanted.
        acted(plight): the button beside a problem was pressed.
    """

    left = Signal()
    get_asked = Signal(object, object)
    pause_asked = Signal(str)
    resume_asked = Signal(str)
    use_asked = Signal(str)
    hub_asked = Signal(str)
    link_asked = Signal(str)
    acted = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__(look, tr("Page of a model"))
        self.repo = ""
        self._page: ModelPage | None = None
        self._stock = Stock()
        self.files: RepositoryFiles | None = None
        self.back = Button(look, icon="chevron-left", text=tr("Back"), kind="plain")
        self.back.set_name(tr("Back"), "Esc")
        self.head = RepositoryHead(look)
        self.gate = Gate(look)
        self.strip = FindStrip(look)
        self._skeleton = Skeleton(look, 6)
        self.note = FindNote(look)
        self._body = QVBoxLayout()
        self._told = Label(look, "", theme.LABEL, tone="text_muted", wrap=True)
        self._said = Label(look, tr("What its maker says"), theme.H3, display=True)
        self.readme = ReadmeView(look)
        self._rest = Label(look, "", theme.LABEL, tone="text_faint", wrap=True)
        self._lay_out()
        self._connect()

    @property
    def page(self) -> ModelPage | None:
        """What is known of the repository; None while it is looked up."""
        return self._page

    @property
    def is_shut(self) -> bool:
        """Its files are given only to people who have agreed to its terms."""
        return self._page is not None and self._page.found.gated and not self._page.rated

    def open(self, repo: str, found: FoundModel | None = None) -> None:
        """Show another repository, or the same anew.

        Args:
            repo: ``"org/name"``.
            found: What a list says of it; None if it was not in one.
        """
        self.repo, self._page = repo, None
        _empty(self._body)
        self.files = None
        self.head.show_name(repo)
        if found is not None:
            self.head.show_found(found)
        for part in (self.gate, self.strip, self.note, self._said, self.readme, self._rest):
            part.hide()
        self._skeleton.show()
        self.verticalScrollBar().setValue(0)

    def show_read(self, told: RepositoryRead, *, has_token: bool) -> None:
        """Show what there is, or why nothing can be read."""
        self._skeleton.hide()
        if told.page is None:
            if told.problem is not None:
                self.show_plight(plight_of(told.problem))
            return
        self._page = told.page
        _empty(self._body)
        self.note.hide()
        self.head.show_page(told.page)
        focus: QWidget | None = self.window().focusWidget()  # Qt's stub forgets None
        if not self.is_shut and focus is not None and self.gate.isAncestorOf(focus):
            self.back.setFocus(Qt.FocusReason.OtherFocusReason)
        self.gate.setVisible(self.is_shut)
        self.gate.show_token(is_kept=has_token)
        problem = None if self.is_shut else told.page.problem
        if told.page.offers.models:
            self.strip.show_plight(plight_of(problem) if problem else None)
            self._show_files(told.page)
        elif problem is not None:
            plight = Plight(
                "box",
                one_line(tr_told(problem.title), 120),
                one_line(tr_told(problem.advice), 300),
            )
            self.note.show_plight(plight)
            self.note.show()

    def show_readme(self, told: ReadmeRead) -> None:
        """Show what the maker says; nothing if there is nothing."""
        has_some = bool(told.text.strip())
        if has_some:
            self.readme.show_text(told.text)
        self._said.setVisible(has_some)
        self.readme.setVisible(has_some)
        self._rest.setVisible(len(told.text) > LONGEST)

    def show_stock(self, stock: Stock) -> None:
        """Show which rows are on their way or here."""
        self._stock = stock
        if self.files is not None:
            self.files.show_stock(stock)

    def show_token(self, *, is_kept: bool) -> None:
        """Say whether a token is kept."""
        self.gate.show_token(is_kept=is_kept)

    def show_plight(self, plight: Plight) -> None:
        """Say why nothing new can be read."""
        self._skeleton.hide()
        self.strip.show_plight(plight if self.files is not None else None)
        self.note.setVisible(self.files is None)
        if self.files is None:
            self.note.show_plight(plight)

    def event(self, event: QEvent) -> bool:
        # Esc belongs to the page while it is open, not to the window's shortcut.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and _is_escape(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _is_escape(event):
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _show_files(self, page: ModelPage) -> None:
        body = RepositoryBody(self._look, page)
        self._body.addWidget(body)
        self.files = body.files
        self.files.show_stock(self._stock)
        self.files.get_asked.connect(self._ask)
        self.files.pause_asked.connect(self.pause_asked)
        self.files.resume_asked.connect(self.resume_asked)
        self.files.use_asked.connect(self.use_asked)
        self._order_tabs()

    def _order_tabs(self) -> None:
        """Let Tab go down the page, whenever its parts were made."""
        before: QWidget = self.gate.forget
        for row in self.files.rows if self.files is not None else ():
            QWidget.setTabOrder(before, row.get)
            before = row.get
        QWidget.setTabOrder(before, self.readme)

    def _lay_out(self) -> None:
        column = self.content
        column.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 0, 8)
        top.addWidget(self.back)
        top.addStretch(1)
        column.addLayout(top)
        column.addWidget(self.head)
        column.addSpacing(16)
        column.addWidget(self.strip)
        column.addWidget(self.gate)
        column.addWidget(self._skeleton)
        column.addLayout(self._body)
        column.addSpacing(24)
        column.addWidget(self._said)
        column.addSpacing(8)
        column.addWidget(self.readme)
        column.addWidget(self._rest)
        column.addWidget(self.note, 1)
        column.addStretch(1)
        self._body.setSpacing(0)
        self._rest.setText(tr("It goes on in the model's page on the Hub."))
        self.readme.setContentsMargins(16, 0, 16, 0)

    def _connect(self) -> None:
        # A shortcut, since buttons take arrow keys for themselves, whatever is held with them.
        keys = QShortcut(QKeySequence("Alt+Left"), self)
        keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys.activated.connect(self.left)
        self.back.clicked.connect(self.left)
        self.head.hub_asked.connect(self._ask_for_page)
        self.gate.terms_asked.connect(self._ask_for_page)
        self.gate.tokens_asked.connect(self._ask_for_tokens)
        self.readme.link_asked.connect(self.link_asked)
        self.note.acted.connect(self.acted)
        self.strip.acted.connect(self.acted)

    def _ask(self, offer: object) -> None:
        self.get_asked.emit(self._page, offer)

    def _ask_for_page(self) -> None:
        self.hub_asked.emit(self.repo)

    def _ask_for_tokens(self) -> None:
        self.hub_asked.emit(_TOKENS)


def _is_escape(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Escape and not event.modifiers()


def _empty(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
