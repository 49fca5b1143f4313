"""The chart of an evaluation: where things lie, and that nothing covers a name."""

from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor

from inglenook.core.errors import StorageError
from inglenook.effort.ladder import ladder_of
from inglenook.effort.report import Live, report_on
from inglenook.effort.trials import Sample, Trial
from inglenook.ui.evaluation.axes import apart, axes_for, cost_in_words
from inglenook.ui.evaluation.chart import picture_of
from inglenook.ui.evaluation.pictures import save
from inglenook.ui.evaluation.series import Chart, Series, Spot, chart_of, ladder_chart
from inglenook.ui.theme import DARK, LIGHT


@cache
def report(parameters=1000):
    drafts = tuple(Sample(str(5 + at % 2), 10, -1.0) for at in range(16))
    trials = [Trial(str(at), "5", Sample("5", 9), drafts) for at in range(4)]
    live = [Live("Search", "0", 80, 0, 1.0, is_right=True)]
    return report_on("sums", trials, live, parameters=parameters, seconds={}, greedy_s=1.0)


def chart(**named):
    spots = (Spot(1e10, 0.25, 0.2, 0.31), Spot(1e11, 0.52, 0.44, 0.58))
    series = (Series("Majority", spots),)
    values = {"title": "Sums", "note": "4", "cost": "FLOPs", "level": ("Greedy", 0.3)}
    return Chart(**{**values, "series": series, **named})


def test_a_chart_has_the_best_lines_the_searches_and_greedy():
    made = chart_of(report(), about="Sums", model="tiny")
    assert [each.name for each in made.series] == [
        "Best by mean", "Vote by probability", "Majority", "Search", "Stops when ahead",
    ]  # fmt: skip
    assert [len(each.spots) for each in made.series] == [5, 5, 5, 1, 1]
    assert made.level == ("Greedy", 1.0)
    assert "4 questions" in made.note
    assert made.series[2].spots[0].cost == 20_000


def test_without_the_size_of_the_model_tokens_are_the_cost():
    made = chart_of(report(parameters=0), about="Sums", model="tiny")
    assert "tokens" in made.cost
    assert made.series[2].spots[0].cost == 10


def test_all_of_a_chart_has_room_and_lines_are_at_whole_steps():
    axes = axes_for(chart())
    assert axes.low == pytest.approx(0.2)
    assert axes.high == pytest.approx(0.6)
    assert axes.levels() == pytest.approx([0.2, 0.3, 0.4, 0.5, 0.6])
    assert 0 < axes.across(1e10) < axes.across(1e11) < 1
    assert axes.up(0.4) == pytest.approx(0.5)


def test_costs_are_written_at_powers_of_ten_or_between_where_there_are_few():
    assert axes_for(chart()).costs() == pytest.approx([1e10, 3e10, 1e11])
    spots = (Spot(1e3, 0.5, 0.4, 0.6), Spot(1e7, 0.5, 0.4, 0.6))
    assert len(axes_for(chart(series=(Series("x", spots),))).costs()) == 5


def test_costs_in_words():
    assert [cost_in_words(each) for each in (20, 500, 2000, 1e10, 5e11)] == [
        "20", "500", "2,000", "10¹⁰", "5·10¹¹",
    ]  # fmt: skip


def test_a_chart_of_nothing_is_drawn_too(qapp):
    empty = Chart("Sums", "", "FLOPs", (), None)
    assert axes_for(empty).levels()
    assert not picture_of(empty, LIGHT, size=QSize(400, 300), ratio=1.0).isNull()


@given(st.lists(st.floats(0, 400), max_size=12))
def test_labels_lie_apart_in_their_order_and_inside(places):
    moved = apart(places, 20.0, low=0.0, high=400.0)
    in_order = [moved[at] for at in sorted(range(len(places)), key=lambda at: (places[at], at))]
    gaps = [after - before for before, after in pairwise(in_order)]
    assert all(gap >= 19.999 for gap in gaps)
    assert all(-0.001 <= each <= 400.001 for each in moved)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_a_picture_shows_every_line_in_its_colour(qtbot, palette):
    made = chart_of(report(), about="Sums", model="tiny")
    image = picture_of(made, palette, ratio=1.0)
    assert (image.width(), image.height()) == (920, 560)
    seen = {image.pixelColor(x, y).name() for x in range(0, 920) for y in range(0, 560, 2)}
    for colour in (palette.ground, palette.ok, palette.code_keyword, palette.warn):
        assert QColor(colour).name() in seen


def test_files_side_by_side_are_a_line_each_over_seconds():
    drafts = tuple(Sample(str(5 + at % 2), 10, -1.0) for at in range(8))
    trials = [Trial("0", "5", Sample("5", 9), drafts)]
    timed, untimed = (
        report_on("sums", trials, parameters=1, seconds=each, greedy_s=1.0)
        for each in ({1: 0.5, 4: 1.5, 8: 3.0}, {})
    )
    made = ladder_chart(ladder_of({"Q4": timed, "Q8": timed, "none": untimed}), about="Sums")
    assert [each.name for each in made.series] == ["Q4", "Q8"]
    assert [spot.cost for spot in made.series[0].spots] == [0.5, 1.5, 3.0]
    assert "seconds" in made.cost


def test_a_chart_is_written_as_a_picture_or_it_is_told_why_not(qapp, tmp_path):
    save(report(), "tiny", tmp_path / "chart.png")
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(StorageError):
        save(report(), "tiny", tmp_path / "nowhere" / "chart.png")
