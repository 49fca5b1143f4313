"""Ids grow whatever the clock does."""

from hypothesis import given
from hypothesis import strategies as st

from inglenook.core.ids import made_at_ms, sortable_id
from inglenook.services.stamps import Stamps


class Clock(Stamps):
    """Stamps by a clock of a test's own."""

    def __init__(self) -> None:
        super().__init__()
        self.ms = 0

    def now_ms(self) -> int:
        return self.ms


@given(
    st.lists(
        st.one_of(
            st.integers(0, 2**44),
            st.builds(sortable_id, st.integers(0, 2**46), st.integers(0, 2**80 - 1)),
        )
    )
)
def test_every_id_sorts_after_all_before_it_and_all_that_were_followed(steps):
    stamps, newest = Clock(), ""
    for step in steps:
        if isinstance(step, str):
            stamps.follow(step)
            newest = max(newest, step)
        else:
            stamps.ms = step  # the clock jumps wherever it likes
        made = stamps.new_id()
        assert made > newest
        newest = made


@given(st.text())
def test_following_what_is_no_id_changes_nothing(text):
    stamps = Clock()
    stamps.ms = 1
    stamps.follow(text)
    assert made_at_ms(stamps.new_id()) == 1


def test_an_id_from_the_far_future_does_not_push_ours_out_of_range():
    stamps = Clock()
    stamps.ms = 5
    stamps.follow(sortable_id(2**48 - 1, 0))
    assert made_at_ms(stamps.new_id()) == 5


def test_two_programs_that_follow_the_same_id_make_different_ones():
    stored = sortable_id(2**46, 0)
    one, other = Clock(), Clock()
    one.follow(stored)
    other.follow(stored)
    assert one.new_id() != other.new_id()


def test_the_real_clock_counts_milliseconds_since_1970():
    assert Stamps().now_ms() > 1_700_000_000_000
