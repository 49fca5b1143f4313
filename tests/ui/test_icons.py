import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from inglenook.storage.paths import resources
from inglenook.ui.icons import Icons

FILES = sorted((resources() / "icons").glob("*.svg"))


@pytest.mark.parametrize("file", FILES, ids=lambda each: each.stem)
def test_an_icon_is_drawn_on_our_grid_in_the_colour_that_is_asked_for(qapp, file: Path):
    drawing = ElementTree.parse(file).getroot()
    assert drawing.get("viewBox") == "0 0 24 24"
    assert drawing.get("stroke-width") == "1.75"
    image = Icons().pixmap(file.stem, "#FF0000", 24).toImage()
    pixels = [image.pixelColor(x, y) for x in range(24) for y in range(24)]
    inked = [pixel for pixel in pixels if pixel.alpha() > 200]
    assert inked
    assert {(pixel.red(), pixel.green(), pixel.blue()) for pixel in inked} == {(255, 0, 0)}
    edge = [image.pixelColor(place, 0).alpha() for place in range(24)]
    assert max(edge) < 40  # nothing is cut off


def test_an_icon_is_sharp_on_a_dense_screen(qapp):
    pixmap = Icons().pixmap("search", "#000000", 16, 2.0)
    assert (pixmap.width(), pixmap.deviceIndependentSize().width()) == (32, 16)


def test_an_icon_is_drawn_once(qapp):
    icons = Icons()
    assert icons.pixmap("x", "#000000", 16) is icons.pixmap("x", "#000000", 16)
