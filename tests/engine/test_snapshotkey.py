"""A snapshot's key: the same for what changes nothing, another for whatever does."""

import os
import shutil
from dataclasses import replace

import pytest
from tests.data.tiny_llama import write

from inglenook.engine import snapshotkey
from inglenook.engine.context import context_params
from inglenook.engine.model import Model
from inglenook.engine.snapshotkey import snapshot_key
from inglenook.models.fit import EngineSettings

SETTINGS = EngineSettings(context_tokens=1024, threads=1)


@pytest.fixture
def path(tmp_path):
    return write(tmp_path / "m.gguf")


@pytest.fixture
def model(path):
    loaded = Model.load(str(path), SETTINGS, lambda _fraction: True)
    yield loaded
    loaded.free()


@pytest.fixture
def key(path, model):
    """The key for a change of the settings, or for another file."""

    def of(file=path, **changes):
        return snapshot_key(str(file), replace(SETTINGS, **changes), model)

    return of


def test_a_key_names_a_folder(key):
    assert len(key()) == 32
    assert key().isalnum()


def test_what_changes_only_the_speed_or_the_room_keeps_the_key(key):
    assert key() == key(threads=2, gpu_layers=9, batch_tokens=64, use_mmap=False)
    assert key() == key(context_tokens=2048, sequences=2, op_offload=True)


def test_another_type_of_cache_is_another_key(key):
    assert key() != key(kv_type="q8_0")


def test_a_context_longer_than_trained_for_is_another_key(key):
    """Some models turn to other rotary factors there."""
    assert key() != key(context_tokens=8192)


@pytest.mark.parametrize(
    ("name", "value", "counts"),
    [
        ("swa_full", True, True),
        ("rope_freq_base", 7.0, True),
        ("kv_unified", False, True),
        ("n_threads_batch", 7, False),
    ],
)
def test_each_parameter_counts_unless_it_is_known_to_be_harmless(
    key, monkeypatch, name, value, counts
):
    def changed(settings):
        params = context_params(settings)
        setattr(params, name, value)
        return params

    usual = key()
    monkeypatch.setattr(snapshotkey, "context_params", changed)
    assert (key() != usual) is counts


def test_what_is_called_harmless_exists():
    names = {name for name, *_type in context_params(SETTINGS)._fields_}
    assert names >= snapshotkey._HARMLESS


def test_another_build_of_the_engine_is_another_key(key, monkeypatch):
    usual = key()
    monkeypatch.setattr(snapshotkey, "fingerprint", lambda: "llama.cpp of tomorrow")
    assert key() != usual


def test_a_moved_model_keeps_its_key_and_a_changed_one_does_not(key, path, tmp_path):
    moved = tmp_path / "elsewhere.gguf"
    shutil.copy2(path, moved)
    assert key(moved) == key()
    os.utime(moved, (1, 1))
    assert key(moved) != key()


@pytest.mark.parametrize("at", [0, 100, -1])
def test_other_bytes_are_another_key_although_size_and_date_agree(key, path, tmp_path, at):
    other = tmp_path / "other.gguf"
    whole = bytearray(path.read_bytes())
    whole[at] ^= 1
    other.write_bytes(whole)
    found = path.stat()
    os.utime(other, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert key(other) != key()


def test_samples_are_spread_over_a_large_file(key, tmp_path):
    large = tmp_path / "large.gguf"
    with large.open("wb") as file:
        file.truncate(2**36)  # takes no room: nothing is written
    os.utime(large, (1, 1))
    usual = key(large)
    with large.open("r+b") as file:
        file.seek(2**36 // 128 * 77)
        file.write(b"x")
    os.utime(large, (1, 1))
    assert key(large) != usual


def test_every_part_of_a_split_model_counts(key, path, tmp_path):
    first, second = (tmp_path / f"s-0000{part}-of-00002.gguf" for part in (1, 2))
    shutil.copy2(path, first)
    with pytest.raises(FileNotFoundError):
        key(first)
    shutil.copy2(path, second)
    usual = key(first)
    os.utime(second, (1, 1))
    assert key(first) != usual


def test_a_file_that_is_gone_has_no_key(key, tmp_path):
    with pytest.raises(FileNotFoundError):
        key(tmp_path / "gone.gguf")
