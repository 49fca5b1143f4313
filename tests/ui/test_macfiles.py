"""Where files are opened by events, none is lost, however early it is asked for."""

import subprocess
import sys

from inglenook.ui.macfiles import OpenedFiles

PROGRAM = """
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QFileOpenEvent
from inglenook.ui.macfiles import MacApplication

application = MacApplication(["inglenook"])
told = []
QCoreApplication.sendEvent(application, QFileOpenEvent("/models/one.gguf"))
application.files.serve(told.append)
QCoreApplication.sendEvent(application, QFileOpenEvent("/models/two.gguf"))
QCoreApplication.sendEvent(application, QEvent(QEvent.Type.User))
print(told)
"""


def test_files_wait_until_somebody_takes_them():
    files, taken = OpenedFiles(), []
    files.put("/a.gguf")
    files.put("/b.gguf")
    files.serve(taken.append)
    files.put("/c.gguf")
    assert taken == [("/a.gguf", "/b.gguf"), ("/c.gguf",)]


def test_where_nothing_was_asked_for_nobody_is_told():
    taken = []
    OpenedFiles().serve(taken.append)
    assert taken == []


def test_the_application_takes_the_events_of_files():
    """In a process of its own: there can be one application only."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[('/models/one.gguf',), ('/models/two.gguf',)]"
