"""The scenes of the first run."""

import findmatter as hub
import matter
from PySide6.QtTest import QTest
from scenes import Stage, scene

from inglenook.core.errors import Problem
from inglenook.models.machine import Machine
from inglenook.services.events import (
    ConversationOpened,
    DownloadsChanged,
    EngineChanged,
    SettingsChanged,
)
from inglenook.services.modelnews import RecommendationsLookedUp

BEST = RecommendationsLookedUp(hub.RECOMMENDED, is_complete=True)
COMING = hub.coming(hub.RECOMMENDED[0].page.suggestion)


def first_run(stage: Stage, step: int = 0, scale: float = 1.0) -> None:
    stage.tell(SettingsChanged(stage.look.theme, welcomed=False, text_scale=scale))
    stage.window.welcome.show_step(step)
    QTest.qWait(300)


@scene("85-first-model")
def model(stage: Stage) -> None:
    first_run(stage, 1)
    stage.tell(BEST)


@scene("86-first-looking")
def looking(stage: Stage) -> None:
    first_run(stage, 1)


@scene("87-first-no-network")
def no_network(stage: Stage) -> None:
    stage.services.models.measured = Machine((), stage.services.models.measured.host)
    first_run(stage, 1)
    why = Problem("The Hub cannot be reached", "Check the network, then try again.")
    stage.tell(RecommendationsLookedUp((), is_complete=True, problem=why))


@scene("88-first-narrow", (760, 560), 130)
def narrow(stage: Stage) -> None:
    first_run(stage, 1, 1.3)
    stage.tell(BEST)


@scene("89-first-question")
def question(stage: Stage) -> None:
    stage.tell(ConversationOpened(matter.EMPTY), EngineChanged(matter.STATES["ready-cpu"]))
    stage.tell(DownloadsChanged((COMING,)))


@scene("90-first-question-waits", (820, 640))
def waits(stage: Stage) -> None:
    question(stage)
    tray = stage.window.first_question.tray
    tray.choice.segment("wait").click()
    QTest.keyClicks(stage.window.page.composer.field, "Why is the sky blue?")
    stage.window.page.composer.field.sent.emit()
