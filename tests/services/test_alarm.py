"""Alarms by the real clock."""

from threading import Event

from tests.services.ear import WAIT_S

from inglenook.services.alarm import Countdown, set_alarm


def test_an_alarm_rings_once_its_time_has_come():
    rung = Event()
    set_alarm(0.001, rung.set)
    assert rung.wait(WAIT_S)


def test_an_alarm_that_is_called_off_ends_its_thread_and_does_not_ring():
    rung = Event()
    alarm = set_alarm(WAIT_S * 10, rung.set)
    alarm.cancel()
    alarm.join(WAIT_S)
    assert not alarm.is_alive()
    assert not rung.is_set()


def test_a_countdown_that_is_started_again_rings_for_the_last_time_only():
    heard, rung = [], Event()

    def ring(number):
        heard.append(number)
        rung.set()

    countdown = Countdown(set_alarm, ring)
    countdown.start(WAIT_S * 10)
    countdown.start(0.001)
    assert rung.wait(WAIT_S)
    assert heard == [2]
    assert countdown.is_due(2)
    assert not countdown.is_due(1)
    countdown.cancel()
    assert not countdown.is_due(2)
    countdown.cancel()
