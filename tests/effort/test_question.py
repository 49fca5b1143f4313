"""A look at a question tells whether its answers can be compared."""

import time

import pytest

from inglenook.effort.question import Look, look_at


@pytest.mark.parametrize(
    "question",
    ["", "  ", "Hello!", "hi there", "Danke!", "Merci", "¿Qué tal?", "你好", "привет, как дела?",  # noqa: E501
     "How are you doing today?", "thank you"],
)  # fmt: skip
def test_small_talk(question):
    assert look_at(question) is Look.SMALL_TALK


@pytest.mark.parametrize(
    "question",
    ["What is 5 + 8 + 4?", "How many eggs are left?", "Wie viele Tage hat ein Jahr?", "12*7",
     "Combien coûtent trois pains ?", "¿Cuántos años tiene?", "这里有多少个苹果?", "Сколько будет?",  # noqa: E501
     "りんごはいくつ?", "Solve for x: 2x = 8", "Is it true or false: the sun is a star",
     "Which is it?\nA) Rome\nB) Paris\nC) Oslo", "A train leaves at 9 and arrives at 12.",
     "Calculate the average", "What is 7 times itself?"],
)  # fmt: skip
def test_what_can_be_checked(question):
    assert look_at(question) is Look.CHECKABLE


@pytest.mark.parametrize(
    "question",
    ["Write a story of 300 words about 2 cats", "Explain how 5 + 8 works", "Who wrote Faust?",
     "Please tell me about 1969 and 1970", "Erkläre mir, wie viele Arten es gibt",
     "What should I cook tonight?", "Is a tomato a fruit?", "Raconte-moi les années 60 à 70"],
)  # fmt: skip
def test_open_questions(question):
    assert look_at(question) is Look.OPEN


@pytest.mark.parametrize(
    "question", ["A) " * 300_000, "1" * 1_000_000, "( " * 500_000, "a. b" * 300_000]
)
def test_a_long_question_takes_no_time(question):
    began_s = time.thread_time()
    look_at(question)
    assert time.thread_time() - began_s < 0.5
