"""Functions are tried on the examples of their question, and on values like them."""

import pytest

from inglenook.effort.code.inputs import MOST_INPUTS, inputs_for, named_examples


def test_examples_are_calls_whose_values_stand_there():
    asked = (
        "total([1, 2]) gives 3, total([]) is 0, f(x) no, g() no, h('a', (1, 2)), total([1, 2])"
    )
    assert named_examples(asked) == [
        ("total", ([1, 2],)),
        ("total", ([],)),
        ("h", ("a", (1, 2))),
    ]


@pytest.mark.parametrize(
    "asked",
    ["f(10 ** 9)", "f(99999999999)", "f([[[", "f(" + "1," * 500, "f(" * 500, "f({[]: 1})",
     f"f({list(range(50))})", "f(b'x')", "f()"],
)  # fmt: skip
def test_what_is_no_small_example_is_none(asked):
    assert named_examples(asked) == []


def test_values_like_an_example_are_of_its_kind():
    tried = inputs_for([(3, "ab"), (7,)], 2)
    assert tried[0] == (3, "ab")
    assert 10 < len(tried) <= MOST_INPUTS
    assert all(isinstance(one, int) and isinstance(two, str) for one, two in tried)
    assert len(set(tried)) == len(tried)
    for value in (True, 2.5, None, [1, 2], (1, 2), {"a": 1}, [[1], []]):
        assert all(type(each) is type(value) for (each,) in inputs_for([(value,)], 1))
    assert ([2, 1],) in inputs_for([([1, 2],)], 1)
    assert inputs_for([(3, True)], 2)[:3] == [(3, True), (4, True), (3, False)]
    assert len(inputs_for([(0,)], 1)) == len(set(inputs_for([(0,)], 1)))
    assert (False,) in inputs_for([(True,)], 1)


def test_without_examples_there_are_values_of_every_kind():
    assert inputs_for([], 0) == [()]
    kinds = {type(each) for (each,) in inputs_for([], 1)}
    assert {int, str, list, dict} <= kinds
    for count in (2, 3, 7):
        assert all(len(each) == count for each in inputs_for([], count))
    assert inputs_for([(1,)], 2) == inputs_for([], 2)
