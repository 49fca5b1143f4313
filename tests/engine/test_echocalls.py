"""The echo engine calls functions as its script says."""

import pytest

from inglenook.chat.message import Role
from inglenook.chat.sampling import Sampling
from inglenook.engine.echo import EchoBackend
from inglenook.engine.protocol import Answer, Delta, Done, Load, ToolCalled, Turn
from inglenook.engine.turns import PromptOptions
from inglenook.models.fit import EngineSettings

CALL = '<tool_call>{"name": "now", "arguments": {"in": "Ulm"}}</tool_call>'
CALLED = ToolCalled("r", "now", '{"in": "Ulm"}')


@pytest.fixture
def echo():
    backend = EchoBackend(lambda _way: None)
    backend.load(Load("/any.gguf", EngineSettings(context_tokens=1024)), lambda _: True)
    return backend


def told(echo, text, tools=('{"name": "now"}',), *, steps=10_000):
    """Return what is told of an answer: its texts, its calls, its end."""
    turns = (Turn(Role.USER, text),)
    echo.accept(Answer("r", "c", turns, Sampling(), PromptOptions(tools=tools)))
    found = []
    while not any(isinstance(each, Done) for each in found) and steps:
        found, steps = [*found, *echo.step()], steps - 1
    return found if steps else [*found, *echo.stop("r")]


def said(events):
    return "".join(each.text for each in events if isinstance(each, Delta))


def test_a_call_is_told_amid_the_text_and_its_tokens_are_counted(echo):
    events = told(echo, f"/echo text=Look: {CALL}\n{CALL} So.")
    kept = [each for each in events if isinstance(each, ToolCalled) or getattr(each, "text", 0)]
    assert [each for each in kept if isinstance(each, ToolCalled)] == [CALLED, CALLED]
    assert (kept[0].text, kept[-1].text) == ("Look", ".")
    assert said(events) == "Look: So."
    counted = sum(each.tokens for each in events if isinstance(each, Delta))
    assert counted == events[-1].timings.answer_tokens


def test_thoughts_are_no_calls_and_a_call_without_its_end_is_told_at_the_end(echo):
    events = told(echo, f"/echo think=2 text={CALL.removesuffix('</tool_call>')}")
    assert said(events) == "The fire"
    assert events[-2] == CALLED


def test_an_answer_that_is_ended_tells_the_text_that_was_no_call_yet(echo):
    events = told(echo, f"/echo text={CALL}", steps=6)
    assert said(events).startswith("<tool")
    assert events[-1].reason == "stopped"


def test_without_functions_a_call_is_text(echo):
    assert said(told(echo, f"/echo text={CALL}", tools=())) == CALL
