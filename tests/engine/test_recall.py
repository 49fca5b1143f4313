"""Chats that come back from their snapshots, and what is worth putting there."""

import numpy as np
import pytest
from tests.data.silent_task import Silent
from tests.data.tiny_llama import write
from tests.data.tiny_recurrent import write_mamba

from inglenook.core.ids import program_chat
from inglenook.engine.context import Context, Decoded
from inglenook.engine.kv import KvCache
from inglenook.engine.lib import AbortFlag
from inglenook.engine.model import Model
from inglenook.engine.protocol import SnapshotSaved
from inglenook.engine.recall import Recall
from inglenook.engine.snapshots import FEWEST_TOKENS, Snapshots
from inglenook.models.settings import EngineSettings

SETTINGS = EngineSettings(
    context_tokens=2048, threads=1, batch_tokens=512, ubatch_tokens=512, sequences=3
)
CHAT, OTHER, KEY = "C" * 26, "D" * 26, "0" * 32
PROGRAM = program_chat("1")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = write(tmp_path_factory.mktemp("models") / "tiny.gguf")
    loaded = Model.load(str(path), SETTINGS, lambda _fraction: True)
    yield loaded
    loaded.free()


class Room:
    """A context, its table, and the snapshots of one folder."""

    def __init__(self, model, folder):
        self.context = Context(model, SETTINGS, AbortFlag())
        self.snapshots = Snapshots(folder, KEY, free_bytes=lambda: 2**40)
        self.recall = Recall(self.context, self.snapshots, is_lean=True)
        self.cache = KvCache(
            self.context.memory,
            tokens=self.context.tokens,
            sequences=3,
            before_drop=self.recall.before_drop,
        )

    def read(self, ids, chat=CHAT):
        """Let a prompt have been read for a chat; return its sequence."""
        sequence = self.cache.claim(np.array([*ids, 1], np.int32), chat)
        self.cache.make_room(len(ids))
        self.grow(sequence, ids[sequence.length :])
        self.cache.release(sequence)
        return sequence

    def grow(self, sequence, ids):
        for at in range(0, len(ids), 512):
            chunk = ids[at : at + 512]
            self.context.batch.clear()
            self.context.batch.add_many(chunk, sequence.length, sequence.number, wanted=0)
            assert self.context.decode() is Decoded.DONE
            sequence.grew_by(chunk)

    def save_all(self):
        count = 0
        while self.recall.save_next(self.cache):
            count += 1
        self.recall.close()
        return count

    def bring_back(self, ids, chat=CHAT):
        self.recall.bring_back(self.cache, Silent("r", chat, ids, reserve_tokens=1))
        return self.cache.best(ids)[1]

    def close(self):
        self.recall.close()
        self.context.free()


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "snapshots"
    made.mkdir()
    return made


@pytest.fixture
def room(model, folder):
    made = Room(model, folder)
    yield made
    made.close()


@pytest.fixture
def later(model, folder):
    made = Room(model, folder)
    yield made
    made.close()


def files_of(folder):
    return [each for each in folder.rglob("*") if each.is_file()]


def ids(count, seed=1):
    return np.random.default_rng(seed).integers(270, 350, count).astype(np.int32)


def and_more(one, count=10):
    return np.concatenate([one, ids(count, seed=9)])


def test_a_chat_goes_on_from_its_snapshot_after_a_restart(room, later):
    room.read(ids(400))
    assert room.save_all() == 1
    assert later.bring_back(and_more(ids(400))) == 400
    (sequence,) = later.cache.idle()
    assert (sequence.owner, sequence.saved_length) == (CHAT, 400)
    assert later.cache.cells.free == 2048 - 400


def test_what_came_back_is_told_when_it_was_saved(room):
    room.read(ids(400))
    assert room.recall.saved() == []
    room.save_all()
    (saved,) = room.recall.saved()
    assert isinstance(saved, SnapshotSaved)
    assert saved.chat == CHAT
    assert saved.size_bytes > 0
    assert not room.recall.is_writing


def test_nothing_comes_back_for_another_chat_or_none(room, later):
    room.read(ids(400))
    room.save_all()
    assert later.bring_back(and_more(ids(400)), OTHER) == 0
    assert later.bring_back(and_more(ids(400)), "") == 0


def test_too_little_to_matter_is_read_again(room, later):
    room.read(ids(FEWEST_TOKENS - 1), OTHER)
    room.read(ids(400, seed=2))
    assert room.save_all() == 1
    changed = np.concatenate([ids(400, seed=2)[: FEWEST_TOKENS - 1], ids(50, seed=3)])
    assert later.bring_back(changed) == 0
    assert later.bring_back(and_more(ids(FEWEST_TOKENS - 1)), OTHER) == 0


def test_what_is_resident_is_not_brought_back(room):
    room.read(ids(400))
    room.save_all()
    assert room.bring_back(and_more(ids(400))) == 400
    assert len(room.cache.idle()) == 1


def test_it_comes_back_beside_what_others_work_on(room, later):
    room.read(ids(400))
    room.save_all()
    held = [later.cache.claim(np.array([5, at], np.int32), "x") for at in (6, 7)]
    assert later.bring_back(and_more(ids(400))) == 400
    assert all(each.is_held for each in held)
    later.cache.claim(np.array([5, 8], np.int32), "x")
    assert later.bring_back(and_more(ids(400))) == 0


def test_it_does_not_come_back_where_there_is_no_room(room, later):
    room.read(ids(1500))
    room.save_all()
    held = later.cache.claim(ids(1000, seed=4), "x")
    later.grow(held, ids(1000, seed=4))
    assert later.bring_back(and_more(ids(1500))) == 0
    assert later.cache.cells.free == 1048


def test_a_state_that_could_not_go_back_is_not_read_in_vain(tmp_path, folder):
    path = write_mamba(tmp_path / "mamba.gguf")
    mamba = Model.load(str(path), SETTINGS, lambda _fraction: True)
    before, later = Room(mamba, folder), Room(mamba, folder)
    before.read(ids(400))
    before.save_all()
    changed = np.concatenate([ids(400)[:390], ids(50, seed=3)])
    assert later.bring_back(changed) == 0
    assert not later.cache.idle()
    assert later.bring_back(and_more(ids(400))) == 400
    for each in (before, later):
        each.close()
    mamba.free()


def test_a_damaged_snapshot_leaves_nothing_behind(room, later, folder):
    room.read(ids(400))
    room.save_all()
    (path,) = files_of(folder)
    data = bytearray(path.read_bytes())
    data[-100] ^= 1
    path.write_bytes(data)
    assert later.bring_back(and_more(ids(400))) == 0
    assert later.cache.cells.free == 2048
    assert not later.cache.idle()


def test_a_chat_is_saved_anew_only_when_that_is_worth_it(room):
    room.read(ids(400))
    assert room.save_all() == 1
    assert room.save_all() == 0
    room.read(and_more(ids(400), 10))
    assert room.save_all() == 0
    room.read(and_more(ids(400), 40))
    assert room.save_all() == 1


def test_of_two_branches_of_a_chat_the_one_it_spoke_last_is_kept(room, later):
    room.read(np.concatenate([ids(300), ids(200, seed=5)]))
    room.read(np.concatenate([ids(300), ids(200, seed=6)]))
    assert room.save_all() == 1
    last = and_more(np.concatenate([ids(300), ids(200, seed=6)]))
    assert later.bring_back(last) == 500


def test_an_old_branch_that_is_dropped_does_not_replace_the_newer_one(room, later):
    room.read(np.concatenate([ids(300), ids(200, seed=5)]))
    room.read(np.concatenate([ids(300), ids(200, seed=6)]))
    room.save_all()
    room.cache.drop_idle()
    room.recall.close()
    last = and_more(np.concatenate([ids(300), ids(200, seed=6)]))
    assert later.bring_back(last) == 500


def test_what_is_dropped_for_others_is_saved_first(room, later):
    room.read(ids(400))
    assert room.cache.drop_idle()
    room.recall.close()
    assert later.bring_back(and_more(ids(400))) == 400


def test_a_chat_that_is_forgotten_never_comes_back(room, later):
    room.read(ids(400))
    room.save_all()
    room.cache.forget(CHAT)
    room.recall.forget(CHAT)
    room.recall.close()
    assert later.bring_back(and_more(ids(400))) == 0


def test_what_is_worked_on_while_its_chat_is_forgotten_is_not_saved(room, folder):
    held = room.cache.claim(ids(400), CHAT)
    room.grow(held, ids(400))
    room.cache.forget(CHAT)
    room.recall.forget(CHAT)
    room.cache.release(held)
    assert room.save_all() == 0
    room.cache.drop_idle()
    room.recall.close()
    assert files_of(folder) == []


def test_nothing_of_a_programs_conversation_reaches_the_disk(room, folder):
    room.read(ids(400), PROGRAM)
    assert room.save_all() == 0
    room.recall.save(room.cache.idle()[0])
    room.cache.drop_idle()
    room.recall.close()
    assert files_of(folder) == []


def test_a_chat_and_the_newest_program_keep_what_they_have_read_beside_each_other(room):
    room.read(ids(400))
    for at in (2, 3):
        room.read(ids(60)[at:], program_chat(str(at)))
    room.recall.make_lean(room.cache, Silent("r", PROGRAM, ids(3), reserve_tokens=1))
    assert {each.owner for each in room.cache.idle()} == {CHAT, program_chat("3")}
    room.recall.make_lean(room.cache, Silent("r", OTHER, ids(3), reserve_tokens=1))
    assert [each.owner for each in room.cache.idle()] == [program_chat("3")]
