"""Choosing files to attach in the system's own dialog."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from inglenook.ui.attachments.pictures import ENDINGS
from inglenook.ui.words import tr

_ENDINGS = (
    "*.txt *.md *.rst *.csv *.tsv *.json *.jsonl *.xml *.yaml *.yml *.toml *.ini *.log *.html"
    " *.htm *.css *.py *.js *.ts *.tsx *.jsx *.c *.h *.cpp *.hpp *.cs *.java *.kt *.go *.rs"
    " *.rb *.php *.swift *.sh *.ps1 *.sql *.tex *.r *.m *.lua *.pdf *.docx"
)


def pick_dialog(parent: QWidget) -> QFileDialog:
    """Return the dialog; it ends by itself."""
    dialog = QFileDialog(parent, tr("Attach documents"))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    documents = tr("Documents, pictures and source code")
    pictures = " ".join(f"*{ending}" for ending in ENDINGS)
    dialog.setNameFilters([f"{documents} ({_ENDINGS} {pictures})", tr("All files") + " (*)"])
    return dialog
