"""Everything at once and at random: nothing is lost, nothing is told twice, nothing leaks."""

import sys
from dataclasses import replace

import psutil
import pytest
from tests.data.tiny_llama import write
from tests.data.tiny_recurrent import write_jamba, write_lfm2, write_mamba
from tests.real.soaking import PROBES, Soak

from inglenook.models.settings import EngineSettings

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(sys.platform != "linux", reason="kills and measures by /proc"),
]

# So small that answers outgrow it, wait for room and are sent back all the time.
TIGHT = EngineSettings(threads=1, context_tokens=512, ubatch_tokens=64, sequences=6)
WRITERS = {
    "attention": write,
    "window": lambda path: write(path, arch="gemma3", window=32),
    "recurrent": write_mamba,
    "hybrid": write_lfm2,
    "hybrid with a large state": write_jamba,
}
ROUNDS, ACTIONS = 4, 60
STARTER_ROUNDS, STARTER_ACTIONS = 1, 20
# Measured 2026-11 over five minutes: 28 to 41 MiB, up and down, for every kind of memory.
MOST_GROWTH_MIB = 24.0


@pytest.fixture(params=[*WRITERS, "starter"])
def soak(request, tmp_path):
    if request.param == "starter":
        path = request.getfixturevalue("starter")
    else:
        path = WRITERS[request.param](tmp_path / "m.gguf")
    folder = tmp_path / "snapshots"
    folder.mkdir()
    is_quick = request.param != "starter"
    made = Soak(path, folder, 7, TIGHT if is_quick else replace(TIGHT, context_tokens=256))
    made.is_quick = is_quick
    yield made
    made.client.close()
    print(*made.trail, sep="\n")  # shown when it failed


def test_whatever_is_asked_at_once_each_answer_is_whole_and_ends_once(soak):
    for number in range(PROBES):
        soak.probe(number)
        soak.settle()
    usual = [soak.question] * 50 + [soak.probe] * 8 + [soak.cancel] * 10 + [soak.front] * 5
    rare = [soak.forget] * 4 + [soak.threads] * 2 + [soak.disturb_folder] * 2
    rare += [soak.load_again, soak.unload]
    sizes = []
    rounds = ROUNDS if soak.is_quick else STARTER_ROUNDS
    for _ in range(rounds):
        for _ in range(ACTIONS if soak.is_quick else STARTER_ACTIONS):
            soak.random.choice(usual + rare)()
            soak.hear_some(soak.random.choice([0, 0, 0.001, 0.01]))
        soak.check_forgotten()
        sizes.append(psutil.Process(soak.pid).memory_full_info().uss / 2**20)
    assert max(sizes) - sizes[0] < MOST_GROWTH_MIB
    soak.question()
    soak.kill()
    soak.check_room()
