"""The plain strategy: thinking with a limit, calls, odds and forms, from prompt to end."""

from dataclasses import replace

import pytest
from tests.data.heard import Heard, question
from tests.data.tiny_llama import CHATML, write
from tests.engine.picks import let_pick

from inglenook.chat.sampling import EXACT
from inglenook.core.errors import BadArgumentError
from inglenook.engine import sampling
from inglenook.engine.answering import LlamaBackend
from inglenook.engine.protocol import (
    Delta,
    Done,
    Failed,
    Load,
    PromptOptions,
    PromptProgress,
    Started,
)
from inglenook.models.settings import EngineSettings

SETTINGS = EngineSettings(
    context_tokens=512, threads=1, batch_tokens=64, ubatch_tokens=64, sequences=4
)
THINKS = CHATML + "{% if false %}<think></think>{% endif %}"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    return str(write(folder / "tiny.gguf", template=THINKS))


@pytest.fixture
def backend(path):
    made = LlamaBackend()
    made.load(Load(path, SETTINGS), lambda _fraction: True)
    yield made
    made.unload()


@pytest.fixture
def says(backend, monkeypatch):
    """Lets the model say a text, and then end."""

    def say(text):
        model = backend._resident.model
        tokens = [*map(int, model.tokens(text, special=False)), model.eos]
        left = iter(tokens)

        def sample(chain, _context, _row):
            token = next(left, model.eos)
            sampling.api.llama_sampler_accept(chain, token)
            return token

        let_pick(monkeypatch, sample)
        return tokens[:-1]

    return say


def heard(backend, *texts, options=None, **knobs):
    asked = question(*texts, sampling=replace(EXACT, **knobs))
    if options is not None:
        asked = type(asked)(
            asked.request, asked.chat, asked.turns, asked.sampling, options=options
        )
    return Heard(backend).ask(asked)


def thought(told):
    return "".join(each.text for each in told.of(Delta) if each.thinking)


def answer(told):
    return "".join(each.text for each in told.of(Delta) if not each.thinking)


def test_it_tells_how_it_begins_before_it_reads(backend, says):
    says("hello")
    told = heard(backend, "x" * 200)
    told.step()
    assert type(told.events[0]) is Started
    assert told.started().prompt_tokens > 200
    assert told.started().reused_tokens == 0
    reports = told.run().of(PromptProgress)
    assert [each.total_tokens for each in reports] == [told.started().prompt_tokens] * len(
        reports
    )
    assert len(reports) > 3


def test_thinking_is_told_apart_and_counted(backend, says):
    tokens = says("<think>hm hm</think>hello")
    told = heard(backend, "hi").run()
    assert (thought(told), answer(told)) == ("hm hm", "hello")
    assert sum(each.tokens for each in told.of(Delta)) == len(tokens)
    assert told.end().timings.answer_tokens == len(tokens)
    assert told.end().reason == "end"


def test_thinking_that_takes_too_long_is_closed_and_answered(backend, says):
    says("<think>" + "so " * 40)
    told = heard(
        backend, "hi", options=PromptOptions(thinking_limit_tokens=9), answer_limit_tokens=40
    ).run()
    assert told.end().reason == "length"
    assert 0 < len(thought(told)) < 40
    assert answer(told).strip().startswith("so")
    assert told.end().timings.answer_tokens == 40


def test_the_end_of_thinking_is_read_by_the_model_too(backend, says):
    says("<think>" + "so " * 40)
    told = heard(backend, "hi", options=PromptOptions(thinking_limit_tokens=9))
    told.until(Delta)
    while not answer(told):
        told.step()
    sequence = next(each for each in backend._resident.cache.sequences if each.is_held)
    closing = backend._resident.writer.end_thinking.tolist()
    tokens = sequence.resident().tolist()
    places = [at for at in range(len(tokens)) if tokens[at : at + len(closing)] == closing]
    assert places
    told.stop()


@pytest.mark.parametrize("limit", range(8, 14))
def test_no_limit_is_overstepped_by_closing_the_thinking(backend, says, limit):
    says("<think>" + "so " * 40)
    told = heard(
        backend,
        "hi",
        options=PromptOptions(thinking_limit_tokens=9),
        answer_limit_tokens=limit,
    ).run()
    assert (told.end().reason, told.end().timings.answer_tokens) == ("length", limit)


def test_odds_come_with_each_token_and_are_those_of_the_row(backend):
    told = heard(backend, "hi", odds=3, answer_limit_tokens=6).run()
    odds = [each for delta in told.of(Delta) for each in delta.odds]
    assert len(odds) == 6
    for each in odds:
        assert len(each.others) == 3
        assert each.logprob == each.others[0][1] <= 0.0
    assert not [each for each in heard(backend, "hi").run().of(Delta) if each.odds]


def test_a_form_is_kept_while_others_write_freely(backend):
    told = heard(backend, "hi", grammar='root ::= "ab" [0-9] [0-9] "."')
    told.ask(question("other", request="free", chat="free"))
    told.run()
    text = answer(told)
    assert text[:2] == "ab"
    assert text[2:4].isdigit()
    assert text[4:] == "."
    assert told.end().reason == "end"
    assert told.end("free").reason == "length"


def test_a_form_binds_the_answer_and_not_the_thinking_before_it(backend, says, tmp_path):
    opens = THINKS.replace("assistant\n{% endif %}", "assistant\n<think>{% endif %}")
    path = write(tmp_path / "opens.gguf", template=opens)
    backend.load(Load(str(path), SETTINGS), lambda _fraction: True)
    says("free</think>")
    told = heard(backend, "hi", grammar='root ::= "ab"').run()
    assert (thought(told), answer(told)) == ("free", "ab")
    assert told.end().reason == "end"


def test_a_form_that_makes_no_sense_fails_its_own_answer(backend):
    told = heard(backend, "hi", grammar="root ::= (")
    told.ask(question("other", request="free", chat="free"))
    told.run()
    assert isinstance(told.end(), Failed)
    assert told.end("free").reason == "length"


def test_a_failure_while_it_writes_keeps_what_was_written(backend, monkeypatch):
    told = heard(backend, "hi")
    told.until(Delta)
    error = BadArgumentError("The form is too wide", "Choose another.")

    def refuse(*_):
        raise error

    let_pick(monkeypatch, refuse)
    told.run()
    assert told.end().problem == error.problem
    assert sum(each.tokens for each in told.of(Delta)) == 1


def test_an_answer_with_a_seed_comes_out_the_same_beside_others(backend):
    knobs = {"seed": 7, "temperature": 1.5, "top_k": 0, "top_p": 1.0, "min_p": 0.0}
    alone = answer(heard(backend, "hi", answer_limit_tokens=15, **knobs).run())
    told = Heard(backend).ask(question("other", request="one", chat="one"))
    told.step()
    told.ask(question("hi", sampling=replace(EXACT, answer_limit_tokens=15, **knobs)))
    told.ask(question("third", request="two", chat="two"))
    told.run()
    assert answer(told) == alone
    assert {type(told.end(each)) for each in ("request", "one", "two")} == {Done}
