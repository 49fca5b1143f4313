from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from inglenook.engine.breaker import Breaker


def test_two_deaths_leave_it_closed_and_the_third_opens_it():
    breaker = Breaker().after_death(100.0).after_death(110.0)
    assert not breaker.is_open
    assert breaker.after_death(120.0).is_open


def test_old_deaths_do_not_count():
    breaker = Breaker().after_death(0.0).after_death(10.0).after_death(60.0)
    assert not breaker.is_open
    assert breaker.after_death(69.9).is_open


def test_it_stays_open_until_somebody_tries_again():
    breaker = Breaker().opened().after_death(1000.0)
    assert breaker.is_open
    assert breaker.after_retry() == Breaker()


class Breaks(RuleBasedStateMachine):
    """Against the plain definition: open once any minute since the retry held three deaths."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0
        self.deaths: list[float] = []
        self.breaker = Breaker()

    @rule(pause_s=st.floats(0, 90))
    def wait(self, pause_s):
        self.now_s += pause_s

    @rule()
    def die(self):
        self.deaths.append(self.now_s)
        self.breaker = self.breaker.after_death(self.now_s)

    @rule()
    def retry(self):
        self.deaths.clear()
        self.breaker = self.breaker.after_retry()

    @invariant()
    def is_open_as_defined(self):
        triples = zip(self.deaths, self.deaths[2:], strict=False)
        assert self.breaker.is_open == any(last - first < 60.0 for first, last in triples)

    @invariant()
    def remembers_little(self):
        assert len(self.breaker.deaths) <= self.breaker.most_deaths


Breaks.TestCase.settings = settings(max_examples=60, stateful_step_count=30)
TestBreaks = Breaks.TestCase
