"""What each kind of memory can do, compared with reading the same tokens afresh."""

from collections.abc import Iterator

import pytest
from tests.data.memory_desk import (
    CELLS,
    NEEDS_CHECKPOINTS,
    SEQUENCES,
    UBATCH,
    WINDOW,
    WRITERS,
    Desk,
    agrees,
    all_kinds,
    continues_as_afresh,
    fresh,
    ids,
    is_same,
)

from inglenook.engine.checkpoint import Checkpoint
from inglenook.engine.lib import api
from inglenook.engine.memory import MemoryKind
from inglenook.engine.model import Model


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> Iterator[dict[str, Model]]:
    models = all_kinds(tmp_path_factory.mktemp("models"))
    yield models
    for each in models.values():
        each.free()


@pytest.fixture(params=WRITERS)
def kind(request) -> str:
    return request.param


@pytest.fixture
def desk(loaded, kind) -> Iterator[Desk]:
    made = Desk(loaded[kind])
    yield made
    made.free()


def test_each_model_is_known_by_its_kind(desk, kind):
    assert desk.memory.kind is MemoryKind(kind.split()[0])


def test_these_models_do_look_at_what_was_said_before(desk):
    other = ids(40)
    other[-8] = 300 if other[-8] != 300 else 301
    assert not is_same(desk, fresh(desk, ids(40)), fresh(desk, other))


# --- forks ---


def test_a_fork_at_the_tip_goes_its_own_way(desk):
    (start,) = desk.read((0, ids(100)))
    assert desk.copy(0, 1, 100) == desk.copy(0, 2, 100) == 100
    assert desk.lengths() == [100, 100, 100, 0]
    (one,), (two,) = desk.read((1, ids(9, seed=2))), desk.read((2, ids(9, seed=3)))
    assert is_same(desk, one, fresh(desk, desk.held[1]))
    assert is_same(desk, two, fresh(desk, desk.held[2]))
    for sequence, logits in enumerate((start, one, two)):
        assert continues_as_afresh(desk, sequence, logits)


def test_a_fork_before_the_tip_is_right_or_empty(desk, kind):
    desk.read((0, ids(500)))
    expected = 60 if kind == "attention" else 0
    assert desk.copy(0, 1, 60) == expected
    assert agrees(desk, 1, ids(9, seed=2))
    assert agrees(desk, 0, ids(5, seed=3))


@pytest.mark.parametrize("kind", NEEDS_CHECKPOINTS)
def test_a_fork_before_the_tip_starts_from_a_checkpoint(desk):
    desk.read((0, ids(60)))
    desk.memory.mark(0)
    desk.read((0, ids(500, seed=2)))
    assert desk.copy(0, 1, 70) == 60
    assert desk.memory.marks(1) == (60,)
    assert agrees(desk, 1, ids(9, seed=3))
    assert agrees(desk, 0, ids(9, seed=4))


def test_a_fork_never_has_more_than_there_is(desk):
    desk.read((0, ids(20)))
    assert desk.copy(0, 1, 50) == 20
    assert desk.copy(3, 2, 50) == 0
    assert desk.copy(0, 2, 0) == 0
    with pytest.raises(ValueError, match="not empty"):
        desk.memory.copy(0, 1, 5)


# --- going back ---


def test_going_back_a_little_is_right_or_empty(desk, kind):
    desk.read((0, ids(200)))
    left = desk.keep(0, 195)
    # A window's cells are a multiple of 256: more than the window is still there.
    assert left == (195 if kind in {"attention", "window"} else 0)
    assert agrees(desk, 0, ids(9, seed=2))


@pytest.mark.parametrize("kind", ["window"])
def test_going_back_to_the_very_edge_of_a_window_is_right(desk):
    desk.read((0, ids(301)))
    first = int(api.llama_memory_seq_pos_min(api.llama_get_memory(desk.handle), 0))
    assert first > 0
    edge = first + WINDOW - 1
    assert desk.keep(0, edge) == edge
    assert agrees(desk, 0, ids(3, seed=2))
    assert desk.keep(0, edge - 1) == 0


def test_going_back_far_is_right_or_empty(desk, kind):
    for seed in range(4):
        desk.read((0, ids(200, seed)))
    assert desk.keep(0, 60) == (60 if kind == "attention" else 0)
    assert agrees(desk, 0, ids(9, seed=2))


@pytest.mark.parametrize("kind", NEEDS_CHECKPOINTS)
def test_going_back_uses_the_newest_checkpoint_that_helps(desk):
    marked = []
    for seed in range(1, 4):
        desk.read((0, ids(50, seed)))
        desk.memory.mark(0)
        marked.append(len(desk.held[0]))
    desk.read((0, ids(600, seed=4)))
    assert desk.memory.marks(0) == tuple(marked) == (50, 100, 150)
    assert desk.keep(0, 149) == 100
    assert desk.memory.marks(0) == (50, 100)
    assert agrees(desk, 0, ids(30, seed=5))
    assert desk.keep(0, 100) == 100
    assert desk.keep(0, 99) in {50, 99}  # a window may still be there
    assert agrees(desk, 0, ids(30, seed=6))


@pytest.mark.parametrize("kind", NEEDS_CHECKPOINTS)
def test_a_checkpoint_that_cannot_be_read_leaves_an_empty_sequence(desk):
    desk.read((0, ids(60)))
    desk.memory.mark(0)
    desk.read((1, ids(30, seed=3)))
    whole = desk.memory._checkpoints.newest(0, 60)
    half = Checkpoint(60, whole.data[: len(whole.data) // 2].copy())
    desk.memory._checkpoints.add(0, half)
    desk.read((0, ids(500, seed=2)))
    assert desk.copy(0, 2, 60) == 0
    assert desk.keep(0, 60) == 0
    for sequence in range(3):
        assert agrees(desk, sequence, ids(9, seed=4))


@pytest.mark.parametrize("kind", NEEDS_CHECKPOINTS)
def test_a_checkpoint_that_is_too_large_is_not_taken(loaded, kind):
    desk = Desk(loaded[kind], checkpoint_bytes=100)
    desk.read((0, ids(60)))
    desk.memory.mark(0)
    assert desk.memory.marks(0) == ()
    desk.free()


def test_the_same_prompt_asked_again_gets_the_same_answer(desk):
    prompt = ids(90)
    desk.read((0, prompt[:-1]))
    desk.memory.mark(0)  # before the last token, which is read again for its logits
    (start,) = desk.read((0, prompt[-1:]))
    desk.greedy(0, start, 400)
    assert desk.keep(0, 89) == 89
    (again,) = desk.read((0, prompt[-1:]))
    assert is_same(desk, again, start)
    assert continues_as_afresh(desk, 0, again)


def test_a_window_reads_no_more_at_once_than_one_compute_batch(desk, kind):
    # With more in one call, llama.cpp would lose part of the window here.
    assert desk.memory.most_at_once == (UBATCH if "window" in kind else CELLS)
    desk.read((0, ids(3)))
    desk.read((1, ids(32, seed=5)))
    desk.read((0, ids(1, seed=7)))
    desk.drop(1)
    assert agrees(desk, 0, ids(40, seed=9))


def test_keeping_what_is_there_changes_nothing(desk):
    desk.read((0, ids(70)))
    assert desk.keep(0, 70) == 70
    assert desk.keep(0, 99) == 70
    assert agrees(desk, 0, ids(9, seed=2))


def test_keeping_nothing_empties_a_sequence(desk):
    desk.read((0, ids(70)))
    desk.memory.mark(0)
    assert desk.keep(0, 0) == 0
    assert desk.memory.marks(0) == ()
    assert agrees(desk, 0, ids(9, seed=2))


# --- numbers ---


def test_a_number_that_was_dropped_starts_empty_again(desk):
    desk.read((0, ids(80)), (1, ids(70, seed=2)))
    desk.memory.mark(1)
    desk.drop(1)
    assert desk.lengths() == [80, 0, 0, 0]
    assert desk.memory.marks(1) == ()
    assert agrees(desk, 1, ids(30, seed=3))
    assert agrees(desk, 0, ids(9, seed=4))


@pytest.mark.parametrize("number", [-1, SEQUENCES, 300])
def test_a_number_beyond_those_there_are_is_refused(desk, number):
    for call in (desk.memory.length, desk.memory.drop, desk.memory.mark, desk.memory.marks):
        with pytest.raises(ValueError, match="none of 4"):
            call(number)
    with pytest.raises(ValueError, match="none of 4"):
        desk.memory.keep(number, 0)
    with pytest.raises(ValueError, match="none of 4"):
        desk.memory.copy(0, number, 1)


def test_sequences_in_one_batch_do_not_see_each_other(desk):
    desk.read((2, ids(40)), (0, ids(25, seed=2)))
    desk.read((3, ids(30, seed=3)), (0, ids(1, seed=4)), (2, ids(1, seed=5)))
    for sequence in (0, 2, 3):
        assert agrees(desk, sequence, ids(5, seed=6))
