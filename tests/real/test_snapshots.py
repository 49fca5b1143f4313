"""Snapshots of the starter model: nothing is read twice, and nothing comes out otherwise."""

import time

import numpy as np
import pytest
from tests.data.raw_context import RawContext

from inglenook.engine.model import Model
from inglenook.engine.snapshotkey import snapshot_key
from inglenook.engine.snapshots import Snapshots
from inglenook.models.fit import EngineSettings

pytestmark = pytest.mark.model

CHAT = "0" * 26
SETTINGS = EngineSettings(context_tokens=1024, threads=1, sequences=2)
TEXT = "The hearth is the oldest room of the house; people sat there, cooked and told. " * 40


@pytest.fixture(scope="module", params=["f16", "q8_0"])
def settings(request):
    return EngineSettings(context_tokens=1024, threads=1, sequences=2, kv_type=request.param)


@pytest.fixture(scope="module")
def model(starter):
    loaded = Model.load(str(starter), SETTINGS, lambda _fraction: True)
    yield loaded
    loaded.free()


def written(context, row, start, sequence):
    """Write 24 tokens greedily."""
    tokens = []
    for position in range(start, start + 24):
        tokens.append(int(row.argmax()))
        row = context.read(tokens[-1:], position, sequence=sequence)
    return tokens


def test_a_chat_goes_on_from_its_snapshot_much_sooner_and_alike(
    starter, model, settings, tmp_path
):
    ids = model.tokens(TEXT, special=False)[:600]
    more = model.tokens("And so the story begins:", special=False)
    key = snapshot_key(str(starter), settings, model)
    first, again = RawContext(model, settings), RawContext(model, settings)
    started_s = time.perf_counter()
    first.read(ids, 0)
    read_s = time.perf_counter() - started_s
    kept = Snapshots(tmp_path, key)
    kept.save(CHAT, ids, first.handle, 0)
    kept.close()
    expected = written(first, first.read(more, len(ids)), len(ids) + len(more), 0)
    started_s = time.perf_counter()
    restored = Snapshots(tmp_path, key).restore(CHAT, again.handle, 1)
    restored_s = time.perf_counter() - started_s
    row = again.read(more, len(ids), sequence=1)
    found = written(again, row, len(ids) + len(more), 1)
    first.free()
    again.free()
    assert np.array_equal(restored, ids)
    assert found == expected
    assert restored_s < read_s / 5  # 1/100 on a quiet machine; the benchmark has the bar
