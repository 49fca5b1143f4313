"""The skeletons that placement is tested with are what they claim to be."""

import pytest
from tests.data import skeletons

from inglenook.core.units import GIB
from inglenook.hardware.modelfile import read_model_facts

PUBLISHED_GIB = {
    "Llama-3.1-8B": 4.58,
    "Qwen3-30B-A3B": 17.28,
    "Gemma-3-27B": 15.40,
    "gpt-oss-20b": 11.27,
}


@pytest.mark.parametrize(("name", "gib"), PUBLISHED_GIB.items())
def test_a_skeleton_is_as_large_as_the_published_file(name, gib, tmp_path):
    assert skeletons.write(tmp_path, name).stat().st_size / GIB == pytest.approx(gib, abs=0.01)


@pytest.mark.parametrize("name", skeletons.SKELETONS)
def test_a_skeleton_reads_like_a_model_and_takes_no_room(name, tmp_path):
    path = skeletons.write(tmp_path, name)
    facts = read_model_facts(path)
    assert facts.layers == skeletons.SKELETONS[name].layers
    assert facts.vocabulary == skeletons.SKELETONS[name].vocabulary
    assert facts.weights.total_bytes == pytest.approx(path.stat().st_size, rel=0.001)
    assert path.stat().st_blocks * 512 < 1_000_000
