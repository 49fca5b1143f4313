import subprocess
import sys
from pathlib import Path

import pytest

DRAW = Path(__file__).with_name("draw.py")


@pytest.mark.picture
def test_every_scene_can_be_drawn(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, str(DRAW), str(tmp_path), "--once"],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    assert "Traceback" not in done.stderr
    pictures = sorted(path.name for path in tmp_path.glob("*.png"))
    assert len(pictures) >= 100
    assert {"01-welcome-light.png", "04-streaming-dark.png"} <= set(pictures)
