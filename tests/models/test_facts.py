import io

import pytest
from tests.data.gguf_files import F32, LLAMA, Q4_0, TENSORS, gguf, numbers, scalar, tiny_model

from inglenook.core.errors import ModelFileError
from inglenook.models.facts import facts_from
from inglenook.models.gguf import read_header


def facts(raw, *more, file_name=""):
    headers = [read_header(io.BytesIO(one)) for one in (raw, *more)]
    return facts_from(*headers, file_name=file_name)


def test_a_small_llama_is_described():
    found = facts(tiny_model())
    assert found.name == "Tiny Test 1B Instruct"
    assert found.architecture == "llama"
    assert (found.quant, found.quant_bits) == ("Q4_0", 4)
    assert (found.layers, found.heads, found.embedding_width) == (2, 4, 64)
    assert (found.context_tokens, found.vocabulary, found.feed_forward_width) == (2048, 3, 128)
    assert (found.has_template, found.tokenizer, found.parts) == (True, "gpt2", 1)
    assert found.parameters == 64 * 3 + 2 * 64 * 64 + 64 + 16
    assert [(one.key_width, one.value_width) for one in found.attention] == [(32, 32)] * 2


def test_weights_are_sorted_by_where_they_go():
    found = facts(tiny_model()).weights
    layer = 64 * 64 // 32 * 18
    assert found.layers == (layer, layer)
    assert found.embedding == 64 * 3 * 4
    assert found.output == 64 * 4 + 16 * 4
    assert found.tied
    assert found.total_bytes == 2 * layer + found.embedding + found.output


def test_an_output_layer_of_its_own_is_not_tied():
    raw = gguf(LLAMA, [*TENSORS, ("output.weight", (64, 3), F32), ("blk.7.x", (8,), F32)])
    assert not facts(raw).weights.tied


def test_a_file_name_names_the_model_unless_it_says_nothing():
    assert facts(tiny_model(), file_name="Nice-2B-Q8_0.gguf").name == "Nice 2B"
    assert facts(tiny_model(), file_name="ggml-model-q4_0.gguf").name == "Tiny Test 1B Instruct"
    assert facts(tiny_model(), file_name="a" * 64).name == "Tiny Test 1B Instruct"
    assert facts(tiny_model(general__name=None)).name == "Unnamed model"


def test_without_a_file_type_the_tensors_decide():
    raw = tiny_model(general__file_type=None)
    assert (facts(raw).quant, facts(raw).quant_bits) == ("Q4_0", 4)
    assert facts(tiny_model(general__file_type=1024)).quant == "Q4_0"


def test_vocabulary_comes_from_the_list_or_from_the_table():
    assert facts(tiny_model(llama__vocab_size=77)).vocabulary == 77
    assert facts(tiny_model(tokenizer__ggml__tokens=None)).vocabulary == 3
    raw = gguf({**LLAMA, "tokenizer.ggml.tokens": 1}, [("blk.0.x", (32,), Q4_0)])
    assert facts(raw).vocabulary == 0


def test_parts_add_up():
    second = gguf({"split.no": 1}, [("blk.1.more", (64, 64), Q4_0)])
    whole = facts(tiny_model(split__count=2), second)
    assert whole.parts == 2
    assert whole.weights.layers[1] == 2 * whole.weights.layers[0]


@pytest.mark.parametrize(
    "changes",
    [
        {"llama__block_count": None},
        {"llama__block_count": 0},
        {"llama__block_count": 513},
        {"llama__block_count": "2"},
        {"llama__block_count": 2.0},
        {"llama__context_length": scalar("u64", 2**63)},
        {"llama__embedding_length": scalar("i32", -1)},
        {"llama__attention__head_count_kv": [1]},
        {"llama__attention__head_count_kv": numbers("f32", [1, 1])},
        {"llama__attention__head_count_kv": numbers("u32", [1, 2**30])},
    ],
)
def test_impossible_numbers_are_refused(changes):
    with pytest.raises(ModelFileError, match="damaged"):
        facts(tiny_model(**changes))


def test_a_file_without_an_architecture_is_refused():
    with pytest.raises(ModelFileError, match="does not say what it is"):
        facts(tiny_model(general__architecture=None))
