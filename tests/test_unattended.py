"""The recipes for serving without a window: what systemd and launchd are given to read."""

import configparser
import plistlib
import shutil
import subprocess
from pathlib import Path

import pytest

PACKAGING = Path(__file__).resolve().parents[1] / "packaging"
UNIT = PACKAGING / "linux" / "inglenook.service"
AGENT = PACKAGING / "macos" / "inglenook.serve.plist"


def test_the_unit_serves_and_gives_up_what_it_never_needs():
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str
    unit.read(UNIT, encoding="utf-8")
    service = unit["Service"]
    assert service["ExecStart"].split()[1:] == ["inglenook", "serve"]
    assert service["NoNewPrivileges"] == "yes"
    assert service["UMask"] == "0077"
    assert "AF_INET" in service["RestrictAddressFamilies"].split()
    assert unit["Install"]["WantedBy"] == "default.target"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
def test_systemd_understands_every_line_of_the_unit(tmp_path):
    told = subprocess.run(
        ["systemd-analyze", "verify", "--user", str(UNIT)],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)},
        check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (told.returncode, told.stderr) == (0, "")


def test_launchd_starts_the_same_and_starts_it_again_only_when_it_breaks():
    agent = plistlib.loads(AGENT.read_bytes())
    assert agent["Label"] == AGENT.stem
    assert agent["ProgramArguments"][1:] == ["serve"]
    assert Path(agent["ProgramArguments"][0]).is_absolute()
    assert agent["KeepAlive"] == {"SuccessfulExit": False}
    assert agent["Umask"] == 0o077
