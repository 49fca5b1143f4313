"""The access token of the Hub: whether there is one, and how it is forgotten."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from inglenook.ui import theme
from inglenook.ui.settings.around import Around
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.words import tr


class TokenPart(QWidget):
    """Says that a token is kept, and forgets it."""

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._browse = around.services.browse
        self._state = Label(around.look, "", theme.LABEL, tone="text_muted")
        self.forget = Button(around.look, text=tr("Forget the token"), kind="outline")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._state)
        row.addWidget(self.forget)
        self.forget.clicked.connect(self._forget)
        around.bridge.settings_changed.connect(self.show_state)
        self.show_state()

    def show_state(self, _event: object = None) -> None:
        """Show whether there is one."""
        has_token = self._browse.has_token()
        self.forget.setVisible(has_token)
        self._state.setVisible(not has_token)
        self._state.setText(tr("None is kept"))

    def _forget(self) -> None:
        self._browse.forget_token()
