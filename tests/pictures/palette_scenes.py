"""The scenes of the command palette."""

import matter
from PySide6.QtTest import QTest
from scenes import Stage, scene

from inglenook.services.events import ConversationOpened, SearchFinished


def opened(stage: Stage, typed: str = "") -> None:
    stage.tell(ConversationOpened(matter.talk()))
    stage.window.palette_desk.open()
    if typed:
        panel = stage.window.palette_desk.panel
        QTest.keyClicks(panel.field, typed)
        stage.tell(SearchFinished(typed, matter.HITS))


@scene("80-palette")
def palette(stage: Stage) -> None:
    opened(stage)


@scene("81-palette-typed")
def palette_typed(stage: Stage) -> None:
    opened(stage, "la")


@scene("82-palette-why")
def palette_why(stage: Stage) -> None:
    stage.tell(ConversationOpened(matter.EMPTY))
    stage.window.palette_desk.open()
    QTest.keyClicks(stage.window.palette_desk.panel.field, "cop")


@scene("83-palette-nothing")
def palette_nothing(stage: Stage) -> None:
    opened(stage, "xylophone")
    stage.tell(SearchFinished("xylophone", ()))


@scene("84-palette-narrow-200", (760, 560), 200)
def palette_narrow(stage: Stage) -> None:
    opened(stage, "chat")
