"""Freezes the program into one folder and tries it there: run it with `./dev bundle`."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LARGEST = 10
LIMIT_MB = 250
"""Installed, without models: packaging/README.md says what is in it."""

_KEEPS_ITS_SYMBOLS = "numpy.libs"  # strip breaks the alignment of OpenBLAS
_PATIENCE_S = 300


def main(argv: Sequence[str]) -> int:
    """Freeze, slim, try and tell; return 1 if a trial failed or it is too large."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="gets a folder named inglenook")
    parser.add_argument(
        "--model", type=Path, required=True, help="asked a question in the trial"
    )
    asked = parser.parse_args(argv)
    program = freeze(asked.folder.absolute())
    slim(program)
    total = told_sizes(program)
    works = tried(program, asked.model.absolute())
    return 0 if works and total <= LIMIT_MB else 1


def freeze(folder: Path) -> Path:
    """Run PyInstaller; return the folder of the frozen program."""
    with tempfile.TemporaryDirectory() as work:
        command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
        command += ["--distpath", str(folder), "--workpath", work]
        subprocess.run([*command, str(ROOT / "packaging" / "inglenook.spec")], check=True)
    return folder / "inglenook"


def slim(program: Path) -> None:
    """Take the symbols for debuggers out of the libraries, where there is `strip`."""
    if sys.platform != "linux" or shutil.which("strip") is None:
        return
    found = [
        str(each)
        for each in program.rglob("*.so*")
        if each.is_file() and _KEEPS_ITS_SYMBOLS not in each.resolve().parts
    ]
    subprocess.run(["strip", "--strip-unneeded", *found], check=True)


def told_sizes(program: Path) -> int:
    """Print the size and the largest files; return the size in MB."""
    files = [each for each in program.rglob("*") if each.is_file() and not each.is_symlink()]
    files.sort(key=lambda each: each.stat().st_size, reverse=True)
    total = sum(each.stat().st_size for each in files) >> 20
    print(f"{program}: {total} MB of at most {LIMIT_MB}")
    for each in files[:LARGEST]:
        print(f"  {each.stat().st_size >> 20:4} MB  {each.relative_to(program)}")
    return total


def tried(program: Path, model: Path) -> bool:
    """Tell whether the frozen program finds itself well and answers, in a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        checked = asked(program, home, "doctor", "--json")
        answered = asked(program, home, "chat", "--model", str(model), "--json", "Say hello.")
    print(
        f"doctor: {'ok' if checked else 'FAILED'}; an answer: {'ok' if answered else 'FAILED'}"
    )
    return checked and answered


def asked(program: Path, home: str, *arguments: str) -> bool:
    """Run the frozen program with nothing of this environment; tell whether it went well."""
    environment = {"INGLENOOK_HOME": home, "HOME": home, "PATH": os.defpath, "LANG": "C.UTF-8"}
    done = subprocess.run(
        [str(program / "inglenook"), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
    )
    if done.returncode:
        print(done.stdout[-2000:], done.stderr[-2000:], sep="\n", file=sys.stderr)
        return False
    return bool(json.loads(done.stdout))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
