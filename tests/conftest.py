"""What all tests share: Qt without a screen, a home of their own, no network but loopback."""

import gc
import json
import os
import socket
import sys
import tomllib
from collections.abc import Callable
from fnmatch import fnmatch
from itertools import count
from pathlib import Path

import coverage
import pytest
from hypothesis import settings

# Before anything imports Qt.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Before anything imports llama.cpp; the engine process has it from its parent. Tests run beside
# one another, so threads that wait shall sleep sooner than in an engine by itself.
os.environ.setdefault("GOMP_SPINCOUNT", "100")
os.environ.setdefault("KMP_BLOCKTIME", "0")

# The same examples in every run, so that a delivery fails for what it changes; new ones are
# looked for with INGLENOOK_NEW_EXAMPLES=1.
settings.register_profile("same", derandomize=True, print_blob=True, deadline=None)
if not os.environ.get("INGLENOOK_NEW_EXAMPLES"):
    settings.load_profile("same")

ROOT = Path(__file__).resolve().parents[1]
STARTER = ROOT / "resources" / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All data of a test goes into a folder of its own."""
    folder = tmp_path / "home"
    monkeypatch.setenv("INGLENOOK_HOME", str(folder))
    monkeypatch.setenv("INGLENOOK_OFFLINE", "1")
    return folder


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection to anywhere but this computer fails the test that makes it."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX and address[0] not in {"127.0.0.1", "::1"}:
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def starter() -> Path:
    """The starter model; ./dev fetches it."""
    assert STARTER.exists(), "run the tests with ./dev test, which fetches the starter model"
    return STARTER


@pytest.fixture(scope="session")
def qapp_cls() -> Callable[[list[str]], object]:
    """Make our own application for whichever test of a process is the first to need one."""
    from inglenook.ui.app import make_application  # noqa: PLC0415 - most tests need no Qt

    return lambda _argv: make_application()


# Tests that start whole processes or try many examples; ./dev check leaves them to ./dev test.
_SLOW_FOLDERS = {"cli", "journeys", "promises", "properties", "real"}
_SLOW_FILES = {
    "test_host", "test_devices", "test_privacy", "test_client", "test_fetch", "test_ranged",
    "test_memory_trouble", "test_memory_sequences", "test_answers_by_memory", "test_placing",
    "test_salvage", "test_snapshots", "test_memory", "test_grammar", "test_toolstream",
    "test_cards", "test_memoryprobe", "test_answering", "test_browse", "test_consulted",
    "test_drafts", "test_foldermove", "test_relocation_service", "test_shelf_service",
    "test_tree_search",
}  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow by its place."""
    for item in items:
        inside = item.path.relative_to(ROOT / "tests")
        if _SLOW_FOLDERS & set(inside.parts) or inside.stem in _SLOW_FILES:
            item.add_marker(pytest.mark.slow)


# --- cyclic garbage: collected between tests, on the thread that made the widgets ---

_EVERY_TESTS = 250
_ended = count(1)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Keep the collector away from what stays for the whole run."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Switch automatic collection off, as the window's process does.

    The interpreter collects on whichever thread happens to allocate. A worker of one test
    that destroys the widgets of an earlier one there ends the whole run (ui/tidy.py).
    """
    gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Collect what the test has left; now and then what was left by all."""
    gc.collect(2 if next(_ended) % _EVERY_TESTS == 0 else 1)


def pytest_unconfigure() -> None:
    """Empty the clipboard while Python can still free what is on it.

    Qt's offscreen platform keeps it until the process ends, after the interpreter; freeing an
    object of Python's then crashes a run that has passed (PySide 6.11; X11 is not concerned).
    """
    gui = sys.modules.get("PySide6.QtGui")
    if gui is not None and gui.QGuiApplication.instance() is not None:
        gui.QGuiApplication.clipboard().clear()


# --- coverage floors: only for whole runs, which ./dev test starts with --cov ---

_short: list[str] = []


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that passed but left code unseen that must be seen."""
    if session.exitstatus != pytest.ExitCode.OK or not session.config.getoption("--cov", None):
        return
    if hasattr(session.config, "workerinput"):  # the process that started it has all of it
        return
    measured = _measured(Path(session.config.rootpath))
    floors = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["inglenook"][
        "coverage"
    ]
    total = measured["totals"]["percent_covered"]
    if total < floors["total"]:
        _short.append(f"all: {total:.1f} % is under {floors['total']} %")
    for name, found in sorted(measured["files"].items()):
        inside = name.partition("app/inglenook/")[2]
        percent = found["summary"]["percent_covered"]
        if percent < 100 and any(fnmatch(inside, pattern) for pattern in floors["full"]):
            unseen = found["missing_lines"] + found["missing_branches"]
            _short.append(f"{inside}: {percent:.1f} % is under 100 %, unseen: {unseen}")
    if _short:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was not covered."""
    if _short:
        terminalreporter.section("coverage floors")
        for line in _short:
            terminalreporter.write_line(line)


def _measured(root: Path) -> dict:
    data = coverage.Coverage(data_file=root / ".coverage", config_file=root / "pyproject.toml")
    data.load()
    report = root / ".cache" / "coverage.json"
    report.parent.mkdir(exist_ok=True)
    data.json_report(outfile=str(report))
    return json.loads(report.read_text())
