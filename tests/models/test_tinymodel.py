"""A model of a few kilobytes is a sound file, the same each time."""

import io

from inglenook.models.gguf import read_header
from inglenook.models.tinymodel import tiny_model


def test_its_header_says_what_it_is_and_its_tensors_fill_the_file():
    data = tiny_model()
    header = read_header(io.BytesIO(data))
    assert header.values["general.architecture"] == "llama"
    assert header.values["tokenizer.ggml.eos_token_id"] == 2
    assert len(data) < 100_000
    assert data[:4] == b"GGUF"


def test_the_same_seed_gives_the_same_model():
    assert tiny_model() == tiny_model()
    assert tiny_model(8) != tiny_model()
