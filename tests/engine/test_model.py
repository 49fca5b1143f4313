"""A model loads with progress, or says in words why it does not."""

import pytest
from tests.data.tiny_llama import CHATML, CONTROLS, LONG_WORD, vocabulary, write

from inglenook.core.errors import InglenookError, ModelFileError, ModelLoadError
from inglenook.engine.model import Model, checked_file
from inglenook.models.fit import EngineSettings

QUICK = EngineSettings(context_tokens=512, threads=1)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = write(tmp_path_factory.mktemp("models") / "tiny.gguf")
    loaded = Model.load(str(path), QUICK, lambda _fraction: True)
    yield loaded
    loaded.free()


def load(path):
    return Model.load(str(path), QUICK, lambda _fraction: True)


def test_it_knows_what_it_is(model):
    assert "llama" in model.description
    assert model.train_context_tokens == 4096
    assert model.chat_template == CHATML
    assert model.metadata("general.architecture") == "llama"
    assert model.metadata("no.such.key") == ""
    assert model.vocab_size == len(vocabulary()[0])


def test_long_metadata_is_read_whole(tmp_path):
    template = "{# " + "x" * 5000 + " #}" + CHATML
    loaded = load(write(tmp_path / "m.gguf", template=template))
    assert loaded.metadata("tokenizer.chat_template") == template
    loaded.free()


def test_progress_runs_from_the_first_to_the_last_byte(tmp_path):
    told = []
    loaded = Model.load(str(write(tmp_path / "m.gguf")), QUICK, lambda f: not told.append(f))
    loaded.free()
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_loading_can_be_given_up(tmp_path):
    with pytest.raises(ModelLoadError) as given_up:
        Model.load(str(write(tmp_path / "m.gguf")), QUICK, lambda _fraction: False)
    assert given_up.value.problem.facts["cancelled"] == "True"


def test_freeing_twice_is_harmless(tmp_path):
    loaded = load(write(tmp_path / "m.gguf"))
    loaded.free()
    loaded.free()


def test_control_tokens_are_read_only_where_the_template_speaks(model):
    assert len(model.tokens(CONTROLS[0], special=True)) == 1
    assert len(model.tokens(CONTROLS[0], special=False)) > 1
    assert model.controls[model.tokens(CONTROLS[0], special=True)].all()
    assert not model.controls[model.tokens(CONTROLS[0], special=False)].any()


@pytest.mark.parametrize("text", ["", "hello", "é日本🧡", "\x00", "a\ud800b", "x" * 5000])
def test_text_survives_the_way_to_tokens_and_back(model, text):
    ids = model.tokens(text, special=False)
    back = b"".join(model.piece(int(each)) for each in ids)
    assert back == text.encode("utf-8", "replace")


def test_a_piece_of_any_length_is_whole(model):
    (token,) = model.tokens(LONG_WORD, special=False)
    assert model.piece(int(token)) == LONG_WORD.encode()


def test_a_token_that_does_not_exist_has_no_piece(model):
    assert model.piece(-1) == model.piece(model.vocab_size) == b""


def test_control_tokens_are_silent_unless_asked_for(model):
    (token,) = model.tokens(CONTROLS[0], special=True)
    assert model.piece(int(token)) == b""
    assert model.piece(int(token), special=True) == CONTROLS[0].encode()


# --- files that are no good ---


def test_a_missing_file_is_said_to_be_missing(tmp_path):
    with pytest.raises(ModelFileError, match="not there"):
        load(tmp_path / "none.gguf")


def test_a_folder_is_no_model(tmp_path):
    with pytest.raises(ModelFileError, match="not a model file"):
        load(tmp_path)


def test_an_empty_file_is_said_to_be_empty(tmp_path):
    (tmp_path / "m.gguf").touch()
    with pytest.raises(ModelFileError, match="empty"):
        load(tmp_path / "m.gguf")


@pytest.mark.parametrize("content", [b"PK\x03\x04 a zip file", b"GG", bytes(5000)])
def test_another_kind_of_file_is_no_model(tmp_path, content):
    (tmp_path / "m.gguf").write_bytes(content)
    with pytest.raises(ModelFileError, match="not a GGUF model"):
        load(tmp_path / "m.gguf")


def test_a_path_that_cannot_be_is_refused():
    with pytest.raises(ModelFileError):
        checked_file("a\x00b")


def test_a_name_longer_than_names_can_be_is_refused(tmp_path):
    with pytest.raises(ModelFileError):
        load(tmp_path / ("x" * 5000))


@pytest.mark.parametrize("share", [0.0002, 0.01, 0.03, 0.2, 0.5, 0.9, 0.999])
def test_a_file_cut_short_is_refused_in_words(tmp_path, share):
    whole = write(tmp_path / "m.gguf").read_bytes()
    (tmp_path / "m.gguf").write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(InglenookError) as refusal:
        load(tmp_path / "m.gguf")
    assert isinstance(refusal.value, (ModelFileError, ModelLoadError))
    assert refusal.value.problem.advice


def test_garbage_behind_a_good_beginning_is_refused(tmp_path):
    (tmp_path / "m.gguf").write_bytes(b"GGUF\x03\x00\x00\x00" + b"\xff" * 4000)
    with pytest.raises((ModelFileError, ModelLoadError)):
        load(tmp_path / "m.gguf")


def test_an_unknown_architecture_is_said_to_be_unsupported(tmp_path):
    with pytest.raises(ModelLoadError, match="not supported"):
        load(write(tmp_path / "m.gguf", arch="frobnicator"))


def test_a_model_without_a_tokenizer_is_refused(tmp_path):
    with pytest.raises(ModelFileError, match="vocabulary"):
        load(write(tmp_path / "m.gguf", tokenizer=False))


def test_a_model_with_missing_tensors_is_refused(tmp_path):
    path = write(tmp_path / "m.gguf", tensors=lambda name: "blk.3" not in name)
    with pytest.raises(ModelFileError, match="missing"):
        load(path)
