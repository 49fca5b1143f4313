"""An 8B-shaped model loaded for real on this computer's processor, beside its plan."""

import json
import subprocess
import sys
from dataclasses import asdict, replace

import pytest
from tests.data import skeletons

from inglenook.core.units import GIB, MIB
from inglenook.hardware.machine import measure_host
from inglenook.hardware.modelfile import read_model_facts
from inglenook.models.fit import Wish, plan
from inglenook.services.sizes import EngineSizes
from inglenook.storage.sizes import SizesFile

pytestmark = [
    pytest.mark.model,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc"),
]

_LOAD = """
import json, re, sys
from pathlib import Path
import msgspec
from inglenook.engine.answering import LlamaBackend
from inglenook.engine.protocol import Load
from inglenook.models.settings import EngineSettings

def resident():
    status = Path("/proc/self/status").read_text()
    found = re.findall(r"(Rss\\w+):\\s+(\\d+) kB", status)
    return {name: 1024 * int(size) for name, size in found}

backend = LlamaBackend()
before = resident()
settings = msgspec.convert(json.loads(sys.argv[2]), EngineSettings)
loaded = backend.load(Load(sys.argv[1], settings), lambda _: True)
after = resident()
taken = {name: after[name] - before[name] for name in after}
print(json.dumps([taken, msgspec.to_builtins(loaded.memory), loaded.load_s]))
"""


def taken_by(path, settings):
    """Load in a process of its own; return its resident bytes, and what llama.cpp says."""
    done = subprocess.run(
        [sys.executable, "-c", _LOAD, str(path), json.dumps(asdict(settings))],
        capture_output=True,
        timeout=150,
        check=True,
    )
    rss, (taken,), load_s = json.loads(done.stdout)
    sizes = {name: size // MIB for name, size in rss.items()}
    print(f"resident {sizes} MiB, told {taken}, {load_s:.1f} s")
    return rss, taken


def test_planned_memory_is_what_the_process_really_has(tmp_path):
    """A mapped file's weights are the system's pages, and all of them are planned.

    Where the processor wants weights in another form, copies of them come on top of the pages,
    which the system then takes back.
    """
    host = measure_host()
    if host.ram_available_bytes < 11 * GIB:
        pytest.skip("this takes 9 GB of main memory")
    path = skeletons.write(tmp_path, "Llama-3.1-8B", words=True)
    facts = read_model_facts(path)
    with EngineSizes(SizesFile(tmp_path / "sizes.json")).of(str(path), facts, ()) as cost:
        made = plan(facts, (), host, Wish(context_tokens=4096), cost)
    assert not cost.is_guess
    (planned,) = made.memory
    print(f"planned {planned.total_bytes // MIB} MiB")
    read, told = taken_by(path, replace(made.settings, use_mmap=False))
    # The vocabulary is not planned; not all of the working memory is touched by one token.
    assert sum(read.values()) == pytest.approx(planned.total_bytes, rel=0.05)
    for part in ("weights_bytes", "kv_bytes", "compute_bytes"):
        assert told[part] == pytest.approx(getattr(planned, part), rel=0.001)
    mapped, told = taken_by(path, made.settings)
    assert told["weights_bytes"] == pytest.approx(planned.weights_bytes, rel=0.001)
    assert mapped["RssAnon"] < planned.total_bytes
    kept = sum(mapped.values()) - mapped["RssFile"] + path.stat().st_size
    assert kept > 0.97 * planned.total_bytes
