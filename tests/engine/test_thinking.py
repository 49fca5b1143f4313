"""A model that would stop thinking too soon goes on; drafts still vote on their answers."""

from dataclasses import replace

import numpy as np
import pytest
from tests.data.heard import Heard, question
from tests.data.tiny_llama import CHATML, write

from inglenook.chat.sampling import EXACT, Sampling
from inglenook.effort.strategy import Kind, Score, Strategy
from inglenook.engine.answering import LlamaBackend
from inglenook.engine.draftevents import DraftEnded
from inglenook.engine.marks import THINK, Marks
from inglenook.engine.protocol import Delta, Load, PromptOptions
from inglenook.engine.thinking import thinking_enders
from inglenook.models.settings import EngineSettings

SETTINGS = EngineSettings(
    context_tokens=512, threads=1, batch_tokens=64, ubatch_tokens=64, sequences=4
)
THINKS = CHATML.replace("assistant\n{% endif", "assistant\n<think>\n{% endif") + (
    "{% if false %}</think>{% endif %}"
)


@pytest.fixture(scope="module")
def backend(tmp_path_factory):
    path = write(tmp_path_factory.mktemp("models") / "tiny.gguf", template=THINKS)
    made = LlamaBackend()
    made.load(Load(str(path), SETTINGS), lambda _fraction: True)
    yield made
    made.unload()


@pytest.fixture
def model(backend):
    return backend._resident.model


@pytest.fixture
def hasty(model):
    """Knobs with which a model thinks of nothing but of the end."""
    (end,) = model.tokens("</think>", special=True)
    return replace(EXACT, logit_bias=((int(end), 100.0),), answer_limit_tokens=30)


def heard(backend, knobs, strategy=None, **options):
    backend.forget("chat")
    command = question("hi", sampling=knobs)
    command = type(command)(
        command.request, command.chat, command.turns, command.sampling,
        options=PromptOptions(**options), strategy=strategy or Strategy(),
    )  # fmt: skip
    return Heard(backend).ask(command).run()


def thoughts(told):
    return sum(each.tokens for each in told.of(Delta) if each.thinking)


def test_without_a_least_the_thinking_ends_when_it_will(backend, hasty):
    assert thoughts(heard(backend, hasty)) == 0


@pytest.mark.parametrize("least", [1, 5, 12])
def test_thinking_goes_on_for_as_long_as_it_shall_and_then_ends(backend, hasty, least):
    told = heard(backend, hasty, thinking_least_tokens=least)
    (end,) = backend._resident.model.tokens("</think>", special=True)
    (sequence,) = [each for each in backend._resident.cache.sequences if each.length]
    written = sequence.resident().tolist()[told.started().prompt_tokens :]
    assert written.index(int(end)) == least
    assert any(each.thinking and each.text for each in told.of(Delta))


def test_the_end_of_the_answer_is_no_way_out_of_thinking(backend, model):
    knobs = replace(EXACT, logit_bias=((model.eos, 100.0),), answer_limit_tokens=30)
    assert heard(backend, knobs).end().timings.answer_tokens == 0
    told = heard(backend, knobs, thinking_least_tokens=7)
    assert told.end().reason == "end"
    assert told.end().timings.answer_tokens == 7


def test_the_limit_goes_before_the_least(backend, hasty):
    told = heard(backend, hasty, thinking_limit_tokens=4, thinking_least_tokens=20)
    assert thoughts(told) <= 4 + len(backend._resident.writer.end_thinking)
    assert any(each.text and not each.thinking for each in told.of(Delta))


def test_what_is_noted_of_a_row_is_what_the_model_said(backend, hasty):
    knobs = replace(hasty, odds=1)
    plain, held = (
        heard(backend, replace(knobs, logit_bias=()), thinking_least_tokens=least)
        for least in (0, 9)
    )
    first = [
        next(each.odds for each in told.of(Delta) if each.odds)[0] for told in (plain, held)
    ]
    assert first[0].others == first[1].others


@pytest.mark.parametrize("kind", [Kind.VOTE, Kind.SEARCH, Kind.SYNTHESIS])
def test_every_draft_thinks_for_as_long_as_it_shall(backend, model, kind):
    (end,) = model.tokens("</think>", special=True)
    knobs = Sampling(temperature=1.0, logit_bias=((int(end), 100.0),), answer_limit_tokens=24)
    strategy = Strategy(kind, 3, Score.MEAN, width=3, step_tokens=6)
    told = heard(backend, knobs, strategy, thinking_least_tokens=8)
    drafts = told.of(DraftEnded)
    assert len(drafts) >= 3
    for each in drafts:
        assert each.thinking or each.why == "dropped"
        assert not each.answer or each.answer in each.text


def test_all_that_may_end_thinking_is_known(model):
    enders = thinking_enders(model, THINK)
    assert model.eos in enders
    for mark in THINK.ends:
        assert int(model.tokens(mark, special=True)[0]) in enders
    spelled = thinking_enders(model, Marks((), ("[over]",)))
    assert int(model.tokens("[", special=True)[-1]) in spelled
    assert np.all(np.diff(enders) > 0)
