"""A passphrase is judged from below, and a recovery code forgives how it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.core.errors import BadArgumentError
from inglenook.core.passphrase import (
    CODE_ALPHABET,
    LONGEST,
    RecoveryCode,
    Strength,
    checked_passphrase,
    strength,
)


@pytest.mark.parametrize(
    ("passphrase", "found"),
    [
        ("short", Strength.SHORT),
        ("password", Strength.WEAK),
        ("12345678", Strength.WEAK),
        ("qwertyuiop", Strength.WEAK),
        ("aaaaaaaaaaaaaaaa", Strength.WEAK),
        ("heron heron heron heron", Strength.WEAK),
        ("Summer2026!", Strength.WEAK),
        ("nine sleepy herons", Strength.FAIR),
        ("nine sleepy herons dream of fish", Strength.STRONG),
        ("xkqvzbwmtrpd", Strength.STRONG),
        ("83917 40265 77190 36482", Strength.STRONG),
        ("голубая цапля спит у воды в полдень", Strength.STRONG),
    ],
)
def test_strength_counts_words_and_takes_runs_and_repeats_for_little(passphrase, found):
    assert strength(passphrase) is found


def test_a_passphrase_is_the_same_however_a_keyboard_composes_it():
    assert checked_passphrase("cafe\u0301 herons") == checked_passphrase("caf\u00e9 herons")


@pytest.mark.parametrize(
    "unfit", ["", "heron", "h" * (LONGEST + 1), "herons\n12", "herons\ud800xx"]
)
def test_a_passphrase_that_nobody_can_type_is_refused(unfit):
    with pytest.raises(BadArgumentError):
        checked_passphrase(unfit)


@given(st.binary(min_size=19, max_size=19))
def test_a_code_is_read_as_it_was_shown_and_in_any_hand(random):
    code = RecoveryCode.of(random)
    assert [len(group) for group in code.in_groups().split("-")] == [4] * 8
    assert RecoveryCode.read(code.in_groups()) == code
    written = (
        code.in_groups().lower().replace("-", " \u2013 ").replace("1", "l").replace("0", "o")
    )
    assert RecoveryCode.read(written) == code


def test_nearly_every_slip_of_the_pen_is_noticed():
    code = RecoveryCode.of(bytes(range(19)))
    slips = [
        code.signs[:place] + other + code.signs[place + 1 :]
        for place in range(32)
        for other in CODE_ALPHABET
        if other != code.signs[place]
    ]
    assert sum(RecoveryCode.read(slip) is not None for slip in slips) <= 5  # 1 of 1,024
    assert RecoveryCode.read(code.signs[:-1]) is None
    assert RecoveryCode.read("a passphrase of other signs") is None
