"""The starter model goes on with an answer without reading anything again."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.data.heard import answered

from inglenook.chat.message import Role
from inglenook.chat.sampling import EXACT
from inglenook.engine.answering import LlamaBackend
from inglenook.engine.model import Model
from inglenook.engine.prompt import PromptWriter
from inglenook.engine.protocol import Answer, Load, Turn
from inglenook.models.fit import EngineSettings

pytestmark = pytest.mark.model

SETTINGS = EngineSettings(context_tokens=2048, threads=1)
ASKED = (Turn(Role.SYSTEM, "You are kind."), Turn(Role.USER, "Tell me of the sea."))


@pytest.fixture(scope="module")
def backend(starter):
    made = LlamaBackend()
    made.load(Load(str(starter), SETTINGS), lambda _fraction: True)
    yield made
    made.unload()


@pytest.fixture(scope="module")
def model(starter):
    loaded = Model.load(str(starter), SETTINGS, lambda _fraction: True)
    yield loaded
    loaded.free()


def answer(backend, turns, limit, **options):
    sampling = replace(EXACT, answer_limit_tokens=limit)
    return answered(backend, Answer("r", "c", turns, sampling, **options))


@pytest.mark.parametrize("limit", [3, 10, 17, 40])
def test_an_answer_cut_by_its_limit_goes_on_as_if_it_had_not_been(backend, limit):
    _, whole, _ = answer(backend, ASKED, limit + 20)
    _, begun, done = answer(backend, ASKED, limit)
    turns = (*ASKED, Turn(Role.ASSISTANT, begun))
    started, more, _ = answer(backend, turns, 20, continues=True)
    assert begun + more == whole
    # All but the last token, which was shown and never read.
    read = done.timings.prompt_tokens + done.timings.answer_tokens
    assert started.prompt_tokens == read
    assert started.reused_tokens >= read - 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
def test_a_prompt_in_pieces_has_the_tokens_of_the_whole(model, texts):
    writer = PromptWriter(model)
    roles = (Role.USER, Role.ASSISTANT)
    turns = [Turn(roles[at % 2], f"x{each}x") for at, each in enumerate(texts)]
    turns = [ASKED[0], *turns]
    prompt = writer.write(turns, context_tokens=100_000)
    whole = "".join(f"<|im_start|>{each.role}\n{each.text}<|im_end|>\n" for each in turns)
    expected = model.tokens(whole + "<|im_start|>assistant\n", special=True)
    assert list(prompt.ids) == list(expected)
