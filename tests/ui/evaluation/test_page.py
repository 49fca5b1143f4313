"""The page "Does effort pay?": what is asked for, how far it is, and what is saved."""

import json

import pytest
from PySide6.QtGui import QImage
from tests.ui.evaluation.test_chart import report

from inglenook.core.errors import Problem
from inglenook.services.evaluationnews import (
    EvaluationChanged,
    EvaluationOrder,
    EvaluationPhase,
    EvaluationState,
)

ORDER = EvaluationOrder(("sum4",), questions=100, drafts=4, also=("search",))
ASKING = EvaluationState(EvaluationPhase.ASKING, ORDER, "tiny", 3, 12, 100.0, (report(),))


@pytest.fixture
def page(window):
    window.actions_by_name["evaluation"].trigger()
    return window.pages.shown


@pytest.fixture
def tell(window, services, qtbot):
    def publish(state):
        with qtbot.waitSignal(window.bridge.evaluation_changed):
            services.bus.publish(EvaluationChanged(state))

    return publish


def test_what_is_chosen_is_asked_for_and_its_time_is_told(page, services):
    services.evaluating.most_s = 3000.0
    page.form.families["sum4"].click()
    page.form.families["sum3"].click()
    page.form.questions.segment("100").click()
    page.form.drafts.segment("4").click()
    page.form.also["search"].click()
    assert "50 minutes" in page.told.text()
    page.start.click()
    assert services.asked("evaluating.start") == [(ORDER,)]


def test_a_kind_of_question_is_always_chosen_and_a_file_takes_the_place_of_all(page, services):
    page.form.families["sum3"].click()
    assert page.form.order().families == ("sum3",)
    page.form.take_file("/home/ada/mine.jsonl")
    assert page.form.order().file == "/home/ada/mine.jsonl"
    assert page.form.order().families == ()
    page.form.families["story"].click()
    assert page.form.order() == EvaluationOrder(("story",))


def test_it_can_be_paused_gone_on_with_and_stopped(page, services, tell):
    page.start.setFocus()
    tell(ASKING)
    assert page.form.order() == ORDER
    assert "3 of 12 answers · about 2 minutes left" in page.told.text()
    assert page.pause.hasFocus()
    page.pause.click()
    tell(EvaluationState(EvaluationPhase.PAUSED, ORDER, "tiny", 3, 12))
    page.pause.click()
    page.stop.click()
    names = [call[0] for call in services.calls if call[0].startswith("evaluating")]
    assert names == ["evaluating.pause", "evaluating.go_on", "evaluating.stop"]
    tell(EvaluationState(EvaluationPhase.WAITING, ORDER, "tiny", 3, 12))
    assert "your chat goes first" in page.told.text()
    tell(EvaluationState(EvaluationPhase.IDLE, ORDER, "tiny", 3, 12))
    assert "Stopped after 3 of 12 answers" in page.told.text()
    tell(
        EvaluationState(EvaluationPhase.FAILED, ORDER, problem=Problem("It broke", "Mend it."))
    )
    assert page.told.text() == "It broke. Mend it."
    assert page.start.isVisible()


def test_the_chart_and_the_table_grow_and_can_be_saved(page, services, tell, tmp_path):
    assert not page.result.isVisible()
    tell(ASKING)
    table = page.result.table
    assert table.item(0, 0).text() == "Greedy"
    assert table.item(0, 2).text() == "100%"
    assert "tokens" in page.result.plot.chart.cost
    page.result.over.segment("seconds").click()
    assert "seconds" in page.result.plot.chart.cost
    assert "4 questions" in page.result.plot.accessibleName()
    page.result.write_picture("chart.png")
    page.result.write_figures("figures.json")
    (_, picture), (_, figures) = services.asked("evaluating.write")
    assert not QImage.fromData(picture).isNull()
    assert json.loads(figures)["sets"][0]["set"] == "sums"


def test_sets_are_shown_one_at_a_time(page, tell):
    other = EvaluationState(
        EvaluationPhase.ASKING, ORDER, "tiny", 3, 12, None,
        (report(), report(parameters=0)),
    )  # fmt: skip
    tell(other)
    assert page.result.sets is not None
    tell(ASKING)
    assert page.result.sets is None


def test_the_end_is_told_where_the_page_is_not_seen(page, window, tell):
    tell(ASKING)
    page.back.click()
    tell(EvaluationState(EvaluationPhase.DONE, ORDER, "tiny", 12, 12))
    assert window.pages.shown is None
    assert "has ended" in window.toast.accessibleName() or window.toast.isVisible()
