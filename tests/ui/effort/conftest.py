"""A conversation on a page of its own, with what was compared."""

import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

sys.path.insert(0, str(Path(__file__).parents[1] / "chat"))
sys.path.insert(0, str(Path(__file__).parent))

from inglenook.ui.chat.conversation_view import ConversationView


@pytest.fixture
def view(qtbot: QtBot) -> ConversationView:
    shown = ConversationView()
    qtbot.addWidget(shown)
    shown.resize(860, 900)
    shown.show()
    qtbot.waitExposed(shown)
    return shown
