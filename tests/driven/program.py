"""The real application as a process, with eyes, a mouse and a keyboard."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from tests.driven.atspi import Node, Reader
from tests.driven.desktop import WAIT_S, Desktop, eventually

from inglenook.storage.paths import Folders

_KEY_MS = 8


class Program:
    """One run of the application, looked at and used as a person does.

    Threads: the test's.

    Attributes:
        process: The application.
        reader: What a screen reader is told.
    """

    def __init__(self, desk: Desktop, home: Path, arguments: tuple[str, ...]) -> None:
        environment = {**desk.environment, "INGLENOOK_HOME": str(home)}
        self._environment, self.home = environment, home
        self.reader = Reader(desk.reader_bus)
        command = [sys.executable, "-m", "inglenook", *arguments]
        self.log = home.parent / f"{home.name}.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    def end(self) -> None:
        """Kill it with all its children."""
        family = [self.process.pid]
        if self.process.poll() is None:
            children = psutil.Process(self.process.pid).children(recursive=True)
            family += [each.pid for each in children]
            self.process.kill()
            self.process.wait()
            for pid in family[1:]:
                if psutil.pid_exists(pid):
                    psutil.Process(pid).kill()
        self.reader.close()

    # --- looking ---

    def tree(self) -> Node:
        """Return all of it as it is now."""
        return eventually(self._tree, "the application answers")

    def find(self, name: str, role: str = "", wait_s: float = WAIT_S) -> Node:
        """Return what is shown by this name, or by one that begins so, once it is there."""
        sought = f"{role} “{name}” is shown"
        return eventually(lambda: self.sees(name, role), sought, wait_s)

    def sees(self, name: str, role: str = "") -> Node | None:
        """Return what is shown by this name, or by one that begins so; None for nothing."""
        shown = [each for each in self.tree().shown() if not role or each.role == role]
        exact = (each for each in shown if each.name == name)
        begun = (each for each in shown if each.name.startswith(name))
        return next(exact, None) or next(begun, None)

    def waits(self, condition: Callable[[Node], object], what: str) -> None:
        """Wait until the tree is as it should be."""
        eventually(lambda: condition(self.tree()), what)

    def extents(self, node: Node) -> tuple[int, int, int, int]:
        """Return left, top, width and height of something on the screen, in pixels."""
        return self.reader.extents(node)

    def gone(self, name: str, role: str = "") -> None:
        """Wait until nothing of this name is shown."""
        eventually(lambda: self.sees(name, role) is None, f"{role} “{name}” has gone")

    def hears(self, words: str) -> None:
        """Wait until something was announced."""
        eventually(
            lambda: any(words in each for each in self.reader.announcements()),
            f"“{words}” is announced",
        )

    def focus(self) -> Node | None:
        """Return the innermost thing that has the keyboard."""
        focused = [each for each in self.tree().all() if "focused" in each.states]
        return focused[-1] if focused else None

    def messages(self) -> list[str]:
        """Return what the items of the conversation say."""
        lists = [each for each in self.tree().shown() if each.name == "Conversation"]
        return [item.name for each in lists for item in each.children]

    # --- doing ---

    def click(self, name: str, role: str = "", *, button: int = 1, times: int = 1) -> Node:
        """Press the mouse in the middle of something."""
        sought = f"{role} “{name}” has its place"
        node, place = eventually(lambda: self._placed(name, role), sought)
        self.click_at(*place, button=button, times=times)
        return node

    def click_at(self, x: int, y: int, *, button: int = 1, times: int = 1) -> None:
        """Press the mouse at a place of the screen."""
        self._xdotool("mousemove", str(x), str(y))
        self._xdotool("click", "--repeat", str(times), "--delay", "60", str(button))

    def point(self, node: Node) -> None:
        """Bring the mouse over something."""
        self._xdotool("mousemove", *map(str, self._middle(node)))

    def nudge(self, right: int, down: int) -> None:
        """Move the mouse a little, as into a menu that has just opened beside it.

        Qt tells screen readers of a menu when something in it is pointed at.
        """
        self._xdotool("mousemove_relative", "--", str(right), str(down))

    def pointer(self) -> tuple[int, int]:
        """Return where the mouse is on the screen."""
        told = self._xdotool("getmouselocation", "--shell").splitlines()
        place = dict(line.split("=") for line in told)
        return int(place["X"]), int(place["Y"])

    def press(self, *keys: str) -> None:
        """Press keys by their X names, as in ``"ctrl+f"``."""
        self._xdotool("key", "--delay", str(_KEY_MS), *keys)

    def type(self, text: str) -> None:
        """Type a text."""
        self._xdotool("type", "--delay", str(_KEY_MS), text)

    def photograph(self, path: Path) -> None:
        """Take a picture of the screen."""
        path.parent.mkdir(parents=True, exist_ok=True)
        code = (
            "import sys; from PySide6.QtWidgets import QApplication; a = QApplication([]); "
            "a.primaryScreen().grabWindow(0).save(sys.argv[1])"
        )
        environment = {**self._environment, "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": ""}
        environment.pop("AT_SPI_BUS_ADDRESS", None)
        subprocess.run([sys.executable, "-c", code, path], env=environment, check=True)

    def _placed(self, name: str, role: str) -> tuple[Node, tuple[int, int]] | None:
        """Return something and its middle; None if it was made anew in between."""
        node = self.find(name, role)
        try:
            return node, self._middle(node)
        except LookupError:
            return None

    def _middle(self, node: Node) -> tuple[int, int]:
        left, top, width, height = self.extents(node)
        return left + width // 2, top + height // 2

    def _tree(self) -> Node | None:
        code = self.process.poll()
        assert code is None, f"it ended with {code}:\n{self.log.read_text('utf-8')}"
        return self.reader.application()

    def _xdotool(self, *arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments], env=self._environment,
            capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        return done.stdout


@contextmanager
def program(
    desk: Desktop, home: Path, *arguments: str, settings: dict[str, object] | None = None
) -> Iterator[Program]:
    """Run the application until the block ends.

    Args:
        desk: Where its window is.
        home: Its data.
        arguments: As on the command line.
        settings: What was chosen before; None to leave what is there.
    """
    if settings is not None:
        path = Folders.below(home).settings
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings), "utf-8")
    running = Program(desk, home, arguments)
    try:
        yield running
    finally:
        running.end()
