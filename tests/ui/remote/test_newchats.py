"""New chats that begin elsewhere: chosen in the settings or the menu, and never unasked."""

from dataclasses import replace

import pytest
import remotematter as far

from inglenook.chat.elsewhere import HERE, Choice
from inglenook.chat.tree import Conversation
from inglenook.core.errors import BadArgumentError
from inglenook.core.ids import ChatId
from inglenook.services.endpointnews import EndpointsChanged
from inglenook.services.events import (
    ConversationOpened,
    Download,
    DownloadsChanged,
    EngineChanged,
    EnginePhase,
    EngineState,
    SettingsChanged,
)
from inglenook.ui.remote.consent import ConsentDialog
from inglenook.ui.remote.newchats import NewChatsChooser
from inglenook.ui.settings.registry import Section

EMPTY = Conversation(ChatId("C1"))
LAB = Choice("LAB", "DeepSeek-V3.2")


@pytest.fixture
def window(open_window, services, qtbot):
    window = open_window(services)
    services.endpoints.endpoints = far.ALL.endpoints
    services.bus.publish(EngineChanged(EngineState(EnginePhase.NO_MODEL)))
    services.bus.publish(far.ALL)
    services.bus.publish(ConversationOpened(EMPTY))
    with qtbot.waitSignal(window.bridge.chat_briefed):
        services.bus.publish(far.at_home(EMPTY.id))
    return window


@pytest.fixture
def chooser(window, services, qtbot):
    made = NewChatsChooser(window._look, services, window.bridge)
    qtbot.addWidget(made)
    made.show()
    return made


def settle_on(window, services, qtbot, choice: Choice, lost: str = "") -> None:
    services.settings.now = replace(services.settings.now, new_chats=choice)
    services.new_chats.lost = lost
    with qtbot.waitSignal(window.bridge.settings_changed):
        services.bus.publish(SettingsChanged("light", welcomed=True))


def line_for_new(window) -> str:
    lines = [each.text() for each in window.top.pill.menu().actions()]
    return next((each for each in lines if each.endswith("new chats")), "")


def brief(window, services, qtbot, choice=far.AWAY) -> None:
    with qtbot.waitSignal(window.bridge.chat_briefed):
        services.bus.publish(far.briefed(EMPTY.id, choice))


def test_the_choice_offers_what_engines_offer_and_says_where_chats_go(
    chooser, window, services, qtbot
):
    combo = chooser.combo
    words = [combo.itemText(each) for each in range(combo.count())]
    assert words[:2] == ["This computer", "Qwen3-32B · The big machine"]
    assert combo.currentText() == "This computer"
    assert not chooser.note.isVisible()
    settle_on(window, services, qtbot, far.AWAY)
    assert combo.currentText() == "Qwen3-32B · The big machine"
    assert chooser.note.text() == "New chats leave this computer: they go to box:8000."
    settle_on(window, services, qtbot, Choice("OLLAMA", "gemma3:12b"))
    assert chooser.note.text().startswith("Another program answers")
    settle_on(window, services, qtbot, HERE, "Qwen3-32B")
    assert combo.currentText() == "This computer"
    assert chooser.note.text() == (
        "Qwen3-32B is no longer offered, so new chats are answered here again."
    )


def test_among_the_settings_it_has_a_name_and_what_is_chosen_is_kept(window, services):
    window.settings.open_setting("new_chats")
    row = window.settings._page_made.pane(Section.MODELS).rows["new_chats"]
    combo = row.control.combo
    assert combo.accessibleName() == row.title.text() == "New chats are answered by"
    assert row.title.buddy() is combo
    combo.chosen.emit(far.AWAY)
    assert services.asked("new_chats.choose") == [(far.AWAY,)]


def test_before_the_engines_are_known_the_choice_shows_its_model(
    chooser, window, services, qtbot
):
    with qtbot.waitSignal(window.bridge.endpoints_changed):
        services.bus.publish(EndpointsChanged(()))
    settle_on(window, services, qtbot, Choice("BOX", "org/Some-Model"))
    assert chooser.combo.currentText() == "Some-Model"
    assert chooser.note.text() == ""


def test_an_engine_is_asked_about_once_before_new_chats_begin_with_it(
    chooser, services, monkeypatch
):
    asked, chosen = [], []

    def note(dialog: ConsentDialog) -> None:
        asked.append(dialog)

    monkeypatch.setattr(ConsentDialog, "open", note)
    chooser.chosen.connect(chosen.append)
    chooser.combo.chosen.emit(far.AWAY)
    assert (chosen, asked) == ([far.AWAY], [])  # somebody has agreed to that one
    chooser.combo.chosen.emit(LAB)
    assert chosen == [far.AWAY]
    assert chooser.combo.currentText() == "This computer"  # until there is a yes
    (dialog,) = asked
    assert dialog.windowTitle() == "Let new chats leave this computer?"
    dialog.agree.click()
    assert services.asked("endpoints.agree") == [("LAB",)]
    assert chosen == [far.AWAY, LAB]
    services.endpoints.endpoints = ()
    chooser.combo.chosen.emit(LAB)  # it was taken out meanwhile
    chooser.combo.chosen.emit(HERE)
    assert chosen == [far.AWAY, LAB, HERE]
    assert len(asked) == 1


def test_the_menu_of_the_model_offers_the_engine_of_the_chat_for_new_ones(
    window, services, qtbot
):
    pill = window.top.pill
    assert line_for_new(window) == ""
    brief(window, services, qtbot)
    assert line_for_new(window) == "Use for new chats"
    pill.new_chats_asked.emit()
    assert services.asked("new_chats.choose") == [(far.AWAY,)]
    settle_on(window, services, qtbot, far.AWAY)
    assert line_for_new(window) == "Use this computer for new chats"
    brief(window, services, qtbot, HERE)
    assert line_for_new(window) == "Use this computer for new chats"
    pill.new_chats_asked.emit()
    assert services.asked("new_chats.choose")[-1] == (HERE,)
    brief(window, services, qtbot, Choice("BOX", "gpt-oss-120b"))
    assert line_for_new(window) == "Use for new chats"

    def refuse(_choice: Choice) -> None:
        raise BadArgumentError("New chats cannot begin with this engine", "Set it up.")

    services.new_chats.choose = refuse
    pill.new_chats_asked.emit()
    assert window.remote.bar.words.text().startswith("New chats cannot begin")


def test_a_chat_in_which_nothing_was_asked_follows_the_choice(window, services, qtbot):
    told = len(services.asked("briefing.tell"))
    settle_on(window, services, qtbot, far.AWAY)
    assert services.asked("briefing.tell")[told:] == [(EMPTY.id,)]
    settle_on(window, services, qtbot, far.AWAY)  # another setting changed
    assert len(services.asked("briefing.tell")) == told + 1
    services.bus.publish(ConversationOpened(far.talk()))
    with qtbot.waitSignal(window.bridge.chat_briefed):
        services.bus.publish(far.at_home(EMPTY.id))
    told = len(services.asked("briefing.tell"))
    settle_on(window, services, qtbot, HERE)
    assert len(services.asked("briefing.tell")) == told


def test_without_a_model_here_nothing_is_said_to_be_missing(window, services, qtbot):
    greeting, composer = window.page.greeting, window.page.composer
    assert greeting.find_model.isVisible()
    brief(window, services, qtbot)
    assert composer._blocked == ""
    assert not greeting.find_model.isVisible()
    coming = Download("J", "A model", "running", "", 1, 4, 0.0, None)
    with qtbot.waitSignal(window.bridge.downloads_changed):
        services.bus.publish(DownloadsChanged((coming,)))
    tray = window.first_question.tray
    assert tray is None or not tray.isVisible()  # a question does not wait for it
    composer.put("Hello")
    composer.field.sent.emit()
    assert services.asked("chat.send") == [(EMPTY.id, "Hello")]
    brief(window, services, qtbot, HERE)
    assert window.first_question.tray.isVisible()


def test_an_answer_elsewhere_is_written_again_with_one_draft_and_says_why(
    window, services, qtbot
):
    services.bus.publish(ConversationOpened(far.talk("Some")))
    brief(window, services, qtbot)
    lines = window.page._view._menus.again_menu(1).actions()
    assert [each.text() for each in lines] == [
        "Answer again with one draft", "More drafts need a model on this computer",
    ]  # fmt: skip
    assert not lines[1].isEnabled()
    brief(window, services, qtbot, HERE)
    assert len(window.page._view._menus.again_menu(1).actions()) > 2
