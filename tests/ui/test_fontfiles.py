"""Fonts that come with a release are used where the system has none of their family."""

import logging
import os
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo

from inglenook.ui import fontfiles
from inglenook.ui.fontfiles import add_own_fonts
from inglenook.ui.household import Household
from inglenook.ui.shell import Shell

FACE = "JetBrainsMono-Regular.ttf"


@pytest.fixture(scope="module")
def face() -> Path:
    """A real font file of this system."""
    places = QStandardPaths.standardLocations(QStandardPaths.StandardLocation.FontsLocation)
    return next(found for place in places for found in Path(place).rglob(FACE))


@pytest.fixture
def bare(qapp, monkeypatch):
    """A system that has no fonts of ours."""
    monkeypatch.setattr(QFontDatabase, "families", lambda: ["DejaVu Sans"])
    yield
    QFontDatabase.removeAllApplicationFonts()


def test_a_family_that_the_system_lacks_is_added_and_drawn_with(bare, face, tmp_path):
    shutil.copy(face, tmp_path / FACE)
    assert add_own_fonts(tmp_path) == ("JetBrains Mono",)
    assert QFontInfo(QFont("JetBrains Mono")).family() == "JetBrains Mono"
    assert QFontDatabase.applicationFontFamilies(0) == ["JetBrains Mono"]


def test_a_family_that_the_system_has_is_left_to_it(qapp, face, tmp_path):
    shutil.copy(face, tmp_path / FACE)
    assert add_own_fonts(tmp_path) == ()
    assert QFontDatabase.applicationFontFamilies(0) == []


def test_without_files_qt_is_not_asked(qapp, tmp_path, monkeypatch):
    monkeypatch.setattr(QFontDatabase, "families", lambda: pytest.fail("asked"))
    (tmp_path / "README.txt").touch()
    assert add_own_fonts(tmp_path) == add_own_fonts(tmp_path / "none") == ()


def test_files_that_are_no_fonts_are_left_out_and_logged(bare, face, tmp_path, caplog):
    content = face.read_bytes()
    broken = {
        "Empty": b"",
        "Words": b"no font " * 99,
        "Hollow": content[:400] + bytes(len(content) - 400),
        "Half": content[: len(content) // 2],
    }
    for name, part in broken.items():
        (tmp_path / f"{name}-Regular.ttf").write_bytes(part)
    with (tmp_path / "Huge-Regular.otf").open("wb") as huge:
        huge.truncate(33 << 20)
    (tmp_path / "Folder-Regular.ttf").mkdir()
    (tmp_path / "Lost-Regular.ttf").symlink_to("nowhere")
    os.mkfifo(tmp_path / "Pipe-Regular.ttf")  # whoever opens it waits for ever
    shutil.copy(face, tmp_path / FACE)
    with caplog.at_level(logging.WARNING):
        assert add_own_fonts(tmp_path) == ("JetBrains Mono",)
    named = [each.args[0].partition("-")[0] for each in caplog.records]
    assert named == sorted((*broken, "Huge", "Folder", "Lost", "Pipe"), reverse=True)


def test_the_window_brings_the_fonts_of_its_release(
    bare, qapp, qtbot, face, tmp_path, monkeypatch
):
    monkeypatch.setattr(fontfiles, "resources", lambda: tmp_path)
    (tmp_path / "fonts").mkdir()
    shutil.copy(face, tmp_path / "fonts")
    shell = Shell()
    qtbot.addWidget(shell)
    Household(qapp, shell)
    assert QFontDatabase.applicationFontFamilies(0) == ["JetBrains Mono"]
