"""Prompts read in pieces give the tokens of the whole, and no text is read twice."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.data.tiny_llama import write

from inglenook.engine import tokenizer
from inglenook.engine.model import Model
from inglenook.engine.tokenizer import Part, Tokenizer, parts_of
from inglenook.models.fit import EngineSettings

SAMPLE = "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n"
pieces = st.lists(
    st.sampled_from(
        [
            *("<|im_start|>", "<|im_end|>", "<s>", "</s>", "<|im_", "<think>", "user", "\n"),
            *(" the", " ", "  ", "hello", "a", "é", "🧡", "[X]", "<", "|>"),
        ]
    ),
    max_size=14,
).map("".join)


@pytest.fixture(scope="module", params=[False, True], ids=["", "space in front"])
def model(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("models") / "tiny.gguf"
    write(path, controls=("[X]", "<|im"), space_prefix=request.param)
    loaded = Model.load(str(path), EngineSettings(threads=1), lambda _fraction: True)
    yield loaded
    loaded.free()


@pytest.fixture(scope="module")
def reader(model):
    return Tokenizer(model, SAMPLE + "[X]")


def text_of(model, ids):
    return b"".join(model.piece(int(each), special=True) for each in ids).decode()


@given(pieces)
def test_a_text_in_pieces_gives_the_tokens_of_the_whole(model, reader, text):
    assert list(reader.trusted(text)) == list(model.tokens(text, special=True))


def test_a_text_is_read_once(model, monkeypatch):
    fresh = Tokenizer(model, "[X]")
    fresh.trusted("[X]one[X]two")
    asked = []
    tokens = model.tokens
    monkeypatch.setattr(
        model, "tokens", lambda text, **o: asked.append(text) or tokens(text, **o)
    )
    fresh.trusted("[X]one[X]two[X]three")
    assert asked == ["[X]three"]


def test_what_is_remembered_is_bounded(model, monkeypatch):
    monkeypatch.setattr(tokenizer, "_MOST_REMEMBERED_CHARACTERS", 100)
    fresh = Tokenizer(model, "[X]")
    for number in range(50):
        fresh.trusted(f"[X]{number:>20}")
        assert fresh.is_harmless(f"{number:>20}")
    assert len(fresh._pieces) <= 5
    assert len(fresh._harmless) <= 5


@given(st.lists(pieces, min_size=1, max_size=5))
def test_only_the_templates_own_parts_make_control_tokens(model, reader, texts):
    parts = list(parts_of(texts))
    ids = reader.mixed(parts)
    own = sum(1 for each in parts if each.own for _ in reader.controls.found(each.text))
    assert np.count_nonzero(model.controls[ids]) == own


# After a token of the vocabulary's own such as <think> llama.cpp itself adds a space.
@given(pieces.filter(lambda text: text and "<think>" not in text))
def test_what_goes_on_in_the_middle_of_a_text_is_spelled_as_it_is(model, reader, text):
    ids = reader.mixed([Part(text, own=False)], inside=True)
    assert text_of(model, ids) == text
    assert not np.any(model.controls[ids])


def test_a_harmless_text_is_read_as_it_would_be_alone(model, reader):
    said = [Part("<|im_start|>user\n", own=True), Part("hello the", own=False)]
    joined = "".join(each.text for each in said)
    assert list(reader.mixed(said)) == list(model.tokens(joined, special=True))


def test_a_token_that_shares_characters_with_another_parts_nothing(reader):
    cut = reader._cut.pattern
    assert "X" in cut
    assert "im_end" in cut or "im_start" not in cut
