"""The scenes: how the window gets into each state that a picture shows."""

from collections.abc import Callable
from dataclasses import replace

import matter
from PySide6.QtCore import QMimeData, QPoint, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from standin import StandIn

from inglenook.chat.message import Status
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId
from inglenook.services.chatnews import ChatsRemoved, RemovedChat
from inglenook.services.events import (
    ChatListChanged,
    ChatsAnswering,
    ChatSummary,
    ConversationOpened,
    EngineChanged,
    ModelsChanged,
    ProblemArose,
    SearchFinished,
    SettingsChanged,
)
from inglenook.ui.dialogs import KeysDialog, LinkDialog
from inglenook.ui.drop import Drop, Use
from inglenook.ui.household import view_maker
from inglenook.ui.room import Room
from inglenook.ui.style import Look

Scene = Callable[["Stage"], QWidget | None]
SCENES: dict[str, tuple[Scene, tuple[int, int], int]] = {}
"""By name: the scene, the window's size and the text size in percent."""


def scene(name: str, size: tuple[int, int] = (1180, 800), scale: int = 100):
    """Add a scene to the list."""

    def add(function: Scene) -> Scene:
        SCENES[name] = (function, size, scale)
        return function

    return add


class Stage:
    """One window over recorded services."""

    def __init__(self, look: Look, theme: str, *, welcomed: bool = True) -> None:
        self.services = StandIn(welcomed=welcomed, theme=theme)
        self.look = look
        self.window = Room(look, self.services, view_maker())

    def tell(self, *announcements: object) -> None:
        for announcement in announcements:
            self.services.bus.publish(announcement)
        settle()

    def furnish(self) -> None:
        self.tell(
            ChatListChanged(matter.chats()),
            ModelsChanged((matter.QWEN, matter.STARTER)),
            EngineChanged(matter.READY),
        )


def settle() -> None:
    for _ in range(4):
        QApplication.processEvents()
    QTest.qWait(30)


def come_to_rest(window: QWidget) -> None:
    """Wait until nothing is put off any more: what is counted, searched or laid out later."""
    for _ in range(50):
        timers = window.findChildren(QTimer)
        if not any(each.isSingleShot() and 0 <= each.remainingTime() < 400 for each in timers):
            break
        QTest.qWait(20)
    settle()


@scene("01-welcome", (1180, 800))
def welcome(stage: Stage) -> None:
    pass


@scene("02-empty-chat")
def empty(stage: Stage) -> None:
    stage.tell(ConversationOpened(matter.EMPTY))


@scene("03-chat")
def chat(stage: Stage) -> None:
    stage.tell(ConversationOpened(matter.talk()))


@scene("04-streaming")
def streaming(stage: Stage) -> None:
    stage.services.chat.lives[matter.WRITING_NODE] = matter.live()
    stage.tell(ConversationOpened(matter.talk(writing=True)))
    QTest.qWait(250)


@scene("05-search")
def search(stage: Stage) -> None:
    stage.tell(ConversationOpened(matter.EMPTY))
    stage.window.side.search.setFocus()
    stage.window.side.search.setText("layers")
    QTest.qWait(200)
    stage.tell(SearchFinished("layers", matter.HITS))


@scene("06-search-nothing")
def search_nothing(stage: Stage) -> None:
    stage.tell(ConversationOpened(matter.EMPTY))
    stage.window.side.search.setText("xylophone")
    QTest.qWait(200)
    stage.tell(SearchFinished("xylophone", ()))


@scene("07-rename")
def rename(stage: Stage) -> None:
    stage.tell(ConversationOpened(matter.talk()))
    stage.window.side.list.rename(ChatId("CHAT0"))


@scene("08-deleted")
def deleted(stage: Stage) -> None:
    stage.tell(ConversationOpened(matter.EMPTY))
    removed = RemovedChat(ChatId("CHAT1"), "Rewrite cover letter, warmer tone")
    stage.tell(ChatsRemoved((removed,)))


@scene("09-problem")
def problem(stage: Stage) -> None:
    stage.tell(ConversationOpened(matter.EMPTY))
    trouble = Problem("No room is left on the disk", "Free some space, then send it again.")
    stage.tell(ProblemArose(trouble, draft="Please summarise the letter from the council."))


@scene("10-narrow-overlay", (820, 640))
def narrow(stage: Stage) -> None:
    stage.tell(ConversationOpened(matter.talk()))
    stage.window.frame.toggle_side()


@scene("11-narrow", (760, 560))
def smallest(stage: Stage) -> None:
    stage.tell(ConversationOpened(matter.EMPTY))


@scene("12-link")
def link(stage: Stage) -> QWidget:
    stage.tell(ConversationOpened(matter.talk()))
    address = "https://xn--pple-43d.example.org/login?next=%2Faccount&from=mail"
    return LinkDialog(stage.look, stage.window, address)


@scene("13-keys")
def keys(stage: Stage) -> QWidget:
    stage.tell(ConversationOpened(matter.EMPTY))
    return KeysDialog(stage.look, stage.window, stage.window.actions_by_name)


@scene("14-text-200", (1180, 900), 200)
def big_text(stage: Stage) -> None:
    stage.tell(ConversationOpened(matter.talk()))


@scene("15-text-200-empty", (1180, 900), 200)
def big_empty(stage: Stage) -> None:
    stage.tell(ConversationOpened(matter.EMPTY))


@scene("16-editing")
def editing(stage: Stage) -> None:
    stage.tell(ConversationOpened(matter.talk()))
    stage.window.page.composer.begin_edit("How many layers of Qwen3 8B fit on my GPU?")


@scene("17-long-paste")
def long_paste(stage: Stage) -> None:
    stage.tell(ConversationOpened(matter.EMPTY))
    data = QMimeData()
    data.setText(matter.LONG_PASTE)
    stage.window.page.composer.field.insertFromMimeData(data)
    stage.window.page.composer.field.setPlainText("Summarise this letter in three sentences:")


@scene("18-drop")
def drop(stage: Stage) -> None:
    stage.tell(ConversationOpened(matter.EMPTY))
    stage.window._veil.cover(Drop(Use.MODEL, ("/models/Qwen3-8B-Q4_K_M.gguf",)))


@scene("19-model-menu")
def model_menu(stage: Stage) -> QWidget:
    stage.tell(ConversationOpened(matter.EMPTY))
    pill = stage.window.top.pill
    menu = pill.menu()
    menu.move(pill.face.mapTo(stage.window, QPoint(0, pill.face.height() + 4)))
    return menu


@scene("20-chat-menu")
def chat_menu(stage: Stage) -> QWidget:
    stage.tell(ConversationOpened(matter.talk()))
    menu = stage.window.top.chat_menu()
    more = stage.window.top.more
    corner = QPoint(more.width() - menu.sizeHint().width(), more.height() + 4)
    menu.move(more.mapTo(stage.window, corner))
    return menu


@scene("21-keyboard-focus")
def focus(stage: Stage) -> None:
    stage.tell(ConversationOpened(matter.EMPTY))
    stage.window.actions_by_name["next_pane"].trigger()
    stage.window.actions_by_name["next_pane"].trigger()


@scene("22-tool-tip")
def tool_tip(stage: Stage) -> QWidget:
    stage.tell(ConversationOpened(matter.EMPTY), EngineChanged(matter.STATES["ready-cpu"]))
    face = stage.window.top.pill.face
    bubble = QLabel(face.toolTip())
    bubble.setStyleSheet(
        f"background: {stage.look.palette.raised}; padding: 8px;"
        f"border: 1px solid {stage.look.palette.line};"
    )
    bubble.adjustSize()
    bubble.move(face.mapTo(stage.window, QPoint(20, face.height() + 8)))
    return bubble


@scene("23-lines")
def lines(stage: Stage) -> None:
    note = "The 2 oldest messages were left out: not all fits the model's context."
    question = "Write a short poem about frost, and the address for the card."
    stage.tell(ConversationOpened(matter.ended(matter.POEM, question, Status.COMPLETE, note)))


@scene("24-interrupted")
def interrupted(stage: Stage) -> None:
    text = "The old harbour was quiet that"
    stage.tell(ConversationOpened(matter.ended(text, "Go on.", Status.INTERRUPTED)))


@scene("25-stopped", (1000, 600))
def stopped(stage: Stage) -> None:
    text = "The old harbour was quiet that"
    stage.tell(ConversationOpened(matter.ended(text, "Go on.", Status.STOPPED)))


@scene("26-right-to-left")
def right_to_left(stage: Stage) -> None:
    question = "ما هذا البرنامج؟ هل هو آمن؟"
    stage.tell(ConversationOpened(matter.ended(matter.ARABIC, question, Status.COMPLETE)))


@scene("27-long-names", (1000, 640))
def long_names(stage: Stage) -> None:
    name = "DeepSeek-R1-Distill-Llama-70B-Uncensored-Instruct-v2.1-long-context-preview"
    model = replace(matter.QWEN, name=name, quant="Mixture of 4-bit and 6-bit (Q4_K_XL)")
    title = "Donaudampfschifffahrtsgesellschaftskapitänsmützenband " * 4
    talk = replace(matter.talk(), title=title)
    stage.tell(
        ModelsChanged((model, matter.STARTER)),
        EngineChanged(replace(matter.READY, model=model)),
        ChatListChanged((ChatSummary(talk.id, title, matter.chats()[0].updated_ms),)),
        ConversationOpened(talk),
    )


@scene("28-welcome-narrow", (760, 560), 130)
def welcome_narrow(stage: Stage) -> None:
    stage.tell(SettingsChanged(stage.look.theme, welcomed=False, text_scale=1.3))


@scene("29-narrow-200", (760, 560), 200)
def narrow_big(stage: Stage) -> None:
    stage.tell(ConversationOpened(matter.talk()))


@scene("31-waiting-in-a-queue")
def waiting(stage: Stage) -> None:
    stage.services.chat.lives[matter.WRITING_NODE] = matter.waiting(
        "Waiting for 2 other answers"
    )
    stage.tell(
        ChatsAnswering(frozenset(map(ChatId, ("CHAT0", "CHAT2", "CHAT4")))),
        ConversationOpened(matter.talk(writing=True)),
    )


@scene("32-continue")
def to_be_continued(stage: Stage) -> None:
    note = "The answer reached the length limit."
    question = "Write a short poem about frost, and the address for the card."
    stage.tell(ConversationOpened(matter.ended(matter.POEM, question, Status.CUT, note)))


@scene("33-left-out", (1180, 860))
def left_out(stage: Stage) -> None:
    stage.tell(ConversationOpened(matter.left_out()))


@scene("34-left-out-200", (760, 900), 200)
def left_out_big(stage: Stage) -> None:
    stage.tell(ConversationOpened(matter.left_out()))
    stage.window.page.scroll_to(matter.left_out().first_sent())


@scene("35-too-long")
def too_long(stage: Stage) -> None:
    stage.tell(ConversationOpened(matter.too_long()))


@scene("36-too-long-narrow", (760, 640), 130)
def too_long_narrow(stage: Stage) -> None:
    stage.tell(ConversationOpened(matter.too_long()))


@scene("37-background-chats")
def background(stage: Stage) -> None:
    stage.tell(
        ChatsAnswering(frozenset(map(ChatId, ("CHAT1", "CHAT3", "CHAT6")))),
        ConversationOpened(matter.talk()),
        ChatsAnswering(frozenset({ChatId("CHAT1")})),
    )


@scene("38-going-on")
def going_on(stage: Stage) -> None:
    talk = matter.talk(writing=True)
    stage.services.chat.lives[matter.WRITING_NODE] = replace(
        matter.live(), waiting_for="Waiting for another answer"
    )
    stage.tell(ConversationOpened(talk))


def readme(stage: Stage) -> None:
    stage.tell(
        ChatListChanged(matter.chats(matter.README_TITLES)),
        EngineChanged(matter.STATES["ready-cpu"]),
        ConversationOpened(matter.readme_talk()),
    )


def _add_engine_scenes() -> None:
    for name, state in matter.STATES.items():

        def show(stage: Stage, state: object = state) -> None:
            stage.tell(ConversationOpened(matter.EMPTY), EngineChanged(state))

        scene(f"30-engine-{name}", (1000, 600))(show)


_add_engine_scenes()
import assistants_scenes  # noqa: E402, F401  (adds its own)
import attachment_scenes  # noqa: E402, F401  (adds its own)
import chats_scenes  # noqa: E402, F401  (adds its own)
import conversation_more_scenes  # noqa: E402, F401  (adds its own)
import conversation_scenes  # noqa: E402, F401  (adds its own)
import effort_scenes  # noqa: E402, F401  (adds its own)
import encryption_scenes  # noqa: E402, F401  (adds its own)
import evaluation_scenes  # noqa: E402, F401  (adds its own)
import find_scenes  # noqa: E402, F401  (adds its own)
import firstrun_scenes  # noqa: E402, F401  (adds its own)
import palette_scenes  # noqa: E402, F401  (adds its own)
import picture_scenes  # noqa: E402, F401  (adds its own)
import portability_scenes  # noqa: E402, F401  (adds its own)
import problem_scenes  # noqa: E402, F401  (adds its own)
import remote_scenes  # noqa: E402, F401  (adds its own)
import running_scenes  # noqa: E402, F401  (adds its own)
import serving_scenes  # noqa: E402, F401  (adds its own)
import settings_scenes  # noqa: E402, F401  (adds its own)
import shelf_scenes  # noqa: E402, F401  (adds its own)
