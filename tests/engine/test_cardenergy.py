"""An answer that was alone says what graphics cards took of the machine's energy."""

import pytest

from inglenook.chat.message import Timings
from inglenook.core.errors import ComputeError
from inglenook.engine.cardenergy import READ_EVERY_S, CardEnergy, meter_of
from inglenook.engine.protocol import Delta, Done, Failed

TEXT = Delta("a", "hm", 1)


class Cards:
    """Cards that took some energy, and how often they were asked."""

    def __init__(self):
        self.joules, self.asked, self.now_s = 10.0, 0, 100.0

    def read(self):
        self.asked += 1
        return None if self.joules is None else 1000.0 * self.joules


@pytest.fixture
def cards():
    return Cards()


@pytest.fixture
def energy(cards):
    return CardEnergy(cards.read, lambda: cards.now_s)


def done(request="a"):
    return Done(request, "end", Timings())


def test_an_answer_says_what_the_cards_took_meanwhile(cards, energy):
    energy.begin("a")
    cards.joules = 22.5
    assert energy.told([TEXT, done()]) == [TEXT, Done("a", "end", Timings(), card_j=12.5)]
    assert energy.told([done()]) == [done()]


def test_of_answers_at_the_same_time_nothing_is_told(cards, energy):
    energy.begin("a")
    energy.begin("b")
    cards.joules = 22.5
    assert energy.told([done("a")]) == [done("a")]
    energy.begin("c")
    failure = Failed("b", ComputeError("It failed", "Ask again.").problem)
    assert energy.told([failure, done("c")]) == [failure, done("c")]
    energy.begin("d")
    cards.joules = 30.0
    assert energy.told([done("d")])[0].card_j == 7.5


def test_cards_that_tell_their_power_are_asked_now_and_then(cards, energy):
    energy.begin("a")
    energy.told([TEXT])
    energy.told([TEXT])
    assert cards.asked == 2
    cards.now_s += READ_EVERY_S
    energy.told([])
    assert cards.asked == 3


def test_where_nobody_tells_an_answer_says_nothing(cards, energy):
    energy.begin("a")
    cards.joules = None
    assert energy.told([done()])[0].card_j == 0.0
    energy.begin("b")
    assert energy.told([done("b")]) == [done("b")]
    silent = CardEnergy()
    silent.begin("a")
    assert silent.told([done()]) == [done()]


def test_cards_are_only_asked_where_a_model_computes_on_one():
    assert meter_of(0)() is None
    assert meter_of(12)() is None  # there is no driver here
