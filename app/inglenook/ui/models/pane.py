"""A pane of the models page: a column of a readable width that scrolls."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from inglenook.ui.style import Look

WIDTH = 860


class Pane(QScrollArea):
    """Content at the top of the page, in its middle, never wider than reads well.

    Args:
        name: What is in it, for screen readers.
    """

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._look = look
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        page.setObjectName("page")
        self._inner = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(24, 16, 24, 24)
        row.addStretch(1)
        row.addWidget(self._inner, 1000)
        row.addStretch(1)
        self.content = QVBoxLayout(self._inner)
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.setSpacing(12)
        self.setWidget(page)
        self.viewport().setAutoFillBackground(False)
        page.setAutoFillBackground(False)
        look.changed.connect(self._resize)
        self._resize()

    def _resize(self) -> None:
        self._inner.setMaximumWidth(self._look.px(WIDTH))
