"""Gets a model through the real window in a process that a test kills.

Arguments: the folder for all data, the repository, and after how many bytes to pause. Prints
a line once it is paused, and then only waits to be killed.
"""

import sys
from pathlib import Path

from pytestqt.qt_compat import qt_api
from pytestqt.qtbot import QtBot
from tests.journeys.modelswindow import ModelsWindow
from tests.journeys.session import Session

from inglenook.downloads.job import JobState
from inglenook.downloads.jobfiles import JobFiles
from inglenook.storage.paths import Folders
from inglenook.ui.app import make_application
from inglenook.ui.models.page import FIND


def main(data: str, repo: str, bytes_at_least: str) -> None:
    qt_api.set_qt_api("pyside6")  # as pytest's own plugin does
    application = make_application()
    session = Session(QtBot(None), application, Folders.below(Path(data)), "echo")
    window = ModelsWindow(session)
    window.open(FIND)
    window.get(window.find("smol", repo), int(bytes_at_least))
    # It is written down a moment after it is shown.
    jobs = JobFiles(session.services.folders.downloads)
    session.wait(lambda: [job.state for job in jobs.read()] == [JobState.PAUSED])
    sys.stdout.write("paused\n")
    sys.stdout.flush()
    application.exec()


if __name__ == "__main__":
    main(*sys.argv[1:])
