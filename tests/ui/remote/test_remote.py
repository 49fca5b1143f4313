"""Engines elsewhere in the window: chosen, asked about once, marked, and left again."""

from dataclasses import replace

import pytest
import remotematter as far
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import QLineEdit

from inglenook.chat.elsewhere import HERE, Choice, OfferedModel
from inglenook.chat.message import Status, Timings
from inglenook.chat.tree import Conversation
from inglenook.core.errors import BadArgumentError, Problem
from inglenook.core.ids import ChatId
from inglenook.services.endpointnews import EndpointsChanged, EndpointTested
from inglenook.services.events import (
    ConversationChanged,
    ConversationOpened,
    EngineChanged,
    EnginePhase,
    EngineState,
    ModelsChanged,
    SettingsChanged,
)
from inglenook.services.installed import InstalledModel
from inglenook.ui.chat.choices import Reach, choices_of
from inglenook.ui.chat.details import facts_of
from inglenook.ui.chat.target import Act
from inglenook.ui.remote.consent import ConsentDialog
from inglenook.ui.remote.form import EndpointForm
from inglenook.ui.remote.pane import EndpointsPane
from inglenook.ui.remote.words import badge_words, found_words, mark_words, terms_of

EMPTY = Conversation(ChatId("C1"))
LOCAL = InstalledModel("/m/local.gguf", "Local 8B", "Q4_K_M", 5, "qwen3", 8192)


@pytest.fixture
def window(open_window, services, qtbot):
    window = open_window(services)
    bus = services.bus
    bus.publish(ModelsChanged((LOCAL,)))
    bus.publish(EngineChanged(EngineState(EnginePhase.NO_MODEL)))
    bus.publish(far.ALL)
    bus.publish(ConversationOpened(EMPTY))
    with qtbot.waitSignal(window.bridge.chat_briefed):
        bus.publish(far.at_home(EMPTY.id))
    return window


def brief(window, services, qtbot, choice=far.AWAY) -> None:
    with qtbot.waitSignal(window.bridge.chat_briefed):
        services.bus.publish(far.briefed(EMPTY.id, choice))


def menu_line(window, text: str):
    menu = window.top.pill.menu()
    line = next(each for each in menu.actions() if each.text().startswith(text))
    line.setProperty("menu", menu)  # or Qt deletes both
    return line


def test_a_chat_that_leaves_is_marked_everywhere_and_the_mark_goes_with_it(
    window, services, qtbot
):
    composer, bar = window.page.composer, window.remote.bar
    assert "Open a model" in composer._blocked
    brief(window, services, qtbot)
    assert bar.isVisible()
    assert bar.words.text() == "This chat leaves this computer: it goes to box:8000."
    badge = QAccessible.queryAccessibleInterface(window.top.badge)
    assert badge.text(QAccessible.Text.Name).startswith("Leaves this computer: This chat")
    assert window.top.pill.face.accessibleName() == "Model: Qwen3-32B, box:8000"
    assert composer.field.placeholderText() == "Ask anything. It goes to box:8000."
    assert composer._blocked == ""  # no model is needed here
    assert not composer.effort.isVisible()
    assert "goes to box:8000" in window.page.greeting._words.text()
    window.top.set_width(300)
    assert window.top.badge.isVisible()  # however narrow the window is
    brief(window, services, qtbot, HERE)
    assert not bar.isVisible()
    assert not window.top.badge.isVisible()
    window.top.set_width(900)
    assert window.top.badge.accessibleName().startswith("On-device")
    assert composer.effort.isVisible()
    assert "Open a model" in composer._blocked
    assert "stays" in composer.field.placeholderText()


def test_the_mark_is_painted_in_a_colour_of_its_own(window, services, qtbot):
    brief(window, services, qtbot)
    colour = window._look.palette.away
    for widget in (window.remote.bar, window.top.badge, window.page.composer):
        image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        seen = {
            image.pixelColor(x, y).name()
            for x in range(0, image.width(), 1)
            for y in range(0, image.height(), 3)
        }
        assert colour.lower() in seen


def test_an_engine_is_asked_about_once_and_then_chosen(window, services, qtbot, monkeypatch):
    asked = []

    def note(dialog: ConsentDialog) -> None:
        asked.append(dialog)

    monkeypatch.setattr(ConsentDialog, "open", note)
    menu_line(window, "DeepSeek").trigger()
    (dialog,) = asked
    assert services.asked("briefing.use") == []
    assert dialog.cancel.hasFocus() or dialog.focusWidget() is dialog.cancel
    dialog.agree.click()
    assert services.asked("endpoints.agree") == [("LAB",)]
    choice = Choice("LAB", "DeepSeek-V3.2")
    assert services.asked("briefing.use") == [(EMPTY.id, choice)]
    menu_line(window, "gpt-oss").trigger()  # of an engine that was agreed to
    assert len(asked) == 1
    assert services.asked("briefing.use")[-1] == (EMPTY.id, Choice("BOX", "gpt-oss-120b"))
    window.remote.choose("GONE", "m")
    assert len(services.asked("briefing.use")) == 2


def test_what_was_declined_stays_here(window, services):
    dialog = window.remote.ask(far.LAB, Choice("LAB", "m"))
    dialog.cancel.click()
    assert services.asked("briefing.use") == []
    assert services.asked("endpoints.agree") == []


def test_one_click_brings_a_chat_back(window, services, qtbot):
    brief(window, services, qtbot)
    window.remote.bar.back.click()
    assert services.asked("briefing.use") == [(EMPTY.id, HERE)]
    menu_line(window, "Local 8B").trigger()  # or a model of this computer
    assert services.asked("engine.load") == [("/m/local.gguf",)]
    assert services.asked("briefing.use")[-1] == (EMPTY.id, HERE)


def test_without_the_network_it_says_so_and_offers_to_switch_it_on(window, services, qtbot):
    brief(window, services, qtbot)
    services.settings.is_offline = True
    with qtbot.waitSignal(window.bridge.settings_changed):
        services.bus.publish(SettingsChanged("light", welcomed=True, offline=True))
    assert window.remote.bar.words.text().startswith("The network is switched off")
    assert window.page.composer._blocked == "The network is switched off."
    window.remote.bar.network.click()
    assert services.asked("settings.set_offline") == [(False,)]
    services.settings.is_offline = False
    with qtbot.waitSignal(window.bridge.settings_changed):
        services.bus.publish(SettingsChanged("light", welcomed=True))
    assert window.page.composer._blocked == ""


def test_an_engine_that_was_taken_out_is_told(window, services, qtbot):
    brief(window, services, qtbot)
    with qtbot.waitSignal(window.bridge.endpoints_changed):
        services.bus.publish(EndpointsChanged(()))
    assert window.remote.bar.words.text() == "This chat's engine is no longer set up."


def test_what_the_engine_here_does_changes_nothing_for_a_chat_elsewhere(
    window, services, qtbot
):
    brief(window, services, qtbot)
    problem = Problem("The model could not be loaded", "Open another one.")
    with qtbot.waitSignal(window.bridge.engine_changed):
        services.bus.publish(EngineChanged(EngineState(EnginePhase.FAILED, problem=problem)))
    assert window.page.composer._blocked == ""


def test_a_failure_offers_to_try_again_or_to_answer_here(window, services, qtbot):
    talk = far.talk(note="The engine cannot be reached.")
    with qtbot.waitSignal(window.bridge.conversation_changed):
        services.bus.publish(ConversationChanged(talk))
    brief(window, services, qtbot)
    view = window.page._view
    shown = {each.act: each for each in view.column.views[-1].targets}
    assert shown[Act.TRY_AGAIN].name == "Try again"
    assert shown[Act.ANSWER_HERE].name == "Answer on this computer with Local 8B"
    view.here_asked.emit("1A")
    assert services.asked("briefing.use") == [(EMPTY.id, HERE)]
    assert services.asked("chat.regenerate") == [(EMPTY.id, "1A")]


@pytest.mark.parametrize(
    ("status", "local", "acts"),
    [
        (Status.FAILED, "Local", [Act.TRY_AGAIN, Act.ANSWER_HERE]),
        (Status.FAILED, "", [Act.TRY_AGAIN]),
        (Status.INTERRUPTED, "Local", [Act.CONTINUE, Act.TRY_AGAIN, Act.ANSWER_HERE]),
        (Status.STOPPED, "Local", [Act.CONTINUE]),
        (Status.COMPLETE, "Local", []),
    ],
)
def test_only_what_broke_elsewhere_is_offered_here(status, local, acts):
    text = "" if status is Status.FAILED else "Some"
    message = far.talk(text, status).path()[-1]
    assert list(choices_of(message, Reach(local_model=local))) == acts
    here = replace(message, made=None)
    assert Act.ANSWER_HERE not in choices_of(here, Reach(local_model=local))


def test_other_engines_are_set_up_in_the_settings(window, services):
    menu_line(window, "Other engines").trigger()
    assert window.pages.shown is not None
    assert window.pages.shown.section == "models"


@pytest.fixture
def form(window, services):
    made = EndpointForm(window._look, window, services, window.bridge)
    made.open()
    return made


def test_an_engine_is_added_after_a_test(form, window, services, qtbot):
    assert not form.save.isEnabled()
    assert form.key.echoMode() is QLineEdit.EchoMode.Password
    form.address.setText("box:8000")
    form.key.setText("secret")
    form.test.click()
    assert services.asked("endpoints.test") == [("box:8000", "secret", "")]
    models = (OfferedModel("one", 4096), OfferedModel("two"))
    with qtbot.waitSignal(window.bridge.endpoint_tested):
        services.bus.publish(EndpointTested(1, models, 0.0341, "vllm"))
    assert form.state.text() == "It answers: 2 models, after 34 ms · vllm"
    assert form.chosen() == models
    form.models.item(1).setCheckState(Qt.CheckState.Unchecked)
    form.name.setText("The box")
    form.save.click()
    assert services.asked("endpoints.save") == [
        ("box:8000", "", "The box", (models[0],), "secret")
    ]
    assert services.asked("endpoints.stop_test")


def test_what_is_wrong_is_told_in_the_form(form, window, services, qtbot):
    services.endpoints.refusal = BadArgumentError("This is no address of an engine", "Write.")
    form.test.click()
    assert form.state.text() == "This is no address of an engine. Write."
    services.endpoints.refusal = None
    form.test.click()
    refused = Problem("The engine wants a key", "Ask for it.", {"said": "no\u202e key"})
    with qtbot.waitSignal(window.bridge.endpoint_tested):
        services.bus.publish(EndpointTested(1, problem=refused))
    assert form.state.text() == "The engine wants a key. Ask for it. (no key)"
    with qtbot.waitSignal(window.bridge.endpoint_tested):
        services.bus.publish(EndpointTested(7, (OfferedModel("late"),)))  # of an older test
    assert form.models.count() == 0
    with qtbot.waitSignal(window.bridge.endpoint_tested):
        services.bus.publish(EndpointTested(1))
    assert "no model for chats" in form.state.text()
    assert not form.save.isEnabled()


def test_what_was_found_is_forgotten_when_the_address_changes(window, services, qtbot):
    form = EndpointForm(window._look, window, services, window.bridge, far.LAB)
    assert form.chosen() == far.LAB.models
    assert form.save.isEnabled()
    form.save.click()
    assert services.asked("endpoints.save")[0][-1] is None  # the key that is kept stays
    qtbot.keyClicks(form.address, "x")
    assert form.chosen() == ()
    assert not form.save.isEnabled()


def test_engines_are_listed_changed_and_taken_out_after_a_question(window, services, qtbot):
    services.endpoints.endpoints = far.ALL.endpoints
    pane = EndpointsPane(window._look, services, window.bridge)
    qtbot.addWidget(pane)
    pane.show()
    assert len(pane.rows) == 3
    assert pane.rows[1].edit.accessibleName() == "Change llm.lab.example"
    pane.rows[0].remove.click()
    assert pane.question.isVisible()
    pane.question.yes.click()
    assert services.asked("endpoints.remove") == [("BOX",)]
    with qtbot.waitSignal(window.bridge.endpoints_changed):
        services.bus.publish(EndpointsChanged((far.LAB,)))
    assert len(pane.rows) == 1


def test_the_words_say_what_leaves_and_what_does_not():
    assert "goes to box:8000" in mark_words(far.BOX)
    assert badge_words(far.OLLAMA) == "Another program"
    assert "leaves" not in mark_words(far.OLLAMA)
    assert any("unencrypted" in words for _, words in terms_of(far.BOX))
    assert not any("unencrypted" in words for _, words in terms_of(far.LAB))
    assert not any("unencrypted" in words for _, words in terms_of(far.OLLAMA))
    assert found_words(EndpointTested(1, (OfferedModel("m"),), 0.0)) == (
        "It answers: 1 model, after 1 ms"
    )


def test_the_details_of_an_answer_say_who_wrote_it_and_nothing_that_nobody_knows():
    timed = replace(far.talk("Some", Status.COMPLETE).path()[-1], timings=Timings(9, 0, 2))
    told = dict(facts_of(timed))
    assert told["Answered by"] == "Qwen3-32B · box:8000"
    assert "temperature" not in told["Sampling"]
