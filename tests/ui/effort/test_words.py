"""What is said of effort: forecasts, reasons, changes, and measured hints."""

from dataclasses import replace

import effortmatter as effort
import pytest

from inglenook.chat.comparison import Comparison, Foretold, KeptDraft, KeptVote
from inglenook.effort.level import Level
from inglenook.ui.effort.words import (
    changed_words,
    cost_words,
    fold_words,
    forecast_words,
    header_words,
    hint_words,
    level_line,
    level_of,
    reason_words,
)


def test_a_forecast_is_told_in_seconds_tokens_and_memory():
    told = forecast_words(Level.BALANCED, Foretold(8.6, 217, 10.0, 12 * 1024**2))
    assert told == "About 9 s · 220 tokens · 12 MB more memory"


def test_a_forecast_that_may_be_far_off_is_told_with_its_most():
    assert "26 s at most" in forecast_words(Level.CAREFUL, Foretold(9.0, 400, 26.0))
    assert "memory" not in forecast_words(Level.CAREFUL, Foretold(9.0, 400, 26.0))


def test_what_nobody_measured_is_told_in_words_and_without_figures():
    for level in (Level.QUICK, Level.BALANCED, Level.CAREFUL, Level.DEEP):
        assert forecast_words(level, None) == "Not measured yet on this computer"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.02, "0.1 s"), (1.24, "1.2 s"), (9.1, "10 s"), (75.0, "1 min 15 s")],
)
def test_a_forecast_claims_no_more_than_it_can_know(seconds, words):
    told = forecast_words(Level.QUICK, Foretold(seconds, 60, seconds))
    assert told.startswith(f"About {words} ·")


def test_the_lines_of_the_levels_name_their_most_drafts():
    assert "4" in level_line(Level.BALANCED)
    assert "12" in level_line(Level.CAREFUL)
    assert "16" in level_line(Level.DEEP)
    assert [level_of(count) for count in (1, 4, 12, 16, 7)] == [
        None, Level.BALANCED, Level.CAREFUL, Level.DEEP, None,
    ]  # fmt: skip


def test_a_hint_comes_only_from_enough_measurements():
    assert not hint_words(0, 0)
    assert not hint_words(0, 9)
    assert "none of your 10 answers" in hint_words(0, 10)
    assert "1 of your 40 answers" in hint_words(1, 40)
    assert not hint_words(4, 40)


def test_the_folded_line_tells_counts_and_cost():
    assert fold_words(effort.AGREED) == "3 of 4 drafts agree · 9.2 s · 212 tokens"
    open_text = replace(effort.AGREED, votes=(), spent_s=0.0)
    assert fold_words(open_text) == "4 drafts · 212 tokens"


def test_a_change_is_told_with_what_the_first_draft_said():
    assert changed_words(effort.AGREED) == ""
    assert changed_words(effort.CHANGED).endswith("the first draft said 13")
    same = replace(
        effort.CHANGED, drafts=(effort.kept(0, "12", "x"), *effort.CHANGED.drafts[1:])
    )
    assert "another draft that says 12 was taken" in changed_words(same)
    silent = replace(same, drafts=same.drafts[1:])
    assert "Changed after comparing" in changed_words(silent)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("consistency", "agrees best with most"),
        ("synthesis", "from the best drafts"),
        ("agreement", "More drafts"),
        ("weight", "likelier"),
        ("score", "surest"),
        ("no_answers", "No two drafts"),
        ("only", "only draft"),
        ("", "Nothing was compared"),
        ("made up", "Nothing was compared"),
    ],
)
def test_every_reason_has_a_sentence(reason, words):
    assert words in reason_words(replace(effort.AGREED, reason=reason))


def test_a_vote_that_was_even_is_not_told_as_agreement():
    one, two = KeptVote("12", 0.6, (0, 2)), KeptVote("13", 0.4, (1, 3))
    assert "Another answer was given as often" in reason_words(
        replace(effort.AGREED, votes=(one, two))
    )
    alone = KeptVote("12", 0.6, (0,)), KeptVote("13", 0.4, (1,))
    assert "No two drafts agree" in reason_words(replace(effort.AGREED, votes=alone))


def test_one_likely_draft_against_several_is_not_told_as_disagreement_of_all():
    votes = KeptVote("12", 0.6, (0,)), KeptVote("13", 0.4, (1, 2))
    told = reason_words(replace(effort.AGREED, votes=votes, reason="weight"))
    assert "Fewer drafts give this answer" in told


def test_the_real_cost_stands_beside_the_forecast():
    assert cost_words(effort.AGREED) == (
        "Took 9.2 s · 212 tokens. Forecast: about 9 s · 200 tokens"
    )
    assert "No forecast" in cost_words(effort.MANY)


def test_the_header_names_the_level_while_writing_and_afterwards():
    asked, answer = effort.answered(effort.AGREED).path()
    assert header_words(answer, None) == "Balanced · picked from 4 drafts"
    assert header_words(answer, effort.LEADING) == "Careful"
    assert header_words(asked, None) == ""
    own = replace(effort.AGREED, most_drafts=7)
    assert header_words(effort.answered(own).path()[1], None) == "picked from 4 drafts"


def test_it_is_told_which_other_model_scored_the_drafts():
    told = replace(effort.AGREED, scored_by="Judge\n1B", reason="reward")
    assert reason_words(told).startswith("The reward model scored this draft best. Scored by")
    assert "\n" not in reason_words(told)
    votes = (KeptVote("12", 0.6, (0,)), KeptVote("7", 0.4, (1, 2)))
    weighed = replace(effort.AGREED, votes=votes, reason="weight", is_decided=False)
    assert "likelier" in reason_words(weighed)
    scored = reason_words(replace(weighed, scored_by="Judge"))
    assert scored == "Fewer drafts give this answer, but they score higher. Scored by Judge."
    near = reason_words(replace(weighed, reason="likeness", scored_by="Vectors"))
    assert near == "This draft is nearest to what all of them say. Scored by Vectors."


def test_words_of_a_hostile_draft_are_one_harmless_line():
    nasty = KeptDraft(0, "x", answer="12\u202e\n\x1b[31m" + "9" * 500)
    comparison = Comparison("vote", 4, (nasty, effort.kept(1, "12", "y")), 1)
    told = changed_words(comparison)
    assert "\n" not in told
    assert "\u202e" not in told
    assert len(told) < 200


def test_energy_is_told_where_the_machine_tells_it():
    assert "about 0.3 Wh" in cost_words(effort.AGREED, 1080.0)
    assert "about 11 mWh" in cost_words(effort.AGREED, 40.0)
    assert "Wh" not in cost_words(effort.AGREED)
