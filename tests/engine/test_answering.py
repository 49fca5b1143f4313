"""The backend answers, keeps what it has read, and stops when it should."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.data.tiny_llama import write

from inglenook.chat.message import Role
from inglenook.chat.sampling import BALANCED, EXACT
from inglenook.core.errors import (
    ComputeError,
    ModelFileError,
    ModelLoadError,
    PromptTooLongError,
)
from inglenook.engine.answering import LlamaBackend
from inglenook.engine.lib import api
from inglenook.engine.protocol import Answer, Delta, Done, Load, PromptProgress, Turn
from inglenook.models.fit import EngineSettings

U, A = Role.USER, Role.ASSISTANT
SETTINGS = EngineSettings(context_tokens=512, threads=1)
SHORT = replace(EXACT, answer_limit_tokens=20)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return str(write(tmp_path_factory.mktemp("models") / "tiny.gguf"))


@pytest.fixture
def backend(path):
    made = LlamaBackend()
    made.load(Load(path, SETTINGS), lambda _fraction: True)
    yield made
    made.unload()


def ask(*texts, sampling=SHORT):
    turns = tuple(Turn(U if at % 2 == 0 else A, text) for at, text in enumerate(texts))
    return Answer("request", "chat", turns, sampling)


def events(reply):
    found = []
    while not found or not isinstance(found[-1], Done):
        found.append(reply.step())
    return found


def answered(backend, *texts, sampling=SHORT):
    """Return (Started, text, Done) of a whole answer."""
    reply = backend.begin(ask(*texts, sampling=sampling))
    found = events(reply)
    text = "".join(each.text for each in found if isinstance(each, Delta))
    return reply.started, text, found[-1]


def test_it_tells_what_it_loaded(path):
    backend, told = LlamaBackend(), []
    loaded = backend.load(Load(path, SETTINGS), lambda fraction: not told.append(fraction))
    assert backend.name.startswith("llama.cpp")
    assert (loaded.path, loaded.context_tokens) == (path, 512)
    assert loaded.train_context_tokens == 4096
    assert loaded.template == "own"
    assert loaded.load_s > 0
    assert told[-1] == 1.0
    backend.unload()


def test_an_answer_reads_the_prompt_and_then_writes(backend):
    found = events(backend.begin(ask("hello")))
    kinds = [type(each) for each in found]
    assert kinds[0] is PromptProgress
    assert kinds.index(Delta) == kinds.count(PromptProgress)
    assert sum(each.tokens for each in found if isinstance(each, Delta)) == 20
    assert {each.request for each in found} == {"request"}


def test_a_long_prompt_is_read_in_chunks(backend):
    found = events(backend.begin(ask("x" * 350)))
    progress = [each.done_tokens for each in found if isinstance(each, PromptProgress)]
    assert len(progress) > 1
    assert progress == sorted(progress)
    assert found[len(progress) - 1].done_tokens == found[0].total_tokens


def test_the_cost_of_an_answer_is_told(backend):
    started, _, done = answered(backend, "hello")
    timings = done.timings
    assert timings.prompt_tokens == started.prompt_tokens > 0
    assert timings.answer_tokens == 20
    assert timings.first_token_s > 0
    assert timings.tokens_per_s > 0


def test_the_likeliest_answer_is_the_same_each_time(backend):
    _, first, _ = answered(backend, "hello")
    answered(backend, "something else")
    _, again, _ = answered(backend, "hello")
    assert first == again


def test_a_seed_repeats_an_answer(backend):
    drawn = replace(BALANCED, seed=5, answer_limit_tokens=20, temperature=2.0)
    _, first, _ = answered(backend, "hello", sampling=drawn)
    _, again, _ = answered(backend, "hello", sampling=drawn)
    _, other, _ = answered(backend, "hello", sampling=replace(drawn, seed=6))
    assert first == again != other


def test_the_next_turn_reads_only_what_is_new(backend):
    _, _, done = answered(backend, "hello")
    reply = backend.begin(ask("hello", "hi there", "and now?"))
    assert reply.started.reused_tokens >= done.timings.prompt_tokens - 1
    assert events(reply)[-1].timings.reused_tokens == reply.started.reused_tokens


def test_the_answer_itself_is_reused_where_it_is_spelled_the_same(backend, monkeypatch):
    spelled = iter(backend._resident.model.tokens("hello", special=False))
    ends = int(backend._resident.model.tokens("<|im_end|>", special=True)[0])
    monkeypatch.setattr(api, "llama_sampler_sample", lambda *_: int(next(spelled, ends)))
    _, text, done = answered(backend, "a", sampling=EXACT)
    assert (text, done.reason) == ("hello", "end")
    monkeypatch.undo()
    reply = backend.begin(ask("a", "hello", "b"))
    assert (
        reply.started.reused_tokens == done.timings.prompt_tokens + done.timings.answer_tokens
    )


def test_a_chat_that_outgrew_the_context_is_still_continued_from_the_cache(backend):
    texts, reused = ["x" * 50], []
    for _ in range(12):
        started, _, _ = answered(backend, *texts)
        reused.append(started.reused_tokens > 60)
        texts += ["y" * 20, "z" * 30]
    assert started.left_out_turns > 0
    assert sum(reused) > 7


def test_chats_can_take_turns(backend):
    _, first, _ = answered(backend, "hello", "hi", "one")
    answered(backend, "quite another chat")
    _, again, _ = answered(backend, "hello", "hi", "one")
    assert first == again


def test_an_end_token_ends_the_answer(backend, monkeypatch):
    ends = int(backend._resident.model.tokens("<|im_end|>", special=True)[0])
    monkeypatch.setattr(api, "llama_sampler_sample", lambda *_: ends)
    _, text, done = answered(backend, "hello")
    assert (text, done.reason, done.timings.answer_tokens) == ("", "end", 0)


def test_a_stop_string_ends_the_answer_and_is_not_shown(backend):
    _, whole, _ = answered(backend, "hello")
    stop = whole[5:7]
    _, text, done = answered(backend, "hello", sampling=replace(SHORT, stop=(stop,)))
    assert text == whole[: whole.index(stop)]
    assert done.reason == "end"


def test_the_limit_asked_for_is_kept(backend):
    _, _, done = answered(backend, "hello", sampling=replace(EXACT, answer_limit_tokens=1))
    assert (done.reason, done.timings.answer_tokens) == ("length", 1)
    assert done.timings.tokens_per_s == 0


def test_an_answer_ends_with_the_context(backend):
    started, _, done = answered(backend, "x" * 300, sampling=EXACT)
    assert done.reason == "context"
    assert started.prompt_tokens + done.timings.answer_tokens == 513  # the last is not decoded


def test_stopping_gives_out_what_was_held_back(backend, monkeypatch):
    held = int(backend._resident.model.tokens("E", special=False)[0])
    monkeypatch.setattr(api, "llama_sampler_sample", lambda *_: held)
    reply = backend.begin(ask("hello", sampling=replace(EXACT, stop=("END",))))
    while not isinstance(reply.step(), Delta):
        pass
    delta, done = reply.stop()
    assert delta.text == "E"
    assert (done.reason, done.timings.answer_tokens) == ("stopped", 1)


def test_stopping_before_the_first_token_is_fine(backend):
    reply = backend.begin(ask("hello"))
    delta, done = reply.stop()
    assert delta is None
    assert (done.reason, done.timings.answer_tokens) == ("stopped", 0)
    assert answered(backend, "hello")[2].reason == "length"


def test_after_a_stop_the_cache_is_still_right(backend):
    _, whole, _ = answered(backend, "hello")
    reply = backend.begin(ask("hello"))
    for _ in range(8):
        reply.step()
    reply.stop()
    _, again, _ = answered(backend, "hello")
    assert again == whole


def test_an_aborted_prompt_can_be_taken_up_again(backend):
    _, whole, _ = answered(backend, "x" * 350)
    answered(backend, "another")
    reply = backend.begin(ask("x" * 350))
    backend.abort(on=True)
    assert reply.step().done_tokens < reply.started.prompt_tokens
    backend.abort(on=False)
    text = "".join(each.text for each in events(reply) if isinstance(each, Delta))
    assert text == whole


def test_an_abort_between_tokens_loses_none(backend):
    _, whole, _ = answered(backend, "hello")
    reply, text = backend.begin(ask("hello")), ""
    for number in range(60):
        backend.abort(on=number % 2 == 1)
        event = reply.step()
        if isinstance(event, Done):
            break
        text += event.text if isinstance(event, Delta) else ""
    backend.abort(on=False)
    assert text == whole


def test_a_failed_computation_is_an_error_in_words(backend, monkeypatch):
    reply = backend.begin(ask("hello"))
    monkeypatch.setattr(api, "llama_decode", lambda *_: -3)
    with pytest.raises(ComputeError, match="could not compute"):
        reply.step()
    monkeypatch.undo()
    assert answered(backend, "hello")[2].reason == "length"


def test_a_full_cache_ends_the_answer(backend, monkeypatch):
    reply = backend.begin(ask("hello"))
    while not isinstance(reply.step(), Delta):
        pass
    monkeypatch.setattr(api, "llama_decode", lambda *_: 1)
    assert events(reply)[-1].reason == "context"


def test_no_room_for_the_prompt_ends_the_answer(backend, monkeypatch):
    monkeypatch.setattr(api, "llama_decode", lambda *_: 1)
    assert events(backend.begin(ask("hello")))[-1].reason == "context"


def test_a_new_question_gives_up_the_one_under_way(backend):
    backend.begin(ask("hello")).step()
    assert answered(backend, "other")[2].reason == "length"


def test_without_a_model_there_is_no_answer():
    with pytest.raises(ModelLoadError, match="No model"):
        LlamaBackend().begin(ask("hello"))


def test_a_message_that_is_too_long_leaves_the_model_usable(backend):
    with pytest.raises(PromptTooLongError):
        backend.begin(ask("x" * 1000))
    assert answered(backend, "hello")[2].reason == "length"


def test_loading_again_frees_the_earlier_model(backend, path):
    earlier = backend._resident
    backend.begin(ask("hello")).step()
    backend.load(Load(path, SETTINGS), lambda _fraction: True)
    assert earlier.model.handle is None
    assert earlier.context.handle is None
    assert answered(backend, "hello")[2].reason == "length"


def test_a_load_that_fails_leaves_nothing_loaded(backend, tmp_path):
    with pytest.raises(ModelFileError):
        backend.load(Load(str(tmp_path), SETTINGS), lambda _fraction: True)
    with pytest.raises(ModelLoadError, match="No model"):
        backend.begin(ask("hello"))


def test_a_context_that_cannot_be_made_frees_the_model(path):
    backend = LlamaBackend()
    with pytest.raises(ModelLoadError):
        backend.load(Load(path, replace(SETTINGS, kv_type="q9")), lambda _fraction: True)
    backend.unload()


def test_threads_can_change_between_steps(backend):
    reply = backend.begin(ask("hello"))
    reply.step()
    backend.set_threads(2)
    assert events(reply)[-1].reason == "length"


def test_loading_and_unloading_gives_the_memory_back(path):
    backend = LlamaBackend()
    sizes = []
    for _ in range(30):
        backend.load(Load(path, SETTINGS), lambda _fraction: True)
        answered(backend, "hello")
        backend.unload()
        sizes.append(resident_kib())
    assert sizes[-1] - sizes[9] < 4096


def resident_kib():
    with Path("/proc/self/status").open(encoding="ascii") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
