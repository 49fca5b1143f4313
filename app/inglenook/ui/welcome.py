"""The first-run page: what stays on this computer, and what it starts with."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.column import CenteredPage
from inglenook.ui.widgets.flow import Flow
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.words import tr

_WIDTH = 560
_STRONG = theme.TypeStyle(14, 20, 600)


class Welcome(CenteredPage):
    """One screen before the first chat.

    Signals:
        start_asked(): Start chatting was pressed.
        open_file_asked(): the person has a model file of their own.
        find_asked(): a better model is wanted at once.
    """

    start_asked = Signal()
    open_file_asked = Signal()
    find_asked = Signal()

    def __init__(self, look: Look, data_folder: str) -> None:
        super().__init__(look.px(_WIDTH))
        self._look = look
        self.start = Button(
            look, text=tr("Start chatting"), kind="accent", height=40, style=_STRONG
        )
        self.open_file = Button(
            look, text=tr("Open a model file…"), kind="outline", height=40, style=_STRONG
        )
        self.find_model = Button(
            look, text=tr("Find a better model"), kind="outline", height=40, style=_STRONG
        )
        self.content.setSpacing(6)
        self.content.addWidget(Icon(look, "flame", 52), 0, Qt.AlignmentFlag.AlignLeft)
        self.content.addSpacing(8)
        title = tr("Everything stays on this computer")
        self.content.addWidget(Label(look, title, theme.DISPLAY, wrap=True, display=True))
        about = tr("Inglenook answers with a model that runs right here, even offline.")
        self.content.addWidget(Label(look, about, theme.BODY, tone="text_muted", wrap=True))
        self.content.addSpacing(14)
        self.content.addWidget(self._promises(look, data_folder))
        self.content.addSpacing(18)
        row = Flow(10)
        row.addWidget(self.start)
        row.addWidget(self.find_model)
        row.addWidget(self.open_file)
        self.content.addLayout(row)
        self.start.clicked.connect(self.start_asked)
        self.open_file.clicked.connect(self.open_file_asked)
        self.find_model.clicked.connect(self.find_asked)
        look.changed.connect(self._resize)

    def _promises(self, look: Look, data_folder: str) -> Surface:
        card = Surface(look, "raised", radius=theme.RADIUS_CARD)
        column = QVBoxLayout(card)
        column.setContentsMargins(20, 18, 20, 18)
        column.setSpacing(16)
        where = tr("Your chats are in {folder}.").format(folder=data_folder)
        for icon, title, words in (
            (
                "shield-check",
                tr("Your chats and files are yours"),
                tr("Nothing you write or open is sent anywhere.") + " " + where,
            ),
            (
                "person",
                tr("No account, no telemetry"),
                tr("Nobody counts what you do. There is nothing to sign up for."),
            ),
            (
                "bulb",
                tr("It starts with a small model"),
                tr(
                    "SmolLM2 135M is quick on any computer, but often wrong: good for trying "
                    "things out. Inglenook finds a better one that fits this computer."
                ),
            ),
        ):
            column.addLayout(_promise(look, icon, title, words))
        return card

    def _resize(self) -> None:
        self.set_content_width(self._look.px(_WIDTH))


def _promise(look: Look, icon: str, title: str, words: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(14)
    row.addWidget(Icon(look, icon, 22), 0, Qt.AlignmentFlag.AlignTop)
    text = QVBoxLayout()
    text.setSpacing(2)
    text.addWidget(Label(look, title, _STRONG, wrap=True))
    text.addWidget(Label(look, words, theme.LABEL, tone="text_muted", wrap=True))
    row.addLayout(text, 1)
    return row
