"""What followed the same words before: the longest match, and of equals the last."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from inglenook.engine.lookup import MOST_MATCHED, continuation


def found(text, most=4):
    got = continuation(np.array(text[:-1], np.int32), text[-1], most)
    return None if got is None else (got.ids.tolist(), got.matched)


def test_what_followed_the_same_words_follows():
    assert found([1, 2, 3, 4, 5, 9, 1, 2, 3]) == ([4, 5, 9, 1], 3)


def test_a_new_token_has_no_precedent():
    assert found([1, 2, 3]) is None
    assert found([1]) is None


def test_a_longer_match_goes_before_a_later_one():
    assert found([7, 1, 2, 3, 9, 9, 1, 2, 4, 9, 7, 1, 2], most=1) == ([3], 3)


def test_of_equal_matches_the_last_is_taken():
    assert found([1, 2, 5, 1, 2, 6, 8, 1, 2], most=1) == ([6], 2)


def test_what_repeats_itself_goes_on_repeating():
    assert found([1, 2, 1, 2, 1, 2], most=5)[0] == [1, 2, 1, 2, 1]
    assert found([4, 4], most=3) == ([4, 4, 4], 1)


def test_a_picture_is_never_guessed():
    assert found([1, 2, 3, -7, -7, 1, 2]) == ([3], 2)
    assert found([1, 2, -7, -7, 1, 2]) is None


@given(st.lists(st.integers(-3, 4), min_size=1, max_size=60), st.integers(1, 8))
def test_it_is_what_a_plain_search_finds(text, most):
    *before, token = text
    got = found([*before, token], most) if token >= 0 else None

    def match(at):
        """Return how many tokens up to a place are as those at the end."""
        count = 0
        while count < min(at + 1, MOST_MATCHED) and text[at - count] == text[-1 - count]:
            count += 1
        return count

    best = max(((match(at), at) for at in range(len(before))), default=(0, 0))
    if token < 0:
        return
    if not best[0]:
        assert got is None
        return
    following = text[best[1] + 1 :]
    wanted = [following[at % len(following)] for at in range(most)]
    wanted = wanted[: next((at for at, each in enumerate(wanted) if each < 0), most)]
    assert got == ((wanted, best[0]) if wanted else None)
