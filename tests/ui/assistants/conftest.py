"""A window with assistants and prompts in it, and an empty chat on screen."""

import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).parents[1]))

import assistantmatter as stock

from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId
from inglenook.services.assistantnews import ChatBriefed
from inglenook.services.events import ConversationOpened

CHAT = ChatId("C")


@pytest.fixture
def tell(services):
    def publish(*announcements: object) -> None:
        for each in announcements:
            services.bus.publish(each)
        for _ in range(3):
            QApplication.processEvents()

    return publish


@pytest.fixture
def room(window, services, tell):
    services.briefing.known = stock.VALUES
    tell(ConversationOpened(Conversation(CHAT)), stock.ALL, stock.PROMPTS)
    tell(ChatBriefed(CHAT, stock.by_id("plain")))
    window.activateWindow()
    window.page.composer.field.setFocus()
    services.calls.clear()
    return window
