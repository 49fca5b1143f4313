"""Reading memory as fast as this computer can, in a child."""

import sys

import pytest

from inglenook.hardware import bandwidth
from inglenook.hardware.bandwidth import measure_bandwidth, probe_command, read_bytes_per_s


def test_the_child_measures_and_ends():
    assert 1e8 < measure_bandwidth(2) < 1e13


def test_a_run_reads_all_of_it(monkeypatch):
    monkeypatch.setattr(bandwidth, "_BYTES", 1 << 20)
    assert read_bytes_per_s(0) > 1e7


@pytest.mark.parametrize(
    "code", ["print('x')", "print(-1)", "print('nan')", "print(1e99)", "raise SystemExit(3)"]
)
def test_what_makes_no_sense_is_not_known(code):
    assert measure_bandwidth(1, (sys.executable, "-c", code)) == 0


def test_a_child_that_hangs_or_is_not_there_is_not_known(monkeypatch):
    monkeypatch.setattr(bandwidth, "TIMEOUT_S", 0.3)
    hangs = (sys.executable, "-c", "import threading; threading.Event().wait()")
    assert measure_bandwidth(1, hangs) == 0
    assert measure_bandwidth(1, ("/nowhere/at/all",)) == 0


def test_a_bundle_asks_itself(monkeypatch):
    assert probe_command(3)[1:] == ("-m", "inglenook.hardware.bandwidth", "3")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert probe_command(3) == (sys.executable, "--bandwidth-probe", "3")
