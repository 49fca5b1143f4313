"""NVIDIA's library as a second opinion: a fake one that speaks the same functions."""

import os
import subprocess
import sys

import pytest
from tests.data import cards, standins

from inglenook.core.units import MIB
from inglenook.hardware.devices import find_devices

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(sys.platform != "linux", reason="the fakes are built here"),
]
PLACE = "0000:01:00.0"


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """Return what asks for a card of 1000 MiB, 900 free, with NVML beside it."""
    monkeypatch.setenv("LD_LIBRARY_PATH", standins.nvml(tmp_path))
    for name, value in cards.environment([]).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GGML_FAKE_GPU", f"CUDA0,gpu,1000,900,A card,{PLACE}")

    def ask(said):
        monkeypatch.setenv("FAKE_NVML", said)
        return find_devices()

    return ask


def told(free_mib, place=PLACE, others_mib=0):
    return f"{place},{1000 * MIB},{free_mib * MIB},{others_mib * MIB}"


def test_driver_and_other_programs_are_told(asked):
    (card,) = asked(told(890, others_mib=100)).devices
    assert card.driver == "570.1"
    assert "100 MB used by other programs" in card.source


def test_the_smaller_figure_counts_and_the_difference_is_told(asked):
    found = asked(told(500))
    assert found.devices[0].free_bytes == 500 * MIB
    assert found.notes == (
        "A card has 900 MB free as llama.cpp sees it, and 500 MB as NVML does: "
        "the smaller counts.",
    )


def test_another_card_says_nothing_of_this_one(asked):
    found = asked(told(500, place="0000:02:00.0"))
    assert (found.devices[0].free_bytes, found.notes) == (900 * MIB, ())


def test_a_driver_that_is_not_at_work_is_no_problem(asked, monkeypatch):
    found = asked("nonsense")
    assert (found.failed, found.devices[0].driver) == (False, "")
    monkeypatch.delenv("FAKE_NVML")
    assert not find_devices().failed


def test_a_broken_driver_is_named(asked):
    found = asked("raise")
    assert (found.failed, found.tried_last) == (True, "nvml")


def test_a_place_on_the_bus_is_written_as_ggml_does():
    from inglenook.engine.nvml import bus_id  # noqa: PLC0415 - the library is heavy

    assert bus_id("00000000:0A:00.0") == "0000:0a:00.0"
    assert bus_id("") == bus_id("nonsense") == ""


READ_TWICE = """
from inglenook.engine.nvml import EnergyMeter
seconds = iter((0.0, 1.0, 3.5))
meter = EnergyMeter(lambda: next(seconds))
print(meter.millijoules(), meter.millijoules())
"""


@pytest.mark.parametrize(
    ("energy", "readings"),
    [
        ("counts", "10000.0 20000.0"),  # two cards
        ("power", "120000.0 420000.0"),  # two of 60 W, for 1 s and 2.5 s
        ("", "None None"),
    ],
)
def test_energy_is_counted_by_the_cards_or_reckoned_from_their_power(
    tmp_path, energy, readings
):
    told_of = told(500) + ";" + told(500, place="0000:02:00.0")
    own = {"LD_LIBRARY_PATH": standins.nvml(tmp_path), "FAKE_NVML": told_of}
    found = subprocess.run(
        [sys.executable, "-c", READ_TWICE],
        env={**os.environ, **own, "FAKE_ENERGY": energy},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == readings


def test_without_a_driver_no_energy_is_told():
    from inglenook.engine.nvml import EnergyMeter  # noqa: PLC0415 - the library is heavy

    assert EnergyMeter().millijoules() is None
