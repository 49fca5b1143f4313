"""The estimate of tokens, and how it is rounded."""

import pytest

from inglenook.chat.tokens import about_tokens, about_tokens_together, rounded


@pytest.mark.parametrize(
    ("text", "real"),
    [
        ("The quick brown fox jumps over the lazy dog. " * 20, 200),
        ("2026-11-22,Customer 17,23.29,77\n" * 20, 480),
        ("def main() -> int:\n    return os.path.join(a, b)\n" * 20, 400),
        ("Все люди рождаются свободными и равными. " * 20, 620),
        ("人人生而自由，在尊严和权利上一律平等。" * 20, 640),
    ],
)
def test_the_estimate_is_within_a_third_of_what_the_starter_model_counts(text: str, real: int):
    assert real * 2 / 3 < about_tokens(text) < real * 4 / 3


def test_nothing_costs_nothing_and_the_rest_of_a_long_text_counts_like_its_beginning():
    assert about_tokens("") == 0
    assert about_tokens("word " * 1_000_000) == pytest.approx(1_000_000, rel=0.01)


def test_many_texts_count_like_one_and_only_the_first_of_very_many_are_looked_at():
    assert about_tokens_together(()) == 0
    assert about_tokens_together(("one two", "", "three")) == about_tokens("one two three")
    assert about_tokens_together(["語" * 50] * 10_000) == 600_000


def test_a_sign_of_no_alphabet_beside_words_of_any_counts_by_itself():
    assert about_tokens("No!語") == 3
    assert about_tokens("Füße") == 4
    assert about_tokens("a\n\n  b   c") == 5


@pytest.mark.parametrize(
    ("exact", "told"), [(0, 0), (7, 7), (38, 38), (3217, 3200), (12_750, 13_000)]
)
def test_a_rounded_count_has_two_digits_that_mean_something(exact: int, told: int):
    assert rounded(exact) == told
