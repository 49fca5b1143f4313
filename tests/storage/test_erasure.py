"""Everything of ours goes when it was asked for, and nothing of anybody else."""

import json
from pathlib import Path

import pytest

from inglenook.core.errors import StorageError
from inglenook.storage import erasure
from inglenook.storage.erasure import Erasure
from inglenook.storage.paths import Folders

OURS = (
    "inglenook.db", "inglenook.db-wal", "inglenook-damaged-1.db", "inglenook.key",
    "settings.json", "settings-damaged-1.json", "wishes.json", "downloads/a.json",
    "before-restore-1/inglenook.db", ".backup-x/inglenook.db", ".restore-x/inglenook.db",
    "window.place", ".settings.json.abc.tmp", "cache/snapshots/a.kv", "cache/sizes.json",
    "cache/huggingface/hub/a", "logs/inglenook.log", "logs/inglenook.log.1",
    "logs/connections.jsonl",
)  # fmt: skip
FOREIGN = ("letter.odt", "cache/other.bin", "logs/system.log", "models/mine.gguf")


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    found = Folders.below(tmp_path / "home")
    for name in (*OURS, *FOREIGN):
        path = found.data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("quagmire heron")
    return found


def left(folders: Folders) -> set[str]:
    return {
        path.relative_to(folders.data).as_posix()
        for path in folders.data.rglob("*")
        if path.is_file()
    }


def test_only_what_is_ours_goes(folders: Folders):
    wanted = Erasure(secrets=("hub.example",))
    erasure.ask(folders, wanted)
    assert erasure.asked(folders) == wanted
    erasure.carry_out(folders, wanted)
    assert left(folders) == set(FOREIGN)
    assert erasure.asked(folders) is None


def test_models_go_where_that_is_wanted_and_empty_folders_with_them(tmp_path: Path):
    folders = Folders.below(tmp_path / "home")
    folders.create()
    elsewhere = tmp_path / "disk" / "big.gguf"
    elsewhere.parent.mkdir()
    for path in (elsewhere, folders.models / "a.gguf"):
        path.write_bytes(b"GGUF")
    models = (str(elsewhere), str(folders.models / "a.gguf"), str(tmp_path / "gone.gguf"))
    erasure.ask(folders, Erasure(models))
    erasure.carry_out(folders, Erasure(models))
    assert not elsewhere.exists()
    assert not folders.data.exists()


def test_what_cannot_be_removed_is_tried_again(folders: Folders, monkeypatch):
    def refuse(path: Path) -> None:
        raise PermissionError(13, "no", str(path))

    erasure.ask(folders, Erasure())
    with monkeypatch.context() as broken:
        broken.setattr(erasure, "erase", refuse)
        with pytest.raises(StorageError):
            erasure.carry_out(folders, Erasure())
    assert erasure.asked(folders) == Erasure()
    erasure.carry_out(folders, Erasure())
    assert left(folders) == set(FOREIGN)


@pytest.mark.parametrize("content", ["", "[]", json.dumps({"models": 3})])
def test_a_note_that_makes_no_sense_erases_nothing(folders: Folders, content: str):
    (folders.data / erasure.NOTE).write_text(content)
    assert erasure.asked(folders) is None


def test_a_link_is_removed_and_not_what_it_leads_to(folders: Folders):
    (folders.data / "runs").mkdir()
    link = folders.data / "inglenook-link"
    link.symlink_to(folders.data / "runs", target_is_directory=True)
    (folders.data / "runs" / "kept.txt").write_text("mine")
    erasure.carry_out(folders, Erasure())
    assert not link.is_symlink()
    assert (folders.data / "runs" / "kept.txt").exists()
