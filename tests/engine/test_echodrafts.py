"""The echo speaks of drafts as the real engine does."""

import pytest

from inglenook.chat.message import Role
from inglenook.chat.sampling import Sampling
from inglenook.effort.strategy import Kind, Reason, Score, Stop, Strategy
from inglenook.engine.draftevents import Compared, DraftEnded, DraftProgressed
from inglenook.engine.echo import EchoBackend
from inglenook.engine.echoscript import drafts_of
from inglenook.engine.protocol import (
    Answer,
    Delta,
    Done,
    Failed,
    Load,
    Started,
    TakeLeading,
    Turn,
)
from inglenook.models.settings import EngineSettings

SUMS = "/echo text=The answer is 12.\n---\nIt is 7, I think.\n---\nI think it is 7."


@pytest.fixture
def echo():
    backend = EchoBackend(lambda _way: None)
    backend.load(Load("/any.gguf", EngineSettings(context_tokens=1024)), lambda _: True)
    return backend


def ask(echo, text, strategy=None, **more):
    strategy = strategy or Strategy(Kind.VOTE, 3)
    turns = (Turn(Role.USER, text),)
    echo.accept(Answer("r", "c", turns, Sampling(), strategy=strategy, **more))


def run(echo, steps=10_000):
    events = []
    while echo.is_busy and steps:
        events += echo.step()
        steps -= 1
    return events


def of(events, kind):
    return [each for each in events if isinstance(each, kind)]


def text_of(events):
    return "".join(each.text for each in of(events, Delta))


def test_each_draft_says_its_part_again_from_the_first():
    assert drafts_of("a\n---\nb", 3) == ["a", "b", "a"]
    assert drafts_of("a", 2) == ["a", "a"]


def test_the_first_draft_streams_and_the_vote_decides(echo):
    ask(echo, SUMS)
    events = run(echo)
    assert isinstance(events[0], Started)
    assert text_of(events) == "The answer is 12."
    ended = {each.draft: each.answer for each in of(events, DraftEnded)}
    assert ended == {0: "12", 1: "7", 2: "7"}
    (compared,) = of(events, Compared)
    assert (compared.chosen, compared.reason) == (2, Reason.AGREEMENT)
    assert compared.text == "I think it is 7."
    assert events[-1].reason == "end"
    assert isinstance(events[-2], Compared)


def test_it_is_the_same_each_time(echo):
    ask(echo, SUMS)
    first = of(run(echo), DraftEnded)
    ask(echo, SUMS)
    assert of(run(echo), DraftEnded) == first


def test_a_decided_vote_drops_the_others(echo):
    text = "/echo text=" + "I go on and on. " * 20 + "\n---\nIt is 7.\n---\n7"
    ask(echo, text, Strategy(Kind.VOTE, 5, stop=Stop.UNANIMOUS, window=2))
    events = run(echo)
    assert {each.draft: each.why for each in of(events, DraftEnded)}[0] == "dropped"
    assert of(events, Compared)[0].is_decided
    assert events[-1].reason == "end"


def test_scores_decide_the_best(echo):
    ask(echo, SUMS, Strategy(Kind.BEST_OF, 3, Score.MEAN))
    events = run(echo)
    scores = {each.draft: each.score for each in of(events, DraftEnded)}
    assert scores[of(events, Compared)[0].chosen] == max(scores.values())


def test_the_leading_answer_can_be_taken(echo):
    ask(echo, SUMS)
    assert echo.take_leading("r") == []
    run(echo, steps=6)
    events = echo.take_leading("r")
    assert {each.why for each in of(events, DraftEnded)} == {"dropped"}
    assert isinstance(events[-1], Done)
    assert not echo.is_busy
    assert echo.take_leading("r") == []


def test_one_draft_has_nothing_to_take(echo):
    ask(echo, "/echo tokens=9", Strategy())
    echo.step()
    assert echo.take_leading("r") == []
    assert not of(run(echo), Compared)


def test_stop_keeps_the_best_so_far(echo):
    ask(echo, "/echo text=" + "I go on and on. " * 20 + "\n---\nIt is 7.")
    run(echo, steps=20)
    events = echo.stop("r")
    assert of(events, Compared)[0].text == "It is 7."
    assert events[-1].reason == "stopped"


def test_it_fails_in_the_middle_as_told(echo):
    ask(echo, "/echo fail at=6 text=one two three four five six seven\n---\nIt is 7.")
    events = run(echo)
    assert isinstance(events[-1], Failed)
    assert [each.draft for each in of(events, DraftEnded)] == [1]


def test_progress_is_told_at_a_pace(echo):
    ask(echo, "/echo rate=60 text=" + "I go on and on. " * 4)
    reports = of(run(echo), DraftProgressed)
    assert 1 <= len(reports) <= 12


def test_what_is_continued_has_one_draft(echo):
    turns = (Turn(Role.USER, SUMS), Turn(Role.ASSISTANT, "The answer"))
    strategy = Strategy(Kind.VOTE, 3)
    echo.accept(Answer("r", "c", turns, Sampling(), continues=True, strategy=strategy))
    assert not of(run(echo), Compared)


def test_the_leading_answer_is_taken_through_the_engines_loop(thread):
    turns = (Turn(Role.USER, "/echo rate=20 text=" + "on and on " * 40 + "\n---\nIt is 7."),)
    command = Answer("one", "chat", turns, Sampling(), strategy=Strategy(Kind.VOTE, 3))
    thread.client.send(command)
    thread.until(DraftEnded)
    thread.client.send(TakeLeading("nobody"))
    thread.client.send(TakeLeading("one"))
    compared = thread.until(Compared)
    assert (compared.chosen, compared.text) == (1, "It is 7.")
    assert thread.until(Done).reason == "end"
    assert thread.answer("/echo text=hello")[0] == "hello"
