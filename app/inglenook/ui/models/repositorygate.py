"""What to do about a model that is given only to people who have agreed to its terms."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.words import tr

_TITLE = theme.TypeStyle(14, 20, 600)
_LONGEST = 200


class Gate(Surface):
    """The three steps, and a field for the token; a token is never shown.

    Attributes:
        field: Takes the token; empty again as soon as it is given.
        keep: Gives the token.
        forget: Removes the one that is kept.
        terms, tokens: Lead to the two pages on the Hub.
        again: Looks again whether the terms are agreed to.

    Signals:
        token_given(token): to be kept in the system's keyring.
        forget_asked(): the token is not wanted any more.
        terms_asked(): the model's page on the Hub is wanted.
        tokens_asked(): the page where tokens are made is wanted.
        again_asked(): look again.
    """

    token_given = Signal(str)
    forget_asked = Signal()
    terms_asked = Signal()
    tokens_asked = Signal()
    again_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, "raised", radius=theme.RADIUS_CARD)
        self._look = look
        self.terms = Button(look, icon="external", text=tr("Read the terms"), kind="outline")
        self.tokens = Button(look, icon="external", text=tr("Make a token"), kind="outline")
        self.field = QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setPlaceholderText(tr("Paste the access token"))
        self.field.setAccessibleName(tr("Access token"))
        self.field.setMaxLength(_LONGEST)
        self.keep = Button(look, text=tr("Keep it"), kind="accent")
        self.again = Button(look, icon="refresh", text=tr("Look again"), kind="outline")
        self.forget = Button(look, text=tr("Forget the token"), kind="plain")
        self._ask_for_it, self._have_it = QWidget(), QWidget()
        self._lay_out()
        self.keep.clicked.connect(self._give)
        self.field.returnPressed.connect(self._give)
        self.field.textChanged.connect(self._typed)
        self.terms.clicked.connect(self.terms_asked)
        self.tokens.clicked.connect(self.tokens_asked)
        self.forget.clicked.connect(self.forget_asked)
        self.again.clicked.connect(self.again_asked)
        look.changed.connect(self._resize)
        self._resize()
        self._typed()

    def show_token(self, *, is_kept: bool) -> None:
        """Ask for a token, or say that one is kept."""
        self._have_it.setVisible(is_kept)
        focus: QWidget | None = self.window().focusWidget()  # Qt's stub forgets None
        if is_kept and focus is not None and self._ask_for_it.isAncestorOf(focus):
            self.again.setFocus(Qt.FocusReason.OtherFocusReason)
        self._ask_for_it.setVisible(not is_kept)

    def _lay_out(self) -> None:
        look = self._look
        title = tr("This model asks who you are")
        words = tr(
            "Its maker gives it only to people who have agreed to its terms. It takes an "
            "account on the Hub, once."
        )
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Icon(look, "lock", 18, tone="warn"))
        head.addWidget(Label(look, title, _TITLE, wrap=True), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(Label(look, words, theme.NOTE, tone="text_muted", wrap=True))
        column.addLayout(self._step("1", tr("Sign in on its page and agree."), self.terms))
        column.addWidget(self._ask_for_it)
        column.addWidget(self._have_it)
        self._lay_asking()
        self._lay_having()

    def _lay_asking(self) -> None:
        look = self._look
        words = tr("Make an access token that may read, and paste it here.")
        kept = tr("It goes into this system's keyring, and to the Hub alone.")
        line = QHBoxLayout()
        line.setContentsMargins(28, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.field, 1)
        line.addWidget(self.keep)
        note = Label(look, kept, theme.CAPTION, tone="text_faint", wrap=True)
        note.setContentsMargins(28, 0, 0, 0)
        column = QVBoxLayout(self._ask_for_it)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._step("2", words, self.tokens))
        column.addLayout(line)
        column.addWidget(note)

    def _lay_having(self) -> None:
        words = tr("Your token is kept. If this stays here, the terms are not agreed to yet.")
        column = QVBoxLayout(self._have_it)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._step("2", words, self.again))
        line = QHBoxLayout()
        line.setContentsMargins(16, 0, 0, 0)
        line.addWidget(self.forget)
        line.addStretch(1)
        column.addLayout(line)

    def _step(self, number: str, words: str, button: Button) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        count = Label(self._look, number, theme.LABEL, tone="text_faint")
        count.setFixedWidth(self._look.px(20))
        row.addWidget(count)
        row.addWidget(Label(self._look, words, theme.UI, wrap=True), 1)
        row.addWidget(button)
        return row

    def _typed(self) -> None:
        self.keep.setEnabled(bool(self.field.text().strip()))

    def _give(self) -> None:
        token = self.field.text().strip()
        self.field.clear()
        if token:
            self.token_given.emit(token)

    def _resize(self) -> None:
        self.field.setFont(self._look.font(theme.UI))
        self.field.setFixedHeight(self._look.px(32))
