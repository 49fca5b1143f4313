"""The window as a process of its own: it opens, paints and ends."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from inglenook.ui.app import FIRST_PAINT_FLAG

ROOT = Path(__file__).resolve().parents[2]

_SCRIPT = """
import sys
sys.path.insert(0, {folder!r})
from standin import StandIn
from inglenook.ui.app import run

services = StandIn(welcomed=True)
code = run(services, sys.argv[1:])
loaded = {{"markdown_it", "pygments", "llama_cpp", "PySide6.QtNetwork"}} & set(sys.modules)
print(code, services.asked("start"), services.asked("close"), sorted(loaded))
"""


@pytest.mark.slow
def test_the_window_opens_paints_and_ends_without_loading_what_it_does_not_need(home: Path):
    script = _SCRIPT.format(folder=str(Path(__file__).parent))
    done = subprocess.run(
        [sys.executable, "-c", script, FIRST_PAINT_FLAG],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT / "app")},
    )
    assert done.stdout.strip() == "0 [] [()] []"
