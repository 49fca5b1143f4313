"""What a draft answers is found wherever models write it, and hostile text costs no time."""

import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.effort.answers import MOST_LOOKED_AT, Form, answer_in


@pytest.mark.parametrize(
    ("draft", "value"),
    [
        ("The answer is 17.", 17),
        ("3 + 5 = 8. 8 + 4 = 12. The answer is 12. Let me check: 3 + 5 = 8.", 12),
        ("So the total is 8 + 4 = 12.", 12),
        ("She sells 9 eggs.\n#### 1,234", 1234),
        ("####\n18", 18),
        (r"Thus \boxed{\frac{1}{2}}.", Fraction(1, 2)),
        (r"The final answer is: $\boxed{12}$", 12),
        (r"\boxed{1} and then \boxed{{2}}", 2),
        ("Answer: twelve", 12),
        ("The answer is -5.", -5),
        ("The answer is - 5.", -5),
        ("The answer is −5", -5),
        ("The answer is 3 1/2 cups.", Fraction(7, 2)),
        ("Answer:\n\n$1,000.50", Fraction(2001, 2)),
        ("Die Antwort ist 1,5 km.", Fraction(3, 2)),
        ("Das Ergebnis lautet anders. Ergebnis: 7", 7),
        (r"So it is \boxed 5, as was to be shown by all that has been said before it", 5),
        ("La réponse est 12", 12),
        ("La respuesta es 12.", 12),
        ("Ответ: 12", 12),
        ("所以答案是42。", 42),
        ("答えは42です", 42),
        ('{"answer": 0.5}', Fraction(1, 2)),
        ('{"steps": [1, 2], "result": "12"}', 12),
        ('Here it is:\n```json\n{"steps": [1], "answer": "12 km"}\n```', 12),
        ("12 500", 12500),
        ("The answer is **12**", 12),
        ("The answer is x = 5", 5),
        ("The answer is $5$.", 5),
        ("It is ½.", Fraction(1, 2)),
        ("It is 3½.", Fraction(7, 2)),
        ("١٢", 12),
        ("１２", 12),
        ("The answer is 6.02 × 10^23", Fraction(602) * 10**21),
        ("the answer is 1e3", 1000),
        ("The answer is one hundred and five", 105),
        ("The answer is half", Fraction(1, 2)),
    ],
)
def test_a_number_is_read_by_its_value(draft, value):
    found = answer_in(draft)
    assert found is not None
    assert (found.form, found.value) == (Form.NUMBER, value)


@pytest.mark.parametrize(
    ("draft", "letter"),
    [
        ("(B)", "B"),
        ("The answer is **B**.", "B"),
        ("B) Paris", "B"),
        ("The answer is (c)", "C"),
        ("The answer is option D", "D"),
        ("Paris is the capital of France, so of the four choices I take:\n\n(A)", "A"),
        ('{"answer": "B"}', "B"),
    ],
)
def test_a_letter_is_a_choice(draft, letter):
    assert (answer_in(draft).form, answer_in(draft).key) == (Form.CHOICE, letter)


@pytest.mark.parametrize(
    ("draft", "key"),
    [
        ("Paris", "paris"),
        ("The answer is Paris.", "paris"),
        ("The answer is A dog", "dog"),
        ("Answer: **the** Moon", "moon"),
        ("Answer: Yes", "yes"),
    ],
)
def test_a_few_words_are_an_answer(draft, key):
    assert (answer_in(draft).form, answer_in(draft).key) == (Form.TEXT, key)


def test_json_without_a_field_for_the_answer_is_compared_as_a_whole():
    one, other = answer_in('{"a": 1, "b": [2, true]}'), answer_in('{"b":[2,true],"a":1}')
    assert one.form is Form.JSON
    assert one == other
    assert answer_in('{"answer": true}').form is Form.JSON
    assert answer_in('{"answer": {"x": 1}}').key == '{"x":1}'


@pytest.mark.parametrize(
    "draft",
    [
        "",
        "   \n",
        "...",
        "Once upon a time in 1969 there was a fox. " * 40,
        "It was a dark night, and nobody could see what the old house had in store for them.",
        "The answer is",
        "Answer:",
        "####",
        r"\boxed{",
        "{not json} but a text that goes on for long enough to be no answer of its own, sadly",
        "The answer is that nobody knows, and that all who said they did were wrong in the end",
    ],
)
def test_a_text_without_an_answer_has_none(draft):
    assert answer_in(draft) is None


def test_a_long_text_that_calculates_has_its_last_number():
    found = answer_in("We begin with what is known. " * 40 + "So 3 + 4 = 7 apples are left.")
    assert found.value == 7


def test_a_long_text_that_ends_in_a_sign_has_none():
    assert answer_in("We begin with 1 + 1 and more of it. " * 20 + "And so on and on!") is None


def test_a_number_too_long_to_compute_with_is_compared_as_it_is_written():
    digits = "7" * 390
    found = answer_in(f"The answer is {digits}")
    assert found.value is None
    assert found.key.startswith("7" * 300)
    assert len(found.text) <= 80


def test_a_fraction_over_nothing_has_no_value():
    assert answer_in("The answer is 1/0").value is None
    assert answer_in("The answer is 3 1/0").value is None


HOSTILE = [
    "answer is " * 200_000,
    "the answer is " + "1," * 500_000,
    r"\boxed{" * 200_000,
    r"\boxed{" + "{" * 500_000,
    "#" * 1_000_000,
    "[" * 500_000,
    '{"answer":' * 100_000,
    "```\n" * 300_000,
    "9" * 1_000_000,
    "1/" * 500_000,
    "- " * 500_000,
    "\\frac{1}{" * 200_000,
    "\n" * 1_000_000,
    "1e999 " * 200_000,
    '{"a": ' + "9" * 10_000 + "}",
    "answer is " + "one " * 100_000,
    "\ud800" * 1000,
    "answer is " + " " * 1_000_000 + "5",
    "½" * 300_000,
]


@pytest.mark.parametrize("draft", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_takes_no_time(draft):
    began_s = time.thread_time()
    answer_in(draft)
    assert time.thread_time() - began_s < 0.5  # it takes some milliseconds


@given(st.text(max_size=300))
def test_any_text_is_read(text):
    found = answer_in(f"The answer is {text}")
    assert found is None or (found.key and len(found.text) <= 80)


@given(st.integers(-(10**12), 10**12), st.booleans())
def test_a_whole_number_is_the_same_with_and_without_separators(number, has_mark):
    draft = f"The answer is {number:,}." if has_mark else f"{number:,}"
    assert answer_in(draft).value == number


def test_only_the_end_of_a_draft_is_looked_at():
    assert answer_in("The answer is 7. " + "x" * MOST_LOOKED_AT) is None


CODE = "```python\ndef double(n):\n    return 2 * n\n```"


def test_code_is_an_answer_by_what_it_does():
    found = answer_in(
        f"Here you are:\n{CODE}\nIt takes 1 step.", "double(3) == 6, double(0) == 0"
    )
    assert (found.form, found.text) == (Form.CODE, "double(3) = 6, double(0) = 0")
    same = answer_in(
        "The answer is:\n```python\ndef double(x):\n    return x + x\n```", "double(3)"
    )
    assert same.key == answer_in(CODE, "double(3)").key
    assert answer_in("```python\ndef broken(:\n```") is None


def test_what_is_kept_of_an_answer_is_found_again():
    for text in (CODE, "The answer is 12 cm.", "B", "blue"):
        found = answer_in(text)
        assert answer_in(found.kept).key == found.key
