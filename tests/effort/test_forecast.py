"""What an answer will cost, by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.effort.forecast import Speeds, forecast, speed_at
from inglenook.effort.strategy import PLAIN, Kind, Stop, Strategy

SPEEDS = Speeds(
    prompt=200.0, writing=((1, 10.0), (4, 20.0), (8, 30.0)), kv_bytes=1000, sequences=8
)


def cost(strategy, speeds=SPEEDS, prompt_tokens=100, draft_tokens=50, agreement=None):
    return forecast(
        strategy,
        speeds,
        prompt_tokens=prompt_tokens,
        draft_tokens=draft_tokens,
        agreement=agreement,
    )


def test_one_draft():
    found = cost(PLAIN)
    assert found.seconds == (5.5, 5.5)
    assert found.tokens == (50, 50)
    assert (found.likely_s, found.likely_tokens) == (5.5, 50)
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
    # Three at 16.7 tokens a second; if they do not agree, a fourth alone.
    three_s = 150 / (10 + 20 / 3)
    assert found.seconds == pytest.approx((0.5 + three_s, 0.5 + three_s + 50 / 10))


def test_drafts_that_disagree_come_in_narrow_rounds():
    # Three agreeing drafts are sure to 0.94, so three begin. At 1 : 1 it takes four more to be
    # sure to 0.90 (6 of 64), and at 1 : 1 : … again; eight drafts are 3, then 4, then the last.
    beta = Strategy(Kind.VOTE, 8, stop=Stop.BETA, threshold=0.90)
    found = cost(beta, prompt_tokens=0)
    assert found.tokens == (150, 400)
    assert found.seconds[1] == pytest.approx(150 / (50 / 3) + 200 / 20 + 50 / 10)
    assert found.memory_bytes == (150_000, 200_000)


def test_how_often_drafts_agree_tells_what_is_likely():
    # Two begin; if they differ (half of the time) two more decide nothing earlier than all.
    lead = Strategy(Kind.VOTE, 3, stop=Stop.LEAD)
    speeds = Speeds(200.0, ((1, 10.0), (2, 20.0)), 1000, 8)
    often, seldom = (cost(lead, speeds, 0, agreement=each) for each in (1.0, 0.5))
    assert (often.likely_s, often.likely_tokens) == (5.0, 100)
    # Both give the leading answer in a quarter of all cases; else a third draft comes.
    assert seldom.likely_s == pytest.approx(5.0 + 0.75 * 5.0)
    assert seldom.likely_tokens == round(100 + 0.75 * 50)
    assert cost(lead, speeds, 0, agreement=0.0).likely_s == seldom.seconds[1] == 10.0


def test_a_rule_that_waits_for_agreement_in_a_row_begins_again_after_each_surprise():
    rule = Strategy(Kind.VOTE, 6, stop=Stop.UNANIMOUS, window=3)
    found = cost(rule, prompt_tokens=0)
    # Three; the last of them may be the first of three that agree: two, and then the last one.
    assert found.seconds[1] == pytest.approx(150 / (50 / 3) + 100 / (40 / 3) + 50 / 10)


def test_drafts_that_are_shown_to_the_model_are_read_again():
    # Four drafts take 10 s; then 200 tokens are read at 200 a second.
    shown = cost(Strategy(Kind.CONSISTENCY, 4), prompt_tokens=0)
    assert shown.seconds[1] == pytest.approx(10 + 1)
    assert shown.tokens == (200, 200)
    # The same for the best four of eight, and then one more draft is written alone.
    written = cost(Strategy(Kind.SYNTHESIS, 8), prompt_tokens=0)
    assert written.seconds[1] == pytest.approx(400 / 30 + 1 + 5)
    assert written.tokens == (450, 450)


def test_a_tree_is_as_wide_as_its_strategy_says():
    assert cost(Strategy(Kind.SEARCH, 8, width=4), prompt_tokens=0).seconds[1] == 400 / 20
    assert cost(Strategy(Kind.MCTS, 2, width=8), prompt_tokens=0).seconds[1] == 100 / 10
    stops = Strategy(Kind.BEAM, 4, width=4, stop=Stop.LEAD)
    assert cost(stops).tokens == (200, 200)


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
    st.sampled_from(Stop), st.integers(1, 20), st.integers(1, 8), st.integers(1, 500),
    st.none() | st.integers(1, 5000),
)  # fmt: skip
def test_the_least_is_never_more_than_the_most(stop, drafts, sequences, tokens, budget):
    strategy = Strategy(Kind.VOTE, drafts, stop=stop, budget_tokens=budget)
    speeds = Speeds(200.0, SPEEDS.writing, 1000, sequences)
    found = cost(strategy, speeds, draft_tokens=tokens)
    for least, most in (found.seconds, found.tokens, found.memory_bytes):
        assert 0 < least <= most + 1e-9
    assert found.seconds[0] - 1e-9 <= found.likely_s <= found.seconds[1] + 1e-9
    assert found.tokens[0] <= found.likely_tokens <= found.tokens[1]
    if budget is not None:
        assert found.tokens[1] <= max(budget, 0) or found.tokens[1] <= tokens
