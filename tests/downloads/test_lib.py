"""The Hub's library is opened by our own settings, and late."""

import json
import os
import subprocess
import sys

TELL = """
import json, os, sys
os.environ["HF_TOKEN"] = "hf_secret"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "0"
from pathlib import Path
from inglenook.downloads.lib import open_library
before = "huggingface_hub" in sys.modules
library = open_library(Path(sys.argv[1]))
from huggingface_hub import constants, get_token
print(json.dumps({
    "before": before,
    "home": constants.HF_HOME,
    "telemetry off": constants.HF_HUB_DISABLE_TELEMETRY,
    "xet off": constants.HF_HUB_DISABLE_XET,
    "implicit off": constants.HF_HUB_DISABLE_IMPLICIT_TOKEN,
    "xet": "hf_xet" in sys.modules,
    "token back": os.environ["HF_TOKEN"],
    "leaks": [name for name in os.environ if name.startswith("HF_HUB_DISABLE_XET")],
    "address": library.address("http://h:1", "a/b", "c" * 40, "x y/z?.gguf"),
}))
"""


def test_the_library_is_opened_with_our_settings_and_no_others(tmp_path):
    told = subprocess.run(
        [sys.executable, "-c", TELL, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        # An earlier test of this process may have opened the library, whose settings stay.
        env={name: value for name, value in os.environ.items() if not name.startswith("HF_")},
    )
    found = json.loads(told.stdout)
    assert found["home"] == str(tmp_path / "huggingface")
    assert (found["telemetry off"], found["xet off"], found["implicit off"]) == (
        True,
        True,
        True,
    )
    assert (found["before"], found["xet"], found["leaks"]) == (False, False, [])
    assert found["token back"] == "hf_secret"
    assert found["address"] == f"http://h:1/a/b/resolve/{'c' * 40}/x%20y/z%3F.gguf"
    assert list(tmp_path.iterdir()) == []


def test_nothing_of_it_is_loaded_at_the_start():
    code = "import sys, inglenook.services.services, inglenook.cli.command; print(*sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = set(told.stdout.split())
    assert loaded.isdisjoint({"huggingface_hub", "httpx2", "keyring"})
