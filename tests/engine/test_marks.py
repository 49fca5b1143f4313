"""The template says which marks a model uses, and each family is told apart by them."""

import pytest

from inglenook.engine.marks import (
    APERTUS,
    APRIEL,
    COHERE,
    FAMILIES,
    GEMMA,
    GRANITE,
    HARMONY,
    HUNYUAN,
    KIMI,
    MINIMAX,
    MISTRAL,
    SEED,
    SOLAR,
    THINK,
    marks_for,
)
from inglenook.engine.textstream import TextStream


@pytest.mark.parametrize(("sign", "marks"), FAMILIES)
def test_a_family_is_known_by_its_sign(sign, marks):
    assert marks_for(f"… {sign} …") is marks


def test_any_other_model_may_think_in_tags():
    assert marks_for("… plain …") is THINK


@pytest.mark.parametrize(
    ("marks", "text"),
    [
        (SEED, "<seed:think>Hm.</seed:think>Four."),
        (MINIMAX, "<mm:think>Hm.</mm:think>Four."),
        (HUNYUAN, "<think:opensource>Hm.</think:opensource>Four."),
        (APERTUS, "<|inner_prefix|>Hm.<|inner_suffix|>Four."),
        (
            APRIEL,
            "Here are my reasoning steps:\nHm.[BEGIN FINAL RESPONSE]\nFour."
            "[END FINAL RESPONSE]",
        ),
        (GRANITE, "<think>Hm.</think><response>Four.</response>"),
        (SOLAR, "<|think|>Hm.<|end|><|begin|>assistant<|content|>Four.<|end|>"),
        (
            KIMI,
            "<|open|>think<|sep|>Hm.<|close|>think<|sep|><|open|>response<|sep|>Four."
            "<|close|>response<|sep|>",
        ),
    ],
)
def test_thinking_and_answer_are_told_apart(marks, text):
    for parts in ([text.encode()], [bytes([each]) for each in text.encode()]):
        stream = TextStream((), marks)
        pieces = [piece for part in parts for piece in stream.feed(part)] + stream.flush()
        assert "".join(each.text for each in pieces if each.thinking) == "Hm."
        assert "".join(each.text for each in pieces if not each.thinking) == "Four."


ALL = [THINK, MISTRAL, COHERE, HARMONY, GEMMA, *(marks for _, marks in FAMILIES)]


@pytest.mark.parametrize("marks", ALL)
def test_what_closes_the_thinking_of_a_prompt_closes_it_in_the_stream(marks):
    stream = TextStream((), marks, starts_thinking=True)
    pieces = stream.feed(f"Hm.{marks.closing}Four.".encode()) + stream.flush()
    assert "".join(each.text for each in pieces if not each.thinking) == "Four."


@pytest.mark.parametrize("marks", ALL)
def test_what_opens_the_thinking_of_a_prompt_opens_it_in_the_stream(marks):
    stream = TextStream((), marks)
    stream.feed(f"{marks.opening}Hm.".encode())
    assert stream.is_thinking


@pytest.mark.parametrize("marks", [each for each in ALL if each.answer])
def test_what_leads_to_an_answer_is_not_shown(marks):
    stream = TextStream((), marks)
    pieces = stream.feed(f"{marks.answer}Four.".encode()) + stream.flush()
    assert "".join(each.text for each in pieces) == "Four."
