"""The file of a snapshot: what was written comes back, and no byte of it can change unseen."""

import os

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inglenook.engine import snapshotfile
from inglenook.engine.snapshotfile import (
    HEADER_BYTES,
    NotASnapshotError,
    open_regular,
    read_state,
    read_tokens,
    write_new,
)

KEY, CHAT = "k" * 32, "C" * 26
IDS = np.arange(300, dtype=np.int32)
STATE = np.random.default_rng(1).integers(0, 256, 10_000, dtype=np.uint8)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "one.kv"
    assert write_new(path, KEY, CHAT, IDS, STATE) == path.stat().st_size
    return path


def read(path, key=KEY, chat=CHAT):
    with open_regular(path) as file:
        header, ids = read_tokens(file, key, chat)
        return ids, read_state(file, header)


def test_what_was_written_comes_back(path):
    ids, state = read(path)
    assert np.array_equal(ids, IDS)
    assert ids.dtype == np.int32
    assert np.array_equal(state, STATE)


def test_a_state_of_several_chunks_comes_back(path, tmp_path, monkeypatch):
    monkeypatch.setattr(snapshotfile, "_CHUNK_BYTES", 999)
    write_new(tmp_path / "two.kv", KEY, CHAT, IDS, STATE)
    assert np.array_equal(read(tmp_path / "two.kv")[1], STATE)
    with pytest.raises(NotASnapshotError):
        read(path)  # another division of the same bytes has another digest


@pytest.mark.parametrize("umask", [0o000, 0o777])
def test_it_is_for_the_owner_alone_whatever_the_umask(tmp_path, umask):
    old = os.umask(umask)
    try:
        write_new(tmp_path / "two.kv", KEY, CHAT, IDS, STATE)
    finally:
        os.umask(old)
    assert (tmp_path / "two.kv").stat().st_mode & 0o777 == 0o600


def test_a_file_that_exists_is_never_written_over(path):
    with pytest.raises(FileExistsError):
        write_new(path, KEY, CHAT, IDS, STATE)


@pytest.mark.parametrize(("key", "chat"), [("x" * 32, CHAT), (KEY, "X" * 26)])
def test_another_key_or_chat_is_refused(path, key, chat):
    with pytest.raises(NotASnapshotError):
        read(path, key, chat)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_byte_can_change_unseen(path, data):
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1) | st.integers(0, HEADER_BYTES + 8))
    bit = 1 << data.draw(st.integers(0, 7))
    damaged = bytearray(whole)
    damaged[at] ^= bit
    path.write_bytes(damaged)
    try:
        with pytest.raises(NotASnapshotError):
            read(path)
    finally:
        path.write_bytes(whole)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.integers(0, HEADER_BYTES + 4 * len(IDS) + len(STATE) - 1))
def test_no_byte_can_be_missing(path, size):
    whole = path.read_bytes()
    path.write_bytes(whole[:size])
    try:
        with pytest.raises(NotASnapshotError):
            read(path)
    finally:
        path.write_bytes(whole)


def test_nothing_can_be_added(path):
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(NotASnapshotError):
        read(path)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rubbish=st.binary(max_size=2 * HEADER_BYTES))
def test_anything_at_all_is_refused(tmp_path, rubbish):
    (tmp_path / "any").write_bytes(rubbish)
    with pytest.raises(NotASnapshotError):
        read(tmp_path / "any")


@pytest.mark.parametrize(
    "json",
    [
        b"[]",
        b"{}",
        b"\xff",
        b'{"key":"k","chat":"c","tokens":-1,"state_bytes":1,"tokens_digest":"","state_digest":""}',
        b'{"key":"k","chat":"c","tokens":1,"state_bytes":9e99,"tokens_digest":"",'
        b'"state_digest":""}',
    ],
)
def test_a_header_with_a_good_digest_must_make_sense_too(tmp_path, json):
    page = snapshotfile._START.pack(snapshotfile._MAGIC, len(json)) + json
    page = page.ljust(HEADER_BYTES - 32, b"\0")
    (tmp_path / "any").write_bytes(page + snapshotfile._sha256(page))
    with pytest.raises(NotASnapshotError):
        read(tmp_path / "any", "k", "c")


def test_a_header_that_claims_to_be_huge_is_refused_before_anything_is_reserved(tmp_path):
    page = snapshotfile._START.pack(snapshotfile._MAGIC, 2**32 - 1).ljust(HEADER_BYTES - 32)
    (tmp_path / "any").write_bytes(page + snapshotfile._sha256(page))
    with pytest.raises(NotASnapshotError, match="header"):
        read(tmp_path / "any")


def test_names_too_long_for_the_page_are_a_fault_of_the_caller(tmp_path):
    with pytest.raises(ValueError, match="too long"):
        write_new(tmp_path / "two.kv", "k" * HEADER_BYTES, CHAT, IDS, STATE)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_only_a_regular_file_is_opened(path, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for other in (tmp_path / "pipe", tmp_path):
        with pytest.raises(NotASnapshotError):
            open_regular(other)
    (tmp_path / "link").symlink_to(path)
    with pytest.raises(OSError, match="link"):
        open_regular(tmp_path / "link")
