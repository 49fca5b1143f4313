"""A grammar allows the tokens that llama.cpp's own would, and no grammar does any harm."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.data.lone_context import as_schema
from tests.data.tiny_llama import LONG_WORD, write

from inglenook.core.errors import BadArgumentError
from inglenook.engine import automaton, grammar
from inglenook.engine.candidates import Candidates
from inglenook.engine.grammar import Grammar, Place, grammar_for
from inglenook.engine.lib import api
from inglenook.engine.model import Model
from inglenook.engine.vocabulary import Vocabulary
from inglenook.models.fit import EngineSettings

HOSTILE = Path(__file__).with_name("hostile_grammars.py")


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return write(tmp_path_factory.mktemp("models") / "tiny.gguf")


@pytest.fixture(scope="module")
def model(path):
    loaded = Model.load(
        str(path), EngineSettings(context_tokens=64, threads=1), lambda _fraction: True
    )
    yield loaded
    loaded.free()


def place(model, text):
    return Place(grammar_for(model, grammar=text))


def pieces(model, tokens):
    return sorted(model.piece(int(token)) for token in tokens)


def token(model, piece):
    """Return the word of the vocabulary with this text, not the byte."""
    return next(at for at in range(261, model.vocab_size) if model.piece(at) == piece)


def comparable(model):
    """Return the tokens on which both must agree.

    llama.cpp reads control tokens as their spelling, any four high bits as the start of a
    character, and never writes a zero byte.
    """
    shown = [model.piece(at) for at in range(model.vocab_size)]
    return [at for at, piece in enumerate(shown) if piece and 0 < piece[0] < 0x80]


# --- against llama.cpp ---

CHARS = st.sampled_from(['"a"', '"e"', '"the"', '" a"', "[a-f]", "[^a-z]", ".", '"-"', '"é"'])


def _grown(inner):
    return st.one_of(
        st.tuples(inner, inner).map(lambda two: f"({two[0]} {two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} | {two[1]})"),
        st.tuples(inner, st.sampled_from(["?", "{2}", "{1,3}"])).map("".join),
    )


BODIES = st.recursive(CHARS, _grown, max_leaves=6)


@settings(max_examples=60, deadline=None)
@given(body=BODIES, tail=BODIES, choices=st.lists(st.integers(0, 10**6), max_size=5))
def test_it_allows_what_llama_cpp_allows(model, body, tail, choices):
    text = f'root ::= {body} (other "!" | {tail})\nother ::= "(" other ")" | "x" {tail}?'
    theirs = api.llama_sampler_init_grammar(model.vocab, text.encode(), b"root")
    assert theirs
    ours, known = place(model, text), comparable(model)
    enders = Vocabulary.of(model).enders.tolist()
    for choice in [*choices, 0]:
        mine = set(ours.allowed().tolist())
        assert mine & {*known, *enders} == _allowed(theirs, model) & {*known, *enders}
        possible = sorted(mine & set(known))
        if not possible:
            break
        picked = possible[choice % len(possible)]
        assert ours.take(picked)
        api.llama_sampler_accept(theirs, picked)
    api.llama_sampler_free(theirs)


def _allowed(sampler, model):
    candidates = Candidates(model.vocab_size)
    candidates._items["id"] = candidates._ids
    candidates._items["logit"] = 1.0
    candidates._list.data, candidates._list.size = candidates._start, model.vocab_size
    api.llama_sampler_apply(sampler, candidates._reference)
    return set(np.flatnonzero(candidates._items["logit"] == 1.0).tolist())


# --- tokens ---


def test_it_may_end_where_the_text_is_whole_and_only_there(model):
    here = place(model, 'root ::= "a" "b"?')
    assert not here.is_complete
    assert not here.take(model.eos)
    assert here.take(token(model, b"a"))
    assert here.is_complete
    assert here.take(model.eos)
    assert set(here.allowed()) > set(Vocabulary.of(model).enders)


def test_a_token_that_does_not_fit_leaves_the_place_as_it_is(model):
    here = place(model, 'root ::= "ab"')
    before = pieces(model, here.allowed())
    assert not here.take(token(model, b"b"))
    assert not here.take(3)  # a control token, which has no text
    assert pieces(model, here.allowed()) == before


def test_long_words_count_only_as_a_whole(model):
    assert LONG_WORD.encode() in pieces(model, place(model, 'root ::= "-"* "end"').allowed())
    fewer = place(model, 'root ::= "-"{39} "end"')
    assert LONG_WORD.encode() not in pieces(model, fewer.allowed())


def test_a_character_may_come_byte_by_byte(model):
    here = place(model, 'root ::= "日"')
    for byte in "日".encode():
        assert here.take(5 + byte)
    assert here.is_complete


def test_some_tokens_are_tried_as_all_are(model):
    here = place(model, 'root ::= ("the" | "-"*) "a"')
    everything = np.arange(model.vocab_size, dtype=np.int32)
    assert set(here.allowed_of(everything)) == set(here.allowed())
    assert not len(here.allowed_of(np.zeros(0, np.int32)))


def test_a_form_is_wide_while_most_tokens_fit(model, monkeypatch):
    monkeypatch.setattr(grammar, "_WIDE", 50)
    here = place(model, 'root ::= "a" [ -~]*  # wide')
    assert not here.is_wide()
    here.take(token(model, b"a"))
    assert here.is_wide()
    here.allowed()
    assert not here.is_wide()  # it has been worked out


def test_a_copy_goes_its_own_way(model):
    here = place(model, 'root ::= "ab"')
    there = here.copy()
    assert here.take(token(model, b"a"))
    assert there.take(token(model, b"a"))
    assert here.take(token(model, b"b"))
    assert not there.is_complete


def test_an_answer_keeps_its_place_when_another_makes_the_grammar_tidy_up(model, monkeypatch):
    monkeypatch.setattr(automaton, "_MOST_STATES", 40)
    text = 'root ::= "(" root ")" | "x"  # tidy'
    here, there = place(model, text), place(model, text)
    opening, closing = token(model, b"("), token(model, b")")
    assert here.take(opening)
    for _ in range(100):
        assert there.take(opening)
        assert len(there.allowed())
    assert there._automaton.epoch > 0
    assert here.take(token(model, b"x"))
    assert here.take(closing)
    assert here.is_complete


def test_masks_are_remembered_within_a_bound(model):
    here = place(model, 'root ::= "(" root ")" | "x"  # masks')
    for _ in range(100):
        here.take(token(model, b"("))
        here.allowed()
    assert len(here._grammar._masks) <= grammar._MASKS_KEPT
    assert here.allowed() is here.allowed()


# --- grammars ---


def test_the_last_few_grammars_of_a_model_are_made_once(model):
    text = 'root ::= "once"'
    first = grammar_for(model, grammar=text)
    assert grammar_for(model, grammar=text) is first
    for number in range(grammar._GRAMMARS_KEPT):
        grammar_for(model, grammar=f'root ::= "{number}"')
    assert grammar_for(model, grammar=text) is not first


def test_a_worn_grammar_is_not_used_for_another_answer(model):
    text = 'root ::= "worn"'
    first = grammar_for(model, grammar=text)
    first.automaton._tops.extend([0] * automaton._MOST_STACKS)
    assert grammar_for(model, grammar=text) is not first


def test_a_schema_is_a_grammar_of_its_values(model):
    here = Place(grammar_for(model, schema=as_schema({"enum": ["a", 1]})))
    assert pieces(model, here.allowed()) == [b'"', b'"', b"1", b"1"]


@pytest.mark.parametrize("text", ["root ::= []", 'root ::= x\nx ::= x "a"*', "root ::= ["])
def test_a_grammar_without_any_text_is_refused(model, text):
    with pytest.raises(BadArgumentError):
        grammar_for(model, grammar=text)


def test_a_grammar_may_allow_the_empty_answer_alone(model):
    assert set(place(model, "root ::=").allowed()) == set(Vocabulary.of(model).enders)


@pytest.mark.slow
def test_no_hostile_grammar_ends_the_process_or_stops_it_for_long(path):
    """Several of these end or hang a process that gives them to llama.cpp itself."""
    run = subprocess.run(
        [sys.executable, str(HOSTILE), str(path)],
        capture_output=True,
        text=True,
        timeout=80,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    outcomes = dict(line.split(": ", 1) for line in run.stdout.splitlines())
    assert outcomes.pop("most MiB") < "400"
    assert all(float(each.rsplit(" ", 1)[1]) < 10 for each in outcomes.values())
    refused = {name for name, each in outcomes.items() if each.startswith("refused")}
    assert refused == set(outcomes) - {"doubling", "stars", "star-of-stars", "long-repeated"}


def test_reading_a_vocabulary_finds_long_pieces_and_what_ends_an_answer(model, monkeypatch):
    words = Vocabulary.of(model)
    assert Vocabulary.of(model) is words
    assert model.eos in words.enders
    assert words.pieces[token(model, LONG_WORD.encode())] == LONG_WORD.encode()
    monkeypatch.setattr("inglenook.engine.vocabulary._LONGEST_BYTES", 8)
    assert Vocabulary(model).pieces == words.pieces
    assert isinstance(Grammar('root ::= "a"', words).vocabulary, Vocabulary)
