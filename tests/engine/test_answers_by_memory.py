"""Answers from models of every kind of memory, side by side and one after another."""

import random
from dataclasses import replace

import msgspec
import pytest
from tests.data.tiny_llama import write
from tests.data.tiny_recurrent import write_jamba, write_lfm2, write_mamba

from inglenook.chat.message import Role
from inglenook.chat.sampling import EXACT
from inglenook.engine.answering import LlamaBackend
from inglenook.engine.protocol import Answer, Delta, Done, Load, Started, Turn
from inglenook.models.settings import EngineSettings

WRITERS = {
    "attention": write,
    "window": lambda path: write(path, arch="gemma3", window=40),
    "recurrent": write_mamba,
    "hybrid": write_lfm2,
    "hybrid with a large state": write_jamba,
    "hybrid with a window": lambda path: write_lfm2(path, window=40),
}
SETTINGS = EngineSettings(
    context_tokens=2048, threads=1, batch_tokens=64, ubatch_tokens=64, sequences=4
)
SHORT = replace(EXACT, answer_limit_tokens=12)
LONG_TEXT = "a long story that goes on and on " * 6


@pytest.fixture(scope="module", params=WRITERS)
def path(request, tmp_path_factory):
    return str(WRITERS[request.param](tmp_path_factory.mktemp("models") / "m.gguf"))


def opened(path: str) -> LlamaBackend:
    made = LlamaBackend()
    made.load(Load(path, SETTINGS), lambda _fraction: True)
    return made


@pytest.fixture
def backend(path):
    made = opened(path)
    yield made
    made.unload()


def question(chat: str, *texts: str) -> Answer:
    roles = (Role.USER, Role.ASSISTANT)
    turns = tuple(Turn(roles[at % 2], text) for at, text in enumerate(texts))
    return Answer(chat, chat, turns, SHORT)


def run(backend: LlamaBackend, steps: int = 10_000) -> list:
    """Let the backend work until it has nothing more to do."""
    events = []
    while backend.is_busy and steps:
        events += backend.step()
        steps -= 1
    return events


def text_of(events: list, chat: str) -> str:
    return "".join(
        each.text for each in events if isinstance(each, Delta) and each.request == chat
    )


def one_of(kind: type, events: list, chat: str):
    (found,) = [each for each in events if isinstance(each, kind) and each.request == chat]
    return found


def alone(path: str, *texts: str) -> str:
    """Return what an engine answers that has never read anything else."""
    fresh = opened(path)
    fresh.accept(question("chat", *texts))
    text = text_of(run(fresh), "chat")
    fresh.unload()
    return text


def test_chats_side_by_side_get_the_answers_they_get_alone(path, backend):
    asked = {name: f"{LONG_TEXT[:length]} {name}" for name, length in (("b", 90), ("c", 160))}
    backend.accept(question("a", "hello"))
    events = run(backend, steps=3)
    for name, text in asked.items():
        backend.accept(question(name, text))
    events += run(backend)
    assert text_of(events, "a") == alone(path, "hello")
    for name, text in asked.items():
        assert text_of(events, name) == alone(path, text)


def test_the_next_turn_reads_only_what_is_new(path, backend):
    backend.accept(question("a", LONG_TEXT))
    first = run(backend)
    answer = text_of(first, "a")
    backend.accept(question("a", LONG_TEXT, answer, "and then"))
    second = run(backend)
    assert one_of(Started, second, "a").reused_tokens > len(LONG_TEXT) // 2
    assert text_of(second, "a") == alone(path, LONG_TEXT, answer, "and then")


def test_the_same_question_again_reads_one_token_and_answers_the_same(path, backend):
    backend.accept(question("a", LONG_TEXT))
    first = run(backend)
    backend.accept(question("a", LONG_TEXT))
    again = run(backend)
    started = one_of(Started, again, "a")
    assert started.reused_tokens == started.prompt_tokens - 1
    assert text_of(again, "a") == text_of(first, "a") == alone(path, LONG_TEXT)


def test_a_stop_in_the_middle_of_reading_harms_no_other_chat(path, backend):
    backend.accept(question("a", "hello"))
    events = run(backend, steps=4)
    backend.accept(question("b", LONG_TEXT))
    events += run(backend, steps=1)
    backend.abort(on=True)
    events += run(backend, steps=1)
    backend.abort(on=False)
    events += backend.stop("b")
    events += run(backend)
    backend.accept(question("c", LONG_TEXT))
    events += run(backend)
    assert text_of(events, "a") == alone(path, "hello")
    assert text_of(events, "c") == alone(path, LONG_TEXT)
    assert one_of(Done, events, "a").reason == "length"


def test_an_edit_in_the_middle_answers_as_if_it_had_been_asked_first(path, backend):
    backend.accept(question("a", "hello", "hi", LONG_TEXT))
    run(backend)
    backend.accept(question("a", "hello", "hi", "something else"))
    assert text_of(run(backend), "a") == alone(path, "hello", "hi", "something else")


def test_a_chat_that_begins_alike_costs_the_other_nothing(path, backend):
    backend.accept(question("a", LONG_TEXT + "one"))
    answer = text_of(run(backend), "a")
    backend.accept(question("b", LONG_TEXT + "two"))
    assert text_of(run(backend), "b") == alone(path, LONG_TEXT + "two")
    backend.accept(question("a", LONG_TEXT + "one", answer, "and then"))
    started = one_of(Started, run(backend), "a")
    assert started.reused_tokens > len(LONG_TEXT) // 2


SEEDED = replace(SHORT, temperature=1.0, seed=3, odds=2)


def seeded_odds(backend: LlamaBackend, text: str) -> list[float]:
    backend.accept(Answer("r", "r", (Turn(Role.USER, text),), SEEDED))
    events = [each for each in run(backend) if isinstance(each, Delta)]
    return [odds.logprob for each in events for odds in each.odds]


def test_a_seeded_answer_is_the_same_to_the_bit_on_a_computer_that_is_busy(path, monkeypatch):
    settings = replace(SETTINGS, batch_tokens=512, ubatch_tokens=512)
    heard = []
    for gap_s in (1e-9, 1e9):  # as if reading were so slow, or so quick
        monkeypatch.setattr("inglenook.engine.pace.GAP_S", gap_s)
        backend = LlamaBackend()
        backend.load(Load(path, settings), lambda _fraction: True)
        heard.append(seeded_odds(backend, LONG_TEXT * 2))
        backend.unload()
    assert heard[0] == heard[1]


def test_a_seeded_answer_is_the_same_to_the_bit_whatever_was_read_before(backend):
    alone = seeded_odds(backend, LONG_TEXT)
    chance = random.Random(1)
    for _ in range(12):
        for number in range(chance.randrange(1, 5)):
            asked = question(f"c{number}", "the fire sings " * chance.choice([1, 5, 15]))
            longer = replace(SHORT, answer_limit_tokens=chance.choice([5, 60]))
            backend.accept(msgspec.structs.replace(asked, sampling=longer))
        run(backend)
        assert seeded_odds(backend, LONG_TEXT) == alone
