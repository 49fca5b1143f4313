"""A text in the making: what is told of it, and when it ends."""

import pytest

from inglenook.engine.draft import Draft, Limits
from inglenook.engine.lib import api
from inglenook.engine.textstream import TextStream

WORDS = {1: b"<think>", 2: b"hm ", 3: b"</think>", 4: b"yes ", 5: b"STOP"}
END = 9


@pytest.fixture
def drafts(monkeypatch):
    monkeypatch.setattr(api, "llama_vocab_is_eog", lambda _vocab, token: token == END)

    def make(stop=(), **limits):
        return Draft(TextStream(stop), WORDS.__getitem__, None, Limits(**limits))

    return make


def written(draft, *tokens):
    return "".join(piece.text for token in tokens for piece in draft.take(token))


@pytest.mark.parametrize(
    ("tokens", "limits", "reason"),
    [
        ((4, 4, END), {}, "end"),
        ((4, 5), {"stop": ("STOP",)}, "end"),
        ((4, 4), {"answer": 2}, "length"),
        ((4, 4), {"answer": 3}, ""),
    ],
)
def test_a_draft_knows_why_it_ended(drafts, tokens, limits, reason):
    draft = drafts(**limits)
    written(draft, *tokens)
    assert draft.reason == reason


def test_the_token_that_ends_an_answer_is_not_counted(drafts):
    draft = drafts()
    assert written(draft, 4, 4, END) == "yes yes "
    assert draft.written == 2


def test_what_was_held_back_comes_when_it_is_ended_from_outside(drafts):
    draft = drafts(stop=("yes no",))
    pieces = draft.take(4)
    draft.end("stopped", pieces)
    assert ("".join(each.text for each in pieces), draft.reason) == ("yes ", "stopped")


@pytest.mark.parametrize(("limit", "thoughts"), [(0, 1), (1, 1), (3, 3)])
def test_too_long_thinking_is_told_once(drafts, limit, thoughts):
    draft = drafts(thinking=limit)
    told = []
    for token in (1, 2, 2, 2, 2):
        draft.take(token)
        told.append(draft.thinks_too_long)
        draft.thinks_too_long = False
    assert told.index(True) == thoughts - 1
    assert told.count(True) == 1


def test_text_after_the_thinking_does_not_count_as_thinking(drafts):
    draft = drafts(thinking=3)
    written(draft, 1, 3, 4, 4, 4)
    assert not draft.thinks_too_long
