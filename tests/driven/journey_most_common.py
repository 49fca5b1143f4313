"""The ten things people do most, in the real window with the real model: by mouse, by keys."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.driven.desktop import Desktop
from tests.driven.hands import Keys, Mouse
from tests.driven.program import Program, program

PICTURES = ROOT / ".cache" / "journeys"
WELCOMED = {"version": 1, "welcomed": True, "motion": "reduced"}
SHORT = "Say hello in one word."
ENDED = "Answer finished"

Start = Callable[..., AbstractContextManager[Mouse | Keys]]


@pytest.fixture(params=["mouse", "keys"])
def start(request: pytest.FixtureRequest, desk: Desktop, home: Path) -> Start:
    """Start the application, and take a picture at the end."""
    kind = Mouse if request.param == "mouse" else Keys
    name = request.node.name.removeprefix("test_").partition("[")[0]

    @contextmanager
    def begin(**settings: object) -> Iterator[Mouse | Keys]:
        chosen = {**WELCOMED, **settings} if settings.get("welcomed", True) else None
        with program(desk, home, settings=chosen) as app:
            try:
                yield kind(app)
            finally:
                app.photograph(PICTURES / f"{name}-{request.param}.png")

    return begin


def ask(hands: Mouse | Keys, words: str) -> None:
    """Ask, and wait for the whole answer."""
    app = hands.app
    app.find("Model: ", "push button")
    app.waits(_is_ready, "the model is ready")
    heard = sum(ENDED in each for each in app.reader.announcements())
    hands.send(words)
    app.waits(
        lambda _: sum(ENDED in each for each in app.reader.announcements()) > heard,
        "the answer has ended",
    )


def _is_ready(tree) -> bool:
    return any("Ready" in each.name and each.name.startswith("Model:") for each in tree.shown())


def says(app: Program, words: str) -> None:
    """Wait until the conversation has these words."""
    app.waits(lambda _: any(words in each for each in app.messages()), f"“{words}” is said")


def choose(hands: Mouse | Keys, path: Path, button: str) -> None:
    """Name a file in the dialog for files."""
    app = hands.app
    app.find("File name:", "text")
    app.press("ctrl+a")
    app.type(str(path))
    if isinstance(hands, Mouse):
        app.click("File name:", "label")  # the first press only closes what completes a name
    hands.use(button, keys="Return")
    app.gone("File name:", "text")


def titles(app: Program) -> list[str]:
    """Return what stands in the list of chats."""
    return [each.name for each in app.find("Chats", "list").children]


def test_first_run_to_first_answer(start: Start):
    with start(welcomed=False) as hands:
        app = hands.app
        app.find("Continue", "push button")
        hands.use("Continue", keys="Return")
        app.find("Use the starter for now", "push button")
        hands.use("Use the starter for now", keys="Return")
        app.find("Message", "text")
        ask(hands, SHORT)
        question, answer = app.messages()
        assert question == f"You: {SHORT}"
        assert len(answer.partition(": ")[2]) > 1


def test_stop_and_continue(start: Start):
    with start() as hands:
        app = hands.app
        ask(hands, SHORT)
        hands.use("New chat", keys="ctrl+n")
        app.gone("Conversation", "list")
        hands.send("Tell me a very long story about a king and his three daughters.")
        app.waits(lambda _: any(len(each) > 80 for each in app.messages()[1:]), "it tells")
        hands.use("Stop", keys="Escape")
        says(app, "Stopped")
        before = app.messages()[1]
        hands.use("Continue", keys="ctrl+shift+Return")
        app.waits(lambda _: len(app.messages()[1]) > len(before) + 20, "it tells on")
        told = before.removesuffix("Stopped").strip()
        assert app.messages()[1].startswith(told[: len(told) // 2])
        hands.use("Stop", keys="Escape")


def test_edit_a_question_and_switch_versions(start: Start):
    with start() as hands:
        app = hands.app
        ask(hands, SHORT)
        if isinstance(hands, Mouse):
            app.point(app.find("You: ", "list item"))
        else:
            app.press("ctrl+l")
        hands.use("Edit message", keys="Up")
        app.find("Editing your message", "label")
        ask(hands, "Say goodbye in one word.")
        assert app.messages()[0] == "You: Say goodbye in one word."
        if isinstance(hands, Keys):
            app.press("shift+Tab")
        hands.use("Previous version")
        says(app, f"You: {SHORT}")


def test_find_in_the_chat(start: Start):
    with start() as hands:
        app = hands.app
        ask(hands, "Write the word lighthouse three times.")
        if isinstance(hands, Mouse):
            app.click("More about this chat", "push button")
            hands.use("Find in this chat", "menu item")
        else:
            app.press("ctrl+f")
        app.find("Find in this chat", "text")
        app.type("lighthouse")
        app.hears("1 of ")
        hands.use("Next match", keys="F3")
        hands.use("Close", keys="Escape")
        app.gone("Find in this chat", "text")


def test_search_all_chats_and_open_a_hit(start: Start):
    with start() as hands:
        app = hands.app
        ask(hands, "What is a lighthouse? Answer in five words.")
        hands.use("New chat", keys="ctrl+n")
        ask(hands, SHORT)
        hands.write("Search chats", "lighthouse", keys="ctrl+shift+f")
        app.waits(lambda _: any("lighthouse" in each for each in titles(app)), "it is found")
        if isinstance(hands, Mouse):
            hit = next(each for each in titles(app) if "lighthouse" in each)
            app.click(hit, "list item")
        else:
            app.press("Down", "Return")
        says(app, "What is a lighthouse?")


def test_rename_pin_move_delete_and_undo(start: Start):
    with start(auto_titles=False) as hands:
        app = hands.app
        ask(hands, SHORT)
        hands.act("Rename chat", "Rename")
        app.press("ctrl+a")
        app.type("Greetings")
        app.press("Return")
        app.waits(lambda _: "Greetings" in titles(app), "it is renamed")
        hands.act("Pin or unpin chat", "Pin")
        app.waits(lambda _: "Pinned" in titles(app), "it is pinned")
        hands.act("Move chat to a folder", "Move to folder", "New folder")
        if isinstance(hands, Keys):
            app.press("Down", "Return")
        app.waits(lambda _: any("New folder" in each for each in titles(app)), "moved")
        hands.act("Delete chat", "Delete")
        app.find("Undo", "push button")
        hands.use("Undo")
        app.waits(lambda _: any("Greetings" in each for each in titles(app)), "it is back")
        hands.act("Pin or unpin chat", "Unpin")
        app.waits(lambda _: "Folder New folder, 1 chat" in str(titles(app)), "it is in there")


def test_attach_a_document_and_ask(start: Start, tmp_path: Path):
    paper = tmp_path / "recipe.txt"
    paper.write_text("The secret ingredient of the soup is saffron.\n" * 3, "utf-8")
    with start() as hands:
        app = hands.app
        app.waits(_is_ready, "the model is ready")
        hands.use("Attach documents", keys="ctrl+u")
        choose(hands, paper, "Open")
        app.find("recipe.txt")
        ask(hands, "What is the secret ingredient?")
        assert "ingredient" in app.messages()[0]
        app.find("recipe.txt")


def test_choose_another_effort_and_read_the_drafts(start: Start):
    with start() as hands:
        app = hands.app
        app.waits(_is_ready, "the model is ready")
        if isinstance(hands, Mouse):
            app.click("Effort: Quick", "push button")
            app.click("Balanced", "radio button")
        else:
            app.press("ctrl+e")
        app.find("Effort: Balanced", "push button")
        ask(hands, "What is 2 + 2? Answer with the number alone.")
        says(app, "Answers compared")
        if isinstance(hands, Keys):
            app.press("shift+Tab")
        hands.use("Answers compared")
        app.find("Draft 1", "push button")


def test_settings_dark_text_size_and_reset(start: Start):
    with start() as hands:
        app = hands.app
        app.find("Message", "text")
        hands.use("Settings", "check box", keys="ctrl+comma")
        app.find("Search settings", "text")
        hands.pick("Appearance", "General", "Down")
        hands.pick("Theme: Dark", "Theme: System", "Right", "Right")
        app.waits(lambda _: _settings(app).get("theme") == "dark", "it is dark")
        app.press("ctrl+plus")
        app.waits(lambda _: _settings(app).get("text_scale", 1.0) > 1.0, "text is larger")
        hands.use("Reset “Theme” to its default")
        app.waits(lambda _: _settings(app).get("theme", "system") == "system", "it is reset")


def _settings(app: Program) -> dict[str, object]:
    path = app.home / "settings.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def test_export_a_chat_and_import_it_again(start: Start, tmp_path: Path):
    kept = tmp_path / "kept.json"
    with start(auto_titles=False) as hands:
        app = hands.app
        ask(hands, SHORT)
        if isinstance(hands, Mouse):
            app.click("More about this chat", "push button")
            hands.use("Export chat", "menu item")
        else:
            app.press("ctrl+shift+e")
        hands.use("Export…")
        choose(hands, kept, "Save")
        app.waits(lambda _: kept.exists(), "the file is there")
        app.press("Escape")
        hands.act("Delete chat", "Delete")
        app.waits(lambda _: SHORT not in titles(app), "it is deleted")
        Keys(app).act("Import chats")
        hands.use("Choose a file…", keys="Return")
        choose(hands, kept, "Open")
        hands.use("Import 1 chat")
        app.waits(lambda _: SHORT in titles(app), "it is back")
