"""Plans for several cards, and for models whose experts may stay in main memory."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inglenook.core.units import GIB
from inglenook.models.attention import Attention
from inglenook.models.facts import ModelFacts, Weights
from inglenook.models.fit import Plan, Verdict, Wish, plan
from inglenook.models.machine import DeviceFacts, DeviceKind, HostFacts
from inglenook.models.memory import memory_parts


def model(gib: float, *, layers: int = 32, experts: float = 0.0) -> ModelFacts:
    each = int(gib * GIB / (layers + 2))
    aside = (int(each * experts),) * layers if experts else ()
    return ModelFacts(
        name="Test",
        architecture="llama",
        weights=Weights((each,) * layers, each, each, tied=False, experts=aside),
        attention=(Attention(512, 512),) * layers,
        context_tokens=32768,
        embedding_width=2048,
        feed_forward_width=6144,
        vocabulary=150000,
        has_template=True,
    )


def card(free_gib: float, name: str = "CUDA0") -> DeviceFacts:
    kind = DeviceKind.DISCRETE
    return DeviceFacts(name, f"Card {name}", kind, int(free_gib * GIB), int(free_gib * GIB))


HOST = HostFacts(64 * GIB, 60 * GIB, 8, 16)


def test_experts_stay_in_main_memory_before_layers_do():
    found = plan(model(17, layers=48, experts=0.95), (card(12),), HOST)
    assert found.verdict is Verdict.SPLIT
    assert found.summary == "On GPU, with experts in memory"
    assert found.settings.gpu_layers == 49
    assert 12 < found.settings.experts_in_ram < 25
    assert found.settings.op_offload
    assert found.settings.threads == 8
    aside = found.settings.experts_in_ram
    assert found.reasons[0].startswith(
        f"All layers on Card CUDA0 but for their experts: {aside} of 48 layers keep those in "
        "main memory, since all would need "
    )


def test_a_small_card_takes_all_but_the_experts():
    found = plan(model(17, layers=48, experts=0.98), (card(2.15),), HOST)
    assert found.settings.experts_in_ram == 48
    assert "but for their experts: those stay in main memory, since all" in found.reasons[0]


def test_where_not_even_the_rest_fits_layers_are_split():
    found = plan(model(30, layers=48, experts=0.5), (card(8),), HOST)
    assert found.verdict is Verdict.SPLIT
    assert found.settings.experts_in_ram == 0
    assert 1 < found.settings.gpu_layers < 48


def test_experts_move_for_nobody_who_has_set_the_layers():
    found = plan(model(17, layers=48, experts=0.95), (card(12),), HOST, Wish(gpu_layers=5))
    assert (found.settings.gpu_layers, found.settings.experts_in_ram) == (5, 0)


def test_one_card_is_enough_where_all_fits_on_it():
    found = plan(model(5), (card(8), card(24, "CUDA1")), HOST)
    assert found.settings.devices == ("CUDA1",)
    assert found.settings.layers_on == ()
    assert found.reasons[0] == "All 32 layers fit on Card CUDA1."


def test_cards_are_filled_alike_and_the_shares_are_told_exactly():
    found = plan(model(27), (card(12), card(24, "CUDA1")), HOST)
    assert found.verdict is Verdict.GPU
    few, many = found.settings.layers_on
    assert few + many == found.settings.gpu_layers == 33
    assert 9 <= few <= 11
    assert [part.device for part in found.memory] == ["CUDA0", "CUDA1", "CPU"]


def test_a_card_without_room_is_left_alone():
    found = plan(model(27), (card(0.3), card(24, "CUDA1")), HOST)
    assert found.settings.devices == ("CUDA1",)
    assert found.verdict is Verdict.SPLIT


def test_half_of_the_work_space_goes_before_layers_do():
    facts = model(9.3)
    seen = {}
    for free in range(118, 80, -1):
        found = plan(facts, (card(free / 10),), HOST)
        seen.setdefault((found.verdict, found.settings.ubatch_tokens), free)
    small = [each for each in seen if each[1] == 256]
    assert small == [] or small == [(Verdict.GPU, 256)]


def test_what_settings_take_is_asked_of_the_cost():
    """A cost that says twice as much leaves half as many layers on the card."""
    asked = []
    facts = model(17)

    def dear(engine_settings):
        asked.append(engine_settings)
        return tuple(
            replace(part, weights_bytes=2 * part.weights_bytes)
            for part in memory_parts(facts, engine_settings)
        )

    plain, found = (plan(facts, (card(12),), HOST, cost=cost) for cost in (None, dear))
    assert found.settings.gpu_layers == pytest.approx(plain.settings.gpu_layers / 2, abs=2)
    assert len(set(asked)) < 25


RANK = list(Verdict)
models = st.builds(
    model,
    st.floats(0.3, 80),
    layers=st.integers(1, 60),
    experts=st.sampled_from([0.0, 0.5, 0.95]),
)
frees = st.floats(0.1, 60)
cards = st.lists(frees, max_size=3).map(
    lambda each: tuple(card(free, f"CUDA{at}") for at, free in enumerate(each))
)
wishes = st.builds(
    Wish,
    context_tokens=st.none() | st.integers(256, 32768),
    gpu_layers=st.none() | st.integers(0, 60),
    kv_type=st.sampled_from([None, "f16", "q8_0"]),
    devices=st.sampled_from([None, (), ("CUDA0",), ("CUDA1", "CUDA2")]),
)


def rank(found: Plan) -> int:
    return RANK.index(found.verdict)


@settings(max_examples=200, deadline=None)
@given(models, cards, frees, wishes)
def test_no_plan_exceeds_free_minus_margin(facts, gpus, ram, wish):
    host = HostFacts(64 * GIB, int(ram * GIB), 8, 16)
    found = plan(facts, gpus, host, wish)
    if found.verdict in {Verdict.TIGHT, Verdict.TOO_BIG}:
        return
    free = {one.name: one.free_bytes for one in gpus} | {"CPU": host.ram_available_bytes}
    for part in found.memory:
        assert part.total_bytes + part.margin_bytes <= free[part.device]


@settings(max_examples=200, deadline=None)
@given(models, frees, frees, st.floats(0, 20), st.floats(0, 20), wishes)
def test_more_memory_never_gives_a_worse_verdict(facts, gpu, ram, more_gpu, more_ram, wish):
    verdicts = []
    for plus_gpu, plus_ram in ((0, 0), (more_gpu, more_ram)):
        # The totals stay, so that margins do.
        one = DeviceFacts(
            "CUDA0", "", DeviceKind.DISCRETE, 99 * GIB, int((gpu + plus_gpu) * GIB)
        )
        host = HostFacts(99 * GIB, int((ram + plus_ram) * GIB), 8, 16)
        verdicts.append(rank(plan(facts, (one,), host, wish)))
    assert verdicts[1] <= verdicts[0]


@settings(max_examples=100, deadline=None)
@given(models, frees, frees)
def test_more_memory_never_moves_experts_off_a_card(facts, one, other):
    less, more = sorted((one, other))
    few, many = (plan(facts, (card(free),), HOST) for free in (less, more))
    are_alike = few.settings.kv_type == many.settings.kv_type
    if are_alike and few.settings.experts_in_ram and many.settings.experts_in_ram:
        assert many.settings.experts_in_ram <= few.settings.experts_in_ram


@settings(max_examples=150, deadline=None)
@given(models, frees, st.integers(256, 32768), st.integers(256, 32768))
def test_a_longer_context_never_has_more_on_the_card(facts, free, one, other):
    short, long = (
        plan(facts, (card(free),), HOST, Wish(context_tokens=tokens, kv_type="f16"))
        for tokens in sorted((one, other))
    )
    if long.settings.context_tokens >= short.settings.context_tokens:
        assert rank(short) <= rank(long)


def test_margins_are_kept_on_every_card():
    found = plan(model(27), (card(12), card(24, "CUDA1")), HOST)
    assert [part.margin_bytes for part in found.memory[:2]] == [
        12 * GIB * 5 // 100,
        24 * GIB * 5 // 100,
    ]


def test_more_lines_of_text_are_kept_only_if_the_cost_says_so_too():
    facts = model(5)

    def dear(engine_settings):
        *gpus, main = memory_parts(facts, engine_settings)
        more = (engine_settings.sequences > 4) * 4 * GIB
        return (*gpus, replace(main, compute_bytes=main.compute_bytes + more))

    assert plan(facts, (card(8),), HOST).settings.sequences == 16
    assert plan(facts, (card(8),), HOST, cost=dear).settings.sequences == 4
