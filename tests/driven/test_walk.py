"""What a screen reader meets in the real window: every name, role, state and announcement."""

from pathlib import Path

import pytest
from tests.driven.atspi import Node
from tests.driven.desktop import Desktop
from tests.driven.program import Program, program
from tests.driven.rules import faults

pytestmark = pytest.mark.slow

SETTINGS = {"version": 1, "welcomed": True, "effort": "balanced"}
SECTIONS = (
    "Appearance", "Chats & data", "Models & storage", "Performance", "Privacy", "Keyboard",
    "About",
)  # fmt: skip


def test_a_screen_reader_meets_everything_by_name_role_and_state(desk: Desktop, home: Path):
    with program(desk, home, "--echo", settings=SETTINGS) as app:
        field = app.find("Message", "text")
        assert {"editable", "focusable", "focused"} <= field.states
        app.type("hello there")
        app.press("Return")
        app.hears("The answer begins")
        app.hears("Answer finished")
        _meet_the_conversation(app)
        _meet_what_opens(app)
        _meet_the_pages(app)
        app.press("ctrl+q")
        assert app.process.wait(20) == 0


def _meet_the_conversation(app: Program) -> None:
    listed = app.find("Conversation", "list")
    mine, answer = listed.children
    assert (mine.role, mine.name) == ("list item", "You: hello there")
    assert answer.role == "list item"
    assert answer.name.startswith("Echo: Answers compared")
    buttons = {each.name for each in answer.children if each.role == "push button"}
    assert {"Copy answer", "Regenerate answer", "Edit answer", "Copy Python code"} <= buttons
    assert "read_only" in mine.states
    _all_is_well(app, "the chat")


def _meet_what_opens(app: Program) -> None:
    app.press("ctrl+f")
    app.find("Find in this chat", "text")
    app.type("you")
    app.hears("1 of ")
    _opens(app, "Find in this chat", "text")

    app.press("ctrl+l")
    app.type("/n")
    rows = app.find("Prompts and commands", "list").children
    assert rows[0].name == "new"
    assert "selected" in rows[0].states
    _opens(app, "Prompts and commands", "list")
    app.press("ctrl+a", "BackSpace")

    for keys, name, role in (
        ("ctrl+k", "Command palette", "dialog"),
        ("F10", "Chats", "menu item"),
        ("ctrl+i", "About this answer", "dialog"),
        ("ctrl+slash", "Keyboard shortcuts", ""),
        ("ctrl+shift+e", "Export", ""),
    ):
        app.press(keys)
        _opens(app, name, role)
    for button, name in (
        ("Effort: Balanced", "Effort"),
        ("Context: ", "What fills the context"),
        ("Assistant: Inglenook", "Assistants"),
    ):
        app.click(button, "push button")
        _opens(app, name, "dialog")


def _meet_the_pages(app: Program) -> None:
    app.press("ctrl+shift+m")
    for tab in ("Find", "Downloads", "Storage & network"):
        app.click(tab, "page tab")
        _is(app, tab, "page tab", "selected")
        _all_is_well(app, tab)
    app.click("Assistants", "check box")
    app.find("New chat with it", "push button")
    _all_is_well(app, "the assistants")
    app.press("ctrl+comma")
    for section in SECTIONS:
        app.click(section, "radio button")
        _is(app, section, "radio button", "checked")
        _all_is_well(app, section)
    app.click("Dark colours", "radio button")
    _is(app, "Dark colours", "radio button", "checked")


def _opens(app: Program, name: str, role: str) -> None:
    """See that something has come, that all of it is well, and that Esc closes it."""
    app.find(name, role)
    _all_is_well(app, name)
    app.press("Escape")
    app.gone(name, role)


def _is(app: Program, name: str, role: str, state: str) -> None:
    def found(tree: Node) -> bool:
        same = (each for each in tree.shown() if (each.name, each.role) == (name, role))
        return any(state in each.states for each in same)

    app.waits(found, f"“{name}” is {state}")


def _all_is_well(app: Program, where: str) -> None:
    assert faults(app.tree()) == [], where


@pytest.mark.parametrize(
    ("states", "role", "name", "fault"),
    [
        ({"focusable"}, "push button", "", "no name"),
        ({"enabled"}, "push button", "Send", "no keyboard"),
        ({"focusable"}, "", "Send", "no role"),
        ({"focusable"}, "check box", "Offline", "cannot be checked"),
        ({"focusable", "expandable"}, "combo box", "30 days", "no name"),
    ],
)
def test_the_rules_find(states: set[str], role: str, name: str, fault: str):
    thing = Node(("", ""), name=name, role=role, states=frozenset({"showing", *states}))
    assert [each.partition(":")[0] for each in faults(thing)] == [fault]
