"""Grammars are read within bounds, and what is wrong with one is said with its line."""

import pytest

from inglenook.core.errors import BadArgumentError
from inglenook.engine.gbnf import grammar_rules, inverted, merged

A = ((97, 97),)
B = ((98, 98),)


def root(text):
    rules = grammar_rules(text)
    return rules.alternatives[rules.root]


def test_alternatives_are_sequences_of_characters_and_rules():
    rules = grammar_rules('root ::= "ab" | other\nother ::= [a-b]')
    other = 1
    assert rules.alternatives[rules.root] == [[A, B], [other]]
    assert rules.alternatives[other] == [[((97, 98),)]]


def test_comments_blank_lines_and_line_breaks_after_a_bar_are_allowed():
    text = '# first\n\nroot ::= "a" | # then\n  "b"\r\n\r\nmore ::= (\n "a"\n)\n'
    assert root(text) == [[A], [B]]


@pytest.mark.parametrize(
    ("written", "ranges"),
    [
        ("[abc]", ((97, 99),)),
        ("[^b]", ((0, 97), (99, 0x10FFFF))),
        ("[a-]", ((45, 45), (97, 97))),
        (r"[\]\-\\]", ((45, 45), (92, 93))),
        (r"[\x41\u00e9\U0001F600]", ((65, 65), (0xE9, 0xE9), (0x1F600, 0x1F600))),
        (".", ((0, 0x10FFFF),)),
        ("[é]", ((0xE9, 0xE9),)),
        ("[]", ()),
        ("[^]", ((0, 0x10FFFF),)),
    ],
)
def test_sets_of_characters(written, ranges):
    assert root(f"root ::= {written}") == [[ranges]]


def test_escapes_in_literals():
    assert root(r'root ::= "\t\r\n\"\\"') == [[((ord(c), ord(c)),) for c in '\t\r\n"\\']]


def test_a_repetition_repeats_the_element_before_it_alone():
    assert root('root ::= "b" "a"{2}') == [[B, A, A]]
    (sequence,) = root('root ::= "b" "a"?')
    assert sequence[0] == B
    assert len(sequence) == 2
    (sequence,) = root('root ::= "ab"{2}')
    assert len(sequence) == 2


def test_ranges_are_joined_and_inverted():
    assert merged([(5, 6), (1, 2), (3, 3), (6, 9)]) == ((1, 3), (5, 9))
    assert inverted(((0, 5), (9, 0x10FFFF))) == ((6, 8),)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('root "a"', "::="),
        ('::= "a"', "name"),
        ('root ::= "a', "no end"),
        ("root ::= [a", "no end"),
        ('root ::= "a" )', "end of the line"),
        ('root ::= ("a"', "bracket"),
        ("root ::= *", "nothing to repeat"),
        ('root ::= "a"{}', "number"),
        ('root ::= "a"{2', "}"),
        ('root ::= "a"{2,1}', "below"),
        ('root ::= "a"{1,1000000}', "repetitions"),
        ('root ::= "a"{99999999999999999999}', "repetitions"),
        ("root ::= [b-a]", "below"),
        (r'root ::= "\q"', "escape"),
        (r'root ::= "\x4"', "digits"),
        (r'root ::= "\u12"', "digits"),
        (r'root ::= "\UFFFFFFFF"', "no such"),
        ("root ::= other", "nowhere defined"),
        ('other ::= "a"', "root"),
        ("", "root"),
        ("root ::= <think>", "tokens"),
        ("root ::= !<[4]>", "tokens"),
        ('root ::= "a\0"', "zero"),
        ("root ::= " + "(" * 200, "brackets"),
        ("root ::= " + '("a"{9000} "b"){0,9000} ' * 30, "parts"),
    ],
)
def test_what_is_no_grammar_is_refused_in_words(text, word):
    with pytest.raises(BadArgumentError) as caught:
        grammar_rules(text)
    assert word in caught.value.problem.advice


def test_the_line_of_a_mistake_is_named():
    with pytest.raises(BadArgumentError) as caught:
        grammar_rules('root ::= a\n\na ::= "a" |\n  *')
    assert caught.value.problem.facts["line"] == "4"
