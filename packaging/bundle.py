"""Freezes the program into one folder and tries it there: run it with `./dev bundle`."""

import argparse
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LARGEST = 10
LIMIT_MB = 250
"""Installed, without models: packaging/README.md says what is in it."""
_IS_APP = sys.platform == "darwin"
PROGRAM = "Inglenook.app" if _IS_APP else "inglenook"
"""The folder that PyInstaller makes."""
_INSIDE = "Contents/Frameworks" if _IS_APP else "_internal"
MODELS = Path(_INSIDE, "resources", "models")
"""Where the frozen program looks for models that come with it."""
FONTS = MODELS.with_name("fonts")
COMMAND = {
    "darwin": Path("Contents", "MacOS", "inglenook"),
    "win32": Path("inglenook-cli.exe"),  # the other one has no place to print
}.get(sys.platform, Path("inglenook"))
"""What is started to ask the program."""

_KEEPS_ITS_SYMBOLS = "numpy.libs"  # strip breaks the alignment of OpenBLAS
_PATIENCE_S = 300
_MB = 1_000_000
_GLIBC = re.compile(rb"GLIBC_(\d+)\.(\d+)\b")


def main(argv: Sequence[str]) -> int:
    """Freeze, slim, try and tell; return 1 if a trial failed or it is too large."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="gets a folder named inglenook")
    parser.add_argument("--model", type=Path, required=True, help="comes with the program")
    about = "llama.cpp for every processor, made by ./dev runtime"
    parser.add_argument("--runtime", type=Path, required=True, help=about)
    asked = parser.parse_args(argv)
    started_s = time.monotonic()
    program = freeze(asked.folder.absolute(), asked.runtime.absolute())
    slim(program)
    give_model(program, asked.model)
    give_fonts(program)
    told = notices(program)
    total = told_sizes(program)
    print(
        f"it needs glibc {needed_glibc(program)}; made in {time.monotonic() - started_s:.0f} s"
    )
    works = tried(program)
    return 0 if works and told and total <= LIMIT_MB else 1


def freeze(folder: Path, runtime: Path) -> Path:
    """Run PyInstaller; return the folder of the frozen program."""
    with tempfile.TemporaryDirectory() as work:
        command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
        command += ["--distpath", str(folder), "--workpath", work]
        subprocess.run(
            [*command, str(ROOT / "packaging" / "inglenook.spec")],
            check=True,
            env={**os.environ, "INGLENOOK_BUNDLED_RUNTIME": str(runtime)},
        )
    return folder / PROGRAM


def slim(program: Path) -> None:
    """Take out what only the computer that built the libraries needs; only on Linux.

    That are symbols for debuggers, and folders of that computer to search for libraries:
    whoever has such a folder on another computer could put libraries of theirs into it.
    """
    if sys.platform != "linux":
        return
    for each in libraries(program):
        reading = ["patchelf", "--print-rpath", str(each)]
        told = subprocess.run(reading, check=False, capture_output=True, text=True).stdout
        if any(place.startswith("/") for place in told.strip().split(":")):
            subprocess.run(["patchelf", "--remove-rpath", str(each)], check=True)
    stripped = (
        str(each)
        for each in libraries(program)
        if _KEEPS_ITS_SYMBOLS not in each.resolve().parts
    )
    subprocess.run(["strip", "--strip-unneeded", *stripped], check=True)


def libraries(program: Path) -> list[Path]:
    """Return the files that are loaded as code, each once."""
    found = (each for each in program.rglob("*.so*") if ".so" in each.suffixes)
    return [each for each in found if each.is_file() and not each.is_symlink()]


def give_model(program: Path, model: Path) -> None:
    """Lay the starter model into the program, so that it answers without a network."""
    (program / MODELS).mkdir(parents=True, exist_ok=True)
    shutil.copy(model, program / MODELS)


def give_fonts(program: Path) -> None:
    """Lay the fonts in that the window is drawn with, where this computer has them."""
    sys.path.insert(0, str(ROOT / "packaging"))
    from faces import lay_fonts  # noqa: PLC0415 (tests load this file from elsewhere)

    lay_fonts(program / FONTS)


def notices(program: Path) -> bool:
    """Write down whose work is in the program; tell whether nobody's was forgotten."""
    tool = ROOT / "packaging" / "licences.py"
    return (
        subprocess.run([sys.executable, str(tool), str(program)], check=False).returncode == 0
    )


def told_sizes(program: Path) -> int:
    """Print the size and the largest files; return the size in MB, without models."""
    files = [
        each
        for each in program.rglob("*")
        if each.is_file() and not each.is_symlink() and each.suffix != ".gguf"
    ]
    files.sort(key=lambda each: each.stat().st_size, reverse=True)
    total = sum(each.stat().st_size for each in files) // _MB
    print(f"{program}: {total} MB of at most {LIMIT_MB}, without models")
    for each in files[:LARGEST]:
        print(f"  {each.stat().st_size // _MB:4} MB  {each.relative_to(program)}")
    return total


def needed_glibc(program: Path) -> str:
    """Return the version of the C library that the libraries ask for; "" outside Linux."""
    if sys.platform != "linux":
        return ""
    return ".".join(map(str, max(newest_of(libraries(program)), default=())))


def newest_of(files: Iterable[Path]) -> set[tuple[int, int]]:
    """Return the versions of glibc that any of these files names."""
    return {
        (int(major), int(minor))
        for each in files
        for major, minor in _GLIBC.findall(each.read_bytes())
    }


def tried(program: Path) -> bool:
    """Tell whether the frozen program finds itself well and answers, in a home of its own."""
    command = str(program / COMMAND)
    with tempfile.TemporaryDirectory() as home:
        checked = said((command, "--self-test", "--json"), home)
        answered = said((command, "chat", "--json", "Say hello."), home)
    for one in checked.get("findings", ()):
        print(f"  {'ok     ' if one['ok'] else 'PROBLEM'} {one['what']}: {one['says']}")
        if not one["ok"]:
            print(f"          {one['facts']}")
    speed = speed_in(answered)
    print(f"  {'ok     ' if speed else 'PROBLEM'} starter model: {speed:.0f} tokens/s")
    served = serves(program)
    print(f"  {'ok     ' if served else 'PROBLEM'} server: {served or 'no answer'}")
    findings = checked.get("findings")
    return bool(findings and all(one["ok"] for one in findings) and speed and served)


def serves(program: Path) -> str:
    """Ask the frozen program's server which models it has; return the first, "" if none."""
    with tempfile.TemporaryDirectory() as home:
        command = [str(program / "inglenook"), "serve", "--json", "--port", "0"]
        with subprocess.Popen(
            command, env=alone(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as child:
            try:
                told = itertools.takewhile(lambda line: line != b"}\n", child.stdout or ())
                said = json.loads(b"".join(told) + b"}")
                return asked_of(f"{said['address']}/models", said["key"])
            except (OSError, ValueError, KeyError):
                return ""
            finally:
                child.terminate()


def asked_of(address: str, key: str) -> str:
    """Return the name of the first model that a server of ours offers."""
    asking = urllib.request.Request(address, headers={"Authorization": f"Bearer {key}"})  # noqa: S310 (http, on this computer)
    with urllib.request.urlopen(asking, timeout=_PATIENCE_S) as answer:  # noqa: S310
        return str(json.load(answer)["data"][0]["id"])


def alone(home: str) -> dict[str, str]:
    """Return an environment with nothing of this one."""
    return {"INGLENOOK_HOME": home, "HOME": home, "PATH": os.defpath, "LANG": "C.UTF-8"}


def speed_in(answered: Mapping[str, Any]) -> float:
    """Return how many tokens a second an answer came with; 0 if none came."""
    return (
        float(answered["answer"]["timings"]["tokens_per_s"]) if answered.get("answer") else 0.0
    )


def said(command: Sequence[str], home: str) -> dict[str, Any]:
    """Run a command with nothing of this environment; return the JSON that it printed.

    Returns:
        Nothing if it printed something else, which is then shown.
    """
    done = subprocess.run(
        command,
        env=alone(home),
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
    )
    try:
        found: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        print(done.stdout[-2000:], done.stderr[-2000:], sep="\n", file=sys.stderr)
        return {}
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
