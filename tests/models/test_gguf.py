import io
import time
import tracemalloc

import pytest
from gguf import GGMLQuantizationType, GGUFWriter
from tests.data.gguf_files import (
    F32,
    LLAMA,
    TENSORS,
    gguf,
    numbers,
    scalar,
    string,
    strings,
    tensor,
    text,
    tiny_model,
    u32,
    u64,
)

from inglenook.core.errors import ModelFileError
from inglenook.models.gguf import LONGEST_WANTED_TEXT, Header, Skipped, read_header


def read(raw: bytes) -> Header:
    return read_header(io.BytesIO(raw), len(raw))


def refusal(raw: bytes, size: int | None = -1) -> ModelFileError:
    with pytest.raises(ModelFileError) as caught:
        read_header(io.BytesIO(raw), len(raw) if size == -1 else size)
    return caught.value


class Unseekable(io.RawIOBase):
    """A stream as from a network: forward only, a few bytes at a time."""

    def __init__(self, raw: bytes) -> None:
        self._rest = io.BytesIO(raw)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def read(self, size: int = -1) -> bytes:
        return self._rest.read(min(size, 1000))


def test_values_and_tensors_come_out_as_they_went_in():
    header = read(tiny_model())
    assert header.version == 3
    assert header.text("general.architecture") == "llama"
    assert header.values["llama.block_count"] == 2
    assert [one.name for one in header.tensors] == [name for name, _, _ in TENSORS]
    assert header.tensors[1].shape == (64, 64)
    assert header.tensors[1].size_bytes == 64 * 64 // 32 * 18
    assert header.data_bytes == sum(one.size_bytes for one in header.tensors)
    assert header.data_offset % 32 == 0


def test_a_file_of_the_reference_writer_is_understood(tmp_path):
    writer = GGUFWriter(tmp_path / "m.gguf", "llama")
    writer.add_block_count(1)
    writer.add_head_count_kv([2, 3])
    writer.add_float64("f", 0.5)
    writer.add_tensor_info(
        "x", (8, 64), "float32", 8 * 64 // 32 * 18, GGMLQuantizationType.Q4_0
    )
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    writer.close()
    with (tmp_path / "m.gguf").open("rb") as stream:
        header = read_header(stream)
    assert header.values["llama.attention.head_count_kv"] == (2, 3)
    assert header.values["f"] == 0.5


@pytest.mark.parametrize(
    ("kind", "number"),
    [("u8", 255), ("i8", -1), ("u16", 9), ("i16", -9), ("u32", 1), ("i32", -1), ("bool", 1),
     ("u64", 2**64 - 1), ("i64", -(2**63)), ("f64", 0.25), ("f32", 0.25)],
)  # fmt: skip
def test_every_kind_of_number_is_read(kind, number):
    found = read(gguf({"x": scalar(kind, number)})).values["x"]
    assert found == number
    assert isinstance(found, bool) == (kind == "bool")


def test_short_arrays_are_kept_and_long_ones_are_counted():
    header = read(
        gguf(
            {
                "short": [1, 2, 3],
                "flags": [True, False],
                "long": numbers("u8", [0] * 513),
                "words": ["a", "b"],
                "none": numbers("u32", []),
            }
        )
    )
    assert header.values["short"] == (1, 2, 3)
    assert header.values["flags"] == (True, False)
    assert header.values["flags"][0] is True
    assert header.values["long"] == Skipped(513)
    assert header.values["words"] == Skipped(2)
    assert header.values["none"] == ()


def test_long_texts_are_counted_and_texts_need_not_be_utf8():
    header = read(gguf({"long": "x" * 1025, "odd": string(b"a\xff")}))
    assert header.values["long"] == Skipped(1025)
    assert header.text("long") == ""
    assert header.text("odd") == "a\ufffd"
    assert header.text("absent") == ""


def test_what_is_kept_has_a_limit_in_all():
    header = read(gguf({f"k{number}": "x" * 1024 for number in range(2100)}))
    assert header.values["k0"] == "x" * 1024
    assert header.values["k2099"] == Skipped(1024)


def test_version_2_and_other_alignments_are_read():
    raw = gguf({"general.alignment": 64, "a": 1}, [("x", (16,), F32)], version=2)
    header = read_header(io.BytesIO(raw))
    assert header.version == 2
    assert header.data_offset % 64 == 0


def test_a_stream_that_cannot_seek_gives_the_same_header():
    words = {"words": [f"word {number}" for number in range(5000)], "long": "x" * 5000}
    raw = gguf({**LLAMA, **words, "many": numbers("u64", range(3000))}, TENSORS)
    streamed = read_header(Unseekable(raw))
    seeking = read_header(io.BytesIO(raw))
    assert streamed == seeking
    assert streamed.values["words"] == Skipped(5000)


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        (b"", "This file is empty"),
        (b"GG", "This is not a model file"),
        (b"PK\x03\x04" + bytes(100), "This is not a model file"),
        (b"GGUF" + b"\0\0\0\3" + bytes(16), "This model is for big-endian computers"),
        (b"GGUF" + u32(1) + bytes(16), "This model file has an unknown version"),
        (b"GGUF" + u32(4) + bytes(16), "This model file has an unknown version"),
        (b"GGUF" + u32(3), "This model file is incomplete"),
    ],
)
def test_what_is_no_model_file_is_told_apart(raw, title):
    assert refusal(raw).problem.title == title


def test_a_stream_that_ends_is_incomplete():
    assert refusal(b"GG", None).problem.title == "This model file is incomplete"


def test_a_truncated_file_says_how_much_is_missing():
    raw = tiny_model()
    end = max(read(raw).data_offset + one.offset + one.size_bytes for one in read(raw).tensors)
    problem = refusal(raw[: end - 1000]).problem
    assert problem.title == "This model file is incomplete"
    assert problem.advice == "1 KB of it is missing: download it again."
    assert problem.facts["missing_bytes"] == "1000"


def test_a_file_cut_at_any_byte_is_never_taken_for_whole():
    raw = tiny_model()
    last = read(raw).tensors[-1]
    end = read(raw).data_offset + last.offset + last.size_bytes
    for length in range(end):
        refusal(raw[:length])
    assert read(raw[:end])


HEAD = b"GGUF" + u32(3)


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + u64(2**63) + u64(0),
        HEAD + u64(0) + u64(2**40),
        HEAD + u64(0) + u64(1) + text("") + scalar("u32", 1),
        HEAD + u64(0) + u64(2) + (text("a") + scalar("u32", 1)) * 2,
        HEAD + u64(0) + u64(1) + u64(5000) + bytes(6000),
        HEAD + u64(0) + u64(1) + text("a") + u32(13) + bytes(9),
        HEAD + u64(0) + u64(1) + text("a") + u32(8) + u64(2**62) + bytes(9),
        HEAD + u64(0) + u64(1) + text("a") + u32(9) + u32(4) + u64(2**61) + bytes(9),
        HEAD + u64(0) + u64(1) + text("a") + u32(9) + u32(9) + u64(1) + bytes(99),
        HEAD + u64(0) + u64(1) + text("a") + u32(9) + u32(8) + u64(1) + u64(2**63) + bytes(9),
        gguf({"general.alignment": 24}),
        gguf({"general.alignment": 0}),
        gguf({"general.alignment": "32"}),
        HEAD + u64(1) + u64(0) + tensor("x", (1,) * 5) + bytes(64),
        HEAD + u64(1) + u64(0) + tensor("x" * 64, (1,)) + bytes(64),
        HEAD + u64(1) + u64(0) + tensor("x", (2**42 + 1, 2**42)) + bytes(64),
        HEAD + u64(1) + u64(0) + tensor("x", (33,), 2) + bytes(64),
        HEAD + u64(1) + u64(0) + tensor("x", (8,), 0, 32) + bytes(128),
        HEAD + u64(2) + u64(0) + tensor("x", ()) + tensor("x", (8,), 0, 32) + bytes(128),
    ],
)
def test_impossible_numbers_are_damage(raw):
    assert refusal(raw).problem.title == "This model file is damaged"


def test_an_unknown_tensor_type_asks_for_a_newer_program():
    raw = HEAD + u64(1) + u64(0) + tensor("x", (8,), 99) + bytes(128)
    assert refusal(raw).problem.title == "This model uses an unknown number format"


def test_counts_larger_than_the_file_are_refused_before_reading():
    raw = HEAD + u64(16_000) + u64(4000)
    assert refusal(raw).problem.title == "This model file is incomplete"


def test_a_header_without_end_is_refused():
    class Zeros(Unseekable):
        def read(self, size: int = -1) -> bytes:
            return super().read(size) or bytes(size)

    raw = HEAD + u64(0) + u64(100)
    for number in range(9):
        raw += text(f"{number}") + u32(9) + u32(10) + u64(1 << 20) + bytes(8 << 20)
    with pytest.raises(ModelFileError) as caught:
        read_header(Zeros(raw))
    assert caught.value.problem.facts["found"] == "the header is longer than any real one"


def test_too_many_strings_in_all_are_refused():
    raw = gguf({"a": strings([""] * 1_000_000), "b": strings([""] * 600_000)})
    assert refusal(raw).problem.title == "This model file is damaged"


@pytest.mark.parametrize("kind", ["strings", "values", "tensors"])
def test_hostile_files_cost_little_time_and_memory(kind):
    raw = {
        "strings": lambda: gguf({"a": strings([""] * 1_000_000)}),
        "values": lambda: gguf({f"{number:01000}": "x" * 1000 for number in range(4096)}),
        "tensors": lambda: gguf(
            {}, [(f"{number:063}", (32,), F32) for number in range(16_384)]
        ),
    }[kind]()
    stream = io.BytesIO(raw)
    start = time.process_time()
    read_header(stream, len(raw))
    assert time.process_time() - start < 1.0  # 0.1 s on an idle machine; CI is not idle
    if kind == "strings":
        return  # walked in a buffer of 64 KB; tracing a million steps would take seconds
    stream.seek(0)
    tracemalloc.start()
    try:
        read_header(stream, len(raw))
        assert tracemalloc.get_traced_memory()[1] < 32 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_a_long_text_is_kept_when_it_is_wanted():
    key = "tokenizer.chat_template"
    whole = gguf({**LLAMA, key: "x" * 5000}, TENSORS)
    assert read_header(io.BytesIO(whole)).values[key] == Skipped(5000)
    assert read_header(io.BytesIO(whole), wanted={key}).text(key) == "x" * 5000
    endless = gguf({**LLAMA, key: "x" * (LONGEST_WANTED_TEXT + 1)}, TENSORS)
    assert isinstance(read_header(io.BytesIO(endless), wanted={key}).values[key], Skipped)
