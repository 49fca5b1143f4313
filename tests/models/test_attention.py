import io

import pytest
from tests.data.gguf_files import F32, gguf

from inglenook.models.facts import ModelFacts, facts_from
from inglenook.models.gguf import read_header


def model(architecture: str, layers: int = 8, **keys: object) -> ModelFacts:
    """Return the facts of a model; ``__`` in a key is a dot."""
    values: dict[str, object] = {
        "general.architecture": architecture,
        f"{architecture}.block_count": layers,
        f"{architecture}.embedding_length": 64,
        f"{architecture}.attention.head_count": 4,
    }
    values |= {f"{architecture}.{key.replace('__', '.')}": raw for key, raw in keys.items()}
    raw = gguf(values, [("token_embd.weight", (64, 10), F32)])
    return facts_from(read_header(io.BytesIO(raw)))


def widths(found: ModelFacts) -> list[int]:
    return [one.key_width for one in found.attention]


def sliding(found: ModelFacts) -> list[bool]:
    return [one.sliding for one in found.attention]


def test_without_kv_heads_every_head_has_keys():
    assert widths(model("llama", 1)) == [64]


def test_kv_heads_may_differ_by_layer_and_heads_may_be_wider():
    found = model(
        "llama", 2, attention__head_count_kv=[1, 2], attention__key_length=32,
        attention__value_length=16,
    )  # fmt: skip
    assert [(one.key_width, one.value_width) for one in found.attention] == [(32, 16), (64, 32)]


@pytest.mark.parametrize(
    ("architecture", "pattern"),
    [("gemma2", "sfsfsfsf"), ("gemma3", "sssssfss"), ("cohere2moe", "fsssfsss"),
     ("llama", "ffffffff")],
)  # fmt: skip
def test_the_usual_pattern_of_sliding_layers(architecture, pattern):
    found = model(architecture, attention__sliding_window=512)
    assert found.window == 512
    assert sliding(found) == [letter == "s" for letter in pattern]


def test_a_header_may_set_another_pattern():
    period = model(
        "gemma3", 4, attention__sliding_window=9, attention__sliding_window_pattern=2
    )
    assert sliding(period) == [True, False, True, False]
    array = [True, False, False, True]
    listed = model("x", 4, attention__sliding_window=9, attention__sliding_window_pattern=array)
    assert sliding(listed) == array
    every = model("gemma3", 2, attention__sliding_window=9, attention__sliding_window_pattern=0)
    assert sliding(every) == [True, True]


def test_sliding_layers_may_have_narrower_heads():
    found = model(
        "gemma4", 2, attention__sliding_window=9, attention__head_count_kv=1,
        attention__sliding_window_pattern=[True, False],
        attention__key_length=512, attention__value_length=512,
        attention__key_length_swa=256, attention__value_length_swa=128,
    )  # fmt: skip
    assert [(one.key_width, one.value_width) for one in found.attention] == [
        (256, 128),
        (512, 512),
    ]


def test_latent_attention_keeps_one_row_for_keys_and_values():
    found = model(
        "deepseek2", 1, attention__head_count_kv=1, attention__key_length_mla=192,
        attention__kv_lora_rank=512, rope__dimension_count=64,
    )  # fmt: skip
    assert [(one.key_width, one.value_width) for one in found.attention] == [(576, 0)]


def test_layers_that_share_a_cache_have_none_of_their_own():
    assert widths(model("gemma4", 3, attention__shared_kv_layers=1)) == [64, 64, 0]


MAMBA = {"ssm__conv_kernel": 4, "ssm__inner_size": 128, "ssm__state_size": 16}


def test_recurrent_models_have_states_and_no_cache():
    found = model("mamba", 2, **MAMBA)
    assert widths(found) == [0, 0]
    assert found.recurrent == (True, True)
    assert found.state_bytes == 4 * (3 * 128 + 16 * 128)


def test_layers_without_kv_heads_are_the_recurrent_ones():
    found = model("jamba", 3, attention__head_count_kv=[0, 1, 0], **MAMBA)
    assert found.recurrent == (True, False, True)
    assert widths(found) == [0, 16, 0]


def test_models_with_both_in_each_layer_pay_for_both():
    found = model("falcon-h1", 2, **MAMBA)
    assert found.recurrent == (True, True)
    assert widths(found) == [64, 64]


def test_mostly_recurrent_models_attend_in_every_fourth_layer():
    found = model("qwen3next", 8, **MAMBA)
    assert widths(found) == [0, 0, 0, 64] * 2
    listed = model("qwen3next", 2, attention__recurrent_layers=[False, True], **MAMBA)
    assert widths(listed) == [64, 0]


def test_other_kinds_of_state():
    assert model("rwkv7", 1, wkv__head_size=64).state_bytes == 4 * 64 * (2 + 64)
    assert model("lfm2", 1, shortconv__l_cache=3).state_bytes == 4 * 64 * 2
    kimi = model("kimi-linear", 1, kda__head_dim=8, ssm__conv_kernel=4)
    assert kimi.state_bytes == 4 * 4 * 8 * (9 + 8)
    assert model("kimi-linear", 1, kda__head_dim=8).state_bytes == 4 * 4 * 8 * (9 + 8)
    assert model("llama", 1).recurrent == (False,)
