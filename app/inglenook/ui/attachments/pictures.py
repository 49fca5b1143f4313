"""Pictures made ready to be kept: checked, turned upright, made smaller, their metadata gone.

What is attached may be hostile: only formats of the list are tried, their size is known before
anything is unpacked, and what is kept is drawn anew, so that nothing of the file survives but
its colours: no place where it was taken, no camera, no comment.
"""

from pathlib import Path, PurePath

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter

from inglenook.chat.attachment import MOST_NAME, Attachment, Kind
from inglenook.core.errors import PictureError
from inglenook.core.units import MIB

ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif")
MOST_FILE_BYTES = 20 * MIB
MOST_PIXELS = 100_000_000
LONGEST_SIDE = 2048
"""More than any projector looks at in one piece."""
_FORMATS = {b"png", b"jpeg", b"jpg", b"webp", b"bmp", b"gif"}
MOST_ALLOCATION_MB = 512  # 100 megapixels of four bytes, and something to spare
_QUALITY = 90
_SMALL = 512
"""So small a picture is kept without any loss: it is often a drawing, and takes little room."""


def is_picture(path: str) -> bool:
    """Tell whether a file is a picture by its name."""
    return path.lower().endswith(ENDINGS)


def from_file(path: str) -> Attachment:
    """Return a picture from a file, ready to be kept.

    Threads: any.

    Raises:
        PictureError: it cannot be read, or is too large.
    """
    try:
        with Path(path).open("rb") as file:
            data = file.read(MOST_FILE_BYTES + 1)
    except (OSError, ValueError) as cause:  # ValueError: a NUL in the name
        raise PictureError(
            "This picture cannot be opened", "Check that it is there and may be read."
        ) from cause
    return from_bytes(data, PurePath(path).name)


def from_bytes(data: bytes, name: str) -> Attachment:
    """Return a picture from the content of a file, ready to be kept.

    Raises:
        PictureError: it is no picture, or too large.
    """
    if len(data) > MOST_FILE_BYTES:
        raise _too_large()
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    QImageReader.setAllocationLimit(MOST_ALLOCATION_MB)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    size = reader.size()
    if bytes(reader.format().data()) not in _FORMATS or not size.isValid():
        raise _unreadable()
    if size.width() * size.height() > MOST_PIXELS:
        raise _too_large()
    reader.setScaledSize(_within(size))
    image = reader.read()
    if image.isNull():
        raise _unreadable()
    return from_image(image, name)


def from_image(image: QImage, name: str) -> Attachment:
    """Return a picture that was on the clipboard, ready to be kept.

    Raises:
        PictureError: there is nothing in it, or it is too large.
    """
    if image.isNull():
        raise _unreadable()
    if image.width() * image.height() > MOST_PIXELS:
        raise _too_large()
    drawn = _drawn_anew(image)
    is_small = max(drawn.width(), drawn.height()) <= _SMALL
    data = _packed(drawn, "PNG" if is_small else "JPEG")
    kind = "image/png" if is_small else "image/jpeg"
    shown = name[:MOST_NAME] or "picture"
    note = f"{drawn.width()} × {drawn.height()}"
    return Attachment(shown, Kind.IMAGE, kind, len(data), note=note, data=data)


def _drawn_anew(image: QImage) -> QImage:
    """Return the colours alone, on white, no larger than is of use."""
    size = _within(image.size())
    fitted = image.scaled(
        size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    drawn = QImage(size, QImage.Format.Format_RGB32)
    drawn.fill(QColor("white"))
    painter = QPainter(drawn)
    painter.drawImage(0, 0, fitted)
    painter.end()
    return drawn


def _within(size: QSize) -> QSize:
    if max(size.width(), size.height()) <= LONGEST_SIDE:
        return size
    limit = QSize(LONGEST_SIDE, LONGEST_SIDE)
    small = size.scaled(limit, Qt.AspectRatioMode.KeepAspectRatio)
    return small.expandedTo(QSize(1, 1))


def _packed(image: QImage, kind: str) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, kind, -1 if kind == "PNG" else _QUALITY)  # type: ignore[call-overload]  # Qt takes a device
    return bytes(buffer.data().data())


def _unreadable() -> PictureError:
    return PictureError(
        "This picture cannot be read",
        "Open it in another program, save it as PNG or JPEG, and attach that.",
    )


def _too_large() -> PictureError:
    return PictureError("This picture is too large", "Attach a smaller copy of it.")
