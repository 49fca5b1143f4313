"""Installs each package on a bare Debian, uses it there and removes it: `./dev package --try`.

Debian is unpacked into a folder. Programs run in it with its own root and mounts of their own,
which the kernel takes away when they end, whatever happens. Only the screen, the keyboard and
the camera are outside.
"""

import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SUITE = "bookworm"
PERSON = 1000
HOME = "/home/person"
QUESTION = "What is a lighthouse? Answer in one short sentence."
LONGEST_S = 90
LETTERS = {
    "letters": "Inter",
    "large letters": "Inter Display",
    "letters of code": "JetBrains Mono",
}
"""What the window is drawn with, by the self-test; a bare Debian has none of them."""
_MOUNTS = 'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$@"'
# What apt and dpkg write down in any case.
_LOGS = ("/var/log/", "/var/cache/")


def main(argv: Sequence[str]) -> int:
    """Try every package; return 1 if one does not do what it should."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="with the packages")
    folder = parser.parse_args(argv).folder
    if os.geteuid() != 0:
        print("Only root can install into a bare Debian: sudo ./dev package --try")
        return 1
    with tempfile.TemporaryDirectory(dir=folder) as work:
        debian = Debian(Path(work) / "debian")
        debian.unpack()
        try_deb(debian, only(folder, "*.deb"), folder / "window.png")
        try_archive(debian, only(folder, "*.tar.zst"))
        try_rpm(debian, only(folder, "*.rpm"))
        try_app_dir(debian, folder / "Inglenook.AppDir")
    return 0


def only(folder: Path, pattern: str) -> Path:
    """Return the one file of a kind."""
    (found,) = folder.glob(pattern)
    return found


class TrialError(AssertionError):
    """A package does not do what it should; the text says what."""


class Debian:
    """A Debian with nothing in it but what its installer asks for.

    Threads: one.

    Attributes:
        root: Its folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def unpack(self) -> None:
        """Make it, from a copy that is fetched once."""
        kept = ROOT / ".cache" / "debian" / f"{SUITE}.tar"
        if not kept.exists():
            print(f"fetching Debian {SUITE}, once", flush=True)
            kept.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=kept.parent) as work:
                fresh = Path(work) / SUITE
                _run(["debootstrap", "--variant=minbase", SUITE, str(fresh)])
                _run(["tar", "-C", str(fresh), "-cf", f"{kept}.part", "."])
            Path(f"{kept}.part").rename(kept)
        self.root.mkdir()
        _run(["tar", "-C", str(self.root), "-xpf", str(kept)])
        self.root.chmod(0o755)
        self.does("apt-get", "update", "-q")
        self.does("useradd", "--create-home", "--uid", str(PERSON), "person")

    def command(self, *command: str, person: bool = False, **variables: str) -> list[str]:
        """Return what runs a command inside, as root or as an ordinary person."""
        who = ["--userspec", f"{PERSON}:{PERSON}"] if person else []
        said = {
            "HOME": HOME if person else "/root",
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
            "DEBIAN_FRONTEND": "noninteractive",
            **variables,
        }
        inside = ["env", "-i", *(f"{name}={value}" for name, value in said.items()), *command]
        root = str(self.root)
        return ["unshare", "--mount", "sh", "-c", _MOUNTS, root, *who, root, *inside]

    def does(self, *command: str, person: bool = False) -> str:
        """Run a command inside; return what it printed."""
        return _run(self.command(*command, person=person))

    def files(self, below: str = "/") -> set[str]:
        """Return every file and folder, as seen from inside."""
        found = _run(["find", f"{self.root}{below}", "-xdev"]).splitlines()
        return {each.removeprefix(str(self.root)) for each in found}


def try_deb(debian: Debian, package: Path, picture: Path) -> None:
    """Install a .deb with what it needs, chat in its window, and remove it again."""
    print(f"{package.name}:", flush=True)
    shutil.copy(package, debian.root / "root")
    before = debian.files()
    started_s = time.monotonic()
    install = ("apt-get", "install", "-y", "-q", "--no-install-recommends")
    debian.does(*install, f"/root/{package.name}")
    print(f"  installed with what it needs in {time.monotonic() - started_s:.0f} s")
    works(debian, "inglenook")
    chat_in_window(debian, picture)
    debian.does("apt-get", "purge", "-y", "-q", "inglenook")
    left = {each for each in debian.files() - before if "inglenook" in each.lower()}
    strangers = {each for each in left if not each.startswith((HOME, *_LOGS))}
    if strangers:
        raise TrialError(f"the .deb leaves behind {sorted(strangers)}")
    if not any(each.endswith("/inglenook.db") for each in left):
        raise TrialError("the person's chats are gone")
    print("  removed; nothing is left but the person's chats and settings")


def works(debian: Debian, program: str) -> None:
    """Run the self-test and ask the starter model something, as an ordinary person."""
    found = _json(debian.does(program, "--self-test", "--json", person=True))
    ill = [one for one in found["findings"] if not one["ok"]]
    if ill:
        raise TrialError(f"{program} does not find itself well: {ill}")
    facts = {name: fact for one in found["findings"] for name, fact in one["facts"]}
    letters = {name: facts.get(name) for name in LETTERS}
    if letters != LETTERS:
        raise TrialError(f"{program} draws with {letters}")
    started_s = time.monotonic()
    said = _json(debian.does(program, "chat", "--json", QUESTION, person=True))
    took_s = time.monotonic() - started_s
    speed = said["answer"]["timings"]["tokens_per_s"]
    print(
        f"  {len(found['findings'])} checks are well; "
        f"an answer {took_s:.1f} s after the start, {speed:.0f} tokens/s"
    )


def try_archive(debian: Debian, package: Path) -> None:
    """Install, run and remove what needs no root."""
    print(f"{package.name}:", flush=True)
    place = debian.root / HOME.removeprefix("/")
    _run(["tar", "-C", str(place), "-I", "zstd", "-xf", str(package)])
    (unpacked,) = place.glob("inglenook-*")
    _run(["chown", "-R", f"{PERSON}:{PERSON}", str(unpacked)])
    inside = f"{HOME}/{unpacked.name}"
    before = debian.files(HOME)
    debian.does("sh", f"{inside}/install.sh", person=True)
    debian.does("sh", f"{inside}/install.sh", person=True)  # over itself, as an upgrade does
    works(debian, f"{HOME}/.local/bin/inglenook")
    debian.does("sh", f"{HOME}/.local/lib/inglenook/uninstall.sh", person=True)
    data = (f"{HOME}/.local/share/inglenook", f"{HOME}/.cache", f"{HOME}/.local/state")
    left = {each for each in debian.files(HOME) - before if not each.startswith(data)}
    if left:
        raise TrialError(f"the archive leaves behind {sorted(left)}")
    print("  installed twice, used and removed by an ordinary person; nothing is left")


def try_rpm(debian: Debian, package: Path) -> None:
    """Unpack an .rpm and use what is in it; there is no rpm to install it with."""
    print(f"{package.name}:", flush=True)
    place = debian.root / "rpm"
    place.mkdir()
    _run(["sh", "-c", 'rpm2cpio "$0" | cpio --quiet -idm', str(package)], cwd=place)
    works(debian, "/rpm/usr/bin/inglenook")
    asked = _run(["rpm", "-qp", "--requires", str(package)]).split("\n")
    print(f"  unpacked and used; asks for {', '.join(sorted(set(filter(None, asked))))}")
    shutil.rmtree(place)


def try_app_dir(debian: Debian, folder: Path) -> None:
    """Use what an AppImage would be made of."""
    print(f"{folder.name}:", flush=True)
    shutil.copytree(folder, debian.root / "app", symlinks=True)
    works(debian, "/app/AppRun")


# --- the window ---


def chat_in_window(debian: Debian, picture: Path) -> None:
    """Skip the first page, ask something, wait for the answer and take a picture."""
    place = debian.root / HOME.removeprefix("/") / "window"
    with _screen() as display:
        command = debian.command(
            "inglenook", person=True, DISPLAY=display, INGLENOOK_HOME=f"{HOME}/window"
        )
        environment = {**os.environ, "DISPLAY": display}
        started_s = time.monotonic()
        window = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            _use(environment, place)
            is_answered = _comes(lambda: _answer_in(place), LONGEST_S)
            took_s = time.monotonic() - started_s
            photograph(environment, picture)
            _press(environment, "ctrl+q")
            code = window.wait(LONGEST_S)
        finally:
            window.kill()
            window.wait()
    print(f"  a picture of the window is in {picture}")
    if code or not is_answered:
        raise TrialError(f"the window has not answered, or ended with {code}")
    print(f"  it answers {took_s:.0f} s after its start: “{_answer_in(place)}”")


def _use(environment: dict[str, str], place: Path) -> None:
    searching = ["xdotool", "search", "--sync", "--onlyvisible", "--name", "Inglenook"]
    found = _run(searching, environment).split()[0]
    _run(["xdotool", "windowfocus", "--sync", found], environment)
    # “Skip all this” is beside “Continue”, which has the keyboard once the page is there.
    _repeated(lambda: _press(environment, "Tab", "space"), lambda: _is_welcomed(place))
    _repeated(lambda: _ask(environment), lambda: bool(_messages(place)))


def _repeated(do: Callable[[], None], is_done: Callable[[], bool]) -> None:
    """Do something until it has worked; a window that is just opening may not hear it."""
    for _ in range(5):
        do()
        if _comes(is_done, 6):
            return
    raise TrialError("the window does not hear the keyboard")


def _press(environment: dict[str, str], *keys: str) -> None:
    _run(["xdotool", "key", "--delay", "100", *keys], environment)


def _ask(environment: dict[str, str]) -> None:
    _press(environment, "ctrl+n")  # which gives the keyboard to the message
    _run(["xdotool", "type", "--delay", "20", QUESTION], environment)
    _press(environment, "Return")


def _is_welcomed(place: Path) -> bool:
    try:
        return bool(json.loads((place / "settings.json").read_text()).get("welcomed"))
    except (OSError, ValueError):
        return False


def _messages(place: Path) -> list[tuple[str, str, str]]:
    try:
        address = f"file:{place / 'inglenook.db'}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as database:
            return database.execute("SELECT role, status, text FROM message").fetchall()
    except sqlite3.Error:
        return []


def _answer_in(place: Path) -> str:
    said = (
        text
        for role, status, text in _messages(place)
        if (role, status) == ("assistant", "complete")
    )
    return next((text for text in said if text), "")


def photograph(environment: dict[str, str], picture: Path) -> None:
    """Take a picture of the whole screen."""
    code = (
        "import sys; from PySide6.QtGui import QGuiApplication; a = QGuiApplication([]); "
        "a.primaryScreen().grabWindow(0).save(sys.argv[1])"
    )
    _run([sys.executable, "-c", code, str(picture)], {**environment, "QT_QPA_PLATFORM": "xcb"})


@contextmanager
def _screen() -> Iterator[str]:
    """Have an X server; programs inside reach it by its abstract socket, which has no path."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1180x800x24", "-ac"]
    server = subprocess.Popen(
        [*command, "-nolisten", "tcp"], pass_fds=(write,), stderr=subprocess.DEVNULL
    )
    os.close(write)
    try:
        with os.fdopen(read) as told:
            yield f":{told.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


def _comes(is_there: Callable[[], object], longest_s: float) -> bool:
    """Wait for something; tell whether it came."""
    deadline_s = time.monotonic() + longest_s
    while not is_there():
        if time.monotonic() > deadline_s:
            return False
        time.sleep(0.3)  # noqa: TID251 (nothing tells of what another program does)
    return True


def _json(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def _run(
    command: Sequence[str],
    environment: dict[str, str] | None = None,
    cwd: Path | None = None,
) -> str:
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, env=environment, cwd=cwd
    )
    if done.returncode:
        told = f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        raise TrialError(f"{' '.join(command[-6:])} ended with {done.returncode}:\n{told}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
