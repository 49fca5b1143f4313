"""Which answer of the engine belongs to which load."""

from inglenook.services.loads import Loads


def test_only_the_load_asked_for_last_is_wanted():
    loads = Loads()
    first, second = loads.ask(), loads.ask()
    assert not loads.is_wanted(first)
    assert loads.is_wanted(second)
    loads.forget()
    assert not loads.is_wanted(second)
    assert not loads.is_wanted(0)


def test_answers_come_in_the_order_loads_were_sent():
    loads = Loads()
    first, second = loads.ask(), loads.ask()
    assert not loads.sent(first)
    assert loads.sent(second)
    assert [loads.ended(), loads.ended(), loads.ended()] == [first, second, 0]


def test_a_new_engine_loads_what_the_last_one_had_before_anything_newer():
    loads = Loads()
    first = loads.ask()
    loads.sent(first)
    loads.ended()
    second = loads.ask()
    loads.sent(second)  # sent when the new engine was there, before its start was announced
    assert loads.again() == first
    assert [loads.ended(), loads.ended()] == [first, second]
