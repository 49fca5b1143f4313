"""Which questions of programs belong to one conversation."""

import pytest

from inglenook.chat.message import Role
from inglenook.core.ids import is_program_chat
from inglenook.engine.turns import Turn
from inglenook.services.apiconversations import MOST, Conversations
from inglenook.services.apiquestion import Question


@pytest.fixture
def forgotten():
    return []


@pytest.fixture
def known(forgotten):
    return Conversations(forgotten.append)


SYSTEM = Turn(Role.SYSTEM, "Be brief.")


def talk(*texts, system=SYSTEM):
    roles = (Role.USER, Role.ASSISTANT)
    turns = [Turn(roles[at % 2], text) for at, text in enumerate(texts)]
    return Question(turns=(system, *turns))


def test_a_longer_conversation_goes_on_from_the_one_before(known):
    first = known.of(talk("one"))
    assert is_program_chat(first)
    assert known.of(talk("one", "answer", "two")) == first
    assert known.of(talk("one", "answer", "two", "answer", "three")) == first


def test_the_same_question_again_is_the_same_conversation(known):
    assert known.of(talk("one")) == known.of(talk("one"))


def test_conversations_that_share_only_what_the_program_says_first_are_two(known):
    assert known.of(talk("one")) != known.of(talk("two"))


def test_an_answer_that_was_written_otherwise_does_not_part_a_conversation(known):
    first = known.of(talk("one"))
    assert known.of(talk("one", "as the program cut it", "two")) == first


def test_an_answer_to_be_gone_on_with_belongs_to_its_question(known):
    first = known.of(talk("one"))
    assert known.of(talk("one", "and then")) == first
    assert known.of(talk("one", "and then he went")) == first


def test_a_conversation_in_which_nobody_asks_has_its_words_for_a_name(known):
    only = Question(turns=(SYSTEM,))
    assert known.of(only) == known.of(only)


def test_other_pictures_make_another_conversation(known):
    def shown(picture):
        return Question(turns=(Turn(Role.USER, "What is it?", pictures=(picture,)),))

    assert known.of(shown(b"cat")) == known.of(shown(b"cat")) != known.of(shown(b"dog"))


def test_a_program_may_name_its_conversation(known):
    named = Question(turns=talk("one").turns, conversation="mine")
    other = Question(turns=talk("two").turns, conversation="mine")
    assert known.of(named) == known.of(other) != known.of(talk("one"))


def test_prompts_without_turns_are_told_apart_by_their_text(known):
    one, two = Question(prompt="Once"), Question(prompt="Twice")
    assert known.of(Question(tokens=(1, 12))) != known.of(Question(tokens=(11, 2)))
    assert known.of(one) == known.of(one) != known.of(two)


def test_what_was_not_asked_for_longest_is_forgotten(known, forgotten):
    first = known.of(talk("0"))
    second = known.of(talk("1"))
    for at in range(2, MOST):
        known.of(talk(str(at)))
    assert known.of(talk("0")) == first
    assert not forgotten
    known.of(talk("another"))
    assert forgotten == [second]
    assert known.of(talk("1")) != second
