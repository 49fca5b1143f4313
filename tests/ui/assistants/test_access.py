"""Everything on the page of assistants has a name, is large enough, and is reached by Tab."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from inglenook.ui.assistants.page import ASSISTANTS, PROMPTS

SMALLEST_TARGET = 32


def controls(page: QWidget) -> list[QWidget]:
    return [
        each
        for each in page.findChildren(QWidget)
        if each.isVisible() and each.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


def is_reached_by_tab(widget: QWidget) -> bool:
    """Of buttons that exclude each other Tab reaches one; arrows lead to the others."""
    in_group = isinstance(widget, QAbstractButton) and widget.group() is not None
    return widget.isEnabled() and not in_group


def test_every_control_has_a_name_a_size_and_is_reached_by_tab(room):
    room.actions_by_name["assistants"].trigger()
    page = room.pages.shown
    page.assistants.editor.tuning.more.click()
    for tab in (ASSISTANTS, PROMPTS):
        page.show_tab(tab)
        QApplication.processEvents()
        found = controls(page)
        assert [each for each in found if not each.accessibleName()] == []
        small = [each for each in found if min(each.width(), each.height()) < SMALLEST_TARGET]
        assert [each.accessibleName() for each in small] == []
        visited = set()
        page.back.setFocus()
        for _ in range(120):
            visited.add(room.window().focusWidget())
            QTest.keyClick(room.window().focusWidget(), Qt.Key.Key_Tab)
        wanted = {each for each in found if is_reached_by_tab(each)}
        assert {each.accessibleName() for each in wanted - visited} == set()
