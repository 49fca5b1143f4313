"""Deleting everything: asked while all is open, done when nothing is; chats go at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.services.household import Household, names

from inglenook.services.erasing import finish
from inglenook.services.services import Services
from inglenook.storage import erasure
from inglenook.storage.paths import Folders

DRIVER = """
import sys
from pathlib import Path
from inglenook.services.services import Services
from inglenook.storage.paths import Folders

with Services.open(backend="echo", folders=Folders.below(Path(sys.argv[1]))) as services:
    services.chat.start()
    services.chat.send(services.chat.create(), "quagmire heron")
    services.settings.set_theme("dark")
    services.chat.settle(10)
    services.erasing.ask_for_all(with_models=False)
    if sys.argv[2] == "crash":
        import os
        os._exit(3)
"""


class Keyring:
    def __init__(self) -> None:
        self.forgotten: list[str] = []

    def forget(self, name: str) -> None:
        self.forgotten.append(name)


@pytest.mark.parametrize(("how", "code"), [("close", 0), ("crash", 3)])
def test_a_real_process_leaves_nothing_behind(tmp_path: Path, how: str, code: int):
    home = tmp_path / "home"
    home.mkdir()
    (home / "letter.odt").write_text("mine")
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, str(home), how],
        timeout=60,
        check=False,
        env={**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"},
    )
    assert done.returncode == code
    if how == "crash":  # then the next start does it, before anything is opened
        assert "inglenook.db" in names(home)
        assert finish(Folders.below(home), Keyring())
    assert names(home) == ["letter.odt"]


def test_secrets_are_forgotten_and_models_named(tmp_path: Path):
    household = Household(tmp_path / "home")
    path = household.keep("a.gguf")
    household.services.erasing.ask_for_all(with_models=True)
    wanted = erasure.asked(household.services.folders)
    assert wanted is not None
    assert wanted.models == (path,)
    assert {"huggingface.co", "serving key"} <= set(wanted.secrets)
    (household.services.folders.data / erasure.NOTE).unlink()
    household.close()


def test_nothing_happens_without_a_note_and_a_fault_is_no_end(tmp_path: Path, monkeypatch):
    folders = Folders.below(tmp_path / "home")
    assert not finish(folders, Keyring())
    erasure.ask(folders, erasure.Erasure(secrets=("hub.example",)))
    keyring = Keyring()

    def refuse(path: Path) -> None:
        raise PermissionError(13, "no", str(path))

    folders.settings.write_text("{}")
    with monkeypatch.context() as broken:
        broken.setattr(erasure, "erase", refuse)
        assert not finish(folders, keyring)
    assert keyring.forgotten == ["hub.example"]
    assert finish(folders, Keyring())
    assert not folders.data.exists()


def test_all_chats_go_with_their_folders_and_the_trash(tmp_path: Path):
    with Services.open(backend="echo", folders=Folders.below(tmp_path / "home")) as services:
        services.chat.start()
        chat = services.chat.create()
        services.chat.send(chat, "quagmire heron")
        services.chat.organising.create_folder("Work", (chat,))
        services.chat.settle(10)
        services.erasing.delete_chats()
        services.chat.settle(10)
        services.store.settle(10)
        conversations, folders = services.store.ask(
            lambda: (services.store.conversations.summaries(), services.store.folders.all())
        )
        assert all(row.id != chat for row in conversations)
        assert folders == ()
        assert services.store.ask(services.store.organised.trash) == ()
