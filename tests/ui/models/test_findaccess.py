"""Every control of the pane has a name, a role and room, and Tab visits all of them."""

from dataclasses import replace
from itertools import pairwise

import findmatter as hub
import pytest
from finder import Finder
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QScrollArea, QWidget

from inglenook.core.errors import Problem
from inglenook.services.events import DownloadsChanged
from inglenook.services.modelnews import ReadmeRead, RecommendationsLookedUp

SMALLEST_TARGET = 32
STATES = ["recommended", "results", "page", "gated", "problem"]


@pytest.fixture
def state(request: pytest.FixtureRequest, finder: Finder) -> Finder:
    finder.tell(RecommendationsLookedUp(hub.RECOMMENDED, is_complete=True))
    if request.param == "results":
        finder.find(problem=Problem("The Hub cannot be reached", "Try again."))
    elif request.param == "page":
        page = finder.open()
        finder.tell(
            DownloadsChanged((hub.coming(page.offers.models[0]),)),
            ReadmeRead(hub.REPO, hub.README),
        )
        finder.rows[5].get.click()
    elif request.param == "gated":
        problem = Problem("This model asks who you are", "Agree to its terms.")
        finder.open(replace(hub.page(verdicts=(), gated=True), problem=problem))
    elif request.param == "problem":
        problem = Problem("The Hub cannot be reached", "Try again.")
        finder.tell(RecommendationsLookedUp((), is_complete=True, problem=problem))
    return finder


def focusable(place: QWidget) -> list[QWidget]:
    return [
        widget
        for widget in place.findChildren(QWidget)
        if widget.isVisibleTo(place)
        and widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


@pytest.mark.parametrize("state", STATES, indirect=True)
def test_every_control_has_a_name_a_role_and_room(state: Finder):
    controls = focusable(state.pane)
    assert len(controls) > 3
    for widget in controls:
        seen = QAccessible.queryAccessibleInterface(widget)
        assert seen.text(QAccessible.Text.Name), widget
        if not isinstance(widget, QScrollArea):
            assert seen.role() not in {QAccessible.Role.NoRole, QAccessible.Role.Client}
        if isinstance(widget, QAbstractButton):
            assert min(widget.width(), widget.height()) >= SMALLEST_TARGET, widget


@pytest.mark.parametrize("state", STATES, indirect=True)
def test_tab_visits_every_control_from_top_to_bottom(state: Finder):
    wanted = set(focusable(state.pane))
    first = state.pane.page.back if state.pane.is_on_page else state.pane.bar.field
    first.setFocus()
    visited = [first]
    for _ in range(len(wanted) + 4):
        QTest.keyClick(state.focus, Qt.Key.Key_Tab)
        visited.append(state.focus)
    assert {widget.accessibleName() for widget in wanted - set(visited)} == set()
    once = list(dict.fromkeys(visited))
    tops = [widget.mapTo(state.pane, widget.rect().topLeft()).y() for widget in once]
    assert all(after > before - 60 for before, after in pairwise(tops))
