"""Tries the installer under Wine with a stand-in program: install, upgrade, refuse, remove.

By hand: `python packaging/windows/wine.py` where makensis and wine64 are there (some 100 MB of
packages, so no test does it). Its own Wine prefix is made and removed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import make

_PATIENCE_S = 180
_WINDOWS = r"HKLM\Software\Microsoft\Windows NT\CurrentVersion"
_LISTED = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Inglenook"
_CLASSES = r"HKCU\Software\Classes"
_TEN = (("CurrentBuildNumber", "REG_SZ", "19045"), ("CurrentVersion", "REG_SZ", "6.3"),
        ("CurrentMajorVersionNumber", "REG_DWORD", "10"))  # fmt: skip
"""What Wine must say of itself to pass for Windows 10."""


class Wine:
    """A Windows of its own in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        found = shutil.which("wine64") or "/usr/lib/wine/wine64"
        self._command = ["nice", "-n", "10", found]
        self._environment = {
            **os.environ, "WINEPREFIX": str(folder / "prefix"), "WINEDEBUG": "-all",
            "HOME": str(folder), "DISPLAY": "",
        }  # fmt: skip
        self.run("wineboot", "-i")
        for name, kind, value in _TEN:
            self.run("reg", "add", _WINDOWS, "/v", name, "/t", kind, "/d", value, "/f")
        self.run("reg", "add", r"HKCU\Software\Wine", "/v", "Version", "/d", "win10", "/f")

    @property
    def local(self) -> Path:
        """The folder %LOCALAPPDATA%."""
        return next(self.folder.glob("prefix/drive_c/users/*/AppData/Local"))

    def run(self, *line: str) -> subprocess.CompletedProcess[str]:
        """Run something to its end."""
        return subprocess.run(
            [*self._command, *line],
            env=self._environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
        )

    def start(self, *line: str) -> subprocess.Popen[bytes]:
        """Run something that goes on."""
        nothing = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen(
            [*self._command, *line], env=self._environment, stdin=subprocess.PIPE, **nothing
        )

    def knows(self, key: str) -> bool:
        """Tell whether the registry has a key."""
        return self.run("reg", "query", key).returncode == 0

    def close(self) -> None:
        """End what still runs there."""
        self.run("wineboot", "-k")


def main() -> int:
    """Try everything; return 1 if something was not as it should be."""
    with tempfile.TemporaryDirectory() as folder:
        wine = Wine(Path(folder))
        try:
            wrong = [
                name for name, holds in _tried(wine, Path(folder)) if not _told(name, holds)
            ]
        finally:
            wine.close()
    return int(bool(wrong))


def _told(name: str, holds: Callable[[], bool]) -> bool:
    is_so = holds()
    print(f"{'ok   ' if is_so else 'WRONG'} {name}", flush=True)
    return is_so


def _tried(wine: Wine, folder: Path):  # noqa: ANN202 (names and what must hold)
    program = folder / "prefix/drive_c/windows/system32/cmd.exe"
    old, new = (_setup(folder, program, version) for version in ("0.1.0", "0.2.0"))
    place, data = wine.local / "Programs" / "Inglenook", wine.local / "inglenook"
    data.mkdir()
    (data / "inglenook.db").write_text("chats")
    yield "installs silently", lambda: wine.run(str(old), "/S").returncode == 0
    yield "the program is there", (place / "inglenook.exe").is_file
    yield "it is listed with its version and size", lambda: _is_listed(wine, "0.1.0")
    yield ".gguf opens with it", lambda: wine.knows(rf"{_CLASSES}\Inglenook.gguf\shell")
    running = wine.start(str(place / "inglenook.exe"), "/k")
    yield "refuses while it runs, with code 2", lambda: wine.run(str(new), "/S").returncode == 2
    yield "and has changed nothing", (place / "_internal" / "only-in-0.1.0.txt").is_file
    running.kill()
    running.wait()
    wine.run("wineboot", "-k")
    yield "upgrades in place", lambda: wine.run(str(new), "/S").returncode == 0
    yield "what was old is gone", lambda: _names(place / "_internal") == {"only-in-0.2.0.txt"}
    yield "an older one goes over it", lambda: wine.run(str(old), "/S").returncode == 0
    yield "and is listed", lambda: _is_listed(wine, "0.1.0")
    (place / "mine.txt").write_text("a person's own")
    yield "is removed silently", lambda: _removed(wine, place)
    yield "but not what a person put there", lambda: _names(place) == {"mine.txt"}
    yield "nor the chats", lambda: (data / "inglenook.db").read_text() == "chats"
    yield "it is listed no more", lambda: not wine.knows(_LISTED)
    yield ".gguf is free again", lambda: not wine.knows(rf"{_CLASSES}\.gguf")


def _setup(folder: Path, program: Path, version: str) -> Path:
    payload = folder / version
    (payload / "_internal").mkdir(parents=True)
    shutil.copy(program, payload / "inglenook.exe")
    (payload / "_internal" / f"only-in-{version}.txt").touch()
    setup = folder / f"inglenook-{version}-windows-setup.exe"
    make.compile_script(payload, setup, make.draw_icon(folder / "inglenook.ico"), version)
    return setup


def _is_listed(wine: Wine, version: str) -> bool:
    said = wine.run("reg", "query", _LISTED).stdout
    return f"DisplayVersion    REG_SZ    {version}" in said and "EstimatedSize" in said


def _removed(wine: Wine, place: Path) -> bool:
    # With _? it works where it lies, so that its end can be waited for.
    inside = place.as_posix().partition("drive_c")[2].replace("/", "\\")
    done = wine.run(str(place / "uninstall.exe"), "/S", rf"_?=C:{inside}")
    (place / "uninstall.exe").unlink(missing_ok=True)  # which then cannot remove itself
    return done.returncode == 0 and not (place / "inglenook.exe").exists()


def _names(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


if __name__ == "__main__":
    sys.exit(main())
