import io

import pytest
from tests.data.gguf_files import gguf, tiny_model

from inglenook.core.errors import ModelFileError
from inglenook.models.gguf import read_header
from inglenook.models.kind import (
    FileKind,
    kind_of,
    require_chat_model,
    require_model,
)


def header(raw):
    return read_header(io.BytesIO(raw))


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (tiny_model(), FileKind.CHAT),
        (gguf({"general.architecture": "llama"}), FileKind.VOCABULARY),
        (tiny_model(general__architecture="clip"), FileKind.PROJECTOR),
        (tiny_model(general__type="mmproj"), FileKind.PROJECTOR),
        (tiny_model(general__type="adapter"), FileKind.ADAPTER),
        (tiny_model(general__type="imatrix"), FileKind.IMPORTANCE),
        (tiny_model(general__architecture="nomic-bert"), FileKind.EMBEDDING),
        (tiny_model(llama__pooling_type=3), FileKind.EMBEDDING),
        (tiny_model(llama__pooling_type=4), FileKind.RANKING),
        (tiny_model(llama__pooling_type=0), FileKind.CHAT),
        (tiny_model(llama__pooling_type="mean"), FileKind.CHAT),
        (tiny_model(general__architecture="flux"), FileKind.OTHER),
        (tiny_model(split__no=1), FileKind.SPLIT_PART),
        (tiny_model(split__no="x"), FileKind.CHAT),
    ],
)
def test_kinds_are_told_apart(raw, kind):
    assert kind_of(header(raw)) is kind


def test_only_chat_models_pass():
    require_chat_model(header(tiny_model()))
    with pytest.raises(ModelFileError, match="only lets a model see"):
        require_chat_model(header(tiny_model(general__type="mmproj")))


def test_every_refusal_says_something_of_its_own():
    titles = set()
    for raw in [
        gguf({}), tiny_model(general__type="mmproj"), tiny_model(general__type="adapter"),
        tiny_model(general__type="imatrix"), tiny_model(general__architecture="bert"),
        tiny_model(general__architecture="sd1"), tiny_model(split__no=3),
        tiny_model(llama__pooling_type=4),
    ]:  # fmt: skip
        with pytest.raises(ModelFileError) as caught:
            require_chat_model(header(raw))
        titles.add(caught.value.problem.title)
        assert len(caught.value.problem.title.split()) <= 9
    assert len(titles) == 8


def test_models_that_only_read_pass_where_nothing_has_to_be_written():
    assert require_model(header(tiny_model(llama__pooling_type=4))) is FileKind.RANKING
    assert require_model(header(tiny_model())) is FileKind.CHAT
    with pytest.raises(ModelFileError):
        require_model(header(tiny_model(general__type="mmproj")))
