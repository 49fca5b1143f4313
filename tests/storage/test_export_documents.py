"""Exported files are read within bounds, whatever they claim."""

import os
import sys
import zipfile
from pathlib import Path

import pytest

from inglenook.core.errors import BadArgumentError
from inglenook.storage import documents as subject
from inglenook.storage.documents import documents, looks_like_export


def packed(path: Path, **files: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def test_a_file_is_one_document(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(b"\xef\xbb\xbf[\xff]")
    (found,) = documents(file)
    assert found.text == "[\ufffd]"
    assert found.name == f"{tmp_path.name}/x.json"


def test_a_zip_is_read_without_being_unpacked(tmp_path: Path) -> None:
    names = {"conversations.json": "[]", "../../evil.json": "{}", "chat.html": "<b>"}
    found = documents(packed(tmp_path / "export.zip", **names))
    assert [each.name for each in found] == [
        "export.zip/conversations.json",
        "export.zip/../../evil.json",
    ]
    assert [each.name for each in tmp_path.iterdir()] == ["export.zip"]


def test_a_folder_is_read_a_few_levels_deep_without_following_links(tmp_path: Path) -> None:
    thread = tmp_path / "threads" / "t1"
    thread.mkdir(parents=True)
    (thread / "messages.jsonl").write_text("{}")
    (thread / "notes.txt").write_text("no")
    deep = thread.joinpath(*"abcd")
    deep.mkdir(parents=True)
    (deep / "far.json").write_text("{}")
    (tmp_path / "secret.json").write_text("{}")
    if sys.platform != "win32":
        (thread / "link.json").symlink_to(tmp_path / "secret.json")
        os.mkfifo(thread / "pipe.json")
    found = documents(tmp_path / "threads")
    assert [each.name for each in found] == ["threads/t1/messages.jsonl"]


def test_a_zip_that_bursts_is_refused_early(tmp_path: Path, monkeypatch) -> None:
    bomb = packed(tmp_path / "b.zip", **{"conversations.json": " " * 40_000_000})
    with pytest.raises(BadArgumentError, match="larger than any export"):
        documents(bomb)
    monkeypatch.setattr(subject, "MOST_BYTES", 10)
    with pytest.raises(BadArgumentError, match="larger than any export"):
        documents(packed(tmp_path / "c.zip", **{"a.json": "x" * 11}))
    (tmp_path / "d.json").write_text("x" * 11)
    with pytest.raises(BadArgumentError, match="larger than any export"):
        documents(tmp_path / "d.json")


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(subject, "_MOST_FILES", 1)
    with pytest.raises(BadArgumentError):
        documents(packed(tmp_path / "a.zip", **{"a.json": "", "b.json": ""}))
    (tmp_path / "b.json").write_text("")
    with pytest.raises(BadArgumentError):
        documents(tmp_path)


def test_a_damaged_zip_is_told(tmp_path: Path) -> None:
    whole = packed(tmp_path / "a.zip", **{"a.json": "x" * 5000}).read_bytes()
    for damaged in (whole[:60], whole[:50] + b"\xff" * 8 + whole[58:], b"PK\x03\x04"):
        (tmp_path / "a.zip").write_bytes(damaged)
        with pytest.raises(BadArgumentError):
            documents(tmp_path / "a.zip")
    named = packed(tmp_path / "b.zip", **{"é.json": "[]"})
    named.write_bytes(named.read_bytes().replace("é".encode(), b"\xff\xfe"))
    with zipfile.ZipFile(tmp_path / "c.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("c.json", "[]")
    for strange in (named, tmp_path / "c.zip"):
        with pytest.raises(BadArgumentError, match="cannot be read"):
            documents(strange)
    with pytest.raises(BadArgumentError, match="no such file"):
        documents(tmp_path / "gone.json")


def test_an_export_is_recognised_at_a_glance(tmp_path: Path) -> None:
    def made(name: str, text: str) -> Path:
        file = tmp_path / name
        file.write_text(text)
        return file

    assert looks_like_export(made("a.json", '[{"title": "x", "mapping": {}}]'))
    assert looks_like_export(packed(tmp_path / "b.zip", a=""))
    assert not looks_like_export(made("c.json", '{"a": 1}'))
    assert not looks_like_export(made("d.txt", '"mapping"'))
    assert not looks_like_export(tmp_path / "gone.json")
    assert not looks_like_export(tmp_path)
    (tmp_path / "messages.jsonl").write_text("")
    assert looks_like_export(tmp_path)
