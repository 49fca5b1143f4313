"""The backend answers, keeps what it has read, and stops when it should."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.data.heard import Heard, question
from tests.data.heard import answered as whole_answer
from tests.data.tiny_llama import write
from tests.engine.picks import let_pick

from inglenook.chat.sampling import BALANCED, EXACT
from inglenook.core.errors import (
    ModelFileError,
    ModelLoadError,
    Problem,
    PromptTooLongError,
)
from inglenook.engine.answering import LlamaBackend
from inglenook.engine.context import Context
from inglenook.engine.crew import Crew
from inglenook.engine.lib import api
from inglenook.engine.protocol import (
    Delta,
    Done,
    Failed,
    Load,
    PromptProgress,
    SnapshotSaved,
    Started,
)
from inglenook.models.fit import EngineSettings

SETTINGS = EngineSettings(context_tokens=512, threads=1, batch_tokens=256, ubatch_tokens=128)
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


def ask(*texts, **options):
    return question(*texts, **{"sampling": SHORT, **options})


def heard(backend, *texts, **options):
    """Ask, and return what is heard from now on."""
    return Heard(backend).ask(ask(*texts, **options))


def answered(backend, *texts, **options):
    """Return (Started, text, Done) of a whole answer."""
    return whole_answer(backend, ask(*texts, **options))


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
    found = heard(backend, "hello").run().events
    kinds = [type(each) for each in found]
    assert kinds[:2] == [Started, PromptProgress]
    assert kinds.index(Delta) == 1 + kinds.count(PromptProgress)
    assert kinds[-1] is Done
    assert sum(each.tokens for each in found if isinstance(each, Delta)) == 20
    assert {each.request for each in found} == {"request"}


def test_a_long_prompt_is_read_in_chunks(backend):
    reports = heard(backend, "x" * 350).run().of(PromptProgress)
    progress = [each.done_tokens for each in reports]
    assert len(progress) > 1
    assert progress == sorted(progress)
    assert progress[-1] == reports[0].total_tokens


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
    started, _, again = answered(backend, "hello", "hi there", "and now?")
    assert started.reused_tokens >= done.timings.prompt_tokens - 1
    assert again.timings.reused_tokens == started.reused_tokens


def test_the_answer_itself_is_reused_where_it_is_spelled_the_same(backend, monkeypatch):
    spelled = iter(backend._resident.model.tokens("hello", special=False))
    ends = int(backend._resident.model.tokens("<|im_end|>", special=True)[0])
    let_pick(monkeypatch, lambda *_: int(next(spelled, ends)))
    _, text, done = answered(backend, "a", sampling=EXACT)
    assert (text, done.reason) == ("hello", "end")
    monkeypatch.undo()
    started, _, _ = answered(backend, "a", "hello", "b")
    assert started.reused_tokens == done.timings.prompt_tokens + done.timings.answer_tokens


def test_a_chat_that_outgrew_the_context_is_still_continued_from_the_cache(backend):
    texts, reused = ["x" * 50], []
    for _ in range(12):
        started, _, _ = answered(backend, *texts)
        reused.append(started.reused_tokens > 60)
        texts += ["y" * 20, "z" * 30]
    assert started.left_out_turns > 0
    assert sum(reused) > 7


def test_an_outgrown_chat_goes_on_from_where_it_was_after_its_model_is_loaded_anew(
    backend, path
):
    texts, left_out = ["x" * 50], [0]
    while not 0 < left_out[-1] == left_out[-2]:
        started, _, _ = answered(backend, *texts)
        left_out.append(started.left_out_turns)
        texts += ["y" * 20, "z" * 30]
    texts = texts[:-2]
    backend.load(Load(path, SETTINGS), lambda _fraction: True)
    started, _, _ = answered(backend, *texts, last_start=left_out[-1])
    assert started.left_out_turns == left_out[-1]
    backend.load(Load(path, SETTINGS), lambda _fraction: True)
    started, _, _ = answered(backend, *texts)
    assert started.left_out_turns > left_out[-1]


def test_chats_can_take_turns(backend):
    _, first, _ = answered(backend, "hello", "hi", "one")
    answered(backend, "quite another chat")
    _, again, _ = answered(backend, "hello", "hi", "one")
    assert first == again


def test_an_end_token_ends_the_answer(backend, monkeypatch):
    ends = int(backend._resident.model.tokens("<|im_end|>", special=True)[0])
    let_pick(monkeypatch, lambda *_: ends)
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
    let_pick(monkeypatch, lambda *_: held)
    asked = heard(backend, "hello", sampling=replace(EXACT, stop=("END",)))
    assert asked.until(Delta).text == ""
    delta, done = asked.stop()
    assert delta.text == "E"
    assert (done.reason, done.timings.answer_tokens) == ("stopped", 1)


def test_stopping_before_the_first_token_is_fine(backend):
    (done,) = heard(backend, "hello").stop()
    assert (done.reason, done.timings.answer_tokens) == ("stopped", 0)
    assert answered(backend, "hello")[2].reason == "length"


def test_after_a_stop_the_cache_is_still_right(backend):
    _, whole, _ = answered(backend, "hello")
    asked = heard(backend, "hello")
    for _ in range(8):
        asked.step()
    asked.stop()
    _, again, _ = answered(backend, "hello")
    assert again == whole


def test_an_aborted_prompt_can_be_taken_up_again(backend):
    _, whole, _ = answered(backend, "x" * 350)
    answered(backend, "another")
    asked = heard(backend, "x" * 350)
    backend.abort(on=True)
    asked.step()
    assert asked.started().reused_tokens < asked.started().prompt_tokens
    assert not asked.of(PromptProgress)
    backend.abort(on=False)
    assert asked.run().text() == whole


def test_an_abort_between_tokens_loses_none(backend):
    _, whole, _ = answered(backend, "hello")
    asked = heard(backend, "hello")
    for number in range(60):
        backend.abort(on=number % 2 == 1)
        asked.step()
    backend.abort(on=False)
    assert asked.end().reason == "length"
    assert asked.text() == whole


def test_a_failed_computation_is_an_error_in_words(backend, monkeypatch):
    asked = heard(backend, "hello")
    monkeypatch.setattr(api, "llama_decode", lambda *_: -3)
    assert "could not compute" in asked.until(Failed).problem.title
    monkeypatch.undo()
    assert not backend.is_busy
    assert answered(backend, "hello")[2].reason == "length"


def test_a_full_cache_ends_the_answer(backend, monkeypatch):
    asked = heard(backend, "hello")
    asked.until(Delta)
    monkeypatch.setattr(api, "llama_decode", lambda *_: 1)
    assert asked.until(Done).reason == "context"


def test_no_room_for_the_prompt_ends_the_answer(backend, monkeypatch):
    monkeypatch.setattr(api, "llama_decode", lambda *_: 1)
    assert heard(backend, "hello").until(Done).reason == "context"


def test_a_new_question_is_answered_beside_the_one_under_way(backend):
    alone = [answered(backend, text)[1] for text in ("hello", "other")]
    asked = heard(backend, "hello", request="one", chat="first")
    asked.until(Delta)
    asked.ask(ask("other", request="two", chat="second")).run()
    assert [asked.text("one"), asked.text("two")] == alone
    ends = [each.request for each in asked.events if isinstance(each, Done)]
    assert ends == ["one", "two"]
    first_end = asked.events.index(asked.end("one"))
    assert asked.events.index(asked.of(Delta, "two")[0]) < first_end


def test_a_step_without_a_model_or_a_question_does_nothing(backend):
    for each in (backend, LlamaBackend()):
        assert not each.is_busy
        assert list(each.step()) == []
        assert list(each.stop("unknown")) == []
        assert each.rest() is None
        each.front("chat")
        each.forget("chat")
    LlamaBackend().set_threads(2)
    assert list(LlamaBackend().fail_all(Problem("No", "None."))) == []


def test_everything_under_way_can_be_ended_with_a_problem(backend):
    asked = heard(backend, "hello", request="one")
    asked.until(Delta)
    asked.ask(ask("other", request="two"))
    problem = Problem("It broke", "Try again.")
    ends = list(backend.fail_all(problem))
    assert ends == [Failed("one", problem), Failed("two", problem)]
    assert not backend.is_busy
    assert answered(backend, "hello")[2].reason == "length"


def test_a_chat_that_is_forgotten_is_read_anew(backend):
    _, _, done = answered(backend, "hello")
    backend.forget("another")
    started, _, _ = answered(backend, "hello")
    assert started.reused_tokens == done.timings.prompt_tokens - 1
    backend.forget("chat")
    assert answered(backend, "hello")[0].reused_tokens == 0


def test_without_a_model_there_is_no_answer():
    with pytest.raises(ModelLoadError, match="No model"):
        LlamaBackend().accept(ask("hello"))


def test_a_message_that_is_too_long_leaves_the_model_usable(backend):
    with pytest.raises(PromptTooLongError):
        backend.accept(ask("x" * 1000))
    assert answered(backend, "hello")[2].reason == "length"


def test_loading_again_frees_the_earlier_model(backend, path):
    earlier = backend._resident
    heard(backend, "hello").step()
    backend.fail_all(Problem("Another model is loaded", "Ask again."))
    backend.load(Load(path, SETTINGS), lambda _fraction: True)
    assert earlier.model.handle is None
    assert earlier.context.handle is None
    assert answered(backend, "hello")[2].reason == "length"


def test_a_load_that_fails_leaves_nothing_loaded(backend, tmp_path):
    with pytest.raises(ModelFileError):
        backend.load(Load(str(tmp_path), SETTINGS), lambda _fraction: True)
    with pytest.raises(ModelLoadError, match="No model"):
        backend.accept(ask("hello"))


def test_a_context_that_cannot_be_made_frees_the_model(path):
    backend = LlamaBackend()
    with pytest.raises(ModelLoadError):
        backend.load(Load(path, replace(SETTINGS, kv_type="q9")), lambda _fraction: True)
    backend.unload()


def test_threads_can_change_between_steps(backend):
    asked = heard(backend, "hello")
    asked.step()
    backend.set_threads(2)
    assert asked.until(Done).reason == "length"


def test_threads_give_way_but_never_while_an_answer_is_alone(path, monkeypatch):
    told, has_been_set = [], []

    def took(*_):
        told.append(True)
        return 1 if len(told) == 3 else None

    monkeypatch.setattr(Crew, "took", took)
    monkeypatch.setattr(
        Context, "set_threads", lambda _self, threads: has_been_set.append(threads)
    )
    backend = LlamaBackend()
    backend.load(Load(path, replace(SETTINGS, threads=2)), lambda _fraction: True)
    answered(backend, "hello")
    assert has_been_set == [1]
    so_far = len(told)
    assert so_far > 3
    answered(backend, "hello", sampling=replace(BALANCED, seed=5, answer_limit_tokens=20))
    assert has_been_set == [1, 2]
    assert len(told) == so_far
    backend.set_threads(4)
    assert has_been_set == [1, 2, 4]
    backend.unload()


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


# --- what outlives the model ---

CHAT = "C" * 26


@pytest.fixture
def kept(path, tmp_path):
    """Makes backends that keep snapshots in one folder."""
    folder = tmp_path / "snapshots"
    folder.mkdir()
    made = []

    def make():
        backend = LlamaBackend()
        backend.load(Load(path, SETTINGS, snapshots=str(folder)), lambda _fraction: True)
        made.append(backend)
        return backend

    make.folder = folder
    yield make
    for each in made:
        each.unload()


def files_in(folder):
    return [each for each in folder.rglob("*") if each.is_file()]


def test_a_chat_goes_on_in_another_engine_from_its_snapshot(kept):
    first = kept()
    started, text, _ = answered(first, "x" * 350, chat=CHAT)
    assert [type(each) for each in first.unload()] == [SnapshotSaved]
    again, same, _ = answered(kept(), "x" * 350, chat=CHAT)
    assert again.reused_tokens == started.prompt_tokens - 1
    assert same == text


def test_what_was_read_is_saved_when_nobody_waits(kept):
    backend = kept()
    assert backend.rest() is None
    answered(backend, "x" * 350, chat=CHAT)
    told = []
    while (events := backend.rest()) is not None:
        told += events
    assert [type(each) for each in told] == [SnapshotSaved]
    assert told[0].chat == CHAT
    assert told[0].size_bytes == sum(each.stat().st_size for each in files_in(kept.folder))
    assert list(backend.unload()) == []


def test_what_another_load_has_saved_is_told_later(kept, path):
    backend = kept()
    answered(backend, "x" * 350, chat=CHAT)
    backend.load(Load(path, SETTINGS, snapshots=str(kept.folder)), lambda _fraction: True)
    assert [each.chat for each in backend.rest()] == [CHAT]


def test_a_chat_that_is_forgotten_leaves_no_snapshot(kept):
    backend = kept()
    answered(backend, "x" * 350, chat=CHAT)
    while backend.rest() is not None:
        continue
    backend.forget(CHAT)
    backend.unload()
    assert files_in(kept.folder) == []


def test_a_chat_that_is_forgotten_in_the_middle_of_its_answer_leaves_no_snapshot(kept):
    backend = kept()
    asked = heard(backend, "x" * 350, chat=CHAT)
    asked.until(Delta)
    backend.forget(CHAT)
    assert asked.run().end().reason == "length"
    backend.unload()
    assert files_in(kept.folder) == []


def test_the_background_work_of_a_chat_is_no_snapshot_of_it(kept):
    backend = kept()
    answered(backend, "x" * 350, chat=CHAT, background=True)
    backend.unload()
    assert files_in(kept.folder) == []


def test_without_a_folder_nothing_is_kept(backend, tmp_path):
    answered(backend, "x" * 350, chat=CHAT)
    assert backend.rest() is None
    assert list(backend.unload()) == []


def test_the_chat_in_front_stays_in_front_when_another_model_is_loaded(path):
    backend = LlamaBackend()
    backend.front("front")
    one_line = replace(SETTINGS, sequences=1)
    backend.load(Load(path, one_line), lambda _fraction: True)
    asked = heard(backend, "first", request="one", chat="other")
    asked.ask(ask("second", request="two", chat="front")).run()
    assert [each.request for each in asked.events if isinstance(each, Done)] == ["two", "one"]
    backend.unload()
