"""The scenes of effort: the levels, drafts while they vote, and what was compared."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "ui" / "chat"))

import effortmatter as effort
from PySide6.QtCore import QPoint, QRect
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from scenes import Stage, scene

from inglenook.chat.comparison import Comparison
from inglenook.effort.gain import Gain
from inglenook.effort.level import Level
from inglenook.services.events import ConversationOpened, EngineChanged, EngineState, LiveText
from inglenook.ui.chat.target import Act
from inglenook.ui.effort.table import DraftTable

NARROW = (760, 760)
_EVERYWHERE = {"tree-kept", "leading", "tree", "changed", "read", "many"}
"""These are drawn in a narrow window and with the biggest text too."""


def _menu(stage: Stage, level: Level) -> QWidget:
    stage.tell(ConversationOpened(effort.answered(effort.AGREED)))
    button = stage.window.page.composer.effort
    button.show_level(level)
    menu = stage.window.effort.menu(stage.window)
    corner = button.mapTo(stage.window, QPoint(0, 0))
    menu.place_above(button, corner, QRect(QPoint(0, 0), stage.window.size()))
    menu.rows[2].setFocus()
    return menu


@scene("80-effort-menu", (1180, 860))
def menu(stage: Stage) -> QWidget:
    stage.services.efforts.known = effort.FORESEEN
    return _menu(stage, Level.BALANCED)


@scene("80-effort-menu-unknown")
def menu_unknown(stage: Stage) -> QWidget:
    return _menu(stage, Level.QUICK)


@scene("80-effort-menu-hint", (1180, 860))
def menu_hint(stage: Stage) -> QWidget:
    stage.services.efforts.known = effort.FORESEEN
    stage.services.efforts.changed = 0, 14
    return _menu(stage, Level.CAREFUL)


@scene("80-effort-menu-thinking", (1180, 900))
def menu_thinking(stage: Stage) -> QWidget:
    stage.services.efforts.known = effort.FORESEEN
    stage.services.evaluating.found = Gain("sum3", 100, 8, 0.6, 0.73, 3.1, is_sure=True)
    stage.tell(EngineChanged(EngineState(thinks="choice")))
    return _menu(stage, Level.BALANCED)


@scene("80-effort-menu-200", (1180, 900), 200)
def menu_big(stage: Stage) -> QWidget:
    stage.services.efforts.known = effort.FORESEEN
    return _menu(stage, Level.BALANCED)


def _live(stage: Stage, live: LiveText) -> None:
    stage.services.chat.lives[effort.NODE] = live
    stage.tell(ConversationOpened(effort.writing()))
    QTest.qWait(80)


def _add_live(name: str, live: LiveText) -> None:
    def show(stage: Stage) -> None:
        _live(stage, live)

    scene(f"81-drafts-{name}", (1180, 640))(show)
    if name not in _EVERYWHERE:
        return
    scene(f"81-drafts-{name}-narrow", (760, 640))(show)
    scene(f"81-drafts-{name}-200", (1180, 900), 200)(show)


_add_live("begun", effort.BEGUN)
_add_live("half", effort.HALF)
_add_live("leading", effort.LEADING)
_add_live("tree", effort.SEARCHING)


def _card(stage: Stage, comparison: Comparison, *pressed: tuple[Act, str]) -> None:
    stage.tell(ConversationOpened(effort.answered(comparison)))
    view = stage.window.page._view
    for act, value in pressed:
        target = next(
            each for each in view.targets_of(1) if (each.act, each.value) == (act, value)
        )
        view.press(1, target)
    QTest.qWait(30)


_OPEN = (Act.COMPARED, "")
_CARDS = {
    "folded": (effort.AGREED, ()),
    "changed": (effort.CHANGED, ()),
    "open": (effort.AGREED, (_OPEN,)),
    "changed-open": (effort.CHANGED, (_OPEN,)),
    "scored": (effort.SCORED, (_OPEN,)),
    "read": (effort.CHANGED, (_OPEN, (Act.DRAFT, "0"))),
    "tree-kept": (effort.SEARCHED, (_OPEN, (Act.NODE, "10"))),
    "many": (effort.MANY, (_OPEN,)),
}


def _add_cards() -> None:
    for name, (comparison, pressed) in _CARDS.items():

        def show(
            stage: Stage,
            comparison: Comparison = comparison,
            pressed: tuple[tuple[Act, str], ...] = pressed,
        ) -> None:
            _card(stage, comparison, *pressed)

        scene(f"82-compared-{name}", (1180, 860))(show)
        if name not in _EVERYWHERE:
            continue
        scene(f"82-compared-{name}-narrow", NARROW)(show)
        scene(f"82-compared-{name}-200", (1180, 1100), 200)(show)


_add_cards()


@scene("83-drafts-table", (1180, 800))
def table(stage: Stage) -> QWidget:
    stage.tell(ConversationOpened(effort.answered(effort.MANY)))
    return DraftTable(stage.look, stage.window.page, effort.MANY)


@scene("82-compared-keyboard", (1180, 860))
def keyboard(stage: Stage) -> None:
    _card(stage, effort.CHANGED, _OPEN)
    view = stage.window.page._view
    view.setFocus()
    for _ in range(8):
        view._keyboard.tab(1)
        target = view._keyboard.target
        if target is not None and target.act is Act.DRAFT:
            break
    QTest.qWait(30)
