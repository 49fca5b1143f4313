"""What can be asked of a model besides answers, and what cannot."""

import struct

import pytest
from tests.data.heard import Heard
from tests.data.tiny_llama import write

from inglenook.chat.message import Role
from inglenook.chat.sampling import EXACT
from inglenook.core.errors import (
    BadArgumentError,
    InglenookError,
    ModelLoadError,
    PromptTooLongError,
)
from inglenook.core.ids import program_chat
from inglenook.engine import inquiry
from inglenook.engine.answering import LlamaBackend
from inglenook.engine.echo import EchoBackend
from inglenook.engine.protocol import (
    Answer,
    Detokenise,
    Detokenised,
    Done,
    Embed,
    Embedded,
    Failed,
    Load,
    Loaded,
    Rank,
    Ranked,
    Render,
    Rendered,
    Tokenise,
    Tokenised,
    Turn,
    Weigh,
)
from inglenook.models.fit import EngineSettings

SETTINGS = EngineSettings(context_tokens=512, threads=1, batch_tokens=256, ubatch_tokens=128)


def loaded(backend, path, *, embeds=False):
    told = backend.load(Load(path, SETTINGS, embeds=embeds), lambda _fraction: True)
    return backend, told


def echo(*, embeds=False):
    return loaded(EchoBackend(lambda _way: None), "echo.gguf", embeds=embeds)[0]


def raw(text, request="r"):
    return Answer(request, "c", (Turn(Role.USER, text),), EXACT, raw=True)


@pytest.fixture(scope="module")
def llama(tmp_path_factory):
    path = write(tmp_path_factory.mktemp("models") / "tiny.gguf", add_bos=True)
    backend, _ = loaded(LlamaBackend(), str(path))
    yield backend
    backend.unload()


@pytest.fixture(params=["echo", "llama"])
def backend(request):
    return echo() if request.param == "echo" else request.getfixturevalue("llama")


def run(backend, command):
    backend.embed(command)
    events = []
    while backend.is_busy:
        events += backend.step()
    return events


def test_the_tokens_of_a_text_give_the_text_again(backend):
    found = backend.inquire(Tokenise("r", "hello the é"))
    assert found.tokens
    assert backend.inquire(Detokenise("r", found.tokens)).text == "hello the é"


def test_what_is_no_token_has_no_text(backend):
    with pytest.raises(BadArgumentError):
        backend.inquire(Detokenise("r", (-1,)))
    with pytest.raises(BadArgumentError):
        backend.inquire(Detokenise("r", (10_000_000,)))


def test_control_tokens_are_read_only_where_they_are_asked_for(llama):
    special = llama.inquire(Tokenise("r", "<|im_start|>")).tokens
    assert len(special) == 1
    assert len(llama.inquire(Tokenise("r", "<|im_start|>", special=False)).tokens) > 1
    assert llama.inquire(Detokenise("r", special)).text == "<|im_start|>"


def test_too_much_at_once_is_refused(monkeypatch):
    monkeypatch.setattr(inquiry, "MOST_CHARACTERS", 3)
    monkeypatch.setattr(inquiry, "MOST_TOKENS", 3)
    with pytest.raises(BadArgumentError) as refused:
        inquiry.check_texts(("ab", "cd"))
    assert refused.value.problem.facts == {"characters": "4", "most": "3"}
    with pytest.raises(BadArgumentError):
        inquiry.check_tokens((1, 2, 3, 4), 10)
    with pytest.raises(BadArgumentError):
        inquiry.check_texts(())


def test_a_raw_prompt_is_read_as_it_stands(llama):
    text = "hello<|im_end|>"
    expected = 1 + len(llama.inquire(Tokenise("t", text)).tokens)
    # The token that begins texts is put in front, as the file asks, and not twice.
    for spelled in (text, f"<s>{text}"):
        assert Heard(llama).ask(raw(spelled)).run().started("r").prompt_tokens == expected


def test_the_answer_to_a_raw_prompt_is_text_only(llama):
    prompt = llama._resident.writer.raw("hello", context_tokens=512)
    stream = llama._resident.writer.stream(prompt, ("stop",))
    pieces = [*stream.feed(b" <think>hm</think> so stop it"), *stream.flush()]
    assert "".join(each.text for each in pieces) == " <think>hm</think> so "
    assert not any(each.thinking for each in pieces)


def test_a_raw_prompt_that_is_too_long_says_by_how_much(llama):
    for text in ("hello " * 600, "hello " * 60_000):
        with pytest.raises(PromptTooLongError) as refused:
            llama.accept(raw(text))
        facts = refused.value.problem.facts
        assert int(facts["tokens"]) > int(facts["budget"])


def test_an_empty_raw_prompt_is_refused_where_nothing_begins_texts(tmp_path):
    backend, _ = loaded(LlamaBackend(), str(write(tmp_path / "tiny.gguf")))
    with pytest.raises(BadArgumentError):
        backend.accept(raw(""))
    backend.unload()


def test_the_echo_answers_a_raw_prompt():
    heard = Heard(echo()).ask(raw("/echo text=Ho")).run()
    assert heard.text("r") == "Ho"
    command = Answer("e", "c", (), EXACT, raw=True)
    assert isinstance(Heard(echo()).ask(command).run().end("e"), Done)


def test_the_echo_makes_the_same_vector_of_the_same_words():
    backend = echo(embeds=True)
    events = run(backend, Embed("e", ("Red wine", "wine, red!", "a stone", "")))
    vectors = [struct.unpack("<64f", each.vector) for each in events[:-1]]
    assert [each.place for each in events[:-1]] == [0, 1, 2, 3]
    assert vectors[0] == vectors[1] != vectors[2]
    assert all(sum(x * x for x in each) == pytest.approx(1.0) for each in vectors)
    assert events[-1].timings.prompt_tokens == sum(each.tokens for each in events[:-1])


def test_the_echo_ranks_by_shared_words():
    events = run(echo(embeds=True), Rank("e", "which wine", ("a stone", "wine", "which wine?")))
    assert events[0].scores == (0.0, 0.5, 1.0)
    assert isinstance(events[1], Done)
    assert run(echo(embeds=True), Rank("e", "?", ("a",)))[0].scores == (0.0,)


def test_the_echo_stops_in_the_middle():
    backend = echo(embeds=True)
    backend.embed(Embed("e", ("a", "b")))
    while not any(isinstance(each, Embedded) for each in backend.step()):
        pass
    backend.take_leading("e")
    assert backend.stop("e")[0].reason == "stopped"
    assert not backend.is_busy


def test_a_text_that_is_too_long_says_by_how_much():
    with pytest.raises(PromptTooLongError) as refused:
        echo(embeds=True).embed(Embed("e", ("fine", "word " * 600)))
    assert refused.value.problem.facts["budget"] == "512"


def test_a_model_does_only_what_it_was_loaded_for(llama):
    for backend in (llama, echo()):
        with pytest.raises(ModelLoadError, match="loaded to chat"):
            backend.embed(Embed("e", ("a",)))
    with pytest.raises(ModelLoadError, match="cannot chat"):
        echo(embeds=True).accept(raw("a"))
    with pytest.raises(InglenookError):
        echo(embeds=True).weigh(Weigh("w", (Turn(Role.USER, "a"), Turn(Role.ASSISTANT, "b"))))


def test_an_engine_tells_what_it_finds_and_why_it_finds_nothing(thread):
    send, until = thread.client.send, thread.until
    send(Tokenise("t", "Gruß"))
    send(Detokenise("d", until(Tokenised).tokens))
    assert until(Detokenised).text == "Gruß"
    for command in (Tokenise("t", "x" * 9_000_000), Detokenise("d", (-1,))):
        send(command)
        assert until(Tokenised, Detokenised).problem is not None
    send(Embed("e", ("a",)))
    assert until(Failed).request == "e"
    send(Load("echo.gguf", SETTINGS, embeds=True))
    assert until(Loaded).embeds == 64
    send(Render("r", (Turn(Role.USER, "a"),)))
    assert until(Rendered).problem is not None
    send(Embed("e", ("a",)))
    until(Embedded)
    send(Rank("k", "a", ("a", "b")))
    assert until(Ranked).scores == (1.0, 0.0)


def test_a_program_is_never_answered_without_the_turns_that_do_not_fit(llama):
    turns = tuple(Turn(Role.USER, "a " * 150) for _ in range(4))
    for backend in (llama, echo()):
        backend.accept(Answer("person", "chat", turns, EXACT))
        backend.stop("person")
        with pytest.raises(PromptTooLongError) as refused:
            backend.accept(Answer("program", program_chat("1"), turns, EXACT))
        assert refused.value.problem.facts["budget"] == "512"
