"""Two ways to use a window: by mouse, and by keyboard alone."""

from itertools import cycle

from tests.driven.desktop import SIZE, LateError, eventually
from tests.driven.program import Program

_MOST_TABS = 90
_INTO_MENU = 40, 45
"""How far its second item is from where a menu was asked for, in pixels."""


class Mouse:
    """Points and clicks; types only where there is something to write.

    Threads: the test's.
    """

    name = "mouse"

    def __init__(self, app: Program) -> None:
        self.app = app

    def use(self, name: str, role: str = "push button", keys: str = "") -> None:
        """Press something; its keys are for the other way."""
        del keys
        if role == "menu item":  # which has opened towards the middle of the screen
            is_right = self.app.pointer()[0] > SIZE[0] // 2
            self._meet(name, -_INTO_MENU[0] if is_right else _INTO_MENU[0], _INTO_MENU[1])
        self.app.click(name, role)

    def pick(self, name: str, now: str, *arrows: str) -> None:
        """Pick one of several."""
        del now, arrows
        self.app.click(name, "radio button")

    def write(self, field: str, text: str, keys: str = "") -> None:
        """Replace what a field holds."""
        del keys
        self.app.click(field, "text", times=3)
        self.app.press("ctrl+a")
        self.app.type(text)

    def send(self, text: str) -> None:
        """Send a message."""
        self.write("Message", text)
        self.app.click("Send", "push button")

    def act(self, words: str, *way: str) -> None:
        """Do something with the chat on screen, by the menu of its row in the list."""
        del words
        row = next(
            each
            for each in self.app.find("Chats", "list").children
            if "selected" in each.states
        )
        self.app.click(row.name, "list item", button=3)
        step = _INTO_MENU
        for each in way:
            self._meet(each, *step)
            left, _, width, _ = self.app.extents(self.app.find(each, "menu item"))
            self.app.click(each, "menu item")
            step = left + width + _INTO_MENU[0] - self.app.pointer()[0], 0

    def _meet(self, name: str, right: int, down: int) -> None:
        """Move into a menu that has opened, and about in it until Qt tells of it."""
        self.app.nudge(right, down)
        steps = cycle((1, -1))
        seen = lambda: self.app.sees(name, "menu item") or self.app.nudge(next(steps), 0)  # noqa: E731
        eventually(seen, f"the menu has “{name}”")


class Keys:
    """Presses keys, and never touches the mouse.

    Threads: the test's.
    """

    name = "keys"

    def __init__(self, app: Program) -> None:
        self.app = app

    def use(self, name: str, role: str = "push button", keys: str = "") -> None:
        """Press something by its own keys, or bring the keyboard to it and press Space."""
        if keys:
            self.app.press(keys)
        else:
            self.reach(name, role)
            self.app.press("space")

    def pick(self, name: str, now: str, *arrows: str) -> None:
        """Pick one of several: bring the keyboard to the one of now, and go on from there."""
        self.reach(now, "radio button")
        self.app.press(*arrows)
        self.app.waits(
            lambda _: "checked" in self.app.find(name, "radio button").states,
            f"“{name}” is picked",
        )

    def write(self, field: str, text: str, keys: str = "") -> None:
        """Replace what a field holds."""
        if keys:
            self.app.press(keys)
        else:
            self.reach(field, "text")
        self.app.press("ctrl+a")
        self.app.type(text)

    def send(self, text: str) -> None:
        """Send a message."""
        self.write("Message", text, keys="ctrl+l")
        self.app.press("Return")

    def act(self, words: str, *way: str) -> None:
        """Do something with the chat on screen, by the palette."""
        del way
        self.app.press("ctrl+k")
        self.app.find("Results", "list")
        self.app.type(words)
        self.app.waits(
            lambda tree: any(
                each.name.startswith(words) and "selected" in each.states
                for each in tree.shown()
            ),
            f"the palette marks “{words}”",
        )
        self.app.press("Return")
        self.app.gone("Command palette", "dialog")

    def reach(self, name: str, role: str) -> None:
        """Press Tab until something has the keyboard."""

        def is_there() -> bool:
            return any(
                each.name.startswith(name) and each.role == role and "focused" in each.states
                for each in self.app.tree().shown()
            )

        self.app.find(name, role)
        for _ in range(_MOST_TABS):
            if is_there():
                return
            self.app.press("Tab")
        raise LateError(f"Tab does not lead to {role} “{name}”")
