"""Models of other programs are found where those keep them, and nothing is touched."""

import json
import os
from hashlib import sha256
from pathlib import Path

import pytest
from tests.data.gguf_files import tiny_model

from inglenook.storage.foreign import find_foreign, find_in
from inglenook.storage.walk import Bounds, files_below, small_text

GGUF = tiny_model()
HASH = sha256(GGUF).hexdigest()


def put(path: Path, content: bytes = GGUF) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def manifest(digest: str, *more: object) -> bytes:
    layer = {"mediaType": "application/vnd.ollama.image.model", "digest": digest, "size": 1}
    other = {"mediaType": "application/vnd.ollama.image.license", "digest": "sha256:0"}
    return json.dumps({"schemaVersion": 2, "layers": [other, layer, *more]}).encode()


def found(home: Path, **environment: str):
    return find_foreign(home, environment)


def test_models_of_lm_studio(tmp_path):
    one = put(tmp_path / ".lmstudio/models/org/repo/M-Q4_0.gguf")
    put(tmp_path / ".lmstudio/models/org/repo/notes.txt")
    put(tmp_path / ".lmstudio/models/org/repo/half.gguf", b"rubbish")
    elsewhere = put(tmp_path / "big disk/org/repo/N-Q4_0.gguf")
    settings = json.dumps({"downloadsFolder": str(tmp_path / "big disk")}).encode()
    put(tmp_path / ".cache/lm-studio/settings.json", settings)
    models = found(tmp_path)
    assert {model.path for model in models} == {one, elsewhere}
    assert {model.origin for model in models} == {"LM Studio"}


def test_models_of_ollama_bear_the_names_of_their_manifests(tmp_path):
    base = tmp_path / ".ollama/models"
    blob = put(base / f"blobs/sha256-{HASH}")
    library = base / "manifests/registry.ollama.ai/library"
    put(library / "llama3/8b", manifest(f"sha256:{HASH}"))
    [model] = found(tmp_path)
    assert (model.path, model.name, model.sha256) == (blob, "llama3:8b", HASH)


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("registry.ollama.ai/somebody/own/latest", "somebody/own:latest"),
        ("hf.co/org/repo/Q4_K_M", "hf.co/org/repo:Q4_K_M"),
    ],
)
def test_names_in_ollama_are_written_as_there(tmp_path, place, name):
    base = tmp_path / "elsewhere"
    put(base / f"blobs/sha256-{HASH}")
    put(base / "manifests" / place, manifest(f"sha256:{HASH}"))
    [model] = found(tmp_path, OLLAMA_MODELS=str(base))
    assert model.name == name


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"{}", b"[" * 100_000, b'{"layers": 5}', b'{"layers": [5, {}]}',
        manifest("sha256:../../../../etc/passwd"), manifest("sha256:" + "0" * 64),
        manifest("md5:1"),
        manifest(f"sha256:{HASH}", {"mediaType": "application/vnd.ollama.image.model"}),
        b"x" * 2_000_000,
    ],
)  # fmt: skip
def test_manifests_that_make_no_sense_are_passed_over(tmp_path, content):
    base = tmp_path / ".ollama/models"
    put(base / f"blobs/sha256-{HASH}")
    put(base / "manifests/registry.ollama.ai/library/odd/1", content)
    put(base / "manifests/stray", manifest(f"sha256:{HASH}"))
    assert found(tmp_path) == ()


@pytest.mark.skipif(os.name == "nt", reason="the cache has copies there")
def test_models_in_the_hub_cache_know_their_repository_and_hash(tmp_path):
    folder = tmp_path / "hf/hub/models--org--Some-GGUF"
    blob = put(folder / "blobs" / HASH)
    for commit in ("a" * 40, "b" * 40):
        link = folder / "snapshots" / commit / "M-Q4_0.gguf"
        link.parent.mkdir(parents=True)
        link.symlink_to(os.path.relpath(blob, link.parent))
    put(tmp_path / "hf/hub/version.txt")
    [model] = found(tmp_path, HF_HOME=str(tmp_path / "hf"))
    assert model.path.name == "M-Q4_0.gguf"
    assert (model.source, model.sha256) == (f"org/Some-GGUF@{'a' * 40}", HASH)


def test_a_file_in_the_hub_cache_that_is_no_link_has_no_known_hash(tmp_path):
    put(tmp_path / ".cache/huggingface/hub/models--o--r/snapshots/c/M.gguf")
    [model] = found(tmp_path)
    assert (model.source, model.sha256) == ("o/r@c", "")


def test_programs_with_plain_folders(tmp_path):
    put(tmp_path / ".cache/llama.cpp/A.gguf")
    put(tmp_path / ".local/share/nomic.ai/GPT4All/B.gguf")
    put(tmp_path / "jan/models/c/C.gguf")
    assert {model.origin for model in found(tmp_path)} == {"llama.cpp", "GPT4All", "Jan"}


def test_any_folder_is_looked_through_and_split_models_are_one(tmp_path):
    first = put(tmp_path / "a/M-00001-of-00002.gguf")
    put(tmp_path / "a/M-00002-of-00002.gguf")
    [model] = find_in(tmp_path / "a")
    assert (model.path, model.origin) == (first, "a")


def test_nothing_is_written(tmp_path):
    put(tmp_path / ".lmstudio/models/o/r/M.gguf")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    found(tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


# --- walking ---


@pytest.mark.skipif(os.name == "nt", reason="makes links and pipes")
def test_links_in_a_circle_and_pipes_do_no_harm(tmp_path):
    (tmp_path / "again").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.gguf")
    (tmp_path / "nowhere.gguf").symlink_to(tmp_path / "gone")
    put(tmp_path / "M.gguf")
    assert [model.path.name for model in find_in(tmp_path)] == ["M.gguf"]


def test_a_walk_ends_at_its_bounds(tmp_path):
    for number in range(5):
        put(tmp_path / "d" / str(number), b"")
    put(tmp_path / "d/e/f/deep", b"")
    assert len(list(files_below(tmp_path, Bounds(entries=3)))) == 2
    assert len(list(files_below(tmp_path, Bounds(depth=1)))) == 5
    assert list(files_below(tmp_path, Bounds(seconds=-1))) == []
    assert list(files_below(tmp_path / "none")) == []


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads everything")
def test_what_may_not_be_read_is_passed_over(tmp_path):
    locked = put(tmp_path / "M.gguf")
    locked.chmod(0)
    assert find_in(tmp_path) == ()
    assert small_text(locked) == ""
