"""Pictures are made ready: smaller, upright, without what else was in the file."""

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage, QImageReader
from tests.data.paint import png

from inglenook.chat.attachment import Kind
from inglenook.core.errors import PictureError
from inglenook.engine.picture import checked_picture
from inglenook.ui.attachments.pictures import from_bytes, from_file, from_image, is_picture

RED = png((255, 0, 0))
BOMB = RED[:16] + (60_000).to_bytes(4) * 2 + RED[24:]


def picture(width, height, kind="JPEG"):
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, kind)
    return bytes(buffer.data().data())


def turned(jpeg):
    """Return it with a camera's note that it lies on its side, and where it was taken."""
    orientation = b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00"
    tiff = b"MM\x00*\x00\x00\x00\x08\x00\x01" + orientation + bytes(4) + b"HERE I LIVE"
    part = b"Exif\x00\x00" + tiff
    return jpeg[:2] + b"\xff\xe1" + (len(part) + 2).to_bytes(2) + part + jpeg[2:]


def test_a_large_picture_is_made_smaller_and_the_engine_takes_it():
    made = from_bytes(picture(3000, 1500), "holiday.jpg")
    assert (made.kind, made.media_type, made.note) == (
        Kind.IMAGE, "image/jpeg", "2048 × 1024",
    )  # fmt: skip
    assert made.size_bytes == len(made.data) < 100_000
    assert checked_picture(made.data) == made.data


def test_a_picture_is_turned_upright_and_its_metadata_is_gone():
    given = turned(picture(80, 40))
    made = from_bytes(given, "a.jpg")
    assert made.note == "40 × 80"
    assert b"HERE" in given
    assert b"HERE" not in made.data
    assert b"Exif" not in made.data


def test_what_is_clear_becomes_white_and_small_pictures_lose_nothing():
    clear = QImage(20, 10, QImage.Format.Format_ARGB32)
    clear.fill(QColor(0, 0, 0, 0))
    clear.setPixelColor(3, 3, QColor("#123456"))
    made = from_image(clear, "")
    shown = QImage.fromData(made.data)
    assert (made.name, made.media_type) == ("picture", "image/png")
    assert shown.pixelColor(3, 3) == QColor("#123456")
    assert shown.pixelColor(0, 0) == QColor("white")


@pytest.mark.parametrize(
    "data", [b"", b"no picture", RED[:60], BOMB, b"<svg/>", b"GIF89a", bytes(20 * 2**20 + 1)]
)
def test_what_is_no_picture_is_refused(data, qtlog):
    with qtlog.disabled(), pytest.raises(PictureError):
        from_bytes(data, "a.png")
    with pytest.raises(PictureError):
        from_image(QImage(), "a")


def test_files_are_told_apart_by_name_and_read(tmp_path):
    file = tmp_path / "Red.PNG"
    file.write_bytes(RED)
    assert is_picture(str(file))
    assert not is_picture("notes.txt")
    assert from_file(str(file)).name == "Red.PNG"
    with pytest.raises(PictureError):
        from_file(str(tmp_path / "gone.png"))
    assert QImageReader.allocationLimit() == 512
