import gc
import threading
import weakref

from pytestqt.qtbot import QtBot

from inglenook.ui.tidy import Tidy


class Knot:
    """An object in a reference cycle, which only the collector can free."""

    def __init__(self, freed_on: list[threading.Thread]) -> None:
        self.me = self
        weakref.finalize(self, lambda: freed_on.append(threading.current_thread()))


def test_cycles_are_collected_on_the_ui_thread_only(qtbot: QtBot, qapp):
    tidy, freed_on = Tidy(), []
    tidy._timer.setInterval(5)
    tidy.start()
    try:
        assert not gc.isenabled()

        def allocate() -> None:
            Knot(freed_on)
            for _ in range(5000):
                Knot([])

        worker = threading.Thread(target=allocate)
        worker.start()
        worker.join()
        assert freed_on == []
        qtbot.waitUntil(lambda: bool(freed_on))
        assert freed_on == [threading.main_thread()]
    finally:
        tidy.stop()
    assert gc.isenabled()


def test_no_thread_of_a_test_collects_the_widgets_of_another():
    assert not gc.isenabled()  # tests/conftest.py collects between tests


def test_very_much_that_is_new_is_left_to_the_long_round(qapp, monkeypatch):
    tidy, freed_on = Tidy(), []
    monkeypatch.setattr("inglenook.ui.tidy._is_unseen", lambda: False)
    monkeypatch.setattr("inglenook.ui.tidy._MANY_NEW", 1000)
    gc.collect()
    Knot(freed_on)
    kept = [[] for _ in range(2000)]
    tidy._collect()
    assert not freed_on
    assert len(kept) == 2000
    del kept
    tidy._collect()  # what was left is not looked at by a short round
    assert not freed_on
    gc.collect()
    assert freed_on


def test_a_long_round_waits_until_nobody_looks(qapp, monkeypatch):
    tidy, rounds, seen = Tidy(), [], [True]
    monkeypatch.setattr("inglenook.ui.tidy._is_unseen", lambda: not seen[0])
    monkeypatch.setattr("inglenook.ui.tidy._is_short", lambda: False)
    monkeypatch.setattr("inglenook.ui.tidy.gc.collect", rounds.append)
    for _ in range(60):
        tidy._collect()
    assert set(rounds) == {1}
    seen[0] = False
    tidy._collect()
    tidy._collect()
    assert rounds[-2:] == [2, 1]
