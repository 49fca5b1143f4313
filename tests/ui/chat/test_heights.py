"""Sums of heights agree with adding them up."""

from hypothesis import given
from hypothesis import strategies as st

from inglenook.ui.chat.heights import Heights


@given(st.lists(st.integers(1, 500), min_size=1, max_size=40), st.data())
def test_sums_and_positions_agree_with_adding_up(numbers, data):
    heights = Heights(map(float, numbers))
    for _ in range(3):
        index = data.draw(st.integers(0, len(numbers) - 1))
        numbers[index] = data.draw(st.integers(1, 500))
        heights.set(index, float(numbers[index]))
    assert heights.total() == sum(numbers)
    for index in range(len(numbers)):
        top = sum(numbers[:index])
        assert heights.top(index) == top
        assert heights.at(top) == index
        assert heights.at(top + numbers[index] - 0.5) == index
    assert heights.at(-5) == 0
    assert heights.at(1e9) == len(numbers) - 1


def test_no_messages():
    assert Heights().total() == 0
    assert Heights().at(10) == 0
