"""The scenes of engines elsewhere: the mark, the menu, the question, the form, a failure."""

from dataclasses import replace

import matter
import remotematter as far
import settingsmatter
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget
from scenes import Stage, scene, settle

from inglenook.chat.elsewhere import HERE, Choice, OfferedModel
from inglenook.chat.message import Status
from inglenook.core.errors import Problem
from inglenook.services.endpointnews import EndpointTested
from inglenook.services.events import ConversationOpened, EngineChanged, SettingsChanged
from inglenook.ui.remote.consent import ConsentDialog
from inglenook.ui.remote.form import EndpointForm

_MANY = tuple(
    OfferedModel(name, tokens)
    for name, tokens in (
        ("Qwen/Qwen3-32B-FP8", 32768), ("openai/gpt-oss-120b", 131072),
        ("meta-llama/Llama-3.3-70B-Instruct", 0),
    )
)  # fmt: skip
_GONE = Problem(
    "The engine cannot be reached",
    "Check that it is running, and that this computer is on its network.",
)


def away(stage: Stage, conversation=None) -> None:
    talk = conversation or matter.talk()
    stage.services.endpoints.endpoints = far.ALL.endpoints
    stage.tell(far.ALL, ConversationOpened(talk), far.briefed(talk.id))


@scene("200-away")
def chat(stage: Stage) -> None:
    away(stage)


@scene("200-away-empty")
def empty(stage: Stage) -> None:
    away(stage, matter.EMPTY)


@scene("200-away-narrow", (560, 640))
def narrow(stage: Stage) -> None:
    away(stage)


@scene("200-away-big", (760, 800), 200)
def big(stage: Stage) -> None:
    away(stage)


@scene("201-away-offline")
def offline(stage: Stage) -> None:
    away(stage)
    stage.services.settings.is_offline = True
    stage.tell(SettingsChanged(stage.services.theme, welcomed=True, offline=True))


@scene("202-away-failed")
def failed(stage: Stage) -> None:
    away(stage, far.talk(note=_GONE.in_words()))


@scene("202-away-broken", (700, 700))
def broken(stage: Stage) -> None:
    text = "The annual report has three parts. The first one"
    note = "The connection to the engine broke."
    away(stage, far.talk(text, Status.INTERRUPTED, note))


@scene("203-away-menu")
def menu(stage: Stage) -> QWidget:
    away(stage)
    pill = stage.window.top.pill
    opened = pill.menu()
    opened.move(pill.face.mapTo(stage.window, QPoint(0, pill.face.height() + 4)))
    return opened


@scene("204-away-consent")
def consent(stage: Stage) -> QWidget:
    stage.tell(ConversationOpened(matter.talk()))
    return ConsentDialog(stage.look, stage.window, far.BOX)


@scene("205-engine-form")
def form(stage: Stage) -> QWidget:
    made = EndpointForm(stage.look, stage.window, stage.services, stage.window.bridge)
    made.address.setText("http://box:8000")
    made._test()
    stage.tell(EndpointTested(1, _MANY, 0.034, "vllm"))
    return made


@scene("205-engine-form-refused", (560, 720))
def refused(stage: Stage) -> QWidget:
    made = EndpointForm(stage.look, stage.window, stage.services, stage.window.bridge, far.LAB)
    made._test()
    wrong = Problem(
        "The engine does not accept the key", "Put the right key into the settings.",
        {"said": "Incorrect API key provided"},
    )  # fmt: skip
    stage.tell(EndpointTested(1, problem=wrong))
    return made


@scene("206-engines")
def engines(stage: Stage) -> None:
    settingsmatter.furnish(stage.services)
    stage.services.endpoints.endpoints = far.ALL.endpoints
    stage.tell(far.ALL, EngineChanged(matter.READY))
    stage.window.settings.open_setting("endpoints")
    settle()
    settingsmatter.tell(stage.tell)


@scene("204-away-consent-new", (560, 640))
def consent_for_new(stage: Stage) -> QWidget:
    stage.tell(ConversationOpened(matter.EMPTY))
    return ConsentDialog(stage.look, stage.window, far.BOX, is_for_new=True)


@scene("203-away-menu-again")
def again(stage: Stage) -> QWidget:
    away(stage)
    view = stage.window.page._view
    opened = view._menus.again_menu(len(view.column.views) - 1)
    opened.move(QPoint(380, 560))
    return opened


def new_chats(stage: Stage, choice: Choice, lost: str = "") -> None:
    settingsmatter.furnish(stage.services)
    stage.services.endpoints.endpoints = far.ALL.endpoints
    stage.services.settings.now = replace(stage.services.settings.now, new_chats=choice)
    stage.services.new_chats.lost = lost
    stage.tell(far.ALL, EngineChanged(matter.READY))
    stage.window.settings.open_setting("new_chats")
    settle()
    settingsmatter.tell(stage.tell)


@scene("207-new-chats")
def chosen(stage: Stage) -> None:
    new_chats(stage, far.AWAY)


@scene("207-new-chats-narrow", (560, 720))
def chosen_narrow(stage: Stage) -> None:
    new_chats(stage, far.AWAY)


@scene("207-new-chats-lost")
def taken_back(stage: Stage) -> None:
    new_chats(stage, HERE, "Qwen3-32B")
