"""Sampling on the starter model: forms are kept, loops are broken, seeds hold."""

import json
import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from tests.data.lone_context import LoneContext, as_schema

from inglenook.chat.message import Role
from inglenook.chat.sampling import BALANCED, EXACT, Sampling
from inglenook.engine.answering import LlamaBackend
from inglenook.engine.candidates import Candidates
from inglenook.engine.grammar import Place, grammar_for
from inglenook.engine.lib import api
from inglenook.engine.protocol import Answer, Delta, Done, Failed, Load, Turn
from inglenook.engine.schema import grammar_of_schema
from inglenook.models.fit import EngineSettings

pytestmark = pytest.mark.model

PERSON = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 2, "maxLength": 20},
        "age": {"type": "integer", "minimum": 0, "maximum": 130},
        "mood": {"enum": ["glad", "sad", None]},
    },
    "required": ["name", "age", "mood"],
}
SHAPES = {
    "$defs": {
        "dot": {"type": "object", "properties": {"dot": {"const": True}}, "required": ["dot"]},
        "box": {
            "type": "object",
            "properties": {"width": {"type": "number", "minimum": 0, "maximum": 9}},
            "required": ["width"],
        },
    },
    "type": "array",
    "items": {"anyOf": [{"$ref": "#/$defs/dot"}, {"$ref": "#/$defs/box"}]},
    "minItems": 1,
    "maxItems": 3,
}


def is_person(value):
    return (
        list(value) == ["name", "age", "mood"]
        and 2 <= len(value["name"]) <= 20
        and isinstance(value["age"], int)
        and 0 <= value["age"] <= 130
        and value["mood"] in {"glad", "sad", None}
    )


def is_shapes(value):
    return 1 <= len(value) <= 3 and all(
        each == {"dot": True} or (list(each) == ["width"] and 0 <= each["width"] <= 9)
        for each in value
    )


@pytest.fixture(scope="module")
def context(starter):
    made = LoneContext(starter, tokens=1024)
    yield made
    made.free()


@pytest.mark.parametrize(
    ("schema", "is_right", "question"),
    [
        (PERSON, is_person, "Describe a sailor as JSON with name, age and mood."),
        (PERSON, is_person, "Write a poem about the sea. No JSON, please."),
        (SHAPES, is_shapes, "List some shapes as JSON."),
        ({"type": "boolean"}, lambda value: isinstance(value, bool), "Is water wet?"),
        ({"type": "integer"}, lambda value: isinstance(value, int), "What is six times seven?"),
    ],
)
@pytest.mark.parametrize("temperature", [0.0, 0.7, 1.5])
def test_an_answer_by_a_schema_parses_and_fits(
    context, schema, is_right, question, temperature
):
    for seed in range(3):
        form = replace(
            BALANCED, temperature=temperature, seed=seed, json_schema=as_schema(schema)
        )
        _, text, has_ended = context.write(context.chat(question), form, 160)
        assert has_ended
        assert is_right(json.loads(text)), text


def test_an_answer_cut_by_a_limit_is_the_beginning_of_one_that_fits(context):
    form = replace(EXACT, json_schema=as_schema(PERSON))
    prompt = context.chat("Describe a sailor as JSON with name, age and mood.")
    _, whole, _ = context.write(prompt, form, 160)
    tokens, cut, has_ended = context.write(prompt, form, 6)
    assert len(tokens) == 6
    assert not has_ended
    assert whole.startswith(cut)
    with pytest.raises(json.JSONDecodeError):
        json.loads(cut)


@pytest.mark.parametrize(
    ("grammar", "pattern"),
    [
        ('root ::= "yes" | "no"', "yes|no"),
        ('root ::= [0-9]{4} "-" [0-9]{2}', r"\d{4}-\d{2}"),
        ('root ::= line{3}\nline ::= "- " [a-zé ]{3,30} "\\n"', r"(- [a-zé ]{3,30}\n){3}"),
        ('root ::= "日本" | "🧡"+', "日本|🧡+"),
    ],
)
def test_an_answer_by_a_grammar_follows_it(context, grammar, pattern):
    for seed in range(3):
        form = Sampling(temperature=1.0, seed=seed, grammar=grammar)
        _, text, has_ended = context.write(context.chat("What day is it?"), form, 90)
        assert re.fullmatch(pattern, text) or (not has_ended and "🧡" in text), text


def test_all_tokens_allowed_are_those_that_llama_cpp_allows(context):
    model = context.model
    text = grammar_of_schema(as_schema(PERSON)).replace("{0,24}", "*")
    theirs = api.llama_sampler_init_grammar(model.vocab, text.encode(), b"root")
    assert theirs
    ours = Place(grammar_for(model, grammar=text))
    candidates = Candidates(model.vocab_size)
    known = ~model.controls  # llama.cpp takes their spelling for text
    for token in model.tokens('{"name": "Bo é", "age": 41, "mood": null}', special=False):
        items = candidates._items
        items["id"], items["logit"] = candidates._ids, 1.0
        candidates._list.data, candidates._list.size = candidates._start, model.vocab_size
        api.llama_sampler_apply(theirs, candidates._reference)
        mine = np.zeros(model.vocab_size, np.bool_)
        mine[ours.allowed()] = True
        assert not np.flatnonzero((mine != (items["logit"] == 1.0)) & known).size
        assert ours.take(int(token))
        api.llama_sampler_accept(theirs, int(token))
    assert ours.is_complete
    api.llama_sampler_free(theirs)


def test_a_seed_gives_the_same_answer_again(context):
    prompt = context.chat("Tell me about the sea.")
    sampling = replace(BALANCED, seed=11)
    first = context.write(prompt, sampling, 24)
    assert context.write(prompt, sampling, 24) == first
    assert context.write(prompt, sampling, 24, seed_offset=1) != first
    assert context.write(prompt, replace(sampling, seed=12), 24) != first


def test_dry_and_penalties_break_a_loop(context):
    loop = context.model.tokens(" one two three four five" * 12, special=False)

    def repeats(**knobs):
        sampling = replace(EXACT, **knobs)
        tokens, _, _ = context.write(
            context.chat("Count.").tolist() + loop.tolist(), sampling, 60
        )
        runs = Counter(tuple(tokens[at : at + 5]) for at in range(len(tokens) - 4))
        return max(runs.values())

    plain = repeats()
    assert plain > 8
    assert repeats(dry_multiplier=0.8) < plain / 2
    assert repeats(repeat_penalty=1.3) < plain / 2
    assert repeats(frequency_penalty=1.0) < plain / 2


def test_a_bias_bans_a_word_and_another_forces_one(context):
    prompt = context.chat("What is the capital of France?")
    plain = context.write(prompt, EXACT, 12)[0]
    banned = replace(EXACT, logit_bias=((plain[0], -100.0),))
    assert plain[0] not in context.write(prompt, banned, 12)[0]
    word = int(context.model.tokens(" sea", special=False)[0])
    assert set(context.write(prompt, replace(EXACT, logit_bias=((word, 100.0),)), 5)[0]) == {
        word
    }


def test_xtc_leaves_the_likeliest_word_out(context):
    prompt = context.chat("What is the capital of France?")
    likeliest = context.write(prompt, EXACT, 1)[0]
    xtc = replace(BALANCED, xtc_probability=1.0, xtc_threshold=0.01, seed=1)
    assert context.write(prompt, xtc, 1)[0] != likeliest


@pytest.mark.parametrize("version", [1, 2])
def test_mirostat_writes_and_its_seed_holds(context, version):
    sampling = Sampling(mirostat=version, mirostat_tau=3.0, seed=1, temperature=1.0)
    prompt = context.chat("Tell me about the sea.")
    first = context.write(prompt, sampling, 24)
    assert len(first[0]) > 5
    assert context.write(prompt, sampling, 24) == first


def test_odds_name_the_token_and_its_rivals(context):
    told = []

    def watch(chain, token):
        told.append((token, chain.odds(context.handle, -1, token)))

    prompt = context.chat("What is the capital of France?")
    context.write(prompt, replace(EXACT, odds=5), 6, watch=watch)
    for token, odds in told:
        assert odds.text == context.model.piece(token, special=True).decode()
        assert odds.others[0] == (odds.text, odds.logprob)
        assert len(odds.others) == 5
        assert sum(np.exp(chance) for _, chance in odds.others) <= 1.0 + 1e-5


@pytest.fixture(scope="module")
def backend(starter):
    made = LlamaBackend()
    settings = EngineSettings(context_tokens=512, threads=1)
    made.load(Load(str(starter), settings), lambda _fraction: True)
    yield made
    made.unload()


def answered(backend, **knobs):
    turns = (Turn(Role.USER, "Describe a sailor as JSON."),)
    sampling = Sampling(answer_limit_tokens=80, seed=1, **knobs)
    backend.accept(Answer("r", "c", turns, sampling))
    events = []
    while not events or not isinstance(events[-1], Done | Failed):
        events += backend.step()
    text = "".join(each.text for each in events if isinstance(each, Delta))
    return text, events[-1], [odds for each in events if isinstance(each, Delta)
                              for odds in each.odds]  # fmt: skip


def test_the_engine_keeps_an_answer_to_a_schema_and_tells_odds(backend):
    text, end, odds = answered(backend, json_schema=as_schema(PERSON), odds=1)
    assert isinstance(end, Done)
    assert end.reason == "end"
    assert is_person(json.loads(text))
    assert "".join(each.text for each in odds).startswith(text)


@pytest.mark.parametrize(
    "knobs",
    [
        {"grammar": "root ::= ["},
        {"grammar": 'root ::= [a-z]+ root "x" | [a-z]+ root "y" | [a-z]'},
        {"json_schema": '{"type": "string", "pattern": "a+"}'},
        {"json_schema": '{"$ref": "https://example.org/schema.json"}'},
        {"logit_bias": ((1_000_000, 1.0),)},
    ],
)
def test_the_engine_says_in_words_why_it_cannot_answer_so_and_goes_on(backend, knobs):
    _, end, _ = answered(backend, **knobs)
    assert isinstance(end, Failed)
    assert end.problem.advice
    assert isinstance(answered(backend, grammar='root ::= "yes"')[1], Done)
