"""A model that is shown pictures: they are read once, shared, stopped, refused and freed."""

from dataclasses import replace

import pytest
from tests.data import tiny_llama, tiny_projector
from tests.data.heard import Heard
from tests.data.paint import png

from inglenook.chat.message import Role
from inglenook.chat.sampling import BALANCED, EXACT
from inglenook.core.errors import PictureError
from inglenook.effort.strategy import Kind, Strategy
from inglenook.engine import sight
from inglenook.engine.answering import LlamaBackend
from inglenook.engine.picture import checked_picture
from inglenook.engine.protocol import Answer, Compared, Delta, Done, Load, Render, Started, Turn
from inglenook.engine.snapshots import FEWEST_TOKENS
from inglenook.models.fit import EngineSettings

SETTINGS = EngineSettings(context_tokens=1024, threads=1, batch_tokens=256, ubatch_tokens=128)
SHORT = replace(EXACT, answer_limit_tokens=8, odds=1)
RED, BLUE = png((255, 0, 0)), png((0, 0, 255))
DAMAGED = RED[:60]
BOMB = RED[:16] + (60_000).to_bytes(4) * 2 + RED[24:]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("models")
    tiny_llama.write(made / "tiny.gguf")
    tiny_projector.write(made / "mlp.gguf")
    tiny_projector.write(made / "gemma3.gguf", kind="gemma3")
    tiny_projector.write(made / "wide.gguf", text_width=128)
    return made


@pytest.fixture
def load(folder):
    """Makes a backend with a projector; all are unloaded at the end."""
    made = []

    def loaded(kind="mlp", **more):
        made.append(LlamaBackend())
        path = str(folder / f"{kind}.gguf") if kind else ""
        command = Load(str(folder / "tiny.gguf"), SETTINGS, projector=path, **more)
        return made[-1], made[-1].load(command, lambda _fraction: True)

    yield loaded
    for each in made:
        each.unload()


@pytest.fixture
def backend(load):
    return load()[0]


def turn(*pictures, text="hello"):
    return Turn(Role.USER, text, pictures=pictures)


def asked(*pictures, text="hello", request="request", chat="chat", strategy=None, **knobs):
    command = Answer(request, chat, (turn(*pictures, text=text),), replace(SHORT, **knobs))
    if strategy is None:
        return command
    return Answer(request, chat, command.turns, command.sampling, strategy=strategy)


def first_odds(heard, request="request"):
    """Return how likely the first token was: it tells one prompt from another."""
    return heard.of(Delta, request)[0].odds[0].logprob


def test_what_a_picture_shows_changes_the_answer_and_is_read_once(backend):
    def ask(*pictures, chat):
        heard = Heard(backend).ask(asked(*pictures, chat=chat)).run()
        return first_odds(heard), heard.started()

    red, started = ask(RED, chat="a")
    blue, other = ask(BLUE, chat="b")
    both, two = ask(RED, BLUE, chat="d")
    none, bare = ask(chat="c")
    assert len({red, blue, both, none}) == 4
    assert started.prompt_tokens == other.prompt_tokens
    assert started.prompt_tokens == bare.prompt_tokens + tiny_projector.TOKENS
    assert two.prompt_tokens == bare.prompt_tokens + 2 * tiny_projector.TOKENS
    again, second = ask(RED, chat="a")
    assert again == pytest.approx(red, abs=1e-4)
    assert second.reused_tokens == second.prompt_tokens - 1


@pytest.mark.parametrize("kind", ["mlp", "gemma3"])
def test_a_picture_is_read_beside_an_answer_and_stopped_in_between(load, kind):
    alone = first_odds(Heard(load(kind)[0]).ask(asked(RED)).run())
    backend, _ = load(kind)
    heard = Heard(backend).ask(asked(request="writer", chat="other", answer_limit_tokens=100))
    heard.until(Delta, request="writer")
    heard.ask(asked(RED, text="x" * 200))
    heard.until(Started, request="request")
    while not backend._resident.cache.sequences[1].length > 20:
        heard.step()
    heard.stop()
    written = len(heard.of(Delta, "writer"))
    heard.ask(asked(RED, request="again"))
    heard.run()
    assert first_odds(heard, "again") == pytest.approx(alone, abs=1e-3)
    assert heard.end().reason == "stopped"
    assert heard.end("writer").reason == "length"
    assert len(heard.of(Delta, "writer")) > written


def test_embeddings_that_see_each_other_are_read_as_a_whole_after_a_stop(load):
    backend, _ = load("gemma3")
    here = backend._resident
    Heard(backend).ask(asked(RED)).run()
    used = next(each for each in here.cache.sequences if each.length)
    middle = next(at for at, token in enumerate(used.resident()) if token < -1) + 2
    alone = first_odds(Heard(backend).ask(asked(RED, chat="b")).run())
    for each in here.cache.sequences:
        each.keep(middle)
    heard = Heard(backend).ask(asked(RED)).run()
    assert heard.started().reused_tokens == middle
    assert first_odds(heard) == pytest.approx(alone, abs=1e-3)


def test_drafts_share_what_was_read_of_a_picture(backend, monkeypatch):
    rows = []
    context = backend._resident.context
    decode = type(context).decode_rows

    def noted(self, given, *where, **how):
        rows.append(len(given))
        return decode(self, given, *where, **how)

    monkeypatch.setattr(type(context), "decode_rows", noted)
    wild = {"temperature": BALANCED.temperature, "odds": 0}
    command = asked(RED, strategy=Strategy(Kind.VOTE, drafts=3), **wild)
    heard = Heard(backend).ask(command).run()
    assert heard.of(Compared)
    assert sum(rows) == tiny_projector.TOKENS


def test_a_snapshot_brings_back_what_was_read_of_a_picture(load, tmp_path):
    chat, text = "C" * 26, "y" * FEWEST_TOKENS
    backend, _ = load(snapshots=str(tmp_path))
    before = Heard(backend).ask(asked(RED, text=text, chat=chat)).run()
    backend.unload()
    backend, _ = load(snapshots=str(tmp_path))
    after = Heard(backend).ask(asked(RED, text=text, chat=chat)).run()
    assert after.started().reused_tokens == after.started().prompt_tokens - 1
    assert first_odds(after) == pytest.approx(first_odds(before), abs=1e-3)
    other = Heard(backend).ask(asked(BLUE, text=text, chat=chat)).run()
    assert other.started().reused_tokens < 20


def test_the_prompt_that_is_shown_says_where_a_picture_is(backend):
    told = backend.render(Render("look", (turn(RED),)))
    assert f"user\n[{tiny_projector.TOKENS} tokens of a picture]hello" in told.text


def test_what_cannot_be_shown_is_refused_and_the_engine_goes_on(backend):
    for broken in (b"", b"no picture", DAMAGED, BOMB, RED[:8], b"\xff\xd8" + RED):
        with pytest.raises(PictureError):
            backend.accept(asked(broken))
    assert isinstance(Heard(backend).ask(asked(RED)).run().end(), Done)


def test_a_model_without_eyes_says_so_and_still_answers(load):
    backend, told = load("")
    assert (told.sees, told.blind) == (False, None)
    with pytest.raises(PictureError, match="cannot see"):
        backend.accept(asked(RED))
    for wrong in ("wide", "tiny", "missing"):
        backend, told = load(wrong)
        assert not told.sees
        assert told.blind is not None
        assert isinstance(Heard(backend).ask(asked()).run().end(), Done)


def test_the_projector_is_counted_and_freed(load, folder):
    _, bare = load("")
    backend, seeing = load("mlp")
    more = seeing.memory[0].weights_bytes - bare.memory[0].weights_bytes
    assert more == (folder / "mlp.gguf").stat().st_size
    assert seeing.memory[0].compute_bytes > bare.memory[0].compute_bytes
    eyes = backend._resident.sight
    backend.unload()
    assert eyes._handle is None
    eyes.free()


def test_pictures_are_forgotten_when_there_are_too_many(backend, monkeypatch):
    monkeypatch.setattr(sight, "_MOST_PICTURES_BYTES", len(RED) + 1)
    monkeypatch.setattr(sight, "_MOST_ROWS_BYTES", 1)
    eyes = backend._resident.sight
    for picture in (RED, BLUE):
        eyes.rows(eyes.stretch_at(int(eyes.ids(picture)[0]))[0])
    assert len(eyes._rows) == 1
    lost = eyes.ids(RED)
    eyes.ids(BLUE)
    with pytest.raises(PictureError, match="A picture of this chat"):
        eyes.stretch_at(int(lost[0]))


def test_the_size_of_a_picture_is_read_from_its_header():
    frame = b"\xff\xc0\x00\x11\x08" + (480).to_bytes(2) + (640).to_bytes(2) + bytes(10)
    comment = b"\xff\xfe\x00\x06abcd\xff\x01\xff"
    jpeg = b"\xff\xd8" + comment + frame
    assert checked_picture(jpeg) == jpeg
    wide = jpeg.replace((640).to_bytes(2), (64_000).to_bytes(2))
    with pytest.raises(PictureError, match="too large"):
        checked_picture(wide)
    with pytest.raises(PictureError, match="too large"):
        checked_picture(bytes(20 * 2**20 + 1))
