"""A failed load is explained from what llama.cpp wrote."""

import pytest

from inglenook.core.errors import ModelFileError, ModelLoadError
from inglenook.engine.load_failure import load_failure


@pytest.mark.parametrize(
    ("line", "error", "word"),
    [
        (
            "llama_model_load: error loading model: unknown model architecture: 'frob'",
            ModelLoadError,
            "not supported",
        ),
        (
            "error loading model: unable to allocate CPU_REPACK buffer",
            ModelLoadError,
            "memory",
        ),
        (
            "tensor 'x' data is not within the file bounds, model is corrupted",
            ModelFileError,
            "short",
        ),
        ("gguf_init_from_file_impl: invalid magic characters: 'abcd'", ModelFileError, "GGUF"),
        (
            "error loading model vocabulary: unknown tokenizer: 'x'",
            ModelFileError,
            "vocabulary",
        ),
        ("error loading model: missing tensor 'output_norm.weight'", ModelFileError, "missing"),
        ("error loading model hyperparameters: key not found", ModelFileError, "damaged"),
        ("nothing that we know", ModelLoadError, "could not be loaded"),
    ],
)
def test_each_cause_has_its_own_words(line, error, word):
    failure = load_failure("/m.gguf", ["loading tokenizer", line])
    assert type(failure) is error
    assert word in failure.problem.title
    assert failure.problem.advice


def test_lines_that_complain_of_nothing_decide_nothing():
    failure = load_failure("/m.gguf", ["print_info: split_count = 1, tokenizer = gpt2"])
    assert "could not be loaded" in failure.problem.title


def test_what_the_engine_said_goes_to_the_details():
    failure = load_failure("/m.gguf", ["error: something odd"])
    assert "something odd" in failure.problem.facts["engine"]


@pytest.mark.parametrize(
    ("line", "lacks"),
    [
        ("unable to allocate CPU_REPACK buffer", "memory"),
        ("unable to allocate CUDA0 buffer", "gpu memory"),
        ("key not found", None),
    ],
)
def test_whose_memory_was_lacking_is_told_to_who_may_try_again(line, lacks):
    failure = load_failure("/m.gguf", [f"error loading model: {line}"])
    assert failure.problem.facts.get("lacks") == lacks
