import subprocess
import sys
from pathlib import Path

CLIPPED = Path(__file__).with_name("clipped.py")
MOST_USED = (
    "03-chat", "12-link", "15-text-200-empty", "40-find-recommended", "85-first-model",
    "130-settings-general",
)  # fmt: skip


def lines_of(*scenes: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, str(CLIPPED), *scenes],
        capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout.split("\n")


def test_longer_texts_fit_on_the_most_used_pages():
    assert list(filter(None, lines_of(*MOST_USED))) == []
