"""The foot of the effort menu: thinking, one message alone, and whether effort pays."""

import pytest
from pytestqt.qtbot import QtBot

from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId
from inglenook.effort.gain import Gain
from inglenook.effort.level import Level
from inglenook.effort.thinking import Thinking
from inglenook.services.events import ConversationOpened, EngineChanged, EngineState
from inglenook.ui.effort.picker import EffortMenu

CHAT = ChatId("C")


@pytest.fixture
def menu_of(window, services, qtbot: QtBot):
    """Opens the menu with a model that thinks so much."""

    def opened(thinks="") -> EffortMenu:
        with qtbot.waitSignal(window.bridge.conversation_opened):
            services.bus.publish(EngineChanged(EngineState(thinks=thinks)))
            services.bus.publish(ConversationOpened(Conversation(CHAT)))
        menu = window.effort.menu(window)
        qtbot.addWidget(menu)
        return menu

    return opened


def test_thinking_is_offered_only_with_models_that_think(menu_of, services):
    assert menu_of().foot.thinking is None
    assert menu_of("always").foot.thinking.choice() == "free"
    with pytest.raises(KeyError):
        menu_of("always").foot.thinking.segment("off")
    foot = menu_of("choice").foot
    foot.thinking.segment("off").click()
    foot.thinking.segment("long").click()
    assert services.asked("briefing.think") == [(CHAT, Thinking.OFF), (CHAT, Thinking.LONG)]
    assert "1,024 tokens at least" in foot._line.text()


def test_an_effort_for_one_message_is_used_once(menu_of, window, services):
    button, menu = window.page.composer.effort, menu_of()
    menu.foot.once.click()
    menu.rows[3].click()
    assert "once" in button.text()
    assert services.asked("settings.set_effort") == []
    window.page.composer.sent.emit("How many?")
    window.page.composer.sent.emit("And now?")
    assert services.asked("chat.send") == [
        (CHAT, "How many?", Level.CAREFUL, ()),
        (CHAT, "And now?"),
    ]
    assert button.level is Level.QUICK
    assert "once" not in button.text()


def test_what_was_gained_is_told_and_the_page_is_near(menu_of, window, services):
    services.evaluating.found = Gain("sum3", 100, 8, 0.6, 0.73, 3.0, is_sure=True)
    menu = menu_of()
    assert "raised 60 of 100 to 73" in menu.foot.hint
    assert "3.0 times as long" in menu.foot.hint
    menu.foot.page.click()
    assert window.pages.shown is not None
