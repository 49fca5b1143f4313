"""`inglenook chat --effort`: the drafts' vote is told at the end, on the side."""

from inglenook.chat.comparison import Comparison, KeptDraft, KeptVote
from inglenook.cli.vote import vote_lines

SUMS = "/echo text=The answer is 12.\n---\nIt is 7, I think.\n---\nI think it is 7.\n---\n7"
DRAFTS = (KeptDraft(0, "It is 12."), KeptDraft(1, "It is 7."))


def test_the_first_draft_streams_and_the_chosen_one_follows_with_the_vote(inglenook):
    answer = inglenook("--echo", "chat", "--effort", "balanced", SUMS)
    assert answer.code == 0
    assert answer.out == "The answer is 12.\n\n7\n"
    assert "Changed after comparing: 3 of 4 drafts agree." in answer.err
    assert "7 " in answer.err


def test_json_has_every_draft(inglenook):
    answer = inglenook("--echo", "chat", "--json", "--effort", "balanced", SUMS)
    comparison = answer.json["answer"]["comparison"]
    assert [each["text"] for each in comparison["drafts"]][1] == "It is 7, I think."
    assert comparison["chosen"] == 3


def test_an_effort_nobody_knows_is_refused(inglenook):
    assert inglenook("--echo", "chat", "--effort", "heroic", "hi").code == 2


def test_a_confirmed_answer_says_by_how_many():
    votes = (KeptVote("12", 0.9, (0, 1)), KeptVote("", 0.1, (2,)))
    comparison = Comparison(
        "vote",
        4,
        (*DRAFTS, KeptDraft(2, "Hm")),
        0,
        votes,
        "agreement",
        tokens=1200,
        spent_s=1.25,
    )
    lines = list(vote_lines(comparison))
    assert lines[0] == "Confirmed: 2 of 3 drafts agree."
    assert lines[2].split() == ["12", "█" * 18, "2", "×", "(90%)"]
    assert lines[3].split()[:2] == ["no", "answer"]
    assert lines[-1] == "3 drafts, 1.2k tokens, 1.2 s"


def test_a_choice_without_agreement_names_the_draft():
    votes = (KeptVote("7", 0.5, (1,)), KeptVote("12", 0.5, (0,)))
    comparison = Comparison("best_of", 2, DRAFTS, 1, votes, "score")
    assert next(iter(vote_lines(comparison))) == "Changed after comparing: draft 2 of 2."
