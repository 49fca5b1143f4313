"""The newest turns that fit are kept whole; the opening and the question always are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.chat.message import Role
from inglenook.chat.window import reply_reserve, window

S, U, A = Role.SYSTEM, Role.USER, Role.ASSISTANT


def ten_each(places):
    return 10 * len(places)


def test_all_turns_stay_while_they_fit():
    chosen = window([S, U, A, U], budget_tokens=40, count=ten_each)
    assert chosen.kept == (0, 1, 2, 3)
    assert (chosen.tokens, chosen.left_out) == (40, 0)


def test_the_oldest_question_goes_together_with_its_answer():
    chosen = window([S, U, A, U, A, U], budget_tokens=55, count=ten_each)
    assert chosen.kept == (0, 3, 4, 5)
    assert chosen.left_out == 2


def test_the_question_stays_while_the_oldest_calls_go_with_their_results():
    roles = [S, U, A, U] + [A] * 7  # asked at 3; calls at 4, 6 and 9, two results at 6
    chosen = window(roles, budget_tokens=90, count=ten_each, rounds={4, 6, 9}, stays=2)
    assert chosen.kept == (0, 3, 9, 10)
    assert (chosen.left_out, chosen.start) == (7, 9)
    again = window([*roles, A, A], budget_tokens=90, count=ten_each, last_start=6,
                   rounds={4, 6, 9, 11}, stays=2)  # fmt: skip
    assert again.kept == (0, 3, *range(6, 13))
    assert again.left_out == 4


def test_calls_that_nobody_asked_for_are_kept_alone():
    chosen = window([S, A, A, A, A], budget_tokens=5, count=ten_each, rounds={1, 3}, stays=2)
    assert chosen.kept == (0, 3, 4)
    assert chosen.left_out == 2


def test_a_window_that_moved_stays_while_the_conversation_grows():
    roles, starts = [S, U, A, U], []
    start = 0
    for _ in range(20):
        roles += [A, U]
        chosen = window(roles, budget_tokens=100, count=ten_each, last_start=start)
        start = chosen.start
        starts.append(start)
        assert chosen.tokens <= 100
    assert starts == sorted(starts)
    assert len(set(starts)) < len(starts) * 2 / 3


def test_a_start_from_another_branch_is_not_taken_over():
    chosen = window([S, U, A, U, A, U], budget_tokens=55, count=ten_each, last_start=99)
    assert chosen.kept == (0, 3, 4, 5)
    assert window([S, U, A, U], budget_tokens=90, count=ten_each, last_start=3).left_out == 0


def test_the_system_turn_and_the_last_turn_stay_even_if_they_do_not_fit():
    chosen = window([S, U, A, U], budget_tokens=5, count=ten_each)
    assert chosen.kept == (0, 3)
    assert chosen.tokens == 20


@pytest.mark.parametrize("roles", [[U], [S], [A], [S, S]])
def test_a_single_turn_is_kept_whoever_speaks(roles):
    assert window(roles, budget_tokens=1, count=ten_each).kept[-1] == len(roles) - 1


def test_the_whole_conversation_is_counted_once_when_it_fits():
    asked = []
    window([U, A, U], budget_tokens=30, count=lambda places: asked.append(places) or 30)
    assert len(asked) == 1


@given(
    st.lists(st.sampled_from([U, A]), min_size=1, max_size=40),
    st.booleans(),
    st.lists(st.integers(1, 50), min_size=41, max_size=41),
    st.integers(0, 600),
)
def test_no_window_that_fits_could_have_kept_one_exchange_more(roles, opens, sizes, budget):
    roles = [S, *roles] if opens else roles

    def count(places):
        return sum(sizes[at] for at in places)

    chosen = window(roles, budget_tokens=budget, count=count)
    first = 1 if opens and len(roles) > 1 else 0
    kept = [at for at in chosen.kept if at >= first]
    assert kept == list(range(kept[0], len(roles)))
    assert chosen.tokens == count(chosen.kept)
    assert chosen.left_out == kept[0] - first
    earlier = [at for at in range(first, kept[0]) if at == first or roles[at] is U]
    if chosen.tokens <= budget and earlier:
        more = count((*range(first), *range(earlier[-1], len(roles))))
        assert more > int(budget * 3 / 4)


def test_an_answer_that_goes_on_keeps_its_question():
    roles = [S, U, A, U, A]
    chosen = window(roles, budget_tokens=35, count=ten_each, stays=2)
    assert chosen.kept == (0, 3, 4)
    assert (chosen.left_out, chosen.start) == (2, 3)
    least = window(roles, budget_tokens=5, count=ten_each, stays=2)
    assert (least.kept, least.tokens) == ((0, 3, 4), 30)


@given(
    st.lists(st.sampled_from([S, U, A]), max_size=12),
    st.integers(0, 140),
    st.integers(0, 14),
)
def test_the_same_turns_are_left_out_for_a_new_answer_and_for_one_that_goes_on(
    roles, budget, last_start
):
    """The beginning of the answer counts nothing here, so that both have the same room."""
    asked = [*roles, U]

    def count(places):
        return 10 * sum(1 for at in places if at < len(asked))

    new = window(asked, budget_tokens=budget, count=count, last_start=last_start)
    more = window(
        [*asked, A], budget_tokens=budget, count=count, last_start=last_start, stays=2
    )
    assert more.kept == (*new.kept, len(asked))
    assert (more.left_out, more.start) == (new.left_out, new.start)


def test_a_small_context_keeps_a_quarter_for_the_answer_and_a_large_one_a_thousand_tokens():
    assert [reply_reserve(each) for each in (256, 2048, 32_768)] == [64, 512, 1024]


def test_a_longer_context_gives_older_turns_their_place_again():
    roles = [U, A] * 10 + [U]
    short = window(roles, budget_tokens=100, count=ten_each)
    longer = window(roles, budget_tokens=200, count=ten_each, last_start=short.start)
    assert longer.left_out < short.left_out
    assert longer == window(roles, budget_tokens=200, count=ten_each)
