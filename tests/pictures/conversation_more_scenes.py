"""More scenes of the conversation: its menus, queue, context, footnotes, odds and prompts."""

import math
from dataclasses import replace

from conversation_scenes import opened, talk
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from scenes import Stage, scene

from inglenook.chat.made import Made
from inglenook.chat.message import Message, Role, Status, Timings
from inglenook.chat.tree import Conversation
from inglenook.core.ids import NodeId
from inglenook.engine.lookback import TokenOdds
from inglenook.services.echo import echo_plan
from inglenook.services.events import ChatsAnswering, EngineChanged, EnginePhase, EngineState
from inglenook.services.messagenews import OddsRead, PromptRendered, QueueChanged
from inglenook.ui.chat.contextring import ContextCard
from inglenook.ui.chat.details import DetailsCard
from inglenook.ui.chat.target import Act
from inglenook.ui.widgets.shadow import REACH

NOTES = """\
Sourdough rises more slowly than bread with baker's yeast[^1], and keeps longer because it is \
sour[^keeps].

> The sour taste comes from the bacteria, not from the yeast.

[^1]: A starter has wild yeast and lactic acid bacteria side by side.
[^keeps]: Acid keeps mould away for some days.
"""

ARABIC = """\
الخبز طعام أساسي يُصنع من **الدقيق والماء**، ويُخبز في الفرن.

1. اخلط الدقيق بالماء.
2. اتركه يرتاح ساعة[^1].

- الملح يعطي الطعم.

[^1]: في مكان دافئ، نحو 25 °C.
"""
HEBREW = "הלחם הוא מאכל שעשוי מ**קמח ומים**. ראו גם `bread.py` ו־3.5 ק״ג קמח."
CHINESE = """\
面包是用**面粉和水**做成的食物。发酵时酵母产生气体，使面团变得松软[^1]。

| 材料 | 数量 |
|------|-----:|
| 面粉 | 500 克 |
| 水 | 350 克 |

[^1]: 在温暖的地方大约一小时。
"""
EMOJI = (
    "Bread 🍞 for the whole family 👩‍👩‍👧‍👦: 500 g flour 🌾, 350 g water 💧, 1 h rest 😴 🇫🇷 ✅"
)

MADE = Made(7, 0.7, 40, 0.95, 0.05, "quick", "Baker", 8192, ("CUDA0",), 37, 8, "f16")


def made_talk() -> Conversation:
    conversation = talk("Why does bread rise?", NOTES)
    messages = [replace(each, made=MADE) for each in conversation.path()]
    return Conversation.of(conversation.id, messages, title="Why does bread rise?")


def ready(stage: Stage) -> None:
    model, plan = echo_plan("Qwen3 8B.gguf")
    stage.tell(EngineChanged(EngineState(EnginePhase.READY, model, plan)))
    QTest.qWait(30)


@scene("conv-footnotes")
def footnotes(stage: Stage) -> None:
    opened(stage, made_talk())


@scene("conv-arabic-and-hebrew")
def right_to_left(stage: Stage) -> None:
    opened(stage, talk("كيف أصنع الخبز؟", ARABIC, "ומה זה לחם?", HEBREW))


@scene("conv-chinese-and-emoji")
def wide_signs(stage: Stage) -> None:
    opened(stage, talk("怎么做面包？", CHINESE, "In short, with 🍞", EMOJI))


@scene("conv-message-menu")
@scene("conv-message-menu-narrow", (760, 620))
def message_menu(stage: Stage) -> QWidget:
    opened(stage, made_talk())
    menu = stage.window.page._view._menus.message_menu(1)
    menu.popup(stage.window.mapToGlobal(stage.window.rect().center()) / 2)
    return menu


@scene("conv-queue")
@scene("conv-queue-narrow", (760, 620))
@scene("conv-queue-text-200", (1180, 900), 200)
def queue(stage: Stage) -> None:
    texts = ("And how long does it keep in a paper bag?", "Then make it a table")
    stage.services.queue.texts = texts
    ready(stage)
    done = made_talk()
    question = Message(NodeId("000002"), NodeId("000001"), Role.USER, "And rye?", 3)
    answer = Message(
        NodeId("000003"), question.id, Role.ASSISTANT, "", 4, Status.WRITING, model="Qwen3 8B"
    )
    opened(stage, done.with_message(question).with_message(answer))
    stage.tell(ChatsAnswering(frozenset({done.id})), QueueChanged(done.id, texts))
    QTest.qWait(350)


def full(share: float) -> Conversation:
    conversation = made_talk()
    tokens = round(share * 7168)
    cost = Timings(tokens - 600, 0, 600, 0.4, 41.0)
    messages = [
        replace(each, timings=cost if each.timings else None) for each in conversation.path()
    ]
    return Conversation.of(conversation.id, messages, title="Why does bread rise?")


def context(stage: Stage, share: float) -> ContextCard:
    ready(stage)
    opened(stage, full(share))
    stage.window.page.composer.put("And how long does it keep?")
    QTest.qWait(400)
    stage.window.context.count()
    card = stage.window.context.card()
    card.adjustSize()
    ring = stage.window.context.ring
    corner = ring.mapTo(stage.window, ring.rect().topRight())
    card.move(corner.x() - card.width() + REACH, corner.y() - card.height() + REACH - 4)
    return card


@scene("conv-context")
def context_roomy(stage: Stage) -> QWidget:
    return context(stage, 0.35)


@scene("conv-context-amber")
def context_amber(stage: Stage) -> QWidget:
    return context(stage, 0.8)


@scene("conv-context-red-narrow", (760, 620))
def context_red(stage: Stage) -> QWidget:
    return context(stage, 0.97)


@scene("conv-details")
def details(stage: Stage) -> QWidget:
    opened(stage, made_talk())
    view = stage.window.page._view
    target = next(each for each in view.targets_of(1) if each.act is Act.DETAILS)
    view.press(1, target)
    card = stage.window.page.findChild(DetailsCard)
    corner = view.seen(1, target.rect).bottomLeft().toPoint()
    place = view.viewport().mapTo(stage.window, corner)
    card.hide()
    card.move_into(QPoint(place.x() - REACH, place.y() - REACH), stage.window.rect())
    return card


@scene("conv-exact-prompt")
@scene("conv-exact-prompt-narrow", (760, 560))
def prompt(stage: Stage) -> QWidget:
    opened(stage, made_talk())
    stage.window.page._view.act_asked.emit(Act.PROMPT.value, "000001")
    text = (
        "<|im_start|>system\nYou are a helpful baker.<|im_end|>\n<|im_start|>user\n"
        "Why does bread rise?<|im_end|>\n<|im_start|>assistant\n"
    )
    stage.tell(PromptRendered(NodeId("000001"), text, 31, 2, "Qwen3 4B"))
    QTest.qWait(60)
    return stage.window.messages._prompt[1]


def odds() -> tuple[TokenOdds, ...]:
    found = []
    chances = (0.97, 0.62, 0.99, 0.41, 0.88, 0.15, 0.03, 0.93, 0.55, 0.995, 0.3)
    words = NOTES.replace("\n", " \n").split(" ")
    for number, word in enumerate(words):
        chance = chances[number % len(chances)]
        rest = (1 - chance) / 3
        others = [(f" {word}", math.log(chance))]
        others += [(each, math.log(rest * share)) for each, share in
                   ((" dough", 1.6), (" loaf", 0.9), (" it", 0.4), ("\n\n", 0.1))]  # fmt: skip
        others.sort(key=lambda each: -each[1])
        found.append(TokenOdds(f" {word}", math.log(chance), tuple(others)))
    return tuple(found)


@scene("conv-token-odds")
@scene("conv-token-odds-narrow", (760, 620))
@scene("conv-token-odds-text-200", (1180, 900), 200)
def token_odds(stage: Stage) -> QWidget:
    opened(stage, made_talk())
    stage.window.page._view.act_asked.emit(Act.ODDS.value, "000001")
    told = odds()
    stage.tell(OddsRead(NodeId("000001"), told, len(told), is_over=True))
    QTest.qWait(60)
    sheet = stage.window.messages._odds[1]
    sheet.text.mark(6)
    return sheet


@scene("conv-quoted")
def quoted(stage: Stage) -> None:
    ready(stage)
    opened(stage, made_talk())
    stage.window.messages.quote("The sour taste comes from the bacteria,\nnot from the yeast.")
    QTest.qWait(60)
