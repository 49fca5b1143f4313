"""Snapshots with real models: a chat goes on as if it had never been away, or is read again."""

import os
import shutil
import threading
from contextlib import contextmanager
from functools import partial

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.data.raw_context import RawContext
from tests.data.tiny_llama import write
from tests.data.tiny_recurrent import write_lfm2, write_mamba

from inglenook.engine import snapshots as module
from inglenook.engine import snapshotwriter
from inglenook.engine.lib import api
from inglenook.engine.model import Model
from inglenook.engine.snapshots import FEWEST_TOKENS, Snapshots
from inglenook.models.fit import EngineSettings

SETTINGS = EngineSettings(
    context_tokens=2048, threads=1, batch_tokens=512, ubatch_tokens=64, sequences=3
)
CHAT, OTHER, KEY = "C" * 26, "D" * 26, "0" * 32
IDS = np.random.default_rng(1).integers(270, 350, 400).astype(np.int32)
MORE = np.random.default_rng(2).integers(270, 350, 20).astype(np.int32)


WRITERS = {
    "attention": write,
    "window": partial(write, arch="gemma3", window=16),
    "recurrent": write_mamba,
    "hybrid": write_lfm2,
    "hybrid with window": partial(write_lfm2, window=16),
}


@contextmanager
def loaded(kind, folder):
    path = WRITERS[kind](folder / "m.gguf")
    model = Model.load(str(path), SETTINGS, lambda _fraction: True)
    yield model
    model.free()


@pytest.fixture(scope="module", params=["attention", "window"])
def model(request, tmp_path_factory):
    with loaded(request.param, tmp_path_factory.mktemp("models")) as model:
        yield model


@pytest.fixture(params=WRITERS)
def any_model(request, tmp_path):
    """A model of every kind of memory."""
    with loaded(request.param, tmp_path) as model:
        yield model


@pytest.fixture(scope="module")
def module_context(model):
    made = RawContext(model, SETTINGS)
    made.read(IDS, 0, sequence=0)
    yield made
    made.free()


@pytest.fixture
def context(module_context):
    """A context with IDS in sequence 0 and nothing in 1 and 2."""
    yield module_context
    for sequence in (1, 2):
        module_context.drop(sequence)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "snapshots"
    folder.mkdir()
    return folder


@pytest.fixture
def kept(folder, context):
    """Snapshots that hold IDS for CHAT."""
    made = Snapshots(folder, KEY)
    made.save(CHAT, IDS, context.handle, 0)
    made.close()
    return made


@pytest.fixture
def path(kept, folder):
    return folder / KEY / f"{CHAT}.kv"


def go_on(context, sequence=0):
    """Read MORE, then write greedily; return the logits after MORE and what was written."""
    first = row = context.read(MORE, len(IDS), sequence=sequence)
    written = []
    for position in range(len(IDS) + len(MORE), len(IDS) + len(MORE) + 12):
        written.append(int(row.argmax()))
        row = context.read(written[-1:], position, sequence=sequence)
    return first, written


def files(folder):
    return sorted(each.name for each in folder.rglob("*") if not each.is_dir())


def test_a_chat_goes_on_as_if_it_had_never_been_saved(any_model, folder):
    whole, fresh = RawContext(any_model, SETTINGS), RawContext(any_model, SETTINGS)
    whole.read(IDS, 0)
    made = Snapshots(folder, KEY)
    made.save(CHAT, IDS, whole.handle, 0)
    made.close()
    expected, expected_text = go_on(whole)
    assert np.array_equal(Snapshots(folder, KEY).restore(CHAT, fresh.handle, 1), IDS)
    found, text = go_on(fresh, 1)
    whole.free()
    fresh.free()
    assert np.abs(found - expected).max() < 1e-3
    assert text == expected_text


def test_a_chat_goes_on_beside_others_in_a_cache_with_gaps(any_model, folder):
    alone, crowded = RawContext(any_model, SETTINGS), RawContext(any_model, SETTINGS)
    alone.read(IDS, 0)
    made = Snapshots(folder, KEY)
    made.save(CHAT, IDS, alone.handle, 0)
    made.close()
    _logits, expected = go_on(alone)
    for at in range(150):  # two lines in turn; then every second cell is free
        crowded.read([300], at, sequence=0)
        crowded.read([301], at, sequence=1)
    crowded.drop(1)
    before = crowded.length()
    assert made.restore(CHAT, crowded.handle, 2) is not None
    _logits, text = go_on(crowded, 2)
    assert crowded.length() == before
    alone.free()
    crowded.free()
    assert text == expected


def test_damage_is_refused_with_every_kind_of_memory(any_model, folder):
    context = RawContext(any_model, SETTINGS)
    context.read(IDS, 0)
    made = Snapshots(folder, KEY)
    made.save(CHAT, IDS, context.handle, 0)
    made.close()
    path = folder / KEY / f"{CHAT}.kv"
    whole = bytearray(path.read_bytes())
    whole[-5] ^= 4
    path.write_bytes(whole)
    assert refused(made, context)
    context.free()


def test_the_last_token_can_be_read_again(model, folder):
    """A prompt that is resident in whole still needs the logits of its last token.

    A window holds just enough for that, as long as no other line has taken its oldest cell.
    """
    whole, fresh = RawContext(model, SETTINGS), RawContext(model, SETTINGS)
    expected = whole.read(IDS, 0)
    made = Snapshots(folder, KEY)
    made.save(CHAT, IDS, whole.handle, 0)
    made.close()
    assert made.restore(CHAT, fresh.handle, 1) is not None
    assert fresh.drop(1, len(IDS) - 1)
    found = fresh.read(IDS[-1:], len(IDS) - 1, sequence=1)
    whole.free()
    fresh.free()
    assert np.abs(found - expected).max() < 0.05  # another batch, another order of sums


def test_saved_chats_are_told_once(kept, path):
    assert kept.saved() == [(CHAT, path.stat().st_size)]
    assert kept.saved() == []


def test_the_tokens_are_known_without_reading_the_state(kept, path, folder):
    assert np.array_equal(kept.tokens_of(CHAT), IDS)
    assert kept.tokens_of(OTHER) is None
    assert np.array_equal(Snapshots(folder, KEY).tokens_of(CHAT), IDS)
    path.unlink()
    assert kept.tokens_of(CHAT) is None


def test_files_and_folders_are_for_the_owner_alone(folder, context):
    old = os.umask(0)
    try:
        made = Snapshots(folder, KEY)
        made.save(CHAT, IDS, context.handle, 0)
        made.close()
    finally:
        os.umask(old)
    assert (folder / KEY).stat().st_mode & 0o777 == 0o700
    assert (folder / KEY / f"{CHAT}.kv").stat().st_mode & 0o777 == 0o600
    assert files(folder) == [f"{CHAT}.kv"]


def test_the_same_again_is_not_written_again(kept, path, context):
    before = path.stat().st_ino
    kept.saved()
    kept.save(CHAT, IDS, context.handle, 0)
    kept.close()
    assert kept.saved() == []
    assert path.stat().st_ino == before


def test_a_longer_chat_replaces_its_snapshot(kept, path, context):
    assert kept.restore(CHAT, context.handle, 1) is not None
    context.read(MORE, len(IDS), sequence=1)
    longer = np.concatenate([IDS, MORE])
    kept.save(CHAT, longer, context.handle, 1)
    kept.close()
    assert np.array_equal(kept.tokens_of(CHAT), longer)
    assert np.array_equal(kept.restore(CHAT, context.handle, 2), longer)


def test_using_a_snapshot_makes_it_young(kept, path, context):
    os.utime(path, (1, 1))
    assert kept.restore(CHAT, context.handle, 1) is not None
    assert path.stat().st_mtime > 1_000_000


# --- what is not kept ---


def test_a_short_chat_is_not_kept(folder, context):
    short = IDS[: FEWEST_TOKENS - 1]
    context.read(short, 0, sequence=1)
    made = Snapshots(folder, KEY)
    made.save(CHAT, short, context.handle, 1)
    made.close()
    assert files(folder) == []


def test_a_state_over_the_limit_is_not_kept(folder, context):
    size = api.llama_state_seq_get_size(context.handle, 0)
    for limit in ({"most_bytes": size - 1}, {"free_bytes": lambda: 4 * size - 1}):
        small = Snapshots(folder, KEY, **limit)
        small.save(CHAT, IDS, context.handle, 0)
        small.close()
    assert files(folder) == []


def test_without_memory_for_a_copy_nothing_is_kept(folder, context, monkeypatch):
    def nothing_left(*_shape):
        raise MemoryError

    made = Snapshots(folder, KEY)
    monkeypatch.setattr(module.np, "empty", nothing_left)
    made.save(CHAT, IDS, context.handle, 0)
    made.close()
    assert files(folder) == []


def test_tokens_that_are_not_those_of_the_sequence_are_never_written_down(folder, context):
    made = Snapshots(folder, KEY)
    made.save(CHAT, IDS[:-1], context.handle, 0)
    made.save(CHAT, IDS, context.handle, 1)
    made.close()
    assert files(folder) == []


def test_an_id_that_is_no_file_name_is_not_kept(folder, context):
    made = Snapshots(folder, KEY)
    made.save("../escape", IDS, context.handle, 0)
    made.close()
    assert files(folder.parent) == []
    assert made.restore("../escape", context.handle, 1) is None
    assert made.tokens_of("../escape") is None
    made.forget("../escape")


def test_nothing_is_kept_once_the_folder_is_gone(kept, folder, context):
    shutil.rmtree(folder)
    kept.save(OTHER, IDS, context.handle, 0)
    kept.close()
    assert not folder.exists()
    assert kept.restore(CHAT, context.handle, 1) is None


def test_a_sequence_that_does_not_exist_is_refused_before_it_kills(kept, context):
    for sequence in (-1, 3):
        with pytest.raises(ValueError, match="no sequence"):
            kept.restore(CHAT, context.handle, sequence)
        with pytest.raises(ValueError, match="no sequence"):
            kept.save(CHAT, IDS, context.handle, sequence)


# --- damage ---


def refused(snapshots, context):
    """Whether a restore gives nothing, and leaves the sequence as empty as it was."""
    found = snapshots.restore(CHAT, context.handle, 1)
    return found is None and context.length(1) == 0


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_flipped_bit_is_noticed_and_the_file_removed(kept, path, context, data):
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    assert refused(kept, context)
    assert not path.exists()
    path.write_bytes(whole)


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 5000, -1])
def test_a_truncated_file_is_noticed_and_removed(kept, path, context, size):
    path.write_bytes(path.read_bytes()[:size])
    assert kept.tokens_of(CHAT) is None
    assert not path.exists()
    assert refused(kept, context)


def test_the_snapshot_of_another_chat_is_refused(kept, path, context):
    path.rename(path.with_name(f"{OTHER}.kv"))
    assert kept.restore(OTHER, context.handle, 1) is None
    assert kept.tokens_of(OTHER) is None


def test_the_snapshot_of_another_key_is_refused(kept, path, folder, context):
    elsewhere = Snapshots(folder, "1" * 32)
    path.parent.rename(folder / ("1" * 32))
    assert refused(elsewhere, context)
    assert files(folder) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_link_or_a_pipe_in_its_place_is_refused_at_once(kept, path, context, tmp_path):
    moved = tmp_path / "moved"
    path.rename(moved)
    path.symlink_to(moved)
    assert refused(kept, context)
    assert not path.is_symlink()
    assert moved.exists()
    os.mkfifo(path)
    assert refused(kept, context)
    assert not path.exists()


def test_a_folder_in_its_place_is_refused_and_no_save_gets_past_it(kept, path, context):
    path.unlink()
    path.mkdir()
    assert refused(kept, context)
    kept.save(CHAT, IDS, context.handle, 0)
    kept.close()
    assert files(path.parent) == []


def test_a_file_that_may_not_be_opened_is_left_alone(kept, path, context, monkeypatch):
    def closed(_path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module, "open_regular", closed)
    assert refused(kept, context)
    assert path.exists()


def test_a_whole_snapshot_of_another_kind_of_cache_is_refused(model, kept, path):
    """The key keeps it away; if it did not, llama.cpp refuses it and we tidy up."""
    other = EngineSettings(context_tokens=2048, threads=1, kv_type="q8_0", sequences=3)
    context = RawContext(model, other)
    assert refused(kept, context)
    assert path.exists()
    context.free()


def test_a_context_without_room_gets_nothing_and_the_file_stays(model, kept, path):
    small = EngineSettings(context_tokens=256, threads=1)
    context = RawContext(model, small)
    assert refused(kept, context)
    context.free()
    full = EngineSettings(context_tokens=512, threads=1)
    context = RawContext(model, full)
    context.read(IDS[:300], 0)
    assert refused(kept, context)
    assert path.exists()
    assert context.length() == 300
    context.free()


# --- the writer ---


class Gate:
    """Stops the writer inside the writing of a file, until the test lets it go on."""

    def __init__(self, monkeypatch):
        self.reached, self._open = threading.Event(), threading.Event()
        write_new = snapshotwriter.write_new

        def gated(*arguments):
            size_bytes = write_new(*arguments)
            self.reached.set()
            assert self._open.wait(20)
            return size_bytes

        monkeypatch.setattr(snapshotwriter, "write_new", gated)

    def open(self):
        self._open.set()


def test_saving_does_not_wait_for_the_disk_and_a_crash_leaves_no_snapshot(
    folder, context, monkeypatch
):
    gate = Gate(monkeypatch)
    made = Snapshots(folder, KEY)
    made.save(CHAT, IDS, context.handle, 0)  # comes back although the writer is held
    assert gate.reached.wait(20)
    assert not (folder / KEY / f"{CHAT}.kv").exists()  # what a crash would leave now
    assert Snapshots(folder, KEY).restore(CHAT, context.handle, 1) is None
    gate.open()
    made.close()
    assert files(folder) == [f"{CHAT}.kv"]


def test_a_chat_forgotten_while_it_is_written_leaves_nothing(folder, context, monkeypatch):
    gate = Gate(monkeypatch)
    made = Snapshots(folder, KEY)
    made.save(CHAT, IDS, context.handle, 0)
    made.save(OTHER, IDS, context.handle, 0)
    assert gate.reached.wait(20)
    made.forget(CHAT)
    made.forget(OTHER)
    gate.open()
    made.close()
    assert files(folder) == []
    assert made.saved() == []


def test_a_forgotten_chat_leaves_nothing(kept, folder):
    kept.forget(CHAT)
    kept.forget(CHAT)
    assert files(folder) == []


def test_copies_in_memory_are_bounded_and_the_same_is_copied_once(folder, context, monkeypatch):
    size = api.llama_state_seq_get_size(context.handle, 0)
    gate = Gate(monkeypatch)
    made = Snapshots(folder, KEY, most_bytes=2 * size + 10)
    for chat in ("A", "A", "B", "C"):
        made.save(chat, IDS, context.handle, 0)
    gate.open()
    made.close()
    assert files(folder) == ["A.kv", "B.kv"]
    made.save("C", IDS, context.handle, 0)
    made.close()
    assert files(folder) == ["A.kv", "B.kv", "C.kv"]


def test_a_failing_disk_ends_the_saving_quietly_until_the_next_load(
    folder, context, monkeypatch
):
    write_new = snapshotwriter.write_new

    def full(path, *_rest):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshotwriter, "write_new", full)
    made = Snapshots(folder, KEY)
    made.save(CHAT, IDS, context.handle, 0)
    made.close()
    assert files(folder) == []
    monkeypatch.setattr(snapshotwriter, "write_new", write_new)
    made.save(CHAT, IDS, context.handle, 0)
    made.close()
    assert files(folder) == []
    again = Snapshots(folder, KEY)
    again.save(CHAT, IDS, context.handle, 0)
    again.close()
    assert again.saved() != []


def test_closing_without_a_save_is_harmless(folder):
    made = Snapshots(folder, KEY)
    made.close()
    made.close()


def test_no_thread_is_left(kept):
    assert not [each for each in threading.enumerate() if each.name == "snapshots"]
