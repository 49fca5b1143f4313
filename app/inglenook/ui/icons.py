"""Our icons: SVG files on a grid of 24, drawn in any colour, size and screen density."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from inglenook.storage.paths import resources

_MENU_SIZE = 16


class Icons:
    """Draws icons and remembers them.

    Threads: the UI thread.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = resources() / "icons" if folder is None else folder
        self._sources: dict[str, bytes] = {}
        self._drawn: dict[tuple[str, str, int, float], QPixmap] = {}

    def pixmap(self, name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
        """Return an icon.

        Args:
            name: File name without ``.svg``.
            colour: ``#RRGGBB``.
            size: Width and height in logical pixels.
            ratio: Device pixels to a logical pixel.
        """
        key = (name, colour, size, ratio)
        if key not in self._drawn:
            self._drawn[key] = self._draw(*key)
        return self._drawn[key]

    def icon(self, name: str, colour: str) -> QIcon:
        """Return an icon for menus, at one and two device pixels to a pixel."""
        icon = QIcon(self.pixmap(name, colour, _MENU_SIZE))
        icon.addPixmap(self.pixmap(name, colour, _MENU_SIZE, 2.0))
        return icon

    def _draw(self, name: str, colour: str, size: int, ratio: float) -> QPixmap:
        device = max(1, round(size * ratio))
        pixmap = QPixmap(device, device)
        pixmap.fill(Qt.GlobalColor.transparent)
        picture = self._source(name).replace(b"currentColor", colour.encode())
        painter = QPainter(pixmap)
        QSvgRenderer(QByteArray(picture)).render(painter, QRectF(0, 0, device, device))
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        return pixmap

    def _source(self, name: str) -> bytes:
        if name not in self._sources:
            self._sources[name] = (self._folder / f"{name}.svg").read_bytes()
        return self._sources[name]
