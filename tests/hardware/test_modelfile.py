import os
import sys
from pathlib import Path

import pytest
from tests.data.gguf_files import Q4_0, gguf, tiny_model

from inglenook.core.errors import ModelFileError
from inglenook.hardware.modelfile import (
    model_size_bytes,
    read_model_facts,
    read_model_header,
)


def title(path: Path) -> str:
    with pytest.raises(ModelFileError) as caught:
        read_model_header(path)
    return caught.value.problem.title


def test_a_model_file_is_read_from_disk(tmp_path):
    path = tmp_path / "Tiny-1B.gguf"
    path.write_bytes(tiny_model())
    assert read_model_header(path).size_bytes == path.stat().st_size
    assert read_model_facts(path).name == "Tiny 1B"
    assert model_size_bytes(path) == path.stat().st_size


def test_a_link_to_a_model_is_followed(tmp_path):
    (tmp_path / "real.gguf").write_bytes(tiny_model())
    (tmp_path / "link.gguf").symlink_to("real.gguf")
    assert read_model_facts(tmp_path / "link.gguf").layers == 2


def test_what_is_no_file_is_said_in_words(tmp_path):
    assert title(tmp_path) == "This is a folder, not a model file"
    assert title(tmp_path / "gone.gguf") == "The model file is not there any more"
    assert title(tmp_path / "nul\0.gguf") == "This model file cannot be read"
    (tmp_path / "file").write_bytes(b"")
    assert title(tmp_path / "file") == "This file is empty"
    assert title(tmp_path / "file" / "x.gguf") == "The model file is not there any more"
    assert title(tmp_path / ("x" * 300)) == "This model file cannot be read"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_pipes_and_devices_neither_hang_nor_flood(tmp_path):
    os.mkfifo(tmp_path / "pipe.gguf")
    assert title(tmp_path / "pipe.gguf") == "This is a device or a pipe, not a model file"
    assert title(Path("/dev/zero")) == "This is a device or a pipe, not a model file"


def test_a_file_that_may_not_be_read_is_told_apart(tmp_path, monkeypatch):
    path = tmp_path / "secret.gguf"
    path.write_bytes(tiny_model())

    def refuse(*_: object) -> int:
        raise PermissionError(13, "denied")

    # Tests may run as root, for whom no file is closed.
    monkeypatch.setattr(os, "open", refuse)
    assert title(path) == "This model file may not be read"
    assert title(tmp_path) == "This is a folder, not a model file"


def write_parts(folder: Path, count: int = 3) -> Path:
    first = tiny_model(split__count=count, split__no=0)
    (folder / "Big-00001-of-00003.gguf").write_bytes(first)
    for number in range(1, 3):
        raw = gguf({"split.no": number}, [(f"blk.{number - 1}.more", (64, 64), Q4_0)])
        (folder / f"Big-{number + 1:05d}-of-00003.gguf").write_bytes(raw)
    return folder / "Big-00001-of-00003.gguf"


def test_a_split_model_is_read_from_all_its_parts(tmp_path):
    path = write_parts(tmp_path)
    facts = read_model_facts(path)
    assert facts.parts == 3
    assert facts.name == "Big"
    assert facts.weights.layers == (2 * 64 * 64 // 32 * 18,) * 2
    assert model_size_bytes(path) == sum(one.stat().st_size for one in tmp_path.glob("Big*"))


def test_a_missing_part_is_named(tmp_path):
    path = write_parts(tmp_path)
    (tmp_path / "Big-00003-of-00003.gguf").unlink()
    with pytest.raises(ModelFileError, match="Part 3 of 3 of this model is missing"):
        read_model_facts(path)
    assert model_size_bytes(path) > 0


def test_a_later_part_sends_to_the_first(tmp_path):
    write_parts(tmp_path)
    with pytest.raises(ModelFileError, match="later part of a split model"):
        read_model_facts(tmp_path / "Big-00002-of-00003.gguf")


def test_a_part_under_another_name_cannot_find_the_rest(tmp_path):
    path = write_parts(tmp_path).rename(tmp_path / "renamed.gguf")
    with pytest.raises(ModelFileError, match="Part 2 of 3"):
        read_model_facts(path)


def test_a_senseless_count_of_parts_is_ignored(tmp_path):
    path = tmp_path / "a.gguf"
    path.write_bytes(tiny_model(split__count=2**31))
    assert read_model_facts(path).parts == 1


@pytest.mark.model
def test_the_starter_model_is_what_it_is(starter):
    facts = read_model_facts(starter)
    assert facts.name == "SmolLM2 135M Instruct"
    assert (facts.quant, facts.quant_bits, facts.layers) == ("Q4_1", 4, 30)
    assert facts.context_tokens == 8192
    assert facts.vocabulary == 49152
    assert facts.parameters == 134_515_008
    assert facts.has_template
