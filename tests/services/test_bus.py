"""Listeners hear every announcement in the order they came, until they leave."""

from inglenook.services.bus import Bus
from inglenook.services.events import ModelsChanged

SOMETHING = ModelsChanged(())


def test_listeners_hear_in_the_order_they_came():
    bus, heard = Bus(), []
    bus.subscribe(lambda each: heard.append(("first", each)))
    bus.subscribe(lambda each: heard.append(("second", each)))
    bus.publish(SOMETHING)
    assert heard == [("first", SOMETHING), ("second", SOMETHING)]


def test_one_who_left_hears_nothing_more():
    bus, heard = Bus(), []
    leave = bus.subscribe(heard.append)
    leave()
    leave()
    bus.publish(SOMETHING)
    assert heard == []


def test_a_listener_may_leave_come_and_publish_while_it_hears():
    bus, heard = Bus(), []

    def once(announcement):
        leave()
        bus.subscribe(heard.append)
        bus.publish(announcement)

    leave = bus.subscribe(once)
    bus.publish(SOMETHING)
    assert heard == [SOMETHING]
