"""The window's part of `--self-test`: icons, letters and ways onto a screen."""

import pytest
from PySide6.QtGui import QPixmap

from inglenook.core.errors import InglenookError
from inglenook.ui import selftest
from inglenook.ui.icons import Icons


def test_icons_letters_and_screens_are_found(qapp):
    says, facts = selftest.check_appearance()
    assert says.endswith("icons are drawn")
    assert dict(facts)["letters of code"]
    assert "offscreen" not in dict(facts)["screens"]


def test_an_icon_that_stays_empty_is_named(qapp, monkeypatch):
    drawn = Icons.pixmap

    def pixmap(self, name, colour, size):
        if name != "flame":
            return drawn(self, name, colour, size)
        empty = QPixmap(size, size)
        empty.fill("transparent")
        return empty

    monkeypatch.setattr(Icons, "pixmap", pixmap)
    with pytest.raises(InglenookError) as found:
        selftest.check_appearance()
    assert found.value.problem.facts["empty"] == "flame"
