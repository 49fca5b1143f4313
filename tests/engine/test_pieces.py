"""Control tokens are silent, thinking marks are not, and each token is spelled once."""

import pytest
from tests.data.tiny_llama import write

from inglenook.engine.marks import THINK
from inglenook.engine.model import Model
from inglenook.engine.pieces import Pieces
from inglenook.models.fit import EngineSettings


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = write(tmp_path_factory.mktemp("models") / "tiny.gguf")
    loaded = Model.load(str(path), EngineSettings(threads=1), lambda _fraction: True)
    yield loaded
    loaded.free()


def token(model, text):
    (found,) = model.tokens(text, special=True)
    return int(found)


def test_text_is_spelled(model):
    assert Pieces(model, THINK.all).of(token(model, "assistant")) == b"assistant"


def test_control_tokens_are_silent(model):
    assert Pieces(model, THINK.all).of(token(model, "<|im_end|>")) == b""


def test_control_tokens_of_a_mark_are_spelled(model):
    marks = ("<|im_start|>think", "<|im_end|>")
    assert Pieces(model, marks).of(token(model, "<|im_end|>")) == b"<|im_end|>"


def test_a_token_is_looked_up_once(model, monkeypatch):
    pieces = Pieces(model, THINK.all)
    pieces.of(300)
    monkeypatch.setattr(model, "piece", lambda *_, **__: pytest.fail("asked again"))
    assert pieces.of(300)
