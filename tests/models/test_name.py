import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.models.name import parse_name, plain_text, split_name, title_of


@pytest.mark.parametrize(
    ("file_name", "title", "size", "quant"),
    [
        ("SmolLM2-135M-Instruct.Q4_1.gguf", "SmolLM2 135M Instruct", "135M", "Q4_1"),
        ("SmolLM2-135M-Instruct.gguf", "SmolLM2 135M Instruct", "135M", ""),
        (
            "Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf",
            "Meta Llama 3.1 8B Instruct",
            "8B",
            "Q4_K_M",
        ),
        ("gemma-3-27b-it-Q4_K_M.gguf", "Gemma 3 27B Instruct", "27B", "Q4_K_M"),
        ("Qwen3-30B-A3B-UD-IQ2_XXS.gguf", "Qwen3 30B A3B", "30B", "IQ2_XXS"),
        ("phi-2.i1-IQ3_XS.gguf", "Phi 2.i1", "", "IQ3_XS"),
        ("Mistral-7B-Instruct-v0.3.fp16.GGUF", "Mistral 7B Instruct v0.3", "7B", "F16"),
        ("Mixtral-8x7B-i1-Q4_K_S.gguf", "Mixtral 8x7B", "8x7B", "Q4_K_S"),
        ("gpt-oss-20b-MXFP4.gguf", "GPT OSS 20B", "20B", "MXFP4"),
        ("model.Q4_0_4_4_.gguf", "Model", "", "Q4_0_4_4"),
        ("zephyr-chat-base.gguf", "Zephyr Chat Base", "", ""),
        ("", "Unnamed model", "", ""),
        ("---.gguf", "Unnamed model", "", ""),
    ],
)
def test_file_names_tell_title_size_and_type(file_name, title, size, quant):
    parsed = parse_name(file_name)
    assert (parsed.size, parsed.quant) == (size, quant)
    assert parsed.title == title


def test_parts_of_a_split_model_know_each_other():
    name = "big-70B-Q4_K_M-00002-of-00004.gguf"
    parsed = parse_name(name)
    assert (parsed.part, parsed.parts, parsed.quant) == (2, 4, "Q4_K_M")
    assert split_name(name, 3) == "big-70B-Q4_K_M-00003-of-00004.gguf"


def test_an_impossible_part_is_just_a_name():
    assert parse_name("a-00009-of-00004.gguf").parts == 1


def test_a_title_cannot_play_tricks():
    assert plain_text("a\u202egpj\nb\x00\u200bc") == "a gpj b c"
    assert title_of("<b>x</b>") == "<b>x</b>"
    assert len(plain_text("x" * 500)) == 80


@given(st.text(max_size=400))
def test_any_name_is_read_without_an_error(name):
    parsed = parse_name(name)
    assert parsed.title
    assert len(parsed.title) <= 90
    assert "\n" not in parsed.title
