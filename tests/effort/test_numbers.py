"""Numbers are read exactly, however they are written."""

from fractions import Fraction

import pytest

from inglenook.effort.numbers import number_in_words, numbers_in, plain
from inglenook.effort.units import unit_in


def values(text):
    return [each.value for each in numbers_in(plain(text))]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,000", 1000),
        ("1,00,000", 100_000),
        ("1.000.000", 1_000_000),
        ("1.234,5", Fraction(2469, 2)),
        ("1,234.5", Fraction(2469, 2)),
        ("0,125", Fraction(1, 8)),
        ("1,5", Fraction(3, 2)),
        ("1.000", 1),
        ("1'000", 1000),
        ("1\u202f000", 1000),
        ("8_000", 8000),
        (".5", Fraction(1, 2)),
        ("1/2", Fraction(1, 2)),
        (r"\dfrac{3}{4}", Fraction(3, 4)),
        ("2e-2", Fraction(1, 50)),
        ("+7", 7),
        (r"5\%", 5),
    ],
)
def test_separators_and_forms(text, value):
    assert values(text) == [value]


def test_a_dash_between_numbers_is_no_sign():
    assert values("8-3") == [8, 3]
    assert values("8 - 3") == [8, -3]
    assert values("from -8 to -3") == [-8, -3]


def test_groups_of_three_digits_go_together_and_others_do_not():
    assert values("12 500") == [12500]
    assert values("12 50") == [12, 50]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("zero", 0),
        ("twelve", 12),
        ("Twenty-one", 21),
        ("one hundred and five", 105),
        ("hundred", 100),
        ("two thousand three hundred", 2300),
        ("a million", None),
        ("thousand", 1000),
        ("three million and one", 3_000_001),
        ("three quarters", Fraction(3, 4)),
        ("twelve apples", None),
        ("", None),
        ("and", None),
        (" ".join(["one"] * 17), None),
    ],
)
def test_number_words(text, value):
    assert number_in_words(text) == value


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        (" km.", "km"),
        ("kilometers", "km"),
        ("%", "%"),
        (" percent", "%"),
        ("°", "°"),
        ("^\\circ", "°"),
        (" °C", "°c"),
        ("-inch", "in"),
        (" apples", ""),
        ("", ""),
        (" dollars", "$"),
    ],
)
def test_units_have_one_spelling(text, unit):
    assert unit_in(text) == unit


def test_a_currency_before_a_number_is_its_unit():
    (number,) = numbers_in(plain("$5"))
    assert (number.unit, number.written) == ("$", "5")


def test_a_raised_two_is_no_digit():
    assert values("5 m²") == [5]
