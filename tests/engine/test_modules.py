"""Modules beside llama.cpp's library: real libraries, and stand-ins that end who loads them."""

import subprocess
import sys

import pytest
from tests.data import cards, standins

from inglenook.hardware.devices import find_devices
from inglenook.hardware.runtimes import find_runtimes
from inglenook.models.runtime import Launch
from inglenook.services.runtimes import Runtimes
from inglenook.storage.kept import KeptValues

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(sys.platform != "linux", reason="the stand-ins are built here"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a runtime with a card's module, one that is illegal, and one that leaves."""
    made = standins.runtime(tmp_path_factory.mktemp("added") / "cards", backends=["cuda"])
    standins.cards_module(made / "libggml-vulkan.so")
    standins.module(made / "libggml-cuda.so", standins.ILLEGAL)
    standins.module(made / "libggml-hip.so", standins.LEAVING)
    standins.module(made / "libggml-rpc.so", standins.LEAVING)
    return made


@pytest.fixture
def one_card(monkeypatch):
    for name, value in cards.environment([cards.card("Vulkan0", 9, 8)]).items():
        if name != "GGML_BACKEND_PATH":
            monkeypatch.setenv(name, value)


def test_modules_that_end_the_child_are_left_out_and_the_rest_is_used(
    folder, one_card, tmp_path
):
    kept = KeptValues(tmp_path / "runtimes.json", dict[str, str])
    runtimes = Runtimes(lambda: find_runtimes([], str(folder)), kept)
    found = runtimes.devices()
    assert [one.name for one in found.devices] == ["Vulkan0"]
    assert runtimes.launch() == Launch(str(folder.resolve()), ("libggml-vulkan.so",))
    assert [note.partition(" of ")[0] for note in found.notes] == [
        "The part libggml-cuda.so", "The part libggml-hip.so",
    ]  # fmt: skip
    assert "instructions" in found.notes[0]
    assert "ended with code 9" in found.notes[1]


def test_a_child_loads_what_it_is_told_and_no_other_module(folder, one_card):
    told = find_devices(launch=Launch(str(folder), ("libggml-vulkan.so",)))
    assert (told.failed, told.modules) == (False, ("libggml-vulkan.so",))
    nothing = find_devices(launch=Launch(str(folder), ()))
    assert (nothing.failed, nothing.devices, nothing.modules) == (False, (), ())


def test_the_library_is_the_folders_own(folder):
    assert find_devices(launch=Launch(str(folder), ())).folder == str(folder)
    assert find_devices().folder == str(standins.installed())


def test_a_module_is_not_taken_from_where_we_are(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert not find_devices().failed
    outside = find_devices(launch=Launch(str(standins.installed()), ("../libggml-cuda.so",)))
    assert (outside.failed, outside.modules) == (False, ())


def test_the_processors_module_with_the_highest_score_is_taken(tmp_path):
    for name, score in {"old": 1, "new": 60, "newest": 0}.items():
        standins.module(tmp_path / f"libggml-cpu-{name}.so", standins.scoring(score))
    (tmp_path / "libggml-cpu-broken.so").write_bytes(b"no library")
    assert chosen(tmp_path) == "['libggml-cpu-new.so']"
    (tmp_path / "libggml-cpu-new.so").unlink()
    assert chosen(tmp_path) == "['libggml-cpu-old.so']"
    (tmp_path / "libggml-cpu-old.so").unlink()
    assert chosen(tmp_path) == "[]"


def chosen(folder):
    code = (
        "import pathlib, sys; from inglenook.engine import modules;"
        "folder = pathlib.Path(sys.argv[1]);"
        "print(modules._best(folder, sorted(modules._names(folder)), lambda name: None))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, check=True, timeout=30
    )
    return told.stdout.decode().strip()


def test_the_processor_computes_what_it_is_tried_with():
    from inglenook.engine.arithmetic import try_processor  # noqa: PLC0415 - loads llama.cpp

    assert try_processor()
