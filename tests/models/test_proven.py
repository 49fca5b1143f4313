"""What has worked is not exceeded, and no more is given up than was proved necessary."""

from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.core.errors import BadArgumentError
from inglenook.models.proven import Proven
from inglenook.models.settings import KV_TYPES, EngineSettings

ANY = st.builds(
    EngineSettings,
    gpu_layers=st.integers(0, 100),
    context_tokens=st.integers(1, 4096).map(lambda steps: steps * 256),
    ubatch_tokens=st.sampled_from([1, 128, 512, 2048]),
    kv_type=st.sampled_from(KV_TYPES),
    use_mmap=st.booleans(),
    op_offload=st.booleans(),
    sequences=st.integers(1, 64),
    experts_in_ram=st.integers(0, 60),
)


@given(ANY, ANY)
def test_nothing_is_asked_for_beyond_what_has_worked(worked, planned):
    within = Proven.of(worked).within(planned)
    for name in ("gpu_layers", "context_tokens", "ubatch_tokens", "sequences", "op_offload"):
        assert getattr(within, name) <= min(getattr(worked, name), getattr(planned, name))
    assert within.kv_type == worked.kv_type
    if within.gpu_layers:
        assert within.experts_in_ram >= max(worked.experts_in_ram, planned.experts_in_ram)


def test_a_plan_that_asks_for_no_more_stays_as_it_is():
    settings = EngineSettings(gpu_layers=20, context_tokens=4096, op_offload=True)
    assert Proven.of(settings).within(settings) == settings


def test_a_card_that_had_to_be_left_out_is_left_out():
    whole = EngineSettings(gpu_layers=33, experts_in_ram=5, op_offload=True)
    alone = Proven.of(replace(whole, gpu_layers=0)).within(whole)
    assert (alone.gpu_layers, alone.experts_in_ram, alone.op_offload) == (0, 0, False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"gpu_layers": -1}, {"context_tokens": 0}, {"context_tokens": 300},
        {"ubatch_tokens": 0}, {"sequences": 0}, {"experts_in_ram": -1}, {"kv_type": "q1"},
    ],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused(wrong):
    with pytest.raises(BadArgumentError):
        Proven(**{**asdict(Proven.of(EngineSettings())), **wrong})
