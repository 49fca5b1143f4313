"""Writes the chart of an evaluation into a file, where there is no window."""

import os
import sys
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from inglenook.core.errors import StorageError
from inglenook.effort.families import FAMILIES
from inglenook.effort.ladder import Ladder
from inglenook.effort.report import SetReport
from inglenook.ui.evaluation.chart import picture_of
from inglenook.ui.evaluation.series import Chart, chart_of, ladder_chart
from inglenook.ui.theme import LIGHT


def save(found: SetReport | Ladder, model: str, target: Path) -> None:
    """Draw what was found into a PNG file.

    Args:
        found: Of one model, or of several files.
        model: Its name; unused for several.
        target: The file; one that is there is written over.

    Raises:
        StorageError: it could not be written.
    """
    application = _without_a_screen()
    image = picture_of(_chart(found, model), LIGHT)
    assert application is not None  # it must outlive the drawing
    if not image.save(str(target), "PNG"):  # type: ignore[call-overload]  # the stub lacks it
        raise StorageError(
            "The picture could not be written", "Name a file in a folder that you may write to."
        )


def _without_a_screen() -> object:
    if QGuiApplication.instance() is None and sys.platform == "linux":
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return QGuiApplication.instance() or QGuiApplication([])


def _chart(found: SetReport | Ladder, model: str) -> Chart:
    about = FAMILIES[found.set].about.rstrip(".") if found.set in FAMILIES else found.set
    if isinstance(found, Ladder):
        return ladder_chart(found, about=about)
    return chart_of(found, about=about, model=model)
