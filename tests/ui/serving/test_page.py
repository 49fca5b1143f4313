"""The page of the local server: what is asked for, what is shown, and what is copied."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from inglenook.core.errors import BadArgumentError, Problem
from inglenook.services.events import EngineChanged, EngineState
from inglenook.services.servingnews import (
    LiveRequest,
    RequestServed,
    ServedRequest,
    ServingChanged,
    ServingKey,
    ServingPhase,
    ServingState,
)
from inglenook.ui.serving.networkdialog import NetworkDialog
from inglenook.ui.serving.words import kind_of, port_of

ON = ServingState(ServingPhase.ON, "http://127.0.0.1:11536/v1", 11536)
KEY = ServingKey("ik-secret", is_kept=True)
LIVE = LiveRequest(
    "1", "/v1/chat/completions", "tiny", "127.0.0.1", 0.0, 12, 30, 41.0, "OpenAI/Python"
)
PAST = ServedRequest(0.0, "/v1/models", "", 401, 0, 0, 0.01, "127.0.0.1")


@pytest.fixture
def page(window):
    window.actions_by_name["serving"].trigger()
    return window.pages.shown


@pytest.fixture
def tell(window, services, qtbot):
    def publish(*announcements):
        with qtbot.waitSignal(window.bridge.engine_changed):  # told after the others
            for each in announcements:
                services.bus.publish(each)
            services.bus.publish(EngineChanged(EngineState()))

    return publish


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def test_it_is_off_at_first_and_the_switch_starts_and_stops_it(page, services, window, tell):
    assert window.shell.focusWidget() is page.card.switch
    assert not page.card.switch.isChecked()
    assert not page.card.address.isVisible()
    assert not page.programs.isVisible()
    assert not window.serving.mark.isVisible()
    page.card.switch.click()
    tell(ServingChanged(ServingState(ServingPhase.STARTING)))
    assert page.card.standing.word() == "Starting"
    assert page.card.switch.isChecked()
    tell(ServingChanged(ON))
    assert page.card.standing.word() == "On"
    assert window.serving.mark.isVisible()
    page.card.switch.click()
    names = [call[0] for call in services.calls if call[0].startswith("serving")]
    assert names == ["serving.start", "serving.read_key", "serving.stop"]


def test_address_and_key_are_copied_and_the_key_is_hidden_until_it_is_shown(page, tell):
    tell(ServingChanged(ON), KEY)
    assert "Port 11535 is taken" in page.card.port.text()
    assert "keyring" in page.card.kept.text()
    page.card.address.copy.click()
    assert clipboard() == ON.address
    field = page.card.key.field
    assert field.echoMode() is QLineEdit.EchoMode.Password
    page.card.key.show_it.click()
    assert field.echoMode() is QLineEdit.EchoMode.Normal
    page.card.key.copy.click()
    assert clipboard() == KEY.key
    tell(ServingKey("ik-other", is_kept=False))
    assert field.echoMode() is QLineEdit.EchoMode.Password
    assert "There is no keyring here" in page.card.kept.text()


def test_the_key_is_renewed_only_after_a_question(page, services, tell):
    tell(ServingChanged(ON), KEY)
    page.card.renew.click()
    assert page.window().focusWidget() is page.card.question.no
    page.card.question.no.click()
    assert services.asked("serving.renew_key") == []
    assert page.window().focusWidget() is page.card.renew
    page.card.renew.click()
    page.card.question.yes.click()
    assert services.asked("serving.renew_key") == [()]


def test_programs_ask_the_loaded_model_at_the_real_address_with_the_whole_key(
    page, services, tell
):
    services.api.served = (
        SimpleNamespace(id="other", is_loaded=False, kind="chat"),
        SimpleNamespace(id="it's mine", is_loaded=True, kind="chat"),
    )
    assert not page.programs.key.copy.isEnabled()
    tell(ServingChanged(ON), KEY)
    assert "ik-secret" not in page.programs.key.text.toPlainText()
    page.programs.key.copy.click()
    assert clipboard() == "export INGLENOOK_API_KEY=ik-secret"
    for name, sign in (("curl", "curl "), ("python", "OpenAI("), ("javascript", "fetch(")):
        page.programs.chosen.segment(name).click()
        shown = page.programs.program.text.toPlainText()
        assert sign in shown
        assert "11536" in shown
        assert "mine" in shown
        page.programs.program.copy.click()
        assert clipboard() == shown
    services.api.served = ()
    tell()
    assert '"default"' in page.programs.program.text.toPlainText()


def test_other_computers_come_in_only_after_the_dialog(page, services, window, tell):
    page.terms.network.click()
    dialog = window.shell.findChild(NetworkDialog)
    assert dialog.focusWidget() is dialog.cancel
    dialog.cancel.click()
    assert not page.terms.network.isChecked()
    assert services.asked("serving.open_to_network") == []
    page.terms.network.click()
    window.shell.findChildren(NetworkDialog)[-1].agree.click()
    assert page.terms.network.isChecked()
    services.settings.now = replace(services.settings.now, serving_network=True)
    others = ("http://192.168.1.4:11536/v1",)
    tell(ServingChanged(replace(ON, is_open_to_network=True, others=others)))
    assert page.card.others[0].field.text() == others[0]
    assert not page.card.others[1].isVisible()
    assert "has the key" in page.card.reach.text()
    assert window.serving.mark.text() == "Open to the network"
    page.card.others[0].copy.click()
    assert clipboard() == others[0]
    tell(ServingChanged(replace(ON, is_open_to_network=True)))
    assert "in no network" in page.card.reach.text()
    page.terms.network.click()
    assert services.asked("serving.open_to_network") == [(True,), (False,)]


def test_the_port_and_the_start_are_chosen_and_nonsense_is_refused(page, services):
    page.terms.begins.click()
    assert services.asked("settings.choose") == [("serving", True)]
    for text in ("80", "abc", "99999999999", "٤٤٤٤"):
        page.terms.port_chosen.emit(text)
        assert page.terms.port.is_wrong
    page.terms.port_chosen.emit("12000")
    assert not page.terms.port.is_wrong
    assert services.asked("serving.set_port") == [(12000,)]
    with pytest.raises(BadArgumentError):
        port_of("")


def test_requests_are_shown_while_they_run_and_kept_in_a_log_to_clear(page, services, tell):
    services.serving.past = (PAST, replace(PAST, status=499), replace(PAST, status=200))
    route, client = "/v1/embeddings", "192.168.0.9"
    waiting = LiveRequest("2", route, "", client, 0.0)
    tell(ServingChanged(replace(ON, live=(LIVE, waiting))), RequestServed(PAST))
    first, second = page.live.rows.values()
    assert first.title.text() == "Chat · OpenAI/Python"
    assert first.facts.text().startswith("tiny · 12 tokens in, 30 out · 41 tokens/s · since ")
    assert second.title.text() == "Vectors of texts · a program without a name"
    assert second.facts.text().startswith("since ")
    assert second.facts.text().endswith(" · 192.168.0.9")
    assert page.asked.text() == "2 requests are being answered"
    first.take_keyboard()
    tell(ServingChanged(replace(ON, live=(replace(LIVE, answer_tokens=31),))))
    assert page.window().focusWidget() is first.end
    assert "31 out" in first.facts.text()
    results = [page.log.topLevelItem(n).text(5) for n in range(3)]
    assert results == ["Refused (401)", "Hung up", "Answered"]
    services.serving.past = ()
    page.clear.click()
    assert services.asked("serving.clear_log") == [()]
    assert not page.log.isVisible()


def test_one_request_is_ended_or_all_of_them_by_the_keyboard_too(page, services, qtbot, tell):
    services.serving.past = (PAST,)
    live = tuple(replace(LIVE, id=name) for name in "abc")
    tell(ServingChanged(replace(ON, live=live)), RequestServed(PAST))
    row = page.live.rows["b"]
    assert row.end.accessibleName() == "End this request: Chat · OpenAI/Python"
    row.take_keyboard()
    qtbot.keyClick(row.end, Qt.Key.Key_Space)
    qtbot.keyClick(row.end, Qt.Key.Key_Space)
    assert services.asked("serving.end_request") == [("b",)]
    tell(ServingChanged(replace(ON, live=live)))
    assert row.facts.text() == "Ending…"
    ended = replace(PAST, by_person=True, program="curl")
    services.serving.past = (ended, replace(ended, client="10.0.0.2"))
    tell(ServingChanged(replace(ON, live=live[::2])), RequestServed(ended))
    assert page.window().focusWidget() is page.live.rows["c"].end
    cells = [[page.log.topLevelItem(n).text(at) for at in (2, 5)] for n in range(2)]
    assert cells == [["curl", "Ended by you"], ["curl · 10.0.0.2", "Ended by you"]]
    page.end_all.setFocus()
    page.end_all.click()
    assert services.asked("serving.end_requests") == [()]
    assert {each.facts.text() for each in page.live.rows.values()} == {"Ending…"}
    tell(ServingChanged(replace(ON, live=live[:1])))
    assert not page.end_all.isVisible()
    assert page.window().focusWidget() is page.live.rows["a"].end
    tell(ServingChanged(ON))
    assert page.window().focusWidget() is page.log


@pytest.mark.parametrize(
    ("route", "kind"),
    [
        ("/v1/responses", "Answer"),
        ("/v1/completions", "Text to go on with"),
        ("/detokenize", "Count of tokens"),
        ("/v1/models", "/v1/models"),
    ],
)
def test_what_is_asked_is_told_by_its_kind(route, kind):
    assert kind_of(route) == kind


def test_what_went_wrong_is_said_with_what_to_do(page, services, tell):
    problem = Problem("No port is free", "Choose another one.")
    tell(ServingChanged(ServingState(ServingPhase.FAILED, problem=problem)))
    assert page.card.notice.isVisible()
    assert not page.card.switch.isChecked()
    page.card.notice.action.click()
    assert services.asked("serving.start") == [()]
    tell(ServingChanged(ON))
    assert not page.card.notice.isVisible()


def test_every_control_is_named_and_large_enough_and_the_mark_leads_here(page, window, tell):
    tell(ServingChanged(replace(ON, live=(LIVE,))), KEY)
    QApplication.processEvents()  # lays it out
    for each in page.findChildren(QWidget):
        if each.isVisibleTo(page) and each.focusPolicy() & Qt.FocusPolicy.TabFocus:
            seen = QAccessible.queryAccessibleInterface(each)
            assert seen.text(QAccessible.Text.Name), each
            assert min(each.width(), each.height()) >= 32, each
    page.back.click()
    assert window.pages.shown is None
    window.serving.mark.click()
    assert window.pages.shown is page


def test_the_wheel_over_a_program_belongs_to_the_page(page, tell):
    tell(ServingChanged(ON))
    QApplication.processEvents()
    lines = page.programs.program.text
    wheel = QWheelEvent(
        QPointF(9, 9), lines.mapToGlobal(QPointF(9, 9)), QPoint(), QPoint(0, -120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,  # noqa: FBT003  (Qt's order)
    )  # fmt: skip
    QApplication.sendEvent(lines.viewport(), wheel)
    assert lines.verticalScrollBar().value() == 0
    assert not wheel.isAccepted()
