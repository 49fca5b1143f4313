import pytest
from gguf import GGML_QUANT_SIZES, LlamaFileType

from inglenook.models.quant import BY_NAME, FILE_TYPES, TENSOR_TYPES


def test_block_sizes_agree_with_the_reference():
    for kind, (block, size) in GGML_QUANT_SIZES.items():
        if kind.name == "Q8_1":
            continue  # never in files; the reference counts an old layout
        ours = TENSOR_TYPES[kind.value]
        assert (ours.name, ours.block, ours.block_bytes) == (kind.name, block, size)


def test_file_types_agree_with_the_reference():
    for kind in LlamaFileType:
        if kind.name != "GUESSED":
            name = kind.name.removeprefix("MOSTLY_").removeprefix("ALL_").removesuffix("_MOE")
            assert FILE_TYPES[kind.value].name == name


@pytest.mark.parametrize(("name", "bits"), [("Q4_K", 4.5), ("Q8_0", 8.5), ("F16", 16)])
def test_bits_count_the_scales(name, bits):
    assert next(one for one in TENSOR_TYPES.values() if one.name == name).bits == bits


def test_words_say_what_a_type_means():
    words = BY_NAME["Q4_K_M"].words
    assert words == "4-bit (Q4_K_M): half the size of 8-bit, nearly the same answers"
    assert BY_NAME["Q4_K_M"].advice
    assert {kind.bits for kind in BY_NAME.values()} >= {2, 3, 4, 5, 6, 8}
