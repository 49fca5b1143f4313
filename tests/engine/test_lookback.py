"""An answer's prompt is told word for word, and the answer is read again for its odds."""

from dataclasses import replace

import pytest
from tests.data.heard import Heard, question
from tests.data.tiny_llama import write

from inglenook.chat.message import Role
from inglenook.chat.sampling import EXACT
from inglenook.core.errors import InglenookError, Problem
from inglenook.engine.answering import LlamaBackend
from inglenook.engine.death import Cause, Death
from inglenook.engine.protocol import (
    Cancel,
    Delta,
    Done,
    Failed,
    Load,
    Queued,
    Render,
    Rendered,
    Turn,
    Unload,
    Weigh,
    Weighed,
)
from inglenook.models.fit import EngineSettings

SETTINGS = EngineSettings(context_tokens=512, threads=1, batch_tokens=256, ubatch_tokens=128)
ASKED = (Turn(Role.USER, "hello"),)
SAID = (*ASKED, Turn(Role.ASSISTANT, "good morning"))


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return str(write(tmp_path_factory.mktemp("models") / "tiny.gguf"))


@pytest.fixture(scope="module")
def backend(path):
    made = LlamaBackend()
    made.load(Load(path, SETTINGS), lambda _fraction: True)
    yield made
    made.unload()


def weighed(backend, command):
    """Return all that was told, and how it ended."""
    backend.weigh(command)
    events = []
    while backend.is_busy:
        events += backend.step()
    odds = [each for event in events if isinstance(event, Weighed) for each in event.odds]
    return events, odds


def test_the_prompt_is_what_an_answer_reads(backend):
    rendered = backend.render(Render("r", ASKED))
    assert "hello" in rendered.text
    assert rendered.left_out_turns == 0
    sampling = replace(EXACT, answer_limit_tokens=1)
    started = Heard(backend).ask(question("hello", sampling=sampling)).run().events[0]
    assert started.prompt_tokens == rendered.tokens


def test_an_answer_read_again_has_the_odds_it_would_be_written_with(backend):
    sampling = replace(EXACT, answer_limit_tokens=1, odds=3)
    heard = Heard(backend).ask(question("hello", sampling=sampling)).run()
    written = heard.of(Delta)[0].odds[0]
    events, odds = weighed(backend, Weigh("w", SAID, others=3))
    assert events[0] == Weighed("w", (), len(odds))
    assert events[-1].reason == "end"
    assert "".join(each.text for each in odds) == "good morning"
    assert [text for text, _ in odds[0].others] == [text for text, _ in written.others]
    assert [chance for _, chance in odds[0].others] == pytest.approx(
        [chance for _, chance in written.others], abs=1e-2
    )
    assert [len(each.others) for each in odds] == [3] * len(odds)
    assert max(each.logprob for each in odds) <= 0.0
    signs = weighed(backend, Weigh("w", (*ASKED, Turn(Role.ASSISTANT, "ein Gruß 👋"))))[1]
    assert "".join(each.text for each in signs) == "ein Gruß 👋"
    assert "\ufffd" not in "".join(each.text for each in signs)
    again = weighed(backend, Weigh("w", (*SAID, *SAID), others=3))[1]
    assert again != odds


def test_it_is_told_in_slices_and_can_be_cancelled(backend):
    long = (*ASKED, Turn(Role.ASSISTANT, "a long answer " * 10))
    backend.weigh(Weigh("w", long))
    events = []
    while not any(isinstance(each, Weighed) and each.odds for each in events):
        events += backend.step()
    events += backend.stop("w")
    assert events[-1] == Done("w", "stopped", events[-1].timings)
    told = sum(len(each.odds) for each in events if isinstance(each, Weighed))
    assert 0 < told <= SETTINGS.sequences < events[0].total
    assert not backend.is_busy


def test_another_answer_goes_first_and_both_end(backend):
    backend.weigh(Weigh("w", (*ASKED, Turn(Role.ASSISTANT, "a long answer " * 10))))
    sampling = replace(EXACT, answer_limit_tokens=3)
    events = Heard(backend).ask(question("other", sampling=sampling)).run().events
    ends = [each.request for each in events if isinstance(each, Done)]
    assert ends == ["request", "w"]


def test_what_cannot_be_read_is_told(backend):
    for turns in (ASKED, (*ASKED, Turn(Role.ASSISTANT, ""))):
        with pytest.raises(InglenookError):
            backend.weigh(Weigh("w", turns))
    with pytest.raises(InglenookError):
        backend.weigh(Weigh("w", (*ASKED, Turn(Role.ASSISTANT, "x" * 600))))
    for act in (backend.render, backend.weigh):
        with pytest.raises(InglenookError):
            act(Render("r", (Turn(Role.USER, "x" * 600),)))
    empty = LlamaBackend()
    with pytest.raises(InglenookError):
        empty.render(Render("r", ASKED))


def test_a_problem_ends_it(backend):
    backend.weigh(Weigh("w", SAID))
    assert backend.fail_all(Problem("No", "None.")) == [Failed("w", Problem("No", "None."))]


def test_the_echo_tells_both_in_a_process_of_its_own(process):
    process.client.send(Render("r", ASKED))
    rendered = process.until(Rendered)
    assert rendered.text == "<|user|>\nhello\n<|assistant|>\n"
    process.client.send(Weigh("w", (*ASKED, Turn(Role.ASSISTANT, "good morning, " * 5)), 3))
    total = process.until(Weighed).total
    process.until(Done)
    told = [each for each in process.everything if isinstance(each, Weighed)]
    odds = [each for event in told for each in event.odds]
    assert len(odds) == total
    assert "".join(each.text for each in odds) == "good morning, " * 5
    assert {len(each.others) for each in odds} == {3}


def test_without_a_model_or_an_engine_there_is_an_answer_all_the_same(thread):
    thread.client.send(Weigh("w", (*ASKED, Turn(Role.ASSISTANT, "good morning, " * 50))))
    thread.client.send(Weigh("v", SAID))
    thread.client.send(Cancel("w"))
    assert thread.until(Done, request="w").reason in {"stopped", "end"}
    thread.until(Done, request="v")
    thread.client.send(Unload())
    thread.client.send(Render("r", ASKED))
    assert thread.until(Rendered).problem
    thread.client.send(Weigh("w", SAID))
    assert thread.until(Failed).problem
    thread.client.stop()
    thread.client.send(Render("late", ASKED))
    assert thread.until(Rendered).problem.title == "The engine is not running"
    thread.client.send(Weigh("later", SAID))
    assert thread.until(Failed, request="later")


def test_the_death_of_the_engine_names_what_was_asked(process):
    process.client.send(Weigh("w", SAID))
    process.until(Done)
    process.ask("/echo die=kill", request="deadly")
    process.client.send(Render("r", ASKED))
    process.client.send(Weigh("v", SAID))
    seen = process.until(Death)
    assert seen.cause in {Cause.ENDED, Cause.GARBLED}
    answered = {getattr(each, "request", "") for each in process.everything}
    assert {"r", "v"} <= answered | set(seen.requests)
    assert Queued not in {type(each) for each in process.everything}
