"""What is kept of a picture to notice when it changes: its size, and how bright each part is.

Pictures themselves would be tens of megabytes in git, renewed with every change. A print is
one line of text: the mean luminance of each cell of a grid of 24 × 16. A chip that appears, a
moved button or another colour changes at least one cell; the smoothing of letters does not.
Prints of other fonts or another Qt say nothing, so they are only compared where both are as
they were when the prints were kept.
"""

import base64
import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QFont, QFontInfo, QFontMetricsF, QImage

KEPT = Path(__file__).with_name("prints.json")
COLUMNS, ROWS = 24, 16
TOLERANCE = 4
"""Steps of 255: a missing icon of 16 pixels is 5 or more (measured), smoothing at most 1."""
_FAMILIES = ("Inter", "JetBrains Mono")
_PROBE = "Hamburgefonstiv 0123456789 {} -> …"


class Print(NamedTuple):
    """What is kept of one picture.

    Attributes:
        width: In pixels.
        height: In pixels.
        cells: Mean luminance of each cell, 0 to 255, row by row.
    """

    width: int
    height: int
    cells: bytes

    @property
    def line(self) -> str:
        """The print as it is stored."""
        return f"{self.width}x{self.height} {base64.b64encode(self.cells).decode()}"


def print_of(picture: QImage) -> Print:
    """Return the print of a picture."""
    grey = picture.convertToFormat(QImage.Format.Format_RGB32).scaled(
        COLUMNS,
        ROWS,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    grey = grey.convertToFormat(QImage.Format.Format_Grayscale8)
    stored, step = bytes(grey.constBits()), grey.bytesPerLine()
    cells = b"".join(stored[row * step : row * step + COLUMNS] for row in range(ROWS))
    return Print(picture.width(), picture.height(), cells)


def parse(line: str) -> Print:
    """Return the print that a stored line tells of."""
    size, cells = line.split(" ")
    width, height = map(int, size.split("x"))
    return Print(width, height, base64.b64decode(cells))


def difference(kept: Print, drawn: Print) -> str:
    """Return what is different, in words; nothing if the pictures look the same."""
    if kept[:2] != drawn[:2]:
        return f"was {kept.width} × {kept.height}, is {drawn.width} × {drawn.height}"
    steps = [abs(a - b) for a, b in zip(kept.cells, drawn.cells, strict=True)]
    changed = [cell for cell, step in enumerate(steps) if step > TOLERANCE]
    if not changed:
        return ""
    most = max(changed, key=steps.__getitem__)
    left = most % COLUMNS * kept.width // COLUMNS
    top = most // COLUMNS * kept.height // ROWS
    return f"{len(changed)} cells changed, most around {left},{top} (by {steps[most]} of 255)"


def letters() -> str:
    """Return what the look of letters depends on here: Qt, and the fonts it really uses."""
    words = [f"Qt {qVersion()}"]
    for family in _FAMILIES:
        font = QFont(family)
        font.setPixelSize(100)
        width = QFontMetricsF(font).horizontalAdvance(_PROBE)
        words.append(f"{QFontInfo(font).family()} {width:.1f}")
    return ", ".join(words)


def kept() -> tuple[str, dict[str, Print]]:
    """Return the letters the prints were made with, and the prints by picture."""
    stored = json.loads(KEPT.read_text(encoding="utf-8"))
    return stored["letters"], {name: parse(line) for name, line in stored["prints"].items()}


def keep(prints: dict[str, Print], *, only: Iterable[str] | None = None) -> None:
    """Store prints, beside those stored already where only some were drawn."""
    lines = {name: each.line for name, each in prints.items()}
    if only is not None and KEPT.exists():
        lines = {name: each.line for name, each in kept()[1].items()} | lines
    text = json.dumps({"letters": letters(), "prints": dict(sorted(lines.items()))}, indent=0)
    KEPT.write_text(text + "\n", encoding="utf-8")
