"""Small views of attached pictures, unpacked no larger than they are shown."""

from functools import lru_cache

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter, QPainterPath, QPixmap

from inglenook.ui.attachments.pictures import MOST_ALLOCATION_MB, MOST_PIXELS

_MOST_KEPT = 48


def picture_of(data: bytes, most: QSize, *, fills: bool = False) -> QImage:
    """Return a picture that is no larger than ``most``; a null one if it cannot be read.

    It may come from a file of chats that somebody else wrote, so its size is known before it
    is unpacked.

    Args:
        data: The content of a picture's file.
        most: In pixels of the screen.
        fills: It is to cover ``most`` instead of fitting in.
    """
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    QImageReader.setAllocationLimit(MOST_ALLOCATION_MB)
    reader = QImageReader(buffer)
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > MOST_PIXELS:
        return QImage()
    modes = Qt.AspectRatioMode
    mode = modes.KeepAspectRatioByExpanding if fills else modes.KeepAspectRatio
    fitted = size.scaled(most, mode).expandedTo(QSize(1, 1))
    # The longest side is bounded: a picture of one row that covers a square would be huge.
    if fitted.width() < size.width() and max(fitted.width(), fitted.height()) <= 4096:
        reader.setScaledSize(fitted)
    return reader.read()


@lru_cache(maxsize=_MOST_KEPT)
def thumbnail(data: bytes, side: int, radius: float) -> QPixmap:
    """Return the middle of a picture as a square with round corners, null if it is none.

    Args:
        data: The content of a picture's file.
        side: In pixels of the screen.
        radius: Of the corners, in the same.
    """
    image = picture_of(data, QSize(side, side), fills=True)
    if image.isNull():
        return QPixmap()
    shown = QPixmap(side, side)
    shown.fill(Qt.GlobalColor.transparent)
    painter = QPainter(shown)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    square = QRectF(0, 0, side, side)
    outline = QPainterPath()
    outline.addRoundedRect(square, radius, radius)
    painter.setClipPath(outline)
    edge = min(image.width(), image.height())
    left, top = (image.width() - edge) / 2, (image.height() - edge) / 2
    painter.drawImage(square, image, QRectF(left, top, edge, edge))
    painter.end()
    return shown
