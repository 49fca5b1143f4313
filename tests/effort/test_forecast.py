"""What an answer will cost, by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.effort.forecast import Speeds, forecast, speed_at
from inglenook.effort.strategy import PLAIN, Kind, Stop, Strategy

SPEEDS = Speeds(
    prompt=200.0, writing=((1, 10.0), (4, 20.0), (8, 30.0)), kv_bytes=1000, sequences=8
)


def cost(strategy, speeds=SPEEDS, prompt_tokens=100, draft_tokens=50):
    return forecast(strategy, speeds, prompt_tokens=prompt_tokens, draft_tokens=draft_tokens)


def test_one_draft():
    found = cost(PLAIN)
    assert found.seconds == (5.5, 5.5)
    assert found.tokens == (50, 50)
    assert found.memory_bytes == (50_000, 50_000)


def test_eight_side_by_side():
    found = cost(Strategy(Kind.VOTE, 8))
    assert found.seconds[1] == pytest.approx(0.5 + 400 / 30)
    assert found.memory_bytes[1] == 400_000


def test_more_drafts_than_sequences_come_in_waves():
    narrow = Speeds(200.0, SPEEDS.writing, 1000, sequences=4)
    found = cost(Strategy(Kind.VOTE, 9), narrow)
    assert found.seconds[1] == pytest.approx(0.5 + 8 * 50 / 20 + 50 / 10)
    assert found.memory_bytes[1] == 200_000


def test_a_vote_may_end_early():
    found = cost(Strategy(Kind.VOTE, 4, stop=Stop.LEAD))
    assert found.tokens == (150, 200)
    assert found.seconds[0] < found.seconds[1]


def test_a_budget_cuts_what_is_foretold():
    found = cost(Strategy(Kind.VOTE, 8, budget_tokens=120))
    assert found.tokens[1] == 120
    assert found.memory_bytes[1] == 120_000


def test_speeds_between_and_beyond_what_was_measured():
    assert speed_at(SPEEDS.writing, 1) == 10.0
    assert speed_at(SPEEDS.writing, 2) == pytest.approx(10 + 10 / 3)
    assert speed_at(SPEEDS.writing, 4) == 20.0
    assert speed_at(SPEEDS.writing, 16) == 30.0


@given(
    st.sampled_from(Stop), st.integers(1, 64), st.integers(1, 8), st.integers(1, 500),
    st.none() | st.integers(1, 5000),
)  # fmt: skip
def test_the_least_is_never_more_than_the_most(stop, drafts, sequences, tokens, budget):
    strategy = Strategy(Kind.VOTE, drafts, stop=stop, budget_tokens=budget)
    speeds = Speeds(200.0, SPEEDS.writing, 1000, sequences)
    found = cost(strategy, speeds, draft_tokens=tokens)
    for least, most in (found.seconds, found.tokens, found.memory_bytes):
        assert 0 < least <= most + 1e-9
    if budget is not None:
        assert found.tokens[1] <= max(budget, 0) or found.tokens[1] <= tokens
