"""Whatever is done to sequences, each is what its tokens make it."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.data.memory_desk import UBATCH, WRITERS, Desk, all_kinds, fresh, ids, is_same

from inglenook.engine.model import Ids, Model


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> Iterator[dict[str, Model]]:
    models = all_kinds(tmp_path_factory.mktemp("models"))
    yield models
    for each in models.values():
        each.free()


NUMBER = st.integers(0, 3)
SHARE = st.integers(0, 10)  # tenths of what a sequence holds
OPERATIONS = st.one_of(
    st.tuples(st.just("read"), NUMBER, st.integers(1, 150)),
    st.tuples(st.just("step"), st.permutations(range(4)), st.integers(1, 4)),
    st.tuples(st.just("mix"), st.permutations(range(4)), st.integers(2, UBATCH - 3)),
    st.tuples(st.just("keep"), NUMBER, SHARE),
    st.tuples(st.just("copy"), st.permutations(range(4)), SHARE),
    st.tuples(st.just("mark"), NUMBER, st.none()),
    st.tuples(st.just("drop"), NUMBER, st.none()),
    st.tuples(st.just("abort"), NUMBER, st.integers(1, 60)),
)


def perform(desk: Desk, seed: int, name: str, which, amount) -> None:
    most = desk.memory.most_at_once
    if name == "read":
        for start in range(0, amount, most):
            few = min(most, amount - start)
            read_if_there_is_room(desk, [(which, ids(few, seed + start))])
    elif name == "step":
        read_if_there_is_room(desk, [(each, ids(1, seed + each)) for each in which[:amount]])
    elif name == "mix":
        counts = (1, 1, amount, 1)
        parts = [(each, ids(n, seed + each)) for each, n in zip(which, counts, strict=True)]
        read_if_there_is_room(desk, parts)
    elif name == "keep":
        desk.keep(which, share_of(desk, which, amount))
    elif name == "copy":
        source, target = which[:2]
        if not desk.held[target]:
            desk.copy(source, target, share_of(desk, source, amount))
    elif name == "mark":
        desk.memory.mark(which)
    elif name == "drop":
        desk.drop(which)
    else:
        desk.abort((which, ids(min(amount, most), seed)))


def read_if_there_is_room(desk: Desk, parts: list[tuple[int, Ids]]) -> None:
    rows = [row for part in parts for row in desk.rows(*part)]
    if desk.decode(*rows) and not (desk.memory.tidy() and desk.decode(*rows) == 0):
        return
    for sequence, each in parts:
        desk.held[sequence] += [int(one) for one in each]


def share_of(desk: Desk, sequence: int, tenths: int) -> int:
    return len(desk.held[sequence]) * tenths // 10


@pytest.mark.parametrize("kind", WRITERS)
@settings(max_examples=30, deadline=None)
@given(operations=st.lists(OPERATIONS, min_size=8, max_size=30))
def test_whatever_happens_a_sequence_is_what_its_tokens_make_it(loaded, kind, operations):
    desk = Desk(loaded[kind])
    try:
        for at, operation in enumerate(operations):
            perform(desk, 10 * at, *operation)
            assert desk.lengths() == [len(each) for each in desk.held]
        for sequence in range(4):
            if len(desk.held[sequence]) and desk.decode(*desk.rows(sequence, ids(1))) == 0:
                desk.held[sequence] += [int(ids(1)[0])]
                logits = desk.logits(0)
                assert is_same(desk, logits, fresh(desk, desk.held[sequence]))
    finally:
        desk.free()
