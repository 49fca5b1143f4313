"""A gap in a text is filled by models whose vocabulary has marks for it."""

from dataclasses import replace

import pytest
from tests.data.tiny_llama import write

from inglenook.chat.message import Role
from inglenook.chat.sampling import EXACT
from inglenook.core.errors import BadArgumentError, PromptTooLongError
from inglenook.engine.answering import LlamaBackend
from inglenook.engine.protocol import Answer, Done, Load, Tokenise, Turn
from inglenook.models.fit import EngineSettings

SETTINGS = EngineSettings(context_tokens=256, threads=1, batch_tokens=256, ubatch_tokens=128)
SHORT = replace(EXACT, answer_limit_tokens=2)
MARKS = ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>")


@pytest.fixture
def opened(tmp_path):
    """Return what loads a tiny model with such control tokens."""
    backends = []

    def load(*controls, add_bos=False):
        path = write(tmp_path / "tiny.gguf", controls=controls, add_bos=add_bos)
        backends.append(LlamaBackend())
        backends[-1].load(Load(str(path), SETTINGS), lambda _fraction: True)
        return backends[-1]

    yield load
    for each in backends:
        each.unload()


def around(before, after, ids=()):
    turns = (Turn(Role.USER, before),)
    return Answer("r", "c", turns, SHORT, raw=True, ids=ids, suffix=after)


def taken(backend, command):
    """Return the tokens of the prompt that is read, and answer it."""
    backend.accept(command)
    prompt = backend._resident.scheduler._line.waiting[0].prompt
    events = []
    while backend.is_busy:
        events += backend.step()
    assert isinstance(events[-1], Done)
    return prompt.tolist()


def read(backend, command):
    """Return the text of the prompt that is read."""
    prompt = taken(backend, command)
    model = backend._resident.model
    return b"".join(model.piece(int(each), special=True) for each in prompt).decode()


def test_the_model_sees_what_is_before_and_what_is_after_and_writes_the_middle(opened):
    backend = opened(*MARKS)
    first, second, middle = MARKS
    assert read(backend, around("hello", "good morning")) == (
        f"{first}hello{second}good morning{middle}"
    )
    ids = backend.inquire(Tokenise("t", "hello")).tokens
    assert read(backend, around("", "good", ids)) == f"{first}hello{second}good{middle}"


def test_the_token_that_begins_texts_comes_before_all(opened):
    backend = opened(*MARKS, add_bos=True)
    assert read(backend, around("hello", "x")).startswith(f"<s>{MARKS[0]}hello")
    ids = backend.inquire(Tokenise("t", "hello")).tokens
    assert read(backend, around("", "x", ids)).startswith(f"<s>{MARKS[0]}hello")


def test_a_mark_that_is_spelled_stays_text(opened):
    backend = opened(*MARKS)
    prompt = taken(backend, around(MARKS[1], MARKS[2]))
    assert len([each for each in prompt if backend._resident.model.is_control(each)]) == 3


def test_too_much_around_a_gap_is_refused(opened):
    backend = opened(*MARKS)
    for after in ("x" * 300, "x" * 300_000):
        with pytest.raises(PromptTooLongError):
            backend.accept(around("hello", after))


@pytest.mark.parametrize("controls", [(), MARKS[:2], MARKS[1:]])
def test_a_model_without_the_marks_says_so(opened, controls):
    with pytest.raises(BadArgumentError, match="cannot fill a gap"):
        opened(*controls).accept(around("hello", "good morning"))
