"""How much of a prompt is read beside answers that go on."""

import pytest

from inglenook.engine.pace import GAP_S, LEAST_TOKENS, STEADY_TOKENS, Pace


@pytest.fixture
def pace():
    return Pace(512)


def test_alone_a_prompt_gets_all_there_is(pace):
    assert pace.chunk(is_shared=False) == 512
    pace.took(512, 60.0)
    assert pace.chunk(is_shared=False) == 512


def test_beside_an_answer_nothing_is_known_at_first_and_little_is_read(pace):
    assert pace.chunk(is_shared=True) == LEAST_TOKENS


def test_beside_an_answer_as_much_is_read_as_a_gap_allows(pace):
    pace.took(200, 1.0)
    assert pace.chunk(is_shared=True) == int(200 * GAP_S)


@pytest.mark.parametrize("rate", [10.0, 500.0, 1e6])
def test_what_must_be_the_same_each_time_does_not_depend_on_what_was_learnt(pace, rate):
    pace.took(200, 200 / rate)
    assert pace.chunk(is_shared=True, is_steady=True) == STEADY_TOKENS
    assert Pace(16).chunk(is_shared=True, is_steady=True) == 16


def test_a_quick_machine_reads_no_more_than_there_is_room_for(pace):
    pace.took(512, 0.001)
    assert pace.chunk(is_shared=True) == 512


def test_a_slow_machine_reads_a_little_all_the_same(pace):
    pace.took(16, 30.0)
    assert pace.chunk(is_shared=True) == LEAST_TOKENS


def test_it_follows_a_machine_that_gets_slower_or_quicker(pace):
    pace.took(100, 0.1)
    for _ in range(30):
        pace.took(100, 0.5)
    assert pace.tokens_per_s == pytest.approx(200, rel=0.01)
    for _ in range(30):
        pace.took(100, 0.2)
    assert pace.tokens_per_s == pytest.approx(500, rel=0.01)


def test_one_odd_step_does_not_throw_it(pace):
    pace.took(100, 0.1)
    pace.took(100, 10.0)
    assert pace.tokens_per_s > 500


def test_short_steps_and_impossible_times_teach_nothing(pace):
    pace.took(LEAST_TOKENS - 1, 10.0)
    pace.took(100, 0.0)
    assert pace.tokens_per_s == 0.0
