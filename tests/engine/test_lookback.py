"""An answer's prompt is told word for word, and the answer is read again for its odds."""

from dataclasses import replace

import msgspec
import pytest
from tests.data.heard import Heard, question
from tests.data.tiny_llama import write

from inglenook.chat.message import Role
from inglenook.chat.sampling import EXACT
from inglenook.core.errors import BadArgumentError, InglenookError, Problem, PromptTooLongError
from inglenook.core.ids import program_chat
from inglenook.engine.answering import LlamaBackend
from inglenook.engine.death import Cause, Death
from inglenook.engine.protocol import (
    Answer,
    Cancel,
    Delta,
    Done,
    Event,
    Failed,
    Load,
    Queued,
    Render,
    Rendered,
    Tokenise,
    Turn,
    Unload,
    Weigh,
    Weighed,
)
from inglenook.models.fit import EngineSettings

SETTINGS = EngineSettings(context_tokens=512, threads=1, batch_tokens=256, ubatch_tokens=128)
PROGRAM = program_chat("1")
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
    long = (Turn(Role.USER, "x" * 600), *SAID[1:])
    for act, command in (
        (backend.render, Render("r", long[:1])),
        (backend.weigh, Weigh("w", long)),
    ):
        with pytest.raises(InglenookError):
            act(command)
    empty = LlamaBackend()
    with pytest.raises(InglenookError):
        empty.render(Render("r", ASKED))


# --- texts as they stand ---


def raw(text="", **more):
    return Weigh("w", (Turn(Role.USER, text),), 2, raw=True, chat=PROGRAM, **more)


def test_a_text_has_the_odds_of_all_tokens_that_have_something_before_them(backend, tmp_path):
    events, odds = weighed(backend, raw("hello, ein Gruß 👋"))
    said = "".join(each.text for each in odds)
    assert (events[0].opening + said, events[0].total) == ("hello, ein Gruß 👋", len(odds))
    led = LlamaBackend()
    path = write(tmp_path / "led.gguf", add_bos=True)
    led.load(Load(str(path), SETTINGS), lambda _fraction: True)
    events, odds = weighed(led, raw("hello, ein Gruß 👋"))
    assert events[0] == Weighed("w", (), len(odds), None)  # the model's own token is in front
    assert "".join(each.text for each in odds) == "hello, ein Gruß 👋"
    spelled, same = weighed(led, raw("<s>hello, ein Gruß 👋"))
    assert spelled[0].opening == "<s>"
    assert [each.logprob for each in same] == [each.logprob for each in odds]
    led.unload()


def test_an_answer_to_a_text_goes_on_from_what_was_read_of_it(backend):
    text = "hello good morning and hello again"
    _, odds = weighed(backend, raw(text))
    sampling = replace(EXACT, answer_limit_tokens=1)
    asked = question(text, sampling=sampling)
    heard = Heard(backend).ask(msgspec.structs.replace(asked, chat=PROGRAM, raw=True)).run()
    assert heard.events[0].reused_tokens >= len(odds)


def test_a_person_goes_before_a_program_that_measures(backend):
    backend.weigh(raw("a long text " * 12))
    told: list[Event] = []
    while not any(isinstance(each, Weighed) and each.odds for each in told):
        told = list(backend.step())
    backend.front("chat")
    sampling = replace(EXACT, answer_limit_tokens=3)
    heard = Heard(backend).ask(question("hello", sampling=sampling)).run()
    ends = [each.request for each in heard.events if isinstance(each, Done)]
    assert ends == ["request", "w"]
    backend.front("")


def test_another_program_need_not_wait_for_the_end_of_it(backend):
    backend.weigh(raw("a long text " * 30))
    sampling = replace(EXACT, answer_limit_tokens=3)
    other = msgspec.structs.replace(question("hi", sampling=sampling), chat=program_chat("2"))
    heard = Heard(backend).ask(other).run()
    ends = [each.request for each in heard.events if isinstance(each, Done)]
    assert ends == ["request", "w"]


def test_the_odds_of_an_answer_to_a_text_hold_the_token_that_ended_it(backend):
    """A program that leaves out the last one would lose a token of its own otherwise."""
    ender = backend.inquire(Tokenise("t", "<|im_end|>")).tokens[0]
    knobs = replace(EXACT, answer_limit_tokens=4, logit_bias=((ender, 100.0),))
    for odds, told in ((2, ["<|im_end|>"]), (0, [])):
        asked = question("hello", sampling=replace(knobs, odds=odds))
        heard = Heard(backend).ask(msgspec.structs.replace(asked, raw=True)).run()
        assert heard.text() == ""
        assert [one.text for each in heard.of(Delta) for one in each.odds] == told
        chat = Heard(backend).ask(asked).run()
        assert not any(each.odds for each in chat.of(Delta))


def test_tokens_are_read_as_they_are(backend):
    ids = backend.inquire(Tokenise("t", "hello 👋")).tokens
    events, odds = weighed(backend, raw("not this", ids=ids[:-1]))
    assert events[0].opening is not None
    assert len(odds) == len(ids) - 2
    assert odds[-1].text == "\ufffd"  # half a sign
    events, odds = weighed(backend, raw(ids=ids[:1]))
    assert (events[0].total, odds, events[-1].reason) == (0, [], "end")
    assert not backend.is_busy
    sampling = replace(EXACT, answer_limit_tokens=1)
    asked = Answer("a", "c", (), sampling, raw=True, ids=ids)
    assert Heard(backend).ask(asked).run().events[0].prompt_tokens == len(ids)
    for wrong in (raw(ids=(0, 10**9)), raw(ids=(-1,))):
        with pytest.raises(BadArgumentError):
            backend.weigh(wrong)


def test_a_text_may_fill_the_context_and_no_more(backend):
    ids = tuple(backend.inquire(Tokenise("t", "x" * 600)).tokens)
    _, odds = weighed(backend, raw(ids=ids[:512]))
    assert len(odds) == 511
    with pytest.raises(PromptTooLongError):
        backend.weigh(raw(ids=ids[:513]))
    limited = replace(EXACT, answer_limit_tokens=1)
    backend.accept(Answer("a", "c", (), limited, raw=True, ids=ids[:511]))
    backend.stop("a")
    with pytest.raises(PromptTooLongError):
        backend.accept(Answer("a", "c", (), limited, raw=True, ids=ids[:512]))


def test_the_echo_tells_the_odds_of_a_text_or_of_tokens(process):
    process.client.send(raw("good morning 👋"))
    process.until(Done)
    told = [each for each in process.everything if isinstance(each, Weighed)]
    odds = [each for event in told for each in event.odds]
    assert told[0].opening + "".join(each.text for each in odds) == "good morning 👋"
    process.client.send(msgspec.structs.replace(raw(ids=tuple(b"good")), request="v"))
    assert process.until(Weighed, request="v").opening == "good"
    for wrong in (raw("word " * 5000), raw(ids=(256,))):
        process.client.send(msgspec.structs.replace(wrong, request="wrong"))
        assert process.until(Failed, request="wrong")


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
