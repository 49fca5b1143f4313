"""Scenes of assistants, saved prompts and what "/" offers."""

import assistantmatter as stock
import matter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from scenes import Stage, scene, settle

from inglenook.services.assistantnews import ChatBriefed
from inglenook.services.events import ConversationOpened, EngineChanged, ModelsChanged
from inglenook.ui.assistants.chatdialog import ChatInstructions
from inglenook.ui.assistants.page import AssistantsPage


def furnish(stage: Stage, assistant: str = "plain", instructions: str = "") -> None:
    stage.services.briefing.known = stock.VALUES
    stage.tell(ConversationOpened(matter.EMPTY), stock.ALL, stock.PROMPTS)
    chosen = stock.by_id(assistant)
    stage.tell(ChatBriefed(matter.EMPTY.id, chosen, instructions))


def page(stage: Stage, chosen: str, *, tab: int = 0) -> AssistantsPage:
    furnish(stage)
    if tab:
        stage.window.assistants.open_prompts()
    else:
        stage.window.assistants.open_page()
    settle()
    opened = stage.window.pages.shown
    (opened.prompts if tab else opened.assistants).choose(chosen)
    settle()
    return opened


@scene("80-assistant-greeting")
def greeting(stage: Stage) -> None:
    furnish(stage)


@scene("81-assistant-chosen")
def chosen(stage: Stage) -> None:
    furnish(stage, "writing", "Answer in two sentences.")


@scene("82-assistant-menu")
def menu(stage: Stage) -> QWidget:
    furnish(stage, "translator")
    made = stage.window.assistants.menu(stage.window.page)
    made.open_above(stage.window.assistants.button)
    return made


@scene("83-assistants-page")
def assistants(stage: Stage) -> None:
    page(stage, "writing")


@scene("84-assistants-page-narrow", (560, 720))
def narrow(stage: Stage) -> None:
    page(stage, "translator")


@scene("85-assistants-list-narrow", (560, 720))
def narrow_list(stage: Stage) -> None:
    page(stage, "translator").assistants.split.show_list()


@scene("86-assistants-page-big", (1180, 800), 200)
def big(stage: Stage) -> None:
    page(stage, "writing")


@scene("87-assistant-own-more", (1180, 1000))
def own(stage: Stage) -> None:
    opened = page(stage, "own")
    editor = opened.assistants.editor
    editor.tuning.more.click()
    settle()
    editor.area.ensureWidgetVisible(editor.tuning.numbers["answer_limit_tokens"])


@scene("88-prompts-page")
def prompts(stage: Stage) -> None:
    page(stage, "p2", tab=1)


@scene("89-prompts-none")
def no_prompts(stage: Stage) -> None:
    page(stage, "", tab=1)
    stage.tell(stock.NO_PROMPTS)


@scene("90-slash")
def slash(stage: Stage) -> None:
    furnish(stage)
    stage.window.page.composer.field.setFocus()
    QTest.keyClicks(stage.window.page.composer.field, "/")


@scene("91-slash-filled")
def filled(stage: Stage) -> None:
    furnish(stage)
    field = stage.window.page.composer.field
    field.setFocus()
    QTest.keyClicks(field, "/ex")
    QTest.keyClick(field, "\r")


@scene("92-slash-big", (900, 700), 200)
def slash_big(stage: Stage) -> None:
    slash(stage)


@scene("93-assistant-other-model")
def offer(stage: Stage) -> None:
    furnish(stage, "own")
    stage.tell(
        ModelsChanged((matter.QWEN, matter.STARTER)), EngineChanged(matter.STATES["ready-cpu"])
    )


@scene("95-slash-in-arabic")
def in_arabic(stage: Stage) -> None:
    furnish(stage, "translator")
    stage.window.page.composer.field.setFocus()
    QTest.keyClicks(stage.window.page.composer.field, "/")


@scene("94-chat-instructions")
def instructions(stage: Stage) -> QWidget:
    furnish(stage, "writing", "It is {{weekday}}. Answer in two sentences.")
    stage.window.assistants.instruct()
    return stage.window.window().findChild(ChatInstructions)
