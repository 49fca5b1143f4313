"""Texts that are gone on with: their own odds, tokens as prompts, the likeliest of several."""

import math

import openai
import pytest
from tests.server.room import Notes, PlayedApi

from inglenook.chat.message import Timings
from inglenook.core.errors import Problem
from inglenook.engine.protocol import (
    Delta,
    Done,
    Failed,
    PromptProgress,
    Started,
    TokenOdds,
    Weighed,
)
from inglenook.server import echoed

TEXT = "/echo text=once upon a time"
DONE = Done("", "end", Timings(5, 0, 3, 0.1, 0.2))
LENGTH = Done("", "length", Timings(5, 2, 1, 0.1, 0.2))


def asked(**more):
    return {"model": "echo", "prompt": TEXT, "max_tokens": 3, **more}


def token(text, logprob=-1.0, *others):
    return TokenOdds(text, logprob, others)


def weighed(*tokens, opening="On"):
    first = Weighed("", (), len(tokens), opening)
    return [first, Weighed("", tokens, len(tokens)), PromptProgress("", 2, 3), LENGTH]


# --- the odds of a prompt ---


def test_an_echoed_prompt_has_the_odds_of_its_tokens_before_those_of_the_answer(client):
    found = client.completions.create(**asked(echo=True, logprobs=2, max_tokens=0))
    (choice,) = found.choices
    assert (choice.text, choice.finish_reason) == (TEXT, "length")
    odds = choice.logprobs
    assert "".join(odds.tokens) == TEXT
    for text, at in zip(odds.tokens, odds.text_offset, strict=True):
        assert TEXT[at:].startswith(text)
    assert (odds.token_logprobs[0], odds.top_logprobs[0]) == (None, None)
    assert max(odds.token_logprobs[1:]) < 0.0
    for text, chance, top in zip(
        odds.tokens[1:], odds.token_logprobs[1:], odds.top_logprobs[1:], strict=True
    ):
        assert top[text] == chance
        assert 2 <= len(top) <= 3
    assert found.usage.prompt_tokens == len(odds.tokens)
    assert found.usage.completion_tokens == 0


def test_answers_follow_the_odds_of_their_prompts_in_order(client):
    prompts = [TEXT, "/echo text=b"]
    found = client.completions.create(**asked(prompt=prompts, echo=True, logprobs=1, n=2))
    assert [each.index for each in found.choices] == [0, 1, 2, 3]
    assert [each.text.startswith(TEXT) for each in found.choices] == [True, True, False, False]
    first, again = (each.logprobs for each in found.choices[:2])
    assert first == again
    assert found.usage.completion_tokens == 8


def test_tokens_are_read_as_they_are_and_told_as_their_text(client):
    ids = list("ein Gruß 👋".encode())
    found = client.completions.create(**asked(prompt=ids, echo=True, logprobs=0, max_tokens=0))
    assert found.choices[0].text == "ein Gruß 👋"
    assert "".join(found.choices[0].logprobs.tokens) == "ein Gruß 👋"
    assert {len(each) for each in found.choices[0].logprobs.top_logprobs[1:]} == {1}
    plain = client.completions.create(**asked(prompt=ids, echo=True, max_tokens=0))
    assert (plain.choices[0].text, plain.choices[0].logprobs) == ("ein Gruß 👋", None)
    assert client.completions.create(**asked(prompt=list(TEXT.encode()))).choices[0].text == (
        client.completions.create(**asked()).choices[0].text
    )


@pytest.mark.parametrize("more", [{"echo": True, "logprobs": 1}, {"echo": True}, {}])
def test_a_number_that_is_no_token_of_the_model_is_refused(client, more):
    with pytest.raises(openai.BadRequestError, match="numbered from 0 to 255"):
        client.completions.create(**asked(prompt=[5, 256], **more))


def test_a_prompt_is_read_without_anything_being_written(client):
    for more in ({}, {"stream_options": {"include_usage": True}, "stream": True}):
        found = client.completions.create(**asked(echo=True, max_tokens=0, **more))
        parts = list(found) if more else [found]
        assert "".join(each.text for part in parts for each in part.choices) == TEXT
        assert parts[-1].usage.completion_tokens == 0
        assert parts[-1].usage.prompt_tokens > 5
    silent = client.completions.create(**asked(max_tokens=0, logprobs=1)).choices[0]
    assert (silent.text, silent.finish_reason, silent.logprobs.tokens) == ("", "length", [])


class Weighing(PlayedApi):
    """Tells the odds of a prompt besides what it tells of an answer."""

    def weigh(self, question, listener):
        answer, self.told = self.told, weighed(token("ce", -0.5, ("ce", -0.5), ("e", -2.0)))
        request = super().weigh(question, listener)
        self.told = answer
        return request


def test_a_stream_brings_the_prompt_with_its_odds_first_and_counts_on(played):
    told = [
        Started("", 2, 0, 0),
        Delta("", " up", 1, odds=(token(" up", -0.1),)),
        Delta("", "on", 1, odds=(token("on", -0.2),)),
        DONE,
    ]
    client = played(Weighing(told))
    chunks = list(
        client.completions.create(**asked(prompt="Once", echo=True, logprobs=1, stream=True))
    )
    first, *others = (each.choices[0] for each in chunks if each.choices[0].text)
    assert (first.text, first.logprobs.tokens) == ("Once", ["On", "ce"])
    assert first.logprobs.token_logprobs == [None, -0.5]
    assert first.logprobs.top_logprobs == [None, {"ce": -0.5}]
    assert [each.logprobs.text_offset for each in others] == [[4], [7]]


def test_the_first_token_has_no_odds_wherever_the_prompt_begins(played):
    """A model that has something put before each text would tell some."""
    told = weighed(token(" Once", -3.0), token(" up", -0.5), opening=None)
    (choice,) = (
        played(PlayedApi(told))
        .completions.create(**asked(prompt="Once up", echo=True, logprobs=1, max_tokens=0))
        .choices
    )
    assert (choice.text, choice.logprobs.tokens) == ("Once up", ["Once", " up"])
    assert choice.logprobs.token_logprobs == [None, -0.5]
    assert choice.logprobs.text_offset == [0, 4]


def test_tokens_that_are_spelled_alike_keep_the_likelier_odds(played):
    half = token("", -0.5, ("\ufffd", -0.5), ("\ufffd", -4.0))
    told = weighed(half, token("é", -0.1, ("\ufffd", -0.1)))
    (choice,) = (
        played(PlayedApi(told))
        .completions.create(**asked(prompt="Oné", echo=True, logprobs=2, max_tokens=0))
        .choices
    )
    top = choice.logprobs.top_logprobs[1]
    assert top == {"\ufffd": -0.5, "": -0.5}


@pytest.mark.parametrize(("tokens", "answers"), [(11, 1), (3, 4)])
def test_more_odds_than_fit_are_refused_before_they_are_read(
    played, monkeypatch, tokens, answers
):
    monkeypatch.setattr(echoed, "MOST_ODDS", 30)
    api = PlayedApi([Weighed("", (), tokens, "On")])
    with pytest.raises(openai.BadRequestError, match="at most 30 odds") as refused:
        played(api).completions.create(**asked(echo=True, logprobs=2, n=answers))
    assert (refused.value.param, refused.value.code) == ("logprobs", "request_too_large")
    assert api.cancelled == ["r0"]


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (Failed("", Problem("Too long", "Shorten.", {"kind": "context_length_exceeded"})), 400),
        (Problem("Ended", "Ask again.", {"kind": "engine_stopped"}), 503),
        (Done("", "unloaded", Timings()), 503),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_a_prompt_that_cannot_be_read_is_told_by_the_status(played, end, status, stream):
    client = played(PlayedApi([Weighed("", (), 2, "On"), end]))
    with pytest.raises(openai.APIStatusError) as refused:
        client.completions.create(**asked(echo=True, logprobs=1, stream=stream))
    assert refused.value.status_code == status


def test_who_hangs_up_while_the_prompt_is_read_is_waited_for_no_longer(played):
    api, notes = PlayedApi([Weighed("", (), 2, "On")]), Notes()
    client = played(api, notes).with_options(timeout=0.3)
    with pytest.raises(openai.APITimeoutError):
        client.completions.create(**asked(echo=True, logprobs=1))
    notes.wait(lambda: notes.ends)
    assert api.cancelled == ["r0"]


# --- the likeliest of several ---


class Written(PlayedApi):
    """Writes a word for each question, with odds of its own."""

    def __init__(self, *words):
        super().__init__()
        self._words = list(words)

    def ask(self, question, listener):
        text, *chances = self._words[len(self.asked)]
        odds = tuple(token(text, each) for each in chances)
        self.told = [Started("", 5, 0, 0), Delta("", text, len(odds), odds=odds), DONE]
        return super().ask(question, listener)


def test_the_likeliest_per_token_of_several_answers_are_told_best_first(played):
    api = Written(("a", -3.0), ("b", -1.0, -1.0, -1.2), ("c",), ("d", -1.1))
    found = played(api).completions.create(**asked(n=2, best_of=4, seed=3))
    assert [(each.index, each.text) for each in found.choices] == [(0, "b"), (1, "d")]
    assert {each.logprobs for each in found.choices} == {None}
    assert found.usage.completion_tokens == 12
    assert [each.sampling.odds for each in api.asked] == [1] * 4
    assert len({each.sampling.seed for each in api.asked}) == 4


def test_each_prompt_has_its_own_best_answer_and_an_empty_one_comes_last(played):
    api = Written(("a",), ("b", -2.0), ("c", -0.5), ("d", -0.4))
    found = played(api).completions.create(
        **asked(prompt=["x", "y"], best_of=2, logprobs=1, echo=False)
    )
    assert [each.text for each in found.choices] == ["b", "d"]
    assert math.isclose(found.choices[1].logprobs.token_logprobs[0], -0.4)


def test_as_many_as_are_told_may_come_as_a_stream(client):
    chunks = list(client.completions.create(**asked(n=2, best_of=2, stream=True)))
    assert {each.choices[0].index for each in chunks} == {0, 1}


def test_what_follows_a_gap_reaches_the_engine(played):
    api = PlayedApi([Started("", 5, 0, 0), Delta("", "x", 1), DONE])
    client = played(api)
    found = client.completions.create(**asked(prompt="a = ", suffix=" + 1", echo=True))
    assert found.choices[0].text == "a = x"
    client.completions.create(**asked(prompt=[1, 2], suffix="end"))
    client.completions.create(**asked(suffix=""))
    assert [each.suffix for each in api.asked] == [" + 1", "end", ""]
