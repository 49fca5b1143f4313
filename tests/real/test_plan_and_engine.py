"""The plan's memory beside what llama.cpp says it allocates."""

import re

import pytest

from inglenook.core.units import MIB
from inglenook.hardware.machine import measure_host
from inglenook.hardware.modelfile import read_model_facts
from inglenook.models.fit import Plan, Wish, plan

pytestmark = pytest.mark.model


def allocated(path, found: Plan) -> dict[str, float]:
    """Load as planned; return MiB by kind of buffer."""
    from inglenook.engine.context import Context  # noqa: PLC0415 - loads llama.cpp
    from inglenook.engine.lib import AbortFlag, log  # noqa: PLC0415
    from inglenook.engine.model import Model  # noqa: PLC0415

    model = Model.load(str(path), found.settings, lambda _: True)
    lines = list(log.lines())
    context = Context(model, found.settings, AbortFlag())
    lines += log.lines()
    context.free()
    model.free()
    sizes = re.findall(r"(model|KV|compute) buffer size = +([\d.]+) MiB", "\n".join(lines))
    return {kind: float(size) for kind, size in sizes}


@pytest.mark.parametrize("context", [1024, 4096, 8192])
def test_the_engine_takes_what_the_plan_said(starter, context):
    found = plan(read_model_facts(starter), (), measure_host(), Wish(context_tokens=context))
    (part,) = found.memory
    real = allocated(starter, found)
    assert part.weights_bytes / MIB == pytest.approx(real["model"], rel=0.01)
    assert part.compute_bytes / MIB == pytest.approx(real["compute"], rel=0.01)
    assert part.kv_bytes / MIB == pytest.approx(real.get("KV", context * 90 / 4096), rel=0.01)
