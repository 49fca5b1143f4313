"""One text in the making: what is certain, and why it ends."""

import pytest
from tests.data.tiny_llama import write

from inglenook.engine.draft import Draft, Limits
from inglenook.engine.model import Model
from inglenook.engine.pieces import Pieces
from inglenook.engine.textstream import Piece, TextStream
from inglenook.models.settings import EngineSettings


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = write(tmp_path_factory.mktemp("models") / "tiny.gguf")
    loaded = Model.load(str(path), EngineSettings(threads=1), lambda _fraction: True)
    yield loaded
    loaded.free()


@pytest.fixture
def draft_with(model):
    """Makes a Draft with stop strings and limits."""

    def make(*stop, thinks=False, **limits):
        stream = TextStream(stop, starts_thinking=thinks)
        return Draft(stream, Pieces(model, ()).of, model.vocab, Limits(**limits))

    return make


def spelled(model, text):
    return [int(token) for token in model.tokens(text, special=False)]


def taken(draft, tokens):
    """Let a draft take tokens until it ends; return all pieces."""
    pieces: list[Piece] = []
    for token in tokens:
        pieces += draft.take(token)
        if draft.reason:
            break
    return pieces


def text(pieces, *, thinking=False):
    return "".join(each.text for each in pieces if each.thinking is thinking)


def test_tokens_become_text(model, draft_with):
    draft = draft_with()
    tokens = spelled(model, "hello é 日")
    assert text(taken(draft, tokens)) == "hello é 日"
    assert (draft.written, draft.reason) == (len(tokens), "")


def test_a_token_that_ends_the_answer_is_not_written(model, draft_with):
    draft = draft_with("never")
    pieces = taken(draft, spelled(model, "so n"))
    pieces += draft.take(int(model.tokens("<|im_end|>", special=True)[0]))
    assert text(pieces) == "so n"
    assert draft.reason == "end"
    assert draft.written == len(spelled(model, "so n"))


def test_a_stop_string_ends_it_and_is_not_shown(model, draft_with):
    draft = draft_with("END")
    assert text(taken(draft, spelled(model, "one END two"))) == "one "
    assert draft.reason == "end"


def test_the_limit_ends_it_with_all_that_was_held_back(model, draft_with):
    tokens = spelled(model, "x EN")
    draft = draft_with("END", answer=len(tokens))
    assert text(taken(draft, tokens)) == "x EN"
    assert (draft.reason, draft.written) == ("length", len(tokens))


def test_a_stop_string_that_the_limit_completes_is_a_natural_end(model, draft_with):
    tokens = spelled(model, "x END")
    draft = draft_with("END", answer=len(tokens))
    assert text(taken(draft, tokens)) == "x "
    assert draft.reason == "end"


def test_an_end_from_outside_gives_out_what_was_held_back(model, draft_with):
    draft = draft_with("END")
    pieces = taken(draft, spelled(model, "x EN"))
    draft.end("stopped", pieces)
    assert text(pieces) == "x EN"
    assert draft.reason == "stopped"


def test_too_much_thinking_is_told_once(model, draft_with):
    draft = draft_with(thinks=True, thinking=3)
    told = []
    for token in spelled(model, "ab cd ef gh"):
        draft.take(token)
        told.append(draft.thinks_too_long)
        draft.thinks_too_long = False
    assert told[2] is True
    assert told.count(True) == 1
    assert draft.is_thinking


def test_what_is_no_thinking_does_not_count_as_such(model, draft_with):
    draft = draft_with(thinking=2)
    pieces = taken(draft, spelled(model, "a long answer"))
    assert not draft.thinks_too_long
    assert text(pieces) == "a long answer"
    assert not draft.is_thinking
