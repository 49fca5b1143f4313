"""The scenes of problems with their details."""

import matter
from scenes import Stage, scene

from inglenook.core.errors import Problem
from inglenook.services.events import ConversationOpened, ProblemArose
from inglenook.ui.trouble import Trouble

FULL = Problem(
    "No room is left on the disk",
    "Free some space, then try again; nothing was lost.",
    {"path": "/home/ada/.local/share/inglenook/inglenook.db", "errno": "ENOSPC"},
)


@scene("91-problem-details")
def details(stage: Stage) -> None:
    stage.tell(ConversationOpened(matter.EMPTY), ProblemArose(FULL))
    stage.window.notice.more.click()


@scene("92-trouble", (900, 640))
def trouble(stage: Stage) -> None:
    page = Trouble(stage.look, FULL)
    stage.window.layout().replaceWidget(stage.window.frame, page)
    stage.window.frame.hide()
    page.more.click()
