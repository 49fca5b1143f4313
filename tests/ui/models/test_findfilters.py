import pytest
from findmatter import found

from inglenook.downloads.query import MOST_RESULTS, Sort
from inglenook.ui.models.figures import about_as_fast_as, day_in_words
from inglenook.ui.models.findfilters import Filters, size_of


@pytest.mark.parametrize("day", ["", "2026-13-40", "soon"])
def test_a_day_that_is_none_is_not_told(day: str):
    assert not day_in_words(day)


def test_a_speed_that_nobody_knows_is_not_told():
    assert not about_as_fast_as(0)
    assert about_as_fast_as(46.8) == "about 47 tokens/s"


@pytest.mark.parametrize(
    ("count", "size"),
    [(0, ""), (3_900_000_000, "small"), (8_000_000_000, "medium"), (16_000_000_000, "large")],
)
def test_sizes_go_by_parameters(count: int, size: str):
    assert size_of(count) == size


def test_without_filters_everything_is_let_through():
    assert Filters().is_empty
    assert Filters().lets(found(parameters=0, licence="", gated=True), fits=None, is_here=False)


@pytest.mark.parametrize(
    ("filters", "good", "bad"),
    [
        (Filters(fits=True), {"fits": True}, {"fits": None}),
        (Filters(sizes=frozenset({"small"})), {"parameters": 10**9}, {"parameters": 10**10}),
        (Filters(is_free=True), {"licence": "MIT"}, {"licence": "Llama 3.1 Community"}),
        (Filters(is_free=True), {"licence": "Apache 2.0"}, {"licence": ""}),
        (Filters(is_here=True), {"is_here": True}, {"is_here": False}),
        (Filters(without_gated=True), {"gated": False}, {"gated": True}),
    ],
)
def test_each_filter_keeps_some_and_leaves_others_out(filters, good: dict, bad: dict):
    def lets(facts: dict) -> bool:
        known = {key: value for key, value in facts.items() if key not in {"fits", "is_here"}}
        return filters.lets(
            found(**known), fits=facts.get("fits"), is_here=facts.get("is_here", False)
        )

    assert lets(good)
    assert not lets(bad)


def test_sizes_add_to_each_other():
    both = Filters(sizes=frozenset({"small", "large"}))
    sizes = (10**9, 8 * 10**9, 70 * 10**9)
    shown = [both.lets(found(parameters=count), fits=None, is_here=False) for count in sizes]
    assert shown == [True, False, True]


def test_the_hub_is_asked_for_words_order_and_gated_ones():
    query = Filters(Sort.LIKES, without_gated=True).query("qwen")
    assert (query.words, query.sort, query.with_gated) == ("qwen", Sort.LIKES, False)
    assert query.limit == MOST_RESULTS
