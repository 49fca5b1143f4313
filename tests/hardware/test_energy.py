"""Energy is told only where every counter can be read, also when one begins anew."""

from pathlib import Path

import pytest

from inglenook.hardware.energy import Counter, joules_between, read_counters

RANGE = 262_143_328_850


@pytest.fixture
def zones(tmp_path: Path):
    """A machine of one package, with cores inside it and memory beside it."""
    for name, what, energy in (
        ("intel-rapl:0", "package-0", 1_000_000),
        ("intel-rapl:0:0", "core", 700_000),
        ("intel-rapl:0:1", "dram", 200_000),
        ("intel-rapl:1", "psys", 9_000_000),
        ("intel-rapl-mmio:0", "package-0", 1_000_000),
    ):
        zone = tmp_path / name
        zone.mkdir()
        (zone / "name").write_text(f"{what}\n")
        (zone / "energy_uj").write_text(f"{energy}\n")
        (zone / "max_energy_range_uj").write_text(f"{RANGE}\n")
    return tmp_path


def test_packages_and_their_memory_are_counted_once(zones):
    found = read_counters(zones)
    assert [(each.name, each.microjoules) for each in found] == [
        ("intel-rapl:0", 1_000_000),
        ("intel-rapl:0:1", 200_000),
    ]
    (zones / "intel-rapl:0" / "energy_uj").write_text("31000000\n")
    assert joules_between(found, read_counters(zones)) == pytest.approx(30.0)


def test_a_counter_may_begin_anew():
    before, after = Counter("p", RANGE - 1_000_000, RANGE), Counter("p", 2_000_000, RANGE)
    assert joules_between((before,), (after,)) == pytest.approx(3.0)


@pytest.mark.parametrize("reading", ["", "many", "-1", str(1 << 70)])
def test_what_cannot_be_read_is_not_told(zones, tmp_path, reading):
    (zones / "intel-rapl:0:1" / "energy_uj").write_text(reading)
    assert read_counters(zones) == ()
    assert read_counters(tmp_path / "gone") == ()
    assert joules_between((), ()) is None


def test_another_set_of_counters_tells_nothing():
    one, two = Counter("p", 1, RANGE), Counter("q", 5, RANGE)
    assert joules_between((one,), (one, two)) is None
    assert joules_between((one,), (Counter("p", 0, 0),)) is None
