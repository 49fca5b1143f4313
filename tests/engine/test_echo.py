import threading

import pytest

from inglenook.chat.message import Role
from inglenook.chat.sampling import Sampling
from inglenook.core.errors import (
    BadArgumentError,
    InglenookError,
    ModelLoadError,
    Problem,
    PromptTooLongError,
)
from inglenook.engine.channel import queue_channels
from inglenook.engine.echo import EchoBackend, make_backend
from inglenook.engine.protocol import (
    Answer,
    Delta,
    Done,
    Failed,
    Load,
    PromptProgress,
    Queued,
    Started,
    Turn,
)
from inglenook.models.fit import EngineSettings


@pytest.fixture
def deaths():
    return []


@pytest.fixture
def echo(deaths):
    backend = EchoBackend(deaths.append)
    backend.load(Load("/any.gguf", EngineSettings(context_tokens=1024)), lambda _: True)
    return backend


def ask(echo, *texts, chat="chat", **knobs):
    roles = (Role.USER, Role.ASSISTANT)
    turns = tuple(Turn(roles[i % 2], text) for i, text in enumerate(texts))
    return echo.begin(Answer("r", chat, turns, Sampling(**knobs)))


def run(reply):
    """Return the whole text, the whole thinking, and the end."""
    deltas = []
    while not isinstance(event := reply.step(), Done):
        if isinstance(event, Delta):
            deltas.append(event)
    text = "".join(each.text for each in deltas if not each.thinking)
    return text, "".join(each.text for each in deltas if each.thinking), event


def test_the_same_question_gets_the_same_answer(echo):
    first, second = run(ask(echo, "hello")), run(ask(echo, "hello"))
    assert first[0] == second[0]
    assert "> hello" in first[0]
    assert first[2].reason == "end"


def test_characters_arrive_whole_although_tokens_do_not(echo):
    reply = ask(echo, "/echo text=héé 漢字 👋")
    events = []
    while not isinstance(event := reply.step(), Done):
        events.append(event)
    texts = [each.text for each in events if isinstance(each, Delta)]
    assert "".join(texts) == "héé 漢字 👋"
    assert "" in texts
    assert event.timings.answer_tokens == len(texts) == 1 + 4 + 1 + 6 + 1 + 4


def test_the_answer_limit_and_stop_strings_are_kept(echo):
    text, _, done = run(ask(echo, "/echo tokens=50", answer_limit_tokens=3))
    assert (text, done.reason) == ("hearth ember ember", "length")
    text, _, done = run(ask(echo, "/echo text=one two three", stop=("three", "two")))
    assert (text, done.reason) == ("one ", "end")


def test_the_context_ends_an_answer(echo):
    _, _, done = run(ask(echo, "/echo tokens=5000"))
    assert done.reason == "context"
    assert done.timings.answer_tokens + done.timings.prompt_tokens == 1024


def test_thinking_comes_first_and_apart(echo):
    text, thinking, done = run(ask(echo, "/echo think=20 text=So be it"))
    assert text == "So be it"
    assert thinking.startswith("The fire is lit")
    assert done.timings.answer_tokens == 20 + 3


def test_the_prompt_is_read_in_chunks_and_its_known_beginning_is_not(echo):
    first = ask(echo, "word " * 700)
    steps = [first.step(), first.step()]
    assert [each.done_tokens for each in steps] == [512, first.started.prompt_tokens]
    assert all(isinstance(each, PromptProgress) for each in steps)
    run(first)
    second = ask(echo, "word " * 700, "answer", "more")
    assert second.started.reused_tokens == first.started.prompt_tokens
    assert ask(echo, "word", chat="another").started.reused_tokens == 0


def test_the_oldest_turns_are_left_out_and_the_last_one_must_fit(echo):
    reply = ask(echo, "old " * 600, "older", "new " * 600)
    assert reply.started.left_out_turns == 1
    with pytest.raises(PromptTooLongError):
        ask(echo, "long " * 5000)


def test_without_a_model_there_is_no_answer(echo):
    echo.unload()
    with pytest.raises(ModelLoadError):
        ask(echo, "hello")


def test_it_fails_when_told(echo):
    with pytest.raises(InglenookError):
        ask(echo, "/echo fail")
    with pytest.raises(RuntimeError):
        ask(echo, "/echo bug")
    reply = ask(echo, "/echo tokens=9 fail at=2")
    assert [type(reply.step()) for _ in range(3)] == [PromptProgress, Delta, Delta]
    with pytest.raises(InglenookError):
        reply.step()


def test_it_dies_when_and_how_it_is_told(echo, deaths):
    reply = ask(echo, "/echo tokens=9 die=abort at=2")
    for _ in range(3):
        reply.step()
    assert deaths == []
    reply.step()
    assert deaths == ["abort"]


def test_on_a_thread_it_refuses_to_die():
    echo = make_backend(queue_channels()[0], lambda _: None)
    echo.load(Load("/any.gguf", EngineSettings()), lambda _: True)
    with pytest.raises(BadArgumentError):
        run(ask(echo, "/echo die=kill"))


def test_a_rate_is_kept_and_an_abort_ends_the_wait(echo):
    _, _, done = run(ask(echo, "/echo tokens=20 rate=200"))
    assert done.timings.tokens_per_s == pytest.approx(200, rel=0.5)
    slow = ask(echo, "/echo tokens=20 rate=0.001")
    slow.step(), slow.step()
    threading.Timer(0.05, lambda: echo.abort(on=True)).start()
    assert slow.step() == Delta("r", "", 0)
    echo.abort(on=False)
    (done,) = slow.stop()
    assert (done.reason, done.timings.answer_tokens) == ("stopped", 1)


def test_stopping_within_a_character_shows_that_it_is_cut(echo):
    reply = ask(echo, "/echo text=漢字")
    for _ in range(3):
        reply.step()
    rest, _ = reply.stop()
    assert rest == Delta("r", "\ufffd", 0)


def test_loading_reports_progress_and_can_be_given_up(echo):
    heard = []
    echo.load(Load("/any.gguf", EngineSettings()), lambda part: not heard.append(part))
    assert (heard[0], heard[-1]) == (0.0, 1.0)
    assert heard == sorted(heard)
    with pytest.raises(ModelLoadError) as caught:
        echo.load(Load("/any.gguf", EngineSettings()), lambda part: part < 0.5)
    assert caught.value.problem.facts["cancelled"] == "True"


def test_loading_fails_or_dies_by_the_name_of_the_file(echo, deaths):
    for name, error in (("fail", ModelLoadError), ("bug", RuntimeError)):
        with pytest.raises(error):
            echo.load(Load(f"/m/echo {name}.gguf", EngineSettings()), lambda _: True)
    echo.load(Load("/m/echo die=abort.gguf", EngineSettings()), lambda _: True)
    assert deaths == ["abort"]


def test_an_answer_that_is_continued_goes_on_where_it_stopped(echo):
    question = "/echo tokens=50"
    whole = run(ask(echo, question))[0]
    begun = run(ask(echo, question, answer_limit_tokens=7))[0]
    turns = (Turn(Role.USER, question), Turn(Role.ASSISTANT, begun))
    rest = run(echo.begin(Answer("r", "chat", turns, Sampling(), continues=True)))
    assert begun + rest[0] == whole
    assert rest[2].reason == "end"


def test_a_beginning_without_a_question_is_gone_on_with_too(echo):
    turns = (Turn(Role.ASSISTANT, "Once"),)
    assert run(echo.begin(Answer("r", "chat", turns, Sampling(), continues=True)))[0]


# --- several at once ---


def answer_to(text, request, **options):
    return Answer(request, request, (Turn(Role.USER, text),), Sampling(), **options)


def run_all(echo, steps=2_000):
    """Let an echo work until it has nothing more to do; return all events."""
    events = []
    while echo.is_busy and steps:
        events += echo.step()
        steps -= 1
    assert steps
    return events


def text_of(events, request):
    return "".join(
        each.text for each in events if isinstance(each, Delta) and each.request == request
    )


def test_several_are_answered_at_once_as_they_would_be_alone(echo):
    alone = run(ask(echo, "hello"))[0]
    for request in ("one", "two"):
        echo.accept(answer_to("hello", request))
    events = run_all(echo)
    assert text_of(events, "one") == text_of(events, "two") == alone
    ends = [at for at, each in enumerate(events) if isinstance(each, Done)]
    assert len(ends) == 2
    assert {each.request for each in events[: ends[0]]} == {"one", "two"}


def test_no_more_are_answered_at_once_than_there_are_sequences(deaths):
    echo = EchoBackend(deaths.append)
    echo.load(Load("/any.gguf", EngineSettings(sequences=1)), lambda _: True)
    for request in ("one", "two", "three"):
        echo.accept(answer_to("/echo text=so", request))
    events = run_all(echo)
    assert [each for each in events if isinstance(each, Queued)] == [
        Queued("two", 1), Queued("three", 2), Queued("three", 1),
    ]  # fmt: skip
    order = [each.request for each in events if isinstance(each, Started | Done)]
    assert order == ["one", "one", "two", "two", "three", "three"]


def test_stopping_one_of_many_leaves_the_others_alone(echo):
    for request in ("one", "two"):
        echo.accept(answer_to("/echo tokens=9", request))
    for _ in range(8):
        echo.step()
    assert [type(each) for each in echo.stop("one")] == [Done]
    assert echo.stop("one") == []
    events = run_all(echo)
    assert {each.request for each in events} == {"two"}
    assert events[-1].reason == "end"


def test_one_that_waits_can_be_stopped_and_all_can_be_failed(deaths):
    echo = EchoBackend(deaths.append)
    echo.load(Load("/any.gguf", EngineSettings(sequences=1)), lambda _: True)
    for request in ("one", "two", "three"):
        echo.accept(answer_to("/echo text=so", request))
    echo.step()
    assert echo.stop("two")[-1].reason == "stopped"
    problem = Problem("It broke", "Try again.")
    assert echo.fail_all(problem) == [Failed("one", problem), Failed("three", problem)]
    assert not echo.is_busy


def test_a_failure_of_one_is_told_and_the_others_go_on(echo):
    echo.accept(answer_to("/echo tokens=9 fail at=2", "one"))
    echo.accept(answer_to("/echo tokens=9", "two"))
    ends = [each for each in run_all(echo) if isinstance(each, Done | Failed)]
    assert [(type(each), each.request) for each in ends] == [(Failed, "one"), (Done, "two")]


def test_a_chat_that_is_forgotten_is_read_anew(echo):
    run(ask(echo, "hello"))
    assert ask(echo, "hello").started.reused_tokens > 0
    echo.forget("chat")
    echo.forget("unknown")
    assert ask(echo, "hello").started.reused_tokens == 0


def test_what_only_a_real_engine_can_do_changes_nothing(echo):
    echo.front("chat")
    echo.set_threads(2)
    assert not echo.rest()
    assert run(ask(echo, "hello"))[2].reason == "end"
