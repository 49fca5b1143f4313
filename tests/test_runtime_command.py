"""`./dev runtime` copies what is loaded at run time, once, and says what it is."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest
from tests.data import standins

from inglenook.hardware.runtimes import find_runtimes

COMMAND = Path(__file__).resolve().parents[1] / "packaging" / "runtime.py"


@pytest.fixture(scope="module")
def command():
    spec = importlib.util.spec_from_file_location("runtime_command", COMMAND)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "name",
    [
        "libllama.so", "libggml.so.0", "libggml-base.so.0", "libggml-cpu-haswell.so",
        "libggml-cpu-armv8.2_1.so", "libggml-vulkan.so", "libllama.dylib", "libggml.0.dylib",
        "llama.dll", "ggml-base.dll", "ggml-cuda.dll", "libmtmd.so",
        "libmtmd.dylib", "mtmd.dll",
    ],
)  # fmt: skip
def test_libraries_and_modules_are_taken(command, name):
    assert command._NEEDED.fullmatch(name)


@pytest.mark.parametrize(
    "name",
    [
        "libllama.so.0", "libllama.so.0.5.0", "libggml.so", "libggml-base.so",
        "libggml-base.so.0.25.3", "llama-server", "libggml-base.dylib", "libmtmd.so.0",
    ],
)  # fmt: skip
def test_copies_under_other_names_and_programs_are_not(command, name):
    assert not command._NEEDED.fullmatch(name)


def test_what_it_has_for_cards_is_read_from_its_modules(command, tmp_path):
    for name in (
        "libggml-cpu-x64.so",
        "libggml-vulkan.so",
        "libggml-base.so.0",
        "ggml-cuda.dll",
    ):
        (tmp_path / name).touch()
    assert command.backends(tmp_path) == ("cuda", "vulkan")


@pytest.mark.model
@pytest.mark.skipif(sys.platform != "linux", reason="the stand-in is made of Linux's libraries")
def test_what_it_describes_is_accepted(command, tmp_path):
    folder = standins.runtime(tmp_path / "made")
    (folder / "runtime.json").unlink()
    assert command.describe(folder, "portable") == ()  # nothing is loaded beside the library
    found = find_runtimes([tmp_path])
    assert [one.name for one in found.runtimes] == ["own", "portable"]
    assert json.loads((folder / "runtime.json").read_text())["llama_cpp"].startswith(
        "llama.cpp"
    )
