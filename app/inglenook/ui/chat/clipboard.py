"""Text on its way to the clipboard."""

from PySide6.QtCore import QByteArray, QMimeData
from PySide6.QtGui import QGuiApplication


def put_on_clipboard(plain: str, markdown: str) -> None:
    """Offer a text to other programs, as plain text and as Markdown."""
    data = QMimeData()
    data.setText(plain)
    data.setData("text/markdown", QByteArray(markdown.encode("utf-8", "replace")))
    QGuiApplication.clipboard().setMimeData(data)
