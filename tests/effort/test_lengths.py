"""Drafts are as long as those of such questions were, in the middle."""

from inglenook.effort.lengths import KEPT, kind_of, usual_length, with_length

SUM, POEM = "What is 3 + 4?", "Write a poem about the rain in spring."


def learned(*answers):
    known = {}
    for question, tokens in answers:
        known = with_length(known, kind_of(question), tokens)
    return known


def test_each_kind_of_question_has_its_own_length():
    known = learned((SUM, 20), (POEM, 200), (SUM, 24), (POEM, 240), (SUM, 22))
    assert usual_length(known, kind_of("What is 8 + 9?")) == 22
    assert usual_length(known, kind_of(POEM)) == 220


def test_before_there_are_enough_of_a_kind_those_that_look_alike_tell():
    longer = SUM + " And what is that plus 12, and then times 3, exactly?"
    known = learned((SUM, 20), (SUM, 24), (POEM, 200))
    assert kind_of(longer) != kind_of(SUM)
    assert usual_length(known, kind_of(longer)) == 22
    assert usual_length(learned((POEM, 200)), kind_of(SUM)) == 200
    assert usual_length({}, kind_of(SUM)) is None


def test_one_odd_answer_changes_little_and_old_ones_are_forgotten():
    known = learned(*[(SUM, 20)] * 4, (SUM, 900))
    assert usual_length(known, kind_of(SUM)) == 20
    known = learned((SUM, 1), *[(SUM, 30)] * KEPT)
    assert known == {kind_of(SUM): (30,) * KEPT}
