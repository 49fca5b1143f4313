"""Draws scenes: one picture each, with what is wrong with its layout and its print."""

import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import layoutfaults
import prints
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget
from scenes import SCENES, Scene, Stage, come_to_rest, readme, settle, welcome
from selection import SELECTION, SHEET

from inglenook.ui.app import make_application
from inglenook.ui.appearance import Appearance
from inglenook.ui.language import speak_language
from inglenook.ui.style import Look

THEMES = ("light", "dark")
_ARABIC = "-in-arabic"
"""Scenes whose name ends so are drawn in Arabic; all others in English."""
_README_SIZE = (1180, 760)
_README_SCENES = {
    "main-light": ("readme", "light"),
    "main-dark": ("readme", "dark"),
    "models-light": ("40-find-recommended", "light"),
    "effort-dark": ("82-compared-changed-open", "dark"),
}
_SHEET_COLUMNS, _SHEET_WIDTH, _SHEET_GAP = 7, 224, 8


class Drawn(NamedTuple):
    """One picture.

    Attributes:
        name: Of the scene and the theme, ``"03-chat-light"``.
        picture: What the window looks like.
        faults: What is cut, covered, outside or pale.
    """

    name: str
    picture: QImage
    faults: list[str]


def draw_scenes(names: Iterable[str]) -> Iterator[Drawn]:
    """Draw scenes in light, then in dark."""
    application, names = begin(), tuple(names)
    for theme in THEMES:
        look = Look(application)
        for name in names:
            play, size, scale = SCENES[name]
            if name.endswith(_ARABIC):
                speak_language(application, "ar")
            picture, faults = draw(look, theme, play, size, scale)
            speak_language(application, "en")
            yield Drawn(f"{name}-{theme}", picture, faults)
        look.deleteLater()


def begin() -> QApplication:
    """Return the application, without a caret that blinks."""
    application = make_application()
    application.setCursorFlashTime(0)
    return application


def draw(
    look: Look, theme: str, play: Scene, size: tuple[int, int], scale: int = 100
) -> tuple[QImage, list[str]]:
    """Draw a scene; return the picture and the faults of its layout."""
    look.wear(Appearance(theme, scale, motion="reduced"))
    stage = Stage(look, theme, welcomed=play is not welcome)
    stage.window.resize(*size)
    stage.window.show()
    settle()
    if play is not welcome:
        stage.furnish()
    over = play(stage)
    come_to_rest(stage.window)
    picture = stage.window.grab().toImage()
    faults = layoutfaults.faults(stage.window, picture)
    if over is not None:
        faults += lay_over(picture, over, stage)
    stage.window.close()
    stage.window.deleteLater()
    settle()
    return picture, faults


def lay_over(picture: QImage, over: QWidget, stage: Stage) -> list[str]:
    """Paint a dialog or a menu where it would appear; return the faults of its layout."""
    over.ensurePolished()
    is_dialog = over.inherits("QDialog")
    if not is_dialog:
        over.adjustSize()
    over.grab()  # lays it out
    settle()
    shot = over.grab().toImage()
    faults = layoutfaults.faults(over, shot)
    place, window = over.pos(), stage.window.rect()
    painter = QPainter(picture)
    if is_dialog:
        painter.fillRect(window, QColor(0, 0, 0, 70))
        place = window.center() - over.rect().center()
        painter.fillRect(over.rect().translated(place).adjusted(-1, -1, 1, 1), _frame(stage))
    painter.drawImage(place, shot)
    painter.end()
    over.deleteLater()
    return faults


def _frame(stage: Stage) -> QColor:
    """The edge that the system's window around a dialog would have."""
    return QColor(stage.look.palette.line)


# --- what ./dev pictures does ---


def draw_all(folder: Path, only: str) -> int:
    """Draw the scenes whose names contain a word into files; return 1 if one has a fault."""
    folder.mkdir(parents=True, exist_ok=True)
    code = 0
    for drawn in draw_scenes(name for name in SCENES if only in name):
        drawn.picture.save(str(folder / f"{drawn.name}.png"))
        code |= _tell(drawn.name, drawn.faults)
    print(f"Pictures are in {folder}")
    return code


def compare(folder: Path, only: str) -> int:
    """Draw the selection; return 1 if one has a fault, 2 if one looks different, or 3."""
    folder.mkdir(parents=True, exist_ok=True)
    here, (letters, kept) = prints.letters, prints.kept()
    code = count = 0
    is_same_type = None
    for drawn in draw_scenes(name for name in SELECTION if only in name):
        if is_same_type is None:
            is_same_type = here() == letters
        count += 1
        code |= _tell(drawn.name, drawn.faults)
        if not is_same_type:
            continue
        before = kept.get(drawn.name)
        change = prints.difference(before, prints.print_of(drawn.picture)) if before else "new"
        if change:
            drawn.picture.save(str(folder / f"{drawn.name}.png"))
            code |= 2 * _tell(drawn.name, [change])
    print(f"{count} pictures drawn" + (f", {count} compared" if is_same_type else ""))
    if not is_same_type:
        print(f"Not compared: letters look different here ({here()}; kept with {letters}).")
    if code & 2:
        print(f"Look at them in {folder}; keep them with ./dev pictures --keep --only NAME")
    return code


def keep(only: str) -> int:
    """Draw the selection and keep its prints; return 0."""
    drawn = {
        each.name: prints.print_of(each.picture)
        for each in draw_scenes(name for name in SELECTION if only in name)
    }
    prints.keep(drawn, only=drawn if only else None)
    print(f"{len(drawn)} prints are in {prints.KEPT}")
    return 0


def draw_sheets(folder: Path) -> int:
    """Draw one small picture of every page and state for each theme; return 0."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = list(draw_scenes(SHEET))
    half = len(drawn) // 2
    for theme, part in zip(THEMES, (drawn[:half], drawn[half:]), strict=True):
        path = folder / f"all-{theme}.png"
        _sheet([each.picture for each in part], theme).save(str(path))
        _squeeze(path, 128)
    print(f"Sheets are in {folder}")
    return 0


def draw_readme(folder: Path) -> int:
    """Draw the pictures of the README, with few enough colours for small files; return 0."""
    application = begin()
    for name, (scene, theme) in _README_SCENES.items():
        look = Look(application)
        play, size, _ = SCENES.get(scene, (readme, _README_SIZE, 100))
        path = folder / f"{name}.png"
        draw(look, theme, play, size)[0].save(str(path))
        _squeeze(path, 255)
        look.deleteLater()
    print(f"Pictures are in {folder}")
    return 0


def _tell(name: str, faults: list[str]) -> int:
    for fault in faults:
        print(f"{name}: {fault}")
    return int(bool(faults))


def _sheet(pictures: list[QImage], theme: str) -> QImage:
    """Return pictures side by side, each as wide as the others, in rows as high as needed."""
    highest = _SHEET_WIDTH * 4 // 5
    smooth = Qt.TransformationMode.SmoothTransformation
    small = [each.scaledToWidth(_SHEET_WIDTH, smooth) for each in pictures]
    small = [each.copy(0, 0, _SHEET_WIDTH, min(each.height(), highest)) for each in small]
    step, high = _SHEET_WIDTH + _SHEET_GAP, highest + _SHEET_GAP
    rows = -(-len(small) // _SHEET_COLUMNS)
    size = _SHEET_COLUMNS * step + _SHEET_GAP, rows * high + _SHEET_GAP
    sheet = QImage(*size, QImage.Format.Format_RGB32)
    sheet.fill(QColor("#D8D2C8" if theme == "light" else "#3A3631"))
    painter = QPainter(sheet)
    for number, each in enumerate(small):
        row, column = divmod(number, _SHEET_COLUMNS)
        painter.drawImage(_SHEET_GAP + column * step, _SHEET_GAP + row * high, each)
    painter.end()
    return sheet


def _squeeze(path: Path, colours: int) -> None:
    """Write a picture again with few colours: the nearest, not dots, so text stays sharp."""
    how = f"-strip +dither -colors {colours} -quantize RGB -define png:compression-level=9"
    subprocess.run(["convert", path, *how.split(), f"PNG8:{path}"], check=True)
