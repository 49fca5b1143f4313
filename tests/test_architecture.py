"""The walls of the house: who may import whom, what each process loads, how big files are."""

import ast
import json
import os
import queue
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from tests.data.engines import engines

from inglenook.engine.client import EngineClient
from inglenook.engine.protocol import Load, Loaded, LoadFailed
from inglenook.models.fit import EngineSettings

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "app" / "inglenook"
FILES = sorted(SOURCE.rglob("*.py"))
MOST_LINES = 400
WAIT_S = 60


def name_of(path: Path) -> str:
    return str(path.relative_to(SOURCE))


@pytest.mark.slow
def test_imports_go_down_only_and_each_library_has_one_door():
    told = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=False,
    )
    assert told.returncode == 0, told.stdout


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_file_says_what_it_is_and_stays_small(path):
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    assert ast.get_docstring(ast.parse(text)), "its first line must say what it is"


# What only one part may import, wherever the import stands.
DOORS = {
    "llama_cpp": ("engine/lib.py", "engine/load_failure.py"),
    "PySide6": ("ui/",),
    "sqlite3": ("storage/sqlite.py",),
    "sqlcipher3": ("storage/sqlite.py",),
    "cryptography": ("storage/",),
    "platformdirs": ("storage/",),
    "jinja2": ("engine/",),
    "huggingface_hub": ("downloads/",),
    "httpx2": ("downloads/", "remote/"),
    "httpcore2": ("downloads/",),
    "keyring": ("storage/systemkeyring.py",),
    "socket": ("server/listener.py", "remote/call.py"),
    "starlette": ("server/",),
    "uvicorn": ("server/",),
    "ssl": (),
    "urllib.request": (),
    "http.client": (),
    "http.server": (),
    "requests": (),
    "pickle": (),
}


@pytest.mark.parametrize("library", DOORS)
def test_a_library_is_imported_behind_its_door_only(library):
    outside = [
        name
        for name in map(name_of, FILES)
        if any(f"{each}.".startswith(f"{library}.") for each in imported(SOURCE / name))
        and not name.startswith(DOORS[library])
    ]
    assert outside == []


@cache
def imported(path: Path) -> set[str]:
    """Return the modules that a file imports, and what it takes from them."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


BROAD = {"Exception", "BaseException"}
MARKED = {
    "services/tasks.py": 2,  # the task runner, and handing an error to who asked
    "engine/loop.py": 1,  # the worker loop in the engine
    "engine/client.py": 1,  # the worker loop that calls listeners
    "ui/faults.py": 1,  # the excepthook
    "services/formulas.py": 1,  # around a foreign parser that is fed with anything
    "server/gate.py": 1,  # the handler of every request
    "server/listener.py": 1,  # the worker loop of the server
}


def test_only_marked_places_catch_everything():
    found = {name_of(path): broad_handlers(path) for path in FILES}
    assert {name: count for name, count in found.items() if count} == MARKED


def broad_handlers(path: Path) -> int:
    handlers = [
        node
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler)
    ]
    return sum(
        handler.type is None
        or (isinstance(handler.type, ast.Name) and handler.type.id in BROAD)
        for handler in handlers
        if not is_passed_on(handler)
    )


def is_passed_on(handler: ast.ExceptHandler) -> bool:
    """Tell whether what is caught is only tidied after."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


# --- what real processes load ---

TELL = """
import json, sys
from inglenook.services.services import Services
{body}
print(json.dumps(sorted(sys.modules)))
"""
ECHO = """
import threading
from inglenook.services.events import ConversationChanged
done = threading.Event()
with Services.open(backend="echo") as services:
    services.bus.subscribe(
        lambda each: isinstance(each, ConversationChanged)
        and each.conversation.path()[-1].status == "complete"
        and each.conversation.path()[-1].text
        and done.set()
    )
    services.start()
    services.chat.send(services.chat.create(), "/echo text=Hi")
    assert done.wait(30)
"""
WINDOW = """
from inglenook.ui import app
app.run(lambda: Services.open(backend="echo"), ["--quit-when-furnished"])
"""


def modules_after(body: str) -> set[str]:
    told = subprocess.run(
        [sys.executable, "-c", TELL.format(body=body)],
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        check=True,
    )
    return {name.split(".")[0] for name in json.loads(told.stdout.splitlines()[-1])}


def test_the_services_load_neither_llama_cpp_nor_qt():
    assert modules_after(ECHO).isdisjoint({"llama_cpp", "PySide6", "jinja2"})


def test_the_window_loads_no_llama_cpp():
    loaded = modules_after(WINDOW)
    assert "PySide6" in loaded
    assert "llama_cpp" not in loaded


def test_the_command_line_loads_no_qt():
    loaded = modules_after("import inglenook.main, inglenook.cli.command")
    assert loaded.isdisjoint({"PySide6", "llama_cpp"})


@pytest.mark.model
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_engine_process_loads_llama_cpp_and_no_qt(starter):
    """Look at the libraries that a running engine has mapped: Python cannot hide those."""
    with Engine("llama", str(starter)) as mapped:
        assert "libllama" in mapped
        assert "Qt6" not in mapped
        assert "PySide6" not in mapped


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_echo_engine_loads_neither():
    with Engine("echo", "echo.gguf") as mapped:
        assert "libllama" not in mapped
        assert "Qt6" not in mapped


class Engine:
    """A running engine with a model; gives the files that its process has mapped."""

    def __init__(self, backend: str, path: str) -> None:
        self._heard = queue.SimpleQueue()
        self._client = EngineClient(self._heard.put, lambda *_: None, backend=backend)
        self._path = path
        self._others = set(engines())  # which an earlier test has left, and which are ending

    def __enter__(self) -> str:
        self._client.start()
        self._client.send(Load(self._path, EngineSettings(context_tokens=512)))
        while not isinstance(heard := self._heard.get(timeout=WAIT_S), Loaded):
            assert not isinstance(heard, LoadFailed)
        (child,) = set(engines()) - self._others
        return Path(f"/proc/{child.pid}/maps").read_text()

    def __exit__(self, *_: object) -> None:
        self._client.close()
