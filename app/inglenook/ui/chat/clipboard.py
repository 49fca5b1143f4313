"""Text on its way to the clipboard."""

from PySide6.QtCore import QByteArray, QMimeData
from PySide6.QtGui import QGuiApplication


def put_table_on_clipboard(plain: str, table_csv: str, markdown: str) -> None:
    """Offer a table to other programs, also to those that ask for CSV or Markdown."""
    data = QMimeData()
    data.setText(plain)
    data.setData("text/csv", QByteArray(table_csv.encode("utf-8", "replace")))
    data.setData("text/markdown", QByteArray(markdown.encode("utf-8", "replace")))
    QGuiApplication.clipboard().setMimeData(data)


def put_on_clipboard(plain: str, markdown: str) -> None:
    """Offer a text to other programs, as plain text and as Markdown."""
    data = QMimeData()
    data.setText(plain)
    data.setData("text/markdown", QByteArray(markdown.encode("utf-8", "replace")))
    QGuiApplication.clipboard().setMimeData(data)
