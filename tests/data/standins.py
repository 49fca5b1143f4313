"""Runtimes whose libraries are real, with modules that end whoever touches them.

The stand-ins are a few lines of C each, compiled when a test asks for one.
"""

import json
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from tests.data import cards

from inglenook.hardware.runtimes import bindings_version, this_system

ILLEGAL = "__attribute__((constructor)) static void begin(void) { raise(SIGILL); }"
LEAVING = "__attribute__((constructor)) static void begin(void) { _exit(9); }"
_HEADERS = "#include <signal.h>\n#include <unistd.h>\n"


def module(path: Path, code: str) -> Path:
    """Compile a module from C."""
    source = path.with_suffix(".c")
    source.write_text(_HEADERS + code + "\n")
    subprocess.run(["cc", "-fPIC", "-shared", str(source), "-o", str(path)], check=True)
    source.unlink()
    return path


def scoring(score: int) -> str:
    """Return the C of a processor's module that says how well it suits."""
    return f"int ggml_backend_score(void) {{ return {score}; }}"


def cards_module(path: Path) -> Path:
    """Put a module with the fake cards of ``cards.environment`` into a runtime."""
    shutil.copy(cards.environment([])["GGML_BACKEND_PATH"], path)
    return path


def runtime(folder: Path, **description: object) -> Path:
    """Make a runtime of the installed libraries, each in one copy."""
    folder.mkdir(parents=True, mode=0o755)
    for name in ("libllama.so", "libggml.so.0", "libggml-base.so.0", "libggml-cpu.so.0"):
        shutil.copy(installed() / name, folder)
    describe(folder, **description)
    for file in folder.iterdir():
        file.chmod(0o644)
    return folder


def describe(folder: Path, **changed: object) -> None:
    """Write what a runtime says of itself."""
    said = {
        "name": folder.name,
        "bindings": bindings_version(),
        "llama_cpp": "",
        "system": this_system(),
        "backends": [],
    }
    (folder / "runtime.json").write_text(json.dumps({**said, **changed}))


def installed() -> Path:
    """Return the folder of the bindings' own libraries."""
    found = find_spec("llama_cpp")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "lib"


def nvml(folder: Path) -> str:
    """Compile NVIDIA's library as a fake; return the folder to find libraries in."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["cc", "-fPIC", "-shared", "-Wall", "-Wextra", "-Werror",
         str(cards.SOURCES / "fake_nvml.c"), "-o", str(folder / "libnvidia-ml.so.1")],
        check=True,
    )  # fmt: skip
    return str(folder)
