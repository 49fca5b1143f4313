"""The first step: what stays on this computer."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.words import tr

_STRONG = theme.TypeStyle(14, 20, 600)


class PromiseStep(QWidget):
    """Says in three sentences what a stranger wants to know first."""

    def __init__(self, look: Look, data_folder: str) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        title = tr("Everything stays on this computer")
        column.addWidget(Label(look, title, theme.DISPLAY, wrap=True, display=True))
        about = tr("Inglenook answers with a model that runs right here, even offline.")
        column.addWidget(Label(look, about, theme.BODY, tone="text_muted", wrap=True))
        column.addSpacing(16)
        column.addWidget(self._promises(look, data_folder))
        column.addStretch(1)  # where the next step was higher, what is left is below

    def _promises(self, look: Look, data_folder: str) -> Surface:
        card = Surface(look, "raised", radius=theme.RADIUS_CARD)
        column = QVBoxLayout(card)
        column.setContentsMargins(20, 20, 20, 20)
        column.setSpacing(16)
        where = tr("Your chats are in {folder}.").format(folder=data_folder)
        for icon, title, words in (
            (
                "shield-check",
                tr("Your chats and files are yours"),
                tr(
                    "Nothing you write or open is sent anywhere, unless you add an engine "
                    "elsewhere yourself."
                )
                + " "
                + where,
            ),
            (
                "person",
                tr("No account, no telemetry"),
                tr("Nobody counts what you do. There is nothing to sign up for."),
            ),
            (
                "globe",
                tr("The network is used when you ask for it"),
                tr(
                    "The next step asks Hugging Face which models there are. Skip it, and "
                    "nothing is asked."
                ),
            ),
        ):
            column.addLayout(_promise(look, icon, title, words))
        return card


def _promise(look: Look, icon: str, title: str, words: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(16)
    row.addWidget(Icon(look, icon, 22), 0, Qt.AlignmentFlag.AlignTop)
    text = QVBoxLayout()
    text.setSpacing(2)
    text.addWidget(Label(look, title, _STRONG, wrap=True))
    text.addWidget(Label(look, words, theme.LABEL, tone="text_muted", wrap=True))
    row.addLayout(text, 1)
    return row
