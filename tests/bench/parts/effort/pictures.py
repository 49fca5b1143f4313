"""The curves as pictures, light and dark."""

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from inglenook.effort.families import FAMILIES
from inglenook.ui.evaluation.chart import picture_of
from inglenook.ui.evaluation.series import chart_of
from inglenook.ui.theme import DARK, LIGHT
from parts.effort.bench import Bench

MODEL = "SmolLM2 135M Instruct, Q4_1"


def draw_all(bench: Bench, target: Path) -> Iterator[Path]:
    """Draw every family beside a file's name: ``curves-sum3-light.png``."""
    application = QGuiApplication.instance() or QGuiApplication([])
    assert application is not None
    for found in bench.reports():
        chart = chart_of(found, about=FAMILIES[found.set].about.rstrip("."), model=MODEL)
        for palette in (LIGHT, DARK):
            path = target.with_name(f"{target.stem}-{found.set}-{palette.name}.png")
            picture_of(chart, palette).save(str(path))
            yield path
