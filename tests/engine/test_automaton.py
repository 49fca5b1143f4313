"""A text is followed through a grammar, and a grammar that cannot be followed is refused."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.core.errors import BadArgumentError
from inglenook.engine import automaton as module
from inglenook.engine.automaton import DEAD, Automaton
from inglenook.engine.gbnf import grammar_rules


def automaton(text):
    return Automaton(grammar_rules(text))


def accepts(made, text):
    state = made.after(made.start, text if isinstance(text, bytes) else text.encode())
    return state != DEAD and made.is_complete(state)


# The same language in both notations, without what they write differently.
PAIRS = [
    ("a*b", 'root ::= "a"* "b"'),
    ("(ab|a)(c|bc)", 'root ::= ("ab" | "a") ("c" | "bc")'),
    ("(a?b?c?){2}", 'root ::= ("a"? "b"? "c"?){2}'),
    ("(a|b){1,3}c", 'root ::= [ab]{1,3} "c"'),
    ("((a*)*b)*", 'root ::= (("a"*)* "b")*'),
    ("a{2,}", 'root ::= "a"{2,}'),
    ("a{0}b", 'root ::= "a"{0} "b"'),
    ("[^a]é?c+", 'root ::= [^a] "é"? "c"+'),
    (".b", 'root ::= . "b"'),
    ("", "root ::="),
    ("(a|)(b|)", 'root ::= x y\nx ::= | "a"\ny ::= "b" | ""'),
]


@pytest.mark.parametrize(("pattern", "grammar"), PAIRS)
@given(text=st.text("abcé", max_size=7))
def test_it_accepts_what_a_regular_expression_accepts(pattern, grammar, text):
    assert accepts(automaton(grammar), text) == bool(re.fullmatch(pattern, text))


def test_rules_may_nest_without_end():
    nested = automaton('root ::= "(" root ")" | "x"')
    deep = "(" * 3000
    assert accepts(nested, deep + "x" + ")" * 3000)
    assert not accepts(nested, deep + "x" + ")" * 2999)


def test_half_a_character_is_on_the_way_and_a_wrong_byte_is_not():
    made = automaton("root ::= [é日]")
    half = made.after(made.start, "日".encode()[:2])
    assert half != DEAD
    assert not made.is_complete(half)
    assert accepts(made, "日")
    assert made.after(made.start, b"\xff") == DEAD
    assert made.after(DEAD, b"a") == DEAD


def test_surrogates_and_empty_sets_match_nothing():
    for grammar in ("root ::= []", 'root ::= "a" []', "root ::= [\\uD800]"):
        made = automaton(grammar)
        assert not made.table(np.array([made.start], np.int32))[made.start].any() or (
            not accepts(made, "a")
        )


@pytest.mark.parametrize(
    "grammar",
    [
        'root ::= root "a" | "b"',
        'root ::= y root "c" | "b"\ny ::= z\nz ::= "" | "a"',
        'root ::= (((("a"{0,2000}){0,2000}){0,2000}){0,2000})',
        "root ::= r0\n" + "".join(f"r{i} ::= r{i + 1}\n" for i in range(9000)) + "r9000 ::=",
    ],
)
def test_a_grammar_that_is_entered_without_end_is_refused(grammar):
    with pytest.raises(BadArgumentError):
        automaton(grammar)


def test_one_that_doubles_with_each_letter_is_refused_when_it_has_grown():
    doubling = automaton('root ::= "a" root "b" | "a" root "c" | "a"')
    assert accepts(doubling, "aaacb")
    with pytest.raises(BadArgumentError):
        doubling.after(doubling.start, b"a" * 40)


def test_one_that_goes_ever_deeper_is_refused_before_memory_is_full(monkeypatch):
    monkeypatch.setattr(module, "_MOST_STACKS", 1000)
    deep = automaton('root ::= "(" root ")" | "x"')
    with pytest.raises(BadArgumentError):
        deep.after(deep.start, b"(" * 2000)
    assert deep.is_worn


def test_one_that_would_keep_too_many_texts_in_mind_is_refused_at_once():
    made = automaton("root ::= .* [a-m] .{200}")
    letters = np.frombuffer(np.random.default_rng(1).bytes(20_000), np.uint8) % 26 + 97
    with pytest.raises(BadArgumentError, match="too many texts"):
        made.after(made.start, letters.tobytes())
    assert made.is_worn


def test_work_that_is_spread_over_an_answer_is_done(monkeypatch):
    monkeypatch.setattr(module, "_MOST_WORK", 5000)
    made = automaton('root ::= ("a" | "b"){0,1000}')
    state = made.start
    for _ in range(500):
        state = made.tidied(made.after(state, b"a"))
    assert made.is_complete(state)
    with pytest.raises(BadArgumentError):
        made.after(state, b"b" * 400)


def test_rules_that_are_entered_in_ever_new_places_are_refused(monkeypatch):
    monkeypatch.setattr(module, "_MOST_OPENED", 1000)
    deep = automaton('root ::= "(" root ")" | "x"')
    with pytest.raises(BadArgumentError):
        deep.after(deep.start, b"(" * 2000)
    assert deep.is_worn


def test_many_states_are_forgotten_and_the_place_is_kept(monkeypatch):
    monkeypatch.setattr(module, "_MOST_STATES", 50)
    made = automaton('root ::= "(" root ")" | "x"')
    state = made.after(made.start, b"(" * 60)
    ways = made.ways(state)
    state = made.tidied(state)
    assert made.epoch == 1
    assert made.ways(state) == ways
    assert made.state(ways) == state
    assert made.is_complete(made.after(state, b"x" + b")" * 60))
    assert accepts(made, "x")
    assert made.tidied(made.start) == made.start
