from dataclasses import replace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inglenook.core.errors import BadArgumentError
from inglenook.core.units import GIB, MIB
from inglenook.models.attention import Attention
from inglenook.models.budget import Budget, card_margin_bytes, host_margin_bytes, usable_gpus
from inglenook.models.facts import ModelFacts, Weights
from inglenook.models.fit import Plan, Verdict, Wish, longest_context, plan
from inglenook.models.machine import DeviceFacts, DeviceKind, HostFacts
from inglenook.models.memory import memory_parts
from inglenook.models.search import Search


def model(size_gib: float = 4.6, *, layers: int = 32, trained: int = 131072, width: int = 1024):
    each = int(size_gib * GIB / (layers + 2))
    return ModelFacts(
        name="Test 8B",
        architecture="llama",
        weights=Weights((each,) * layers, each, each, tied=False),
        attention=(Attention(width, width),) * layers,
        context_tokens=trained,
        embedding_width=4096,
        feed_forward_width=14336,
        vocabulary=128256,
        has_template=True,
    )


def card(free_gib: float, name: str = "CUDA0", kind: DeviceKind = DeviceKind.DISCRETE):
    return DeviceFacts(
        name, f"Card {name}", kind, int(free_gib * 1.1 * GIB), int(free_gib * GIB)
    )


def host(free_gib: float = 20, total_gib: float = 32, physical: int = 8, logical: int = 16):
    return HostFacts(int(total_gib * GIB), int(free_gib * GIB), physical, logical)


def test_without_a_card_the_processor_does_the_work():
    found = plan(model(), (), host())
    assert (found.verdict, found.summary) == (Verdict.CPU, "Running on CPU")
    assert found.settings.gpu_layers == 0
    assert not found.settings.op_offload
    assert found.settings.context_tokens == 8192
    assert [part.device for part in found.memory] == ["CPU"]
    assert found.reasons == (
        "No graphics card that can be used was found, so the processor does the work.",
        "A conversation may have 8,192 tokens.",
        "8 threads compute, one for each core that is meant for such work.",
    )


def test_a_file_without_a_chat_template_is_told():
    found = plan(replace(model(), has_template=False), (), host())
    assert "no chat template" in found.reasons[-1]


def test_a_large_card_takes_every_layer():
    found = plan(model(), (card(12),), host())
    assert (found.verdict, found.summary) == (Verdict.GPU, "All 32 layers on GPU")
    assert found.settings.gpu_layers == 33
    assert found.settings.threads == 4
    assert found.reasons[0] == "All 32 layers fit on Card CUDA0."
    assert found.reasons[-1] == "4 threads compute: the GPU does the work."


def test_a_small_card_takes_some_layers_and_says_what_lacks():
    found = plan(model(), (card(4),), host())
    assert found.verdict is Verdict.SPLIT
    on_gpu = found.settings.gpu_layers - 1
    assert 0 < on_gpu < 32
    assert found.summary == f"{on_gpu} of 32 layers on GPU"
    assert found.settings.op_offload
    assert found.reasons[0].startswith(
        f"{on_gpu} of 32 layers on Card CUDA0: all 32 would need "
    )
    assert "fewer layers on the GPU" in found.reasons[1]


def test_a_card_that_is_almost_full_is_left_alone():
    found = plan(model(), (card(0.9),), host())
    assert found.verdict is Verdict.CPU
    assert found.reasons[0].startswith(
        "The processor does the work: Card CUDA0 has 922 MB free, "
    )


def test_the_context_shrinks_before_the_cache_and_the_cache_before_layers():
    seen = []
    for free in range(300, 120, -1):
        found = plan(model(12), (card(free / 20),), host())
        seen.append((found.verdict, found.settings.context_tokens, found.settings.kv_type))
    assert list(dict.fromkeys(seen)) == [
        (Verdict.GPU, 8192, "f16"),
        (Verdict.GPU, 4096, "f16"),
        (Verdict.GPU, 4096, "q8_0"),
        (Verdict.SPLIT, 4096, "f16"),
    ]


def test_a_shorter_context_says_what_the_usual_one_lacks():
    found = plan(model(4.6), (), host(6.0, 8))
    assert found.settings.context_tokens == 4096
    assert found.reasons[1].startswith(
        "A conversation may have 4,096 tokens: 8,192 would need "
    )


def test_sliding_layers_may_leave_room_for_more_than_was_chosen():
    facts = replace(model(4.6), window=1024)
    slides = tuple(replace(one, sliding=True) for one in facts.attention[2:])
    facts = replace(facts, attention=facts.attention[:2] + slides)
    reasons = plan(facts, (), host(5.42, 8)).reasons
    assert reasons[1] == "A conversation may have 4,096 tokens."


def test_a_halved_cache_is_explained():
    found = plan(model(4.6), (), host(5.6, 8))
    assert found.settings.kv_type == "q8_0"
    assert (
        "The conversation is kept in 8-bit form, which takes half the memory." in found.reasons
    )


@pytest.mark.parametrize(
    ("free", "total", "verdict", "words"),
    [(4.8, 8, Verdict.TIGHT, "close other programs"), (3, 4, Verdict.TOO_BIG, "smaller file")],
)
def test_too_little_memory_is_said_with_advice(free, total, verdict, words):
    found = plan(model(4.6), (), host(free, total))
    assert found.verdict is verdict
    assert found.settings.context_tokens == 2048
    assert words in found.reasons[1]
    assert found.summary in {"Barely fits in memory", "Too big for this computer"}


def test_integrated_graphics_share_main_memory_and_take_all_or_nothing():
    shared = card(16, "MTL0", DeviceKind.INTEGRATED)
    assert plan(model(), (shared,), host(14, 16)).verdict is Verdict.GPU
    assert plan(model(9), (shared,), host(11, 16)).verdict is Verdict.CPU


def test_some_layers_on_integrated_graphics_are_not_to_be_had():
    shared = card(16, "MTL0", DeviceKind.INTEGRATED)
    found = plan(model(), (shared,), host(14, 16), Wish(gpu_layers=10))
    assert found.verdict is Verdict.CPU
    assert found.reasons[0].endswith("Card MTL0 can take all layers or none.")


def test_a_card_takes_a_short_conversation_when_main_memory_has_no_room():
    found = plan(model(), (card(5.25),), host(0.7, 8))
    assert found.verdict is Verdict.GPU
    assert found.settings.context_tokens == 2048
    assert "8,192 would need" in found.reasons[1]


def test_a_card_is_too_small_when_main_memory_lacks():
    found = plan(model(), (card(12),), host(0.5, 8))
    assert found.verdict is Verdict.TIGHT
    assert "too little for this model and a conversation" in found.reasons[0]


def test_a_card_puts_integrated_graphics_aside():
    both = (card(16, "Vulkan1", DeviceKind.INTEGRATED), card(16, "Vulkan0"))
    assert [gpu.name for gpu in usable_gpus(both)] == ["Vulkan0"]


def test_a_card_that_does_not_tell_its_memory_is_not_used():
    silent = DeviceFacts("CUDA0", "", DeviceKind.DISCRETE, 0, 0)
    found = plan(model(), (silent, card(16, "MTL0", DeviceKind.INTEGRATED)), host())
    assert found.verdict is Verdict.CPU
    assert "does not say how much memory is free" in found.reasons[0]


def test_two_cards_hold_what_one_cannot():
    found = plan(model(15), (card(10, "CUDA0"), card(12, "CUDA1")), host())
    assert found.verdict is Verdict.GPU
    assert [part.device for part in found.memory] == ["CUDA0", "CUDA1", "CPU"]
    assert "Card CUDA0 and Card CUDA1" in found.reasons[0]


def test_a_wish_for_the_context_comes_before_layers():
    found = plan(model(), (card(8),), host(), Wish(context_tokens=65536))
    assert found.settings.context_tokens == 65536
    assert found.verdict is Verdict.SPLIT
    assert "as set" in found.reasons[1]


def test_a_wish_beyond_all_memory_gets_what_fits():
    found = plan(model(), (), host(8, 8), Wish(context_tokens=131072))
    assert found.settings.context_tokens == 4096
    assert "131,072 would need" in found.reasons[1]


def test_a_small_wish_stays_small():
    found = plan(model(), (), host(4.9, 8), Wish(context_tokens=512))
    assert found.settings.context_tokens == 512


@pytest.mark.parametrize(("wished", "guesses"), [(None, True), (True, True), (False, False)])
def test_tokens_are_guessed_unless_that_was_switched_off(wished, guesses):
    assert plan(model(), (), host(), Wish(guesses=wished)).settings.guesses is guesses


def test_a_context_is_never_longer_than_trained():
    found = plan(model(trained=2048), (), host(), Wish(context_tokens=9000))
    assert found.settings.context_tokens == 2048
    assert found.reasons[1].endswith("all that the model was trained for.")


def test_an_unknown_training_length_gives_a_modest_context():
    found = plan(model(trained=0), (), host())
    assert found.settings.context_tokens == 4096
    assert "does not say what it was trained for" in found.reasons[1]
    assert plan(model(trained=0), (), host(), Wish(8192)).settings.context_tokens == 8192


def test_layers_threads_and_cache_can_be_set_by_hand():
    wish = Wish(gpu_layers=11, threads=3, kv_type="q8_0")
    found = plan(model(), (card(12),), host(), wish)
    assert (found.settings.gpu_layers, found.settings.threads) == (11, 3)
    assert found.settings.kv_type == "q8_0"
    assert found.summary == "10 of 32 layers on GPU"
    assert found.reasons[0] == "10 of 32 layers on Card CUDA0, as set."
    assert found.reasons[-2:] == (
        "The conversation is kept in 8-bit form, as set.",
        "3 threads compute, as set.",
    )
    off = plan(model(), (card(12),), host(), Wish(gpu_layers=0, threads=99))
    assert off.verdict is Verdict.CPU
    assert off.settings.threads == 16
    assert off.reasons[0] == "The processor does the work, as set; Card CUDA0 is not used."


def test_a_cache_that_cannot_be_halved_stays_whole():
    found = plan(model(width=33), (), host(), Wish(kv_type="q8_0"))
    assert found.settings.kv_type == "f16"


def test_one_layer_needs_no_count():
    assert plan(model(1, layers=1), (card(12),), host()).summary == "Running on GPU"


@pytest.mark.parametrize(
    ("physical", "logical", "threads"), [(2, 2, 1), (1, 1, 1), (4, 8, 4), (8, 8, 7), (6, 20, 6)]
)
def test_one_logical_core_always_stays_free(physical, logical, threads):
    found = plan(model(), (), host(physical=physical, logical=logical))
    assert found.settings.threads == threads


def test_a_core_left_free_is_explained():
    reasons = plan(model(), (), host(physical=2, logical=2)).reasons
    assert reasons[-1] == "1 thread computes: one of 2 cores is left to everything else."


@pytest.mark.parametrize(
    "wish",
    [
        {"context_tokens": 0}, {"gpu_layers": -1}, {"threads": 0}, {"kv_type": "q1"},
        {"context_tokens": 1 << 40}, {"devices": ("",)}, {"devices": ("x" * 300,)},
        {"devices": ("CUDA0", "CUDA0")}, {"devices": tuple(map(str, range(17)))},
    ],
)  # fmt: skip
def test_senseless_wishes_are_refused(wish):
    with pytest.raises(BadArgumentError):
        Wish(**wish)


def test_margins_suit_the_kind_of_memory():
    assert card_margin_bytes(card(4)) == 512 * MIB
    assert card_margin_bytes(card(4, "Vulkan0")) == GIB
    assert card_margin_bytes(card(40)) == card(40).total_bytes * 5 // 100
    assert card_margin_bytes(card(4, "MTL0", DeviceKind.INTEGRATED)) == 2 * GIB
    assert card_margin_bytes(DeviceFacts("X", "", DeviceKind.DISCRETE, 0, 40 * GIB)) == 2 * GIB
    assert host_margin_bytes(host(1, 2)) == 512 * MIB
    assert host_margin_bytes(host(1, 500)) == 2 * GIB


sizes = st.floats(0.05, 80)
frees = st.floats(0, 100)
wishes = st.builds(
    Wish,
    context_tokens=st.none() | st.integers(1, 300_000),
    gpu_layers=st.none() | st.integers(0, 100),
    threads=st.none() | st.integers(1, 64),
    kv_type=st.sampled_from([None, "f16", "q8_0"]),
    devices=st.none() | st.lists(
        st.sampled_from(["CUDA0", "CUDA1", "Vulkan0", "Gone0"]), max_size=3, unique=True
    ).map(tuple),
)  # fmt: skip
machines = st.builds(
    host, frees, st.floats(0.5, 128), physical=st.integers(1, 64), logical=st.integers(1, 128)
)
models = st.builds(
    model, sizes, layers=st.integers(1, 90), trained=st.sampled_from([0, 300, 2048, 131072]),
    width=st.sampled_from([0, 33, 512, 1024]),
)  # fmt: skip
some_cards = st.lists(
    st.builds(
        card, frees, st.sampled_from(["CUDA0", "CUDA1", "Vulkan0"]), st.sampled_from(DeviceKind)
    ),
    max_size=3,
    unique_by=lambda one: one.name,
).map(tuple)


@settings(max_examples=300, deadline=None)
@given(models, some_cards, machines, wishes)
def test_no_plan_exceeds_what_is_free(facts, cards, machine, wish):
    found = plan(facts, cards, machine, wish)
    assert found.settings.context_tokens % 256 == 0
    assert 1 <= found.settings.threads <= max(1, machine.logical_cores)
    assert found.summary
    assert all(reason.endswith(".") for reason in (*found.reasons, *found.refused))
    assert found.asked == () or found.refused
    if wish.devices is not None and (named := {one.name for one in cards} & {*wish.devices}):
        assert set(found.settings.devices) <= named
    if wish.devices == ():
        assert found.settings.gpu_layers == 0
    if found.verdict in {Verdict.TIGHT, Verdict.TOO_BIG}:
        assert found.settings.gpu_layers == 0
        return
    free = {one.name: one.free_bytes for one in cards}
    free["CPU"] = machine.ram_available_bytes
    for part in found.memory:
        assert part.total_bytes + part.margin_bytes <= free[part.device]


def test_the_longest_context_is_bounded_by_memory_and_training():
    assert longest_context(model(trained=4096), (), host()) == 4096
    assert longest_context(model(trained=3000), (), host()) == 2816
    assert longest_context(model(trained=131072), (), host(200, 256)) == 131072
    assert 8192 < longest_context(model(), (), host(12, 16)) < 131072
    assert longest_context(model(100), (), host()) == 0


@settings(max_examples=100, deadline=None)
@given(models, some_cards, machines)
def test_the_longest_context_is_granted_to_who_asks_for_it(facts, cards, machine):
    longest = longest_context(facts, cards, machine)
    if longest:
        granted = plan(facts, cards, machine, Wish(context_tokens=longest))
        assert granted.settings.context_tokens == longest
        assert granted.verdict not in {Verdict.TIGHT, Verdict.TOO_BIG}


@settings(max_examples=100, deadline=None)
@given(models, frees, frees)
def test_more_free_memory_never_means_fewer_layers(facts, one, other):
    less, more = sorted((one, other))
    machine = host(900, 999)
    few = plan(facts, (card(less),), machine).settings.gpu_layers
    many = plan(facts, (card(more),), machine).settings.gpu_layers
    assert few <= many


@settings(max_examples=100, deadline=None)
@given(models, st.integers(256, 100_000), st.integers(256, 100_000))
def test_a_longer_context_never_costs_less(facts, one, other):
    need = [
        plan(facts, (), host(900, 999), Wish(context_tokens=tokens)).memory[0].total_bytes
        for tokens in sorted((one, other))
    ]
    assert need[0] <= need[1]


@given(models, some_cards, machines)
def test_a_plan_survives_the_journey_through_json(facts, cards, machine):
    found = plan(facts, cards, machine)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Plan) == found


# --- what is set by hand ---

TWO = (card(12, "CUDA0"), card(24, "CUDA1"))


def test_a_card_can_be_chosen():
    found = plan(model(), TWO, host(), Wish(devices=("CUDA0",)))
    assert found.settings.devices == ("CUDA0",)
    assert found.reasons[1] == "No other card than Card CUDA0 is used, as set."
    assert plan(model(), TWO, host()).settings.devices == ("CUDA1",)


def test_the_processor_alone_can_be_chosen():
    found = plan(model(), TWO, host(), Wish(devices=()))
    assert found.verdict is Verdict.CPU
    assert "Card CUDA0 and Card CUDA1 is not used" in found.reasons[0]
    assert found.refused == ()


def test_too_little_memory_is_said_before_what_became_of_the_cards_that_are_set():
    found = plan(model(4.6), (), host(3, 4), Wish(devices=("CUDA7",)))
    assert "choose a smaller file" in found.reasons[1]
    assert "is not there" in found.reasons[2]


def test_integrated_graphics_can_be_chosen_beside_a_card():
    both = (card(16, "Vulkan1", DeviceKind.INTEGRATED), card(16, "Vulkan0"))
    found = plan(model(), both, host(30, 32), Wish(devices=("Vulkan1",)))
    assert found.settings.devices == ("Vulkan1",)


def test_a_card_that_is_gone_leaves_the_choice_to_the_plan():
    found = plan(model(), TWO, host(), Wish(devices=("CUDA7",)))
    assert found.settings.devices == ("CUDA1",)
    assert "is not there: Inglenook chooses" in found.reasons[1]


def test_too_many_layers_are_told_with_what_they_lack_and_what_to_do():
    found = plan(model(), (card(4),), host(), Wish(gpu_layers=31))
    assert 1 < found.settings.gpu_layers < 31
    (sentence,) = found.refused
    got = found.settings.gpu_layers - 1
    assert sentence.startswith("30 layers on the GPU would need ")
    assert f"more than is free: {got} would be there. Choose fewer layers" in sentence
    on_card, in_memory = found.asked
    assert on_card.total_bytes + on_card.margin_bytes > card(4).free_bytes
    assert on_card.total_bytes > found.memory[0].total_bytes
    assert in_memory.total_bytes < found.memory[1].total_bytes


def test_all_layers_on_a_card_without_room_are_told():
    found = plan(model(), (card(0.9),), host(), Wish(gpu_layers=33))
    assert found.refused[0].startswith("All layers on the GPU would need ")
    assert "none would be there" in found.refused[0]
    huge = plan(model(90), (card(4),), host(), Wish(gpu_layers=33))
    assert huge.refused[0].endswith("Choose a smaller file or a smaller model.")


def test_a_conversation_that_is_too_long_is_told_with_what_it_lacks():
    found = plan(model(), (), host(8, 8), Wish(context_tokens=131072))
    (sentence,) = found.refused
    assert sentence.startswith("A conversation of 131,072 tokens would need ")
    assert "it gets 4,096" in sentence
    assert len(found.asked) == 1


def test_what_the_model_cannot_do_at_all_is_told():
    longer = plan(model(trained=2048), (), host(), Wish(context_tokens=9000))
    assert "trained for 2,048 tokens" in longer.refused[0]
    whole = plan(model(width=33), (), host(), Wish(kv_type="q8_0"))
    assert "cannot keep a conversation in 8-bit form" in whole.refused[0]
    shared = card(16, "MTL0", DeviceKind.INTEGRATED)
    some = plan(model(), (shared,), host(14, 16), Wish(gpu_layers=10))
    assert "all layers or none" in some.refused[0]


def test_what_is_granted_is_not_refused():
    wish = Wish(4096, gpu_layers=11, threads=3, kv_type="q8_0", devices=("CUDA0",))
    found = plan(model(), TWO, host(), wish)
    assert (found.refused, found.asked) == ((), ())


def test_a_plan_says_between_what_a_person_may_choose():
    limits = plan(model(), TWO, host()).limits
    assert (limits.layers, limits.context_tokens, limits.threads) == (32, 131072, 16)
    assert limits.can_halve_cache
    assert not limits.has_experts


@given(wishes, wishes)
def test_what_is_set_comes_before_what_is_kept(one, other):
    both = one.over(other)
    assert both.context_tokens == (
        other.context_tokens if one.context_tokens is None else one.context_tokens
    )
    assert one.over(one) == one == one.over(Wish()) == Wish().over(one)


@settings(max_examples=150, deadline=None)
@given(models, frees, st.floats(0, 40), wishes)
def test_more_memory_never_grants_fewer_of_the_layers_that_are_set(facts, free, more, wish):
    wish = replace(wish, devices=None, gpu_layers=wish.gpu_layers or 20)
    few, many = (
        plan(facts, (card(room),), host(900, 999), wish).settings
        for room in (free, free + more)
    )
    assert few.gpu_layers <= many.gpu_layers <= max(wish.gpu_layers, 0)


# --- lines of text side by side ---


def sliding(facts: ModelFacts, window: int = 1024) -> ModelFacts:
    slides = tuple(
        replace(one, sliding=bool((i + 1) % 6)) for i, one in enumerate(facts.attention)
    )
    return replace(facts, window=window, attention=slides)


def test_attention_keeps_many_lines_of_text_since_they_share_its_cells():
    assert plan(model(), (), host()).settings.sequences == 16
    assert plan(model(), (card(12),), host()).settings.sequences == 16
    assert plan(model(), (card(4),), host()).settings.sequences == 16


def kept(facts: ModelFacts, *free_gib: float) -> list[int]:
    return [plan(facts, (), host(free, 64)).settings.sequences for free in free_gib]


def test_a_window_keeps_as_many_as_cost_little_of_what_is_free():
    facts = sliding(model(2.5))
    assert kept(facts, 2, 5.7, 7, 40) == [1, 2, 2, 4]
    assert kept(sliding(model(2.5), window=128), 6.2, 40) == [8, 16]


def test_a_few_lines_of_text_are_told_with_what_one_more_takes():
    found = plan(sliding(model(2.5)), (), host(6.2, 64))
    assert "2 texts are kept ready side by side: each more would take 108 MB." in found.reasons
    assert not any("kept ready" in each for each in plan(model(2.5), (), host()).reasons)


def test_a_state_for_each_line_is_counted():
    facts = replace(model(2.5), state_bytes=4 * MIB, recurrent=(True,) * 32)
    found = plan(facts, (), host(9, 64))
    assert found.settings.sequences == 2
    (part,) = found.memory
    alone = memory_parts(facts, replace(found.settings, sequences=1))
    assert part.kv_bytes == alone[0].kv_bytes + 32 * 4 * MIB


def test_where_nothing_is_left_one_line_is_kept_and_told():
    facts = replace(model(4.6), state_bytes=8 * MIB, recurrent=(True,) * 32)
    found = plan(facts, (), host(5.6, 6))
    assert found.settings.sequences == 1
    assert "One text at a time is kept ready: one more would take 264 MB." in found.reasons


@given(
    free=st.floats(1, 60), on_card=st.one_of(st.none(), st.floats(1, 30)), window=st.booleans()
)
def test_lines_side_by_side_never_cost_context_layers_or_the_verdict(free, on_card, window):
    facts = sliding(model(4.6)) if window else model(4.6)
    gpus = () if on_card is None else (card(on_card),)
    search = Search(facts, Budget(usable_gpus(gpus), host(free, 64)), Wish())
    found = search.best()
    alone = (
        search.on_gpu() or search.split() or search.on_cpu()
        or search.on_gpu_for_a_short_talk() or search.overfull()
    )  # fmt: skip
    assert found.verdict is alone.verdict
    assert replace(found.settings, sequences=1) == alone.settings
    assert search.budget.fits(found.parts) == search.budget.fits(alone.parts)
