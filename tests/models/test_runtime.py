"""Which runtime comes first, and what a child is told."""

from pathlib import Path

import pytest

import inglenook
from inglenook.models.runtime import (
    Launch,
    Runtime,
    ending_in_words,
    in_order,
    is_illegal_instruction,
    with_our_code,
)

OWN, VULKAN = Runtime("own", "/own"), Runtime("vulkan", "/v", ("vulkan",))
CUDA, HIP = Runtime("cuda", "/c", ("cuda",)), Runtime("hip", "/h", ("hip",))


def names(*runtimes, has_nvidia=False):
    return [one.name for one in in_order(runtimes, has_nvidia=has_nvidia)]


def test_a_card_of_nvidias_comes_first_where_there_is_one():
    assert names(OWN, VULKAN, CUDA, has_nvidia=True) == ["cuda", "vulkan", "own"]


def test_without_such_a_card_its_runtime_comes_last():
    assert names(OWN, CUDA, VULKAN) == ["vulkan", "own", "cuda"]


def test_what_was_added_for_another_card_comes_before_what_runs_on_most():
    assert names(OWN, VULKAN, HIP) == ["hip", "vulkan", "own"]


def test_what_a_person_asks_for_comes_first_of_all():
    asked = Runtime("mine", "/m", is_asked_for=True)
    assert names(OWN, CUDA, asked, has_nvidia=True)[0] == "mine"


def test_equals_stay_in_the_order_they_were_found_in():
    assert names(OWN, Runtime("other", "/o")) == ["own", "other"]


def test_a_child_is_told_its_folder_and_its_modules():
    told = Launch("/folder", ("a.so", "b.so")).applied({"HOME": "/home"})
    assert told == {
        "HOME": "/home",
        "LLAMA_CPP_LIB_PATH": "/folder",
        "INGLENOOK_MODULES": "a.so/b.so",
    }


def test_a_child_that_chooses_is_told_what_to_avoid():
    told = Launch("/folder", avoided=("a.so",)).applied({})
    assert told["INGLENOOK_AVOIDED_MODULES"] == "a.so"
    assert "INGLENOOK_MODULES" not in told


def test_whatever_the_environment_said_of_libraries_is_not_passed_on():
    said = dict.fromkeys(
        ("LLAMA_CPP_LIB_PATH", "INGLENOOK_MODULES", "INGLENOOK_AVOIDED_MODULES"), "x"
    )
    assert Launch().applied(said) == {}


@pytest.mark.parametrize("status", [-4, 0xC000001D, -1073741795])
def test_an_instruction_that_is_not_there_is_told_in_words(status):
    assert is_illegal_instruction(status)
    assert "instructions that this processor does not have" in ending_in_words(status)


def test_any_other_end_is_told_by_its_code():
    assert not is_illegal_instruction(-11)
    assert ending_in_words(-11) == "it ended with code -11"


def test_a_child_finds_our_code_and_none_of_the_folder_it_starts_in():
    said = with_our_code({"HOME": "/home/ada", "PYTHONPATH": "somewhere"})
    assert (said["HOME"], said["PYTHONSAFEPATH"]) == ("/home/ada", "1")
    assert Path(said["PYTHONPATH"], "inglenook", "__init__.py").exists()


def test_an_installed_package_is_not_put_ahead_of_the_standard_library(monkeypatch):
    place = "/usr/lib/python3/site-packages/inglenook/__init__.py"
    monkeypatch.setattr(inglenook, "__file__", place)
    assert "PYTHONPATH" not in with_our_code({})
