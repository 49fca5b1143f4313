"""The curves as pictures, light and dark."""

from collections.abc import Collection, Iterator
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from inglenook.effort.families import FAMILIES
from inglenook.ui.evaluation.chart import picture_of
from inglenook.ui.evaluation.series import Chart, chart_of, ladder_chart
from inglenook.ui.theme import DARK, LIGHT
from parts.effort import bits
from parts.effort.bench import Bench

MODEL = "SmolLM2 135M Instruct, Q4_1"


def draw_all(bench: Bench, target: Path, parts: Collection[str]) -> Iterator[Path]:
    """Draw what was measured beside a file's name: ``curves-sum3-light.png``.

    Args:
        bench: The run.
        target: The name.
        parts: That were run: every family for "accuracy", the ladder for "bits".
    """
    application = QGuiApplication.instance() or QGuiApplication([])
    assert application is not None
    for name, chart in charts(bench, parts):
        for palette in (LIGHT, DARK):
            path = target.with_name(f"{target.stem}-{name}-{palette.name}.png")
            picture_of(chart, palette).save(str(path))
            yield path


def charts(bench: Bench, parts: Collection[str]) -> Iterator[tuple[str, Chart]]:
    """Give each chart with its name."""
    if "accuracy" in parts:
        for found in bench.reports():
            about = FAMILIES[found.set].about.rstrip(".")
            yield found.set, chart_of(found, about=about, model=MODEL)
    if "bits" in parts:
        found_bits = bits.ladder(bench)
        yield "bits", ladder_chart(found_bits, about=FAMILIES[found_bits.set].about.rstrip("."))
