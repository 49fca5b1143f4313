"""A page that keeps its content in the middle and scrolls when there is no room."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget


class CenteredPage(QScrollArea):
    """Content of a limited width, centred both ways.

    Args:
        width: Greatest width of the content, in pixels.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        page.setObjectName("page")
        self._inner = QWidget()
        self._inner.setMaximumWidth(width)
        row = QHBoxLayout(page)
        row.setContentsMargins(24, 16, 24, 16)
        row.addStretch(1)
        column = QVBoxLayout()
        column.addStretch(3)
        column.addWidget(self._inner)
        column.addStretch(4)
        row.addLayout(column, 1000)
        row.addStretch(1)
        self.content = QVBoxLayout(self._inner)
        self.content.setContentsMargins(0, 0, 0, 0)
        self.setWidget(page)
        self.viewport().setAutoFillBackground(False)
        page.setAutoFillBackground(False)

    def set_content_width(self, width: int) -> None:
        """Change the greatest width of the content."""
        self._inner.setMaximumWidth(width)
