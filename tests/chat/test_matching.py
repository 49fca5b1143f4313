"""Which passages a question is about."""

from inglenook.chat.matching import scores

PASSAGES = ["The oven is hot.", "Butter melts in the pan.", "Rye loaves need longer baking."]


def test_the_passage_with_the_rare_words_of_the_question_scores_best():
    found = scores("How long do I bake a rye loaf?", PASSAGES)
    assert found.index(max(found)) == 2


def test_a_passage_without_any_of_the_words_scores_nothing():
    assert scores("Zeppelins", PASSAGES) == [0.0, 0.0, 0.0]
    assert scores("anything", []) == []
    assert scores("", PASSAGES) == [0.0] * 3


def test_other_forms_of_a_word_match():
    assert scores("bakes", PASSAGES)[2] > 0


def test_signs_match_where_words_have_no_gaps():
    found = scores("自由", ["面包很好吃", "人人生而自由"])
    assert found[1] > found[0]
