"""What all tests share: Qt without a screen, a home of their own, no network but loopback."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

# Before anything imports Qt.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

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
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A connection to anywhere but this computer fails the test that makes it."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX and address[0] not in {"127.0.0.1", "::1"}:
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    yield


@pytest.fixture(scope="session")
def starter() -> Path:
    """The starter model; ./dev fetches it."""
    assert STARTER.exists(), "run the tests with ./dev test, which fetches the starter model"
    return STARTER
