"""Code is the same if it does the same; what cannot be run is compared as it is written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inglenook.effort.code.behaviour import MOST_SOURCE, behaviour_of

QUESTION = (
    "Write total(numbers): total([1, -2, 3]) == 4 adds the positive ones, total([]) == 0."
)
LOOP = """
def total(numbers: list[int]) -> int:
    result = 0
    for each in numbers:
        if each > 0:
            result += each
    return result
"""
SHORT = '''
from typing import List

def positive_sum(xs: List[int]):
    """Add them up."""
    return sum(x for x in xs if x > 0)  # at once

print(positive_sum([1, 2]))
'''


def key(source, question=""):
    return behaviour_of(source, question).key


def test_what_does_the_same_is_the_same_whatever_it_is_called():
    assert key(LOOP, QUESTION) == key(SHORT, QUESTION)
    assert key(LOOP) == key(SHORT)
    assert behaviour_of(LOOP, QUESTION).shown == "total([1, -2, 3]) = 4, total([]) = 0"


def test_what_does_something_else_is_not():
    plain_sum = "def total(numbers):\n    return sum(numbers)"
    assert key(plain_sum, QUESTION) != key(LOOP, QUESTION)
    assert key(plain_sum) != key(LOOP)


def test_the_function_that_was_asked_for_is_tried_among_several():
    one = "def total(n):\n    return half(n) * 2\ndef half(n):\n    return len(n)"
    other = "def half(n):\n    return len(n)\ndef total(n):\n    return 2 * half(n)"
    assert key(one, QUESTION) == key(other, QUESTION)
    assert key(one) != key(other)


def test_recursion_and_a_loop_are_the_same():
    recursive = "def f(n):\n    return 1 if n == 0 else n * f(n - 1)"
    loop = "def g(n):\n    p = 1\n    for i in range(1, n + 1):\n        p *= i\n    return p"
    assert key(recursive) == key(loop)


def test_what_is_printed_raised_or_changed_counts():
    asked = "f([2, 1])"
    changes = "def f(x):\n    x.sort()"
    assert key(changes, asked) == key("def g(y):\n    y.sort()\n    return None", asked)
    assert key(changes, asked) != key("def f(x):\n    x.reverse()", "f([2, 1, 3])")
    assert key("def f(x):\n    print(x[0])", asked) != key("def f(x):\n    print(x)", asked)
    checks = "def f(x):\n    if not x:\n        raise ValueError('none')\n    return x[0]"
    assert key(checks, asked) != key("def f(x):\n    return x[0]", asked)
    assert "raises ValueError" not in behaviour_of(checks, asked).shown


def test_order_counts_in_lists_and_not_in_sets_and_dictionaries():
    asked = "f([3, 1])"
    assert key("def f(x):\n    return set(x)", asked) == key(
        "def f(x):\n    return {*()} | set(x[::-1])".replace("{*()} | ", ""), asked
    )
    one = "def f(x):\n    return {'a': {1.0, 2.5}, 'b': (1, 2)}"
    other = "def f(x):\n    return {'b': (1, 2), 'a': {2.5, 1}}"
    assert key(one, asked) == key(other, asked)
    assert key("def f(x):\n    return x", asked) != key("def f(x):\n    return x[::-1]", asked)


def test_a_script_is_what_it_prints():
    assert key("x = 3\nprint(x + 4)") == key("for i in [7]:\n    print(i)")
    assert behaviour_of("print(1 // 0)").shown == "print(1 // 0)"
    assert behaviour_of("print(3)").shown == "prints '3\\n'"


@pytest.mark.parametrize(
    "source",
    [
        "import os\ndef f(x):\n    return os.system(x)",
        "def f(x):\n    return x.__class__",
        "def f(x):\n    return '%1000000000d' % 3",
        "def f(x):\n    return f'{x:>1000000000}'",
        "def f(x):\n    return '{0.__class__}'.format(x)",
        "def f(x):\n    return open(x)",
        "class A:\n    pass",
        "def f(x):\n    yield x",
        "def f(x):\n    return lambda: x",
        "def f(x):\n    pass",
        "def f(x):\n    while True:\n        pass",
        "x = 1",
    ],
)
def test_what_cannot_be_run_here_is_compared_by_its_syntax_tree(source):
    renamed = source.replace("x", "value") + "\n# the same"
    assert key(source) == key(renamed)
    assert key(source) != key(source + "\ny = 2")


def test_docstrings_and_annotations_make_no_difference_to_a_syntax_tree():
    bare = "import os\ndef f(x, y):\n    return os.path.join(x, y)\nclass A:\n    pass"
    told = (
        '"""A module."""\nimport os\ndef f(a: str, b: str) -> str:\n    """Join."""\n'
        '    return os.path.join(a, b)\nclass B:\n    """Nothing."""'
    )
    assert key(bare) == key(told)
    assert behaviour_of(told).shown == "def f(a: str, b: str) -> str"
    assert behaviour_of("x = " + "1+" * 900 + "1") is None


def test_a_function_that_only_sometimes_goes_on_for_ever_is_told_apart():
    stops = "def f(n):\n    while n > 0:\n        n -= 1\n    return n"
    does_not = "def f(n):\n    while n:\n        n -= 1\n    return n"
    asked = "f(3) is 0, f(-2) too"
    assert key(stops, asked) != key(does_not, asked)


@pytest.mark.parametrize(
    "source", ["", "# nothing", "no python at all", "x" * (MOST_SOURCE + 1), "\0"]
)
def test_what_is_no_code_is_nothing(source):
    assert behaviour_of(source) is None


HOSTILE = {
    "powers": "return 9 ** 9 ** 9",
    "shifts": "return 1 << 10 ** 9",
    "pow": "return pow(9, 10 ** 9)",
    "products": "r = 3\n    while True:\n        r *= r",
    "loops": "return [a for a in range(999) for b in range(999) for c in range(999)]",
    "recursion": "return f(x)",
    "growing text": "s = 'a'\n    while True:\n        s += s",
    "repeated text": "return 'a' * 10 ** 10",
    "repeated lists": "return [0] * 10 ** 10",
    "joined text": "s = 'a' * 4000\n    return s.join([s] * 900)",
    "replaced text": "s = 'a' * 4000\n    return s.replace('', s)",
    "printed text": "while True:\n        print('a' * 900)",
    "lists in lists": "a = []\n    for i in range(500):\n        a = [a, a]\n    return a == a",
    "deep lists": "a = []\n    for i in range(900):\n        a = [a]\n    return a",
    "a list in itself": "a = []\n    a.append(a)\n    return str(a)",
    "shared lists": "d, a = [], []\n    b = [a] * 999\n    for i in range(900):\n"
    "        a.append(d)\n    for i in range(900):\n        d.append(1)\n    return b == []",
    "long ranges": "return list(range(10 ** 12))",
    "long ranges in loops": "for i in range(10 ** 12):\n        pass",
    "rounding": "return round(5, -10 ** 9)",
    "long numbers": "return int('9' * 3999)",
    "growing loops": "a = [1]\n    for each in a:\n        a.append(each)",
    "keys": "return sorted([[i] * 30 for i in range(30)], key=lambda k: f(k))",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_code_ends_soon_and_is_compared_by_its_syntax_tree(body):
    source = f"def f(x):\n    {body}"
    assert behaviour_of(source).shown == "def f(x)"


@pytest.mark.parametrize(
    "source",
    [
        "x = " + "-" * 7000 + "1",
        "x = (" + "-\n" * 3000 + "1)",
        "x = " + "(" * 3000 + "1" + ")" * 3000,
        "x = " + "not " * 1900 + "1",
        "f = " + "lambda:" * 1000 + "1",
        "x" + ".a" * 3900,
        "x = " + "1+" * 3900 + "1",
    ],
    ids=["minus", "minus in lines", "brackets", "not", "lambda", "attributes", "sums"],
)
def test_code_that_nests_too_deep_is_nothing(source):
    assert behaviour_of(source) is None


_CALLED = ["f", "len", "str", "list", "range", "sorted", "sum", "x.append"]
_NAMES = st.sampled_from([*_CALLED, "x", "y", "[]", "x[0]", "'a'"])
_SIGNS = ["+", "-", "*", "**", "//", "%", "<<", "==", "<", "in", "and"]
_NUMBERS = st.integers(-5, 10**6).map(str)
_EXPRESSIONS = st.recursive(
    _NAMES | _NUMBERS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(_SIGNS), inner).map(
            lambda each: f"({' '.join(each)})"
        ),
        st.tuples(
            st.sampled_from(_CALLED),
            inner,
        ).map(lambda each: f"{each[0]}({each[1]})"),
        inner.map(lambda each: f"[{each} for y in x]"),
        inner.map(lambda each: f"[{each}, {each}]"),
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=60)
@given(st.lists(_EXPRESSIONS, min_size=1, max_size=4))
def test_whatever_is_written_has_a_behaviour_that_is_the_same_twice(expressions):
    *steps, last = expressions
    body = "".join(f"    y = {each}\n" for each in steps)
    source = f"def f(x, y=1):\n{body}    return {last}\n"
    behaviour_of.cache_clear()
    first = behaviour_of(source, "f([1, 2])")
    behaviour_of.cache_clear()
    assert behaviour_of(source, "f([1, 2])") == first


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_code_or_is_not(text):
    behaviour_of(text, text)
