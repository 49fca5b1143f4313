"""The plan's memory beside what llama.cpp says it allocates."""

import re
from collections import deque
from dataclasses import replace

import pytest

from inglenook.core.units import MIB
from inglenook.hardware.machine import measure_host
from inglenook.hardware.modelfile import read_model_facts
from inglenook.models.fit import Plan, Wish, plan
from inglenook.models.memory import compute_bytes

pytestmark = pytest.mark.model


def allocated(path, found: Plan, monkeypatch) -> dict[str, float]:
    """Load as planned; return MiB by kind of buffer."""
    from inglenook.engine.context import Context  # noqa: PLC0415 - loads llama.cpp
    from inglenook.engine.lib import AbortFlag, log  # noqa: PLC0415
    from inglenook.engine.model import Model  # noqa: PLC0415

    monkeypatch.setattr(log, "_lines", deque(maxlen=20_000))  # it tells a lot of each layer
    model = Model.load(str(path), found.settings, lambda _: True)
    lines = list(log.lines())
    context = Context(model, found.settings, AbortFlag())
    lines += log.lines()
    context.free()
    model.free()
    sizes = re.findall(
        r"(model|KV|compute|output) +buffer size = +([\d.]+) MiB", "\n".join(lines)
    )
    return {kind: float(size) for kind, size in sizes}


@pytest.mark.parametrize("context", [1024, 4096, 8192])
def test_the_engine_takes_what_the_plan_said(starter, context, monkeypatch):
    found = plan(read_model_facts(starter), (), measure_host(), Wish(context_tokens=context))
    (part,) = found.memory
    real = allocated(starter, found, monkeypatch)
    assert part.weights_bytes / MIB == pytest.approx(real["model"], rel=0.01)
    assert part.compute_bytes / MIB == pytest.approx(real["compute"] + real["output"], rel=0.01)
    assert part.kv_bytes / MIB == pytest.approx(real["KV"], rel=0.01)


@pytest.mark.parametrize("sequences", [1, 8, 32])
def test_a_line_of_text_more_takes_a_row_of_scores(starter, sequences, monkeypatch):
    facts = read_model_facts(starter)
    found = plan(facts, (), measure_host(), Wish(context_tokens=2048))
    found = replace(found, settings=replace(found.settings, sequences=sequences))
    real = allocated(starter, found, monkeypatch)
    assert real["output"] == pytest.approx(4 * facts.vocabulary * sequences / MIB, abs=0.01)
    assert compute_bytes(facts, found.settings) / MIB == pytest.approx(
        real["compute"], rel=0.01
    )
