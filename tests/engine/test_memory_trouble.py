"""Decodes that were aborted, failed or found no room, and what is left after them."""

from collections.abc import Iterator

import pytest
from tests.data.memory_desk import HAS_STATE, WRITERS, Desk, agrees, all_kinds, ids, opened
from tests.data.tiny_llama import write

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


# --- ends that are no success ---


def test_an_abort_costs_no_more_than_it_must(desk, kind):
    desk.read((0, ids(60)), (1, ids(50, seed=2)))
    desk.abort((1, ids(40, seed=9)))
    assert desk.memory.can_abort == (kind not in HAS_STATE)
    assert desk.lengths() == ([60, 50, 0, 0] if desk.memory.can_abort else [0, 0, 0, 0])
    for sequence in (0, 1, 2):
        assert agrees(desk, sequence, ids(9, seed=3))


@pytest.mark.parametrize("kind", HAS_STATE)
def test_an_abort_damages_states_beside_the_batch_which_checkpoints_mend(desk):
    for sequence in (0, 2, 1):
        desk.read((sequence, ids(50, seed=sequence)))
        desk.memory.mark(sequence)
        desk.read((sequence, ids(10, seed=sequence + 5)))
    desk.copy(0, 3, 60)
    # To lie in one block, the states of 2 and 3 change places with that of 1.
    desk.abort((2, ids(20, seed=8)), (3, ids(40, seed=9)))
    assert desk.lengths() == [50, 50, 50, 50]
    for sequence in range(4):
        assert agrees(desk, sequence, ids(9, seed=3))


def test_a_batch_without_room_changes_nothing(desk, kind):
    desk.read((0, ids(600)), (1, ids(50, seed=2)))
    code = desk.decode(*desk.rows(2, ids(800, seed=3)))
    assert code == (0 if kind == "recurrent" else 1)
    if code == 0:
        desk.drop(2)
    assert desk.lengths() == [600, 50, 0, 0]
    assert agrees(desk, 0, ids(9, seed=4))
    assert agrees(desk, 1, ids(9, seed=4))


@pytest.fixture
def windowed(tmp_path) -> Iterator[Desk]:
    """A window larger than a batch: its cells are four windows and a little."""
    path = write(tmp_path / "wide.gguf", arch="gemma3", window=240)
    model = opened(path)
    desk = Desk(model, cells=4096)
    yield desk
    desk.free()
    model.free()


def test_forks_of_a_long_prompt_leave_each_other_room(windowed):
    windowed.read((0, ids(900)))
    for target in (1, 2, 3):
        assert windowed.copy(0, target, 900) == 900
    # All 900 cells of the prompt would be blocked, and leave 31 to each of them.
    before = windowed.step(300)
    assert before > 150
    assert before == 300 or windowed.memory.tidy()
    assert windowed.step(300, seed=7) == 300
    for sequence in range(4):
        assert agrees(windowed, sequence, ids(9, seed=2))


def test_forks_of_forks_get_room_by_tidying(windowed):
    windowed.read((0, ids(300)))
    windowed.copy(0, 1, 300)
    for sequence in (0, 1):
        windowed.read((sequence, ids(240, seed=2 + sequence)))
    windowed.copy(0, 2, 540)
    windowed.copy(1, 3, 540)
    assert windowed.step(300) < 300
    assert windowed.memory.tidy()
    assert not windowed.memory.tidy()
    assert windowed.lengths() == [len(each) for each in windowed.held]
    assert windowed.step(300, seed=7) == 300
    for sequence in range(4):
        assert agrees(windowed, sequence, ids(9, seed=2))


def test_a_fork_that_is_alone_again_is_trimmed_before_the_next(windowed):
    windowed.read((0, ids(900)))
    windowed.copy(0, 1, 900)
    windowed.drop(1)
    windowed.read((0, ids(700, seed=2)))
    for target in (1, 2, 3):
        windowed.copy(0, target, 1600)
    assert windowed.step(300) > 150
    assert windowed.memory.tidy()
    assert agrees(windowed, 0, ids(9, seed=2))


def test_tidying_gives_up_where_the_copies_would_take_too_much(windowed):
    small = Desk(windowed.model, checkpoint_bytes=1000)
    small.read((0, ids(60)))
    small.copy(0, 1, 60)
    assert not small.memory.tidy()
    small.free()


def test_without_forks_or_without_a_window_there_is_nothing_to_tidy(desk, kind):
    desk.read((0, ids(60)))
    assert not desk.memory.tidy()
    desk.copy(0, 1, 60)
    assert desk.memory.tidy() == ("window" in kind)
    assert agrees(desk, 0, ids(9, seed=2))
    assert agrees(desk, 1, ids(9, seed=2))
