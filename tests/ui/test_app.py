"""The window as a process of its own: it opens, paints and ends."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from inglenook.ui.app import FIRST_PAINT_FLAG, FURNISHED_FLAG

ROOT = Path(__file__).resolve().parents[2]

_SCRIPT = """
import sys
sys.path.insert(0, {folder!r})
from standin import StandIn
from inglenook.ui.app import run

services = StandIn(welcomed=True)
code = run(lambda: services, sys.argv[1:])
loaded = {{"markdown_it", "pygments", "llama_cpp", "PySide6.QtNetwork"}} & set(sys.modules)
print(code, services.asked("start"), services.asked("close"), sorted(loaded))
"""

_FIRST_PAINT = f"""
import sys
from inglenook.main import main
code = main(["--echo", "{FIRST_PAINT_FLAG}"])
ours = [name for name in sys.modules if name.startswith("inglenook.")]
print(code, sorted(name for name in ours if "services" in name or "storage" in name))
"""


@pytest.mark.slow
def test_the_window_opens_paints_and_ends_without_loading_what_it_does_not_need(home: Path):
    script = _SCRIPT.format(folder=str(Path(__file__).parent))
    done = subprocess.run(
        [sys.executable, "-c", script, FURNISHED_FLAG],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT / "app")},
    )
    assert done.stdout.strip() == "0 [] [()] []"


@pytest.mark.slow
def test_the_first_paint_waits_for_no_service(home: Path):
    # But for two small files that prepare the process and import nothing of ours.
    prepared = ["services", "services.streams", "storage", "storage.beside"]
    assert _printed(_FIRST_PAINT) == f"0 {[f'inglenook.{each}' for each in prepared]}"
    assert not home.exists()


_NO_HOME = """
import sys
from PySide6.QtCore import QTimer
from inglenook.core.errors import ReadOnlyError
from inglenook.ui import app
from inglenook.ui.trouble import Trouble

def refuse():
    QTimer.singleShot(0, press)
    raise ReadOnlyError("This folder cannot be written", "Choose another one.", folder="here")

def press():
    page = next(w for w in app.QApplication.allWidgets() if isinstance(w, Trouble))
    page.quit.click()

print(app.run(refuse, []))
"""


@pytest.mark.slow
def test_a_home_that_cannot_be_written_is_explained_in_the_window():
    assert _printed(_NO_HOME) == "1"


def _printed(script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT / "app")},
    )
    return done.stdout.strip()


_SIGNALLED = """
import os, signal, sys, time
sys.path.insert(0, {folder!r})
from PySide6.QtCore import QTimer
from standin import StandIn
from inglenook.ui import app

services = StandIn(welcomed=True)

class Opened:
    def __call__(self):
        QTimer.singleShot(0, lambda: os.kill(os.getpid(), signal.{name}))
        return services

before = signal.getsignal(signal.{name})
print(app.run(Opened(), []), services.asked("close"), signal.getsignal(signal.{name}) is before)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no signals to a process")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_to_end_closes_the_window_in_order(name: str):
    script = _SIGNALLED.format(folder=str(Path(__file__).parent), name=name)
    assert _printed(script) == "0 [()] True"


_TWICE = """
import subprocess, sys
from pathlib import Path
sys.path.insert(0, {folder!r})
from PySide6.QtCore import QTimer
from standin import StandIn
from inglenook.ui import app

services, home = StandIn(welcomed=True), Path({home!r})
later = "import sys; from pathlib import Path; from inglenook.ui import app;"
later += f"sys.exit(app.run(None, ['--new-chat', '/m/bread.gguf'], lambda: Path({home!r})))"
begun = []

def shell():
    windows = app.QApplication.topLevelWidgets()
    return next(window for window in windows if isinstance(window, app.Shell))

def look():
    if not begun:
        shell().showMinimized()
        begun.append(subprocess.Popen([sys.executable, "-c", later]))
    elif begun[0].poll() is not None and services.asked("models.add"):
        app.QApplication.quit()

timer = QTimer()
timer.timeout.connect(look)

def opened():
    timer.start(20)
    return services

code = app.run(opened, [], lambda: home)
print(code, begun[0].returncode, services.asked("chat.create"), shell().isMinimized(),
      services.asked("models.add")[0][0], sorted(each.name for each in home.iterdir()))
"""


@pytest.mark.slow
def test_a_second_start_brings_the_first_window_forward_and_ends_well(home: Path):
    script = _TWICE.format(folder=str(Path(__file__).parent), home=str(home))
    said = _printed(script)
    assert said.startswith("0 0 [()] False /m/bread.gguf [")
    assert "window.lock" not in said
