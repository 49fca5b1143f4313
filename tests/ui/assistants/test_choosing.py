"""Who answers is chosen in the composer, and what comes with it is shown."""

import assistantmatter as stock
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId
from inglenook.effort.level import Level
from inglenook.services.assistantnews import ChatBriefed
from inglenook.services.events import (
    ConversationOpened,
    EngineChanged,
    EnginePhase,
    EngineState,
    ModelsChanged,
)
from inglenook.services.installed import InstalledModel
from inglenook.ui.assistants.chatdialog import ChatInstructions
from inglenook.ui.assistants.menu import AssistantMenu

CHAT = ChatId("C")
QWEN = InstalledModel("/models/Qwen3-8B-Q4_K_M.gguf", "Qwen3 8B", "", 1, "qwen3", 0)
OTHER = InstalledModel("/models/other.gguf", "Other", "", 1, "llama", 0)


def open_menu(room) -> AssistantMenu:
    room.actions_by_name["assistant"].trigger()
    return room.page.findChildren(AssistantMenu)[-1]


def test_the_menu_offers_all_but_hidden_ones_and_works_by_keyboard(room, services):
    menu = open_menu(room)
    assert len(menu.rows) == len([each for each in stock.listed() if not each.is_hidden])
    assert menu.rows[0].isChecked()
    assert menu.rows[1].accessibleName() == "Writing coach. Improves a text and says why"
    menu.rows[0].setFocus()
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu.rows[1], Qt.Key.Key_Return)
    assert services.asked("briefing.choose") == [(CHAT, "writing")]
    assert not menu.isVisible()


def test_what_a_chat_has_is_shown_and_another_chats_is_not(room, services, tell):
    tell(ChatBriefed(CHAT, stock.OWN, "Be brief", Level.CAREFUL))
    tell(ChatBriefed(ChatId("D"), stock.by_id("code")))
    button, greeting = room.assistants.button, room.page.greeting
    words = "Assistant: Letters to the council, with instructions for this chat"
    assert button.accessibleName() == words
    assert greeting._title.text() == "Letters to the council"
    assert room.page.composer.effort.text() == "Careful"
    room.effort.menu(room.page).chosen.emit("deep")
    assert services.asked("briefing.prefer") == [(CHAT, Level.DEEP)]
    assert services.asked("settings.set_effort") == []
    tell(ConversationOpened(Conversation(ChatId("D"))))
    assert services.asked("briefing.tell") == [(ChatId("D"),)]


def test_another_model_is_offered_and_loaded_only_after_a_press(room, services, tell):
    offer = room.assistants.offer
    ready = EngineState(EnginePhase.READY, OTHER)
    tell(ModelsChanged((QWEN, OTHER)), EngineChanged(ready), ChatBriefed(CHAT, stock.OWN))
    assert offer.words.text() == "Letters to the council is made for Qwen3 8B."
    assert services.asked("engine.load") == []
    offer.load.click()
    assert services.asked("engine.load") == [(QWEN.path,)]
    tell(EngineChanged(ready))
    offer.shut.click()
    tell(EngineChanged(ready), ChatBriefed(CHAT, stock.OWN))
    assert offer.isHidden()
    tell(EngineChanged(EngineState(EnginePhase.READY, QWEN)))
    assert offer.isHidden()


def test_instructions_for_this_chat_are_kept_or_cleared(room, services, tell):
    tell(ChatBriefed(CHAT, stock.by_id("plain"), "Be brief"))
    open_menu(room).instruct.click()
    dialog = room.window().findChild(ChatInstructions)
    dialog.text.field.insertPlainText(" today: ")
    dialog.text.chips["weekday"].click()
    dialog.save.click()
    assert services.asked("briefing.instruct") == [(CHAT, "Be brief today: {{weekday}}")]
    room.assistants.instruct()
    room.window().findChildren(ChatInstructions)[-1].clear.click()
    assert services.asked("briefing.instruct")[-1] == (CHAT, "")


def test_the_greeting_leads_to_the_choice_as_well(room, services):
    room.page.greeting.assistant.click()
    menu = room.page.findChildren(AssistantMenu)[-1]
    menu.manage.click()
    QApplication.processEvents()
    assert room.pages.shown.assistants.column.rows["plain"].isChecked()
    assert room.side.assistants.isChecked()
    assert not isinstance(room.window().focusWidget(), QLineEdit)
