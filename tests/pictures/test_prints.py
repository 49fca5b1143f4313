import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter

sys.path.insert(0, str(Path(__file__).parent))

import prints
from selection import SELECTION


def window(*, chip_at: int = 100, colour: str = "#F3EFE8", width: int = 1180) -> QImage:
    picture = QImage(width, 800, QImage.Format.Format_RGB32)
    picture.fill(QColor("#FDFCFA"))
    painter = QPainter(picture)
    painter.fillRect(chip_at, 300, 60, 24, QColor(colour))
    painter.fillRect(600, 500, 120, 36, Qt.GlobalColor.black)
    painter.end()
    return picture


def test_the_same_picture_has_the_same_print_also_once_it_was_stored():
    print_ = prints.print_of(window())
    assert prints.parse(print_.line) == print_
    assert prints.difference(print_, prints.print_of(window())) == ""


def test_what_moved_is_told_with_its_place():
    told = prints.difference(prints.print_of(window()), prints.print_of(window(chip_at=900)))
    assert "cells changed" in told
    kept, moved = prints.print_of(window(colour="#303030")), prints.print_of(window())
    assert "around 98,300" in prints.difference(kept, moved)


def test_another_size_is_told():
    told = prints.difference(prints.print_of(window()), prints.print_of(window(width=900)))
    assert told == "was 1180 × 800, is 900 × 800"


def test_every_scene_that_is_compared_was_kept_in_both_themes():
    names = {f"{scene}-{theme}" for scene in SELECTION for theme in ("light", "dark")}
    assert set(prints.kept()[1]) == names
    assert len(names) >= 80
