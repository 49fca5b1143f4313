"""The page of assistants and saved prompts."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from inglenook.ui.assistants.pane import AssistantPane
from inglenook.ui.assistants.promptpane import PromptPane
from inglenook.ui.pages import FullPage
from inglenook.ui.style import Look
from inglenook.ui.toast import Toast
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.widgets.tabs import Tabs
from inglenook.ui.words import tr

if TYPE_CHECKING:
    from inglenook.services.services import Services

ASSISTANTS, PROMPTS = range(2)


class AssistantsPage(FullPage):
    """Two panes behind tabs.

    Signals:
        use_asked(id): a new chat with this assistant.
        try_asked(Prompt): put a prompt into the message field.

    Threads: the UI thread.
    """

    use_asked = Signal(str)
    try_asked = Signal(object)

    def __init__(self, look: Look, services: "Services", toast: Toast) -> None:
        super().__init__()
        self._look = look
        self.back = Button(look, icon="chevron-left", name=tr("Back to the chat"))
        self.back.set_name(tr("Back to the chat"), "Esc")
        titles = (tr("Assistants"), tr("Prompts"))
        self.tabs = Tabs(look, tr("Assistants and prompts"), titles)
        self.assistants = AssistantPane(look, services.assistants, toast)
        self.prompts = PromptPane(look, services.prompts, toast)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.assistants)
        self._stack.addWidget(self.prompts)
        self._foot = QWidget()
        self._lay_out()
        self.back.clicked.connect(self.closed)
        self.tabs.currentChanged.connect(self._stack.setCurrentIndex)
        self.assistants.use_asked.connect(self.use_asked)
        self.prompts.try_asked.connect(self.try_asked)

    @property
    def foot(self) -> QWidget:
        """The lower edge, on which short messages stand."""
        return self._foot

    def show_tab(self, tab: int) -> None:
        """Open one of the panes."""
        self.tabs.setCurrentIndex(tab)

    def come_forward(self) -> None:
        """Take the keyboard at what is chosen in the list."""
        if self.tabs.currentIndex() == PROMPTS:
            self.prompts.come_forward()
        else:
            self.assistants.come_forward()
        if not self.isAncestorOf(self.window().focusWidget()):
            self.tabs.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _lay_out(self) -> None:
        head = Surface(self._look, "ground", line="bottom")
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 4, 16, 1)
        row.setSpacing(8)
        row.addWidget(self.back)
        row.addSpacing(4)
        row.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignBottom)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self._stack, 1)
        column.addWidget(self._foot)
        self._foot.setFixedHeight(0)
