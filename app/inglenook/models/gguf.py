"""The header of a GGUF model file, read with every count and length checked.

Layout (github.com/ggml-org/ggml/blob/master/docs/gguf.md): magic, version, number of tensors,
number of values; the values; one record per tensor; padding; the tensors' data. Limits are
those of llama.cpp where it has any, since what it refuses cannot be used anyway.
"""

import struct
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import prod
from types import MappingProxyType
from typing import BinaryIO

from inglenook.core.errors import ModelFileError
from inglenook.models.quant import TENSOR_TYPES
from inglenook.models.stream import MOST_STRING_BYTES, ByteSource, damaged, incomplete

MOST_VALUES = 4096
MOST_TENSORS = 16_384
MOST_ARRAY_LENGTH = 1 << 20
MOST_KEY_BYTES = 1024
MOST_DIMENSIONS = 4
MOST_TENSOR_NAME_BYTES = 63
# Longer texts (templates, licences) and arrays (vocabularies) are counted and passed over.
LONGEST_KEPT_TEXT = 1024
LONGEST_KEPT_ARRAY = 512
LONGEST_WANTED_TEXT = 512 * 1024
MOST_KEPT_BYTES = 2 * 1024 * 1024

DEFAULT_ALIGNMENT = 32
_STRING, _ARRAY, _BOOL = 8, 9, 7
_SCALARS = {
    0: struct.Struct("<B"), 1: struct.Struct("<b"), 2: struct.Struct("<H"),
    3: struct.Struct("<h"), 4: struct.Struct("<I"), 5: struct.Struct("<i"),
    6: struct.Struct("<f"), 7: struct.Struct("<B"), 10: struct.Struct("<Q"),
    11: struct.Struct("<q"), 12: struct.Struct("<d"),
}  # fmt: skip
_U32, _U64 = _SCALARS[4], _SCALARS[10]
_LEAST_VALUE_BYTES = 8 + 1 + 4 + 1
_LEAST_TENSOR_BYTES = 8 + 4 + 4 + 8


@dataclass(frozen=True, slots=True)
class Skipped:
    """A value that is there but was too long to keep.

    Attributes:
        count: Elements of an array, or bytes of a text.
    """

    count: int


Scalar = int | float | bool
Value = Scalar | str | tuple[Scalar, ...] | Skipped


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """Where one tensor lies and how big it is.

    Attributes:
        shape: One to four lengths, the fastest-moving dimension first.
        type_id: A key of ``quant.TENSOR_TYPES``.
        offset: From the start of the data, in bytes.
    """

    name: str
    shape: tuple[int, ...]
    type_id: int
    offset: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Header:
    """What a model file says about itself.

    Attributes:
        values: Metadata by key; long texts and arrays are Skipped.
        data_offset: Where the tensors' data starts in the file.
        size_bytes: Length of the file; None when it was read from a stream.
    """

    version: int
    values: Mapping[str, Value]
    tensors: tuple[TensorInfo, ...]
    data_offset: int
    size_bytes: int | None = None

    @property
    def data_bytes(self) -> int:
        """Bytes of all tensors together, padding between them not counted."""
        return sum(tensor.size_bytes for tensor in self.tensors)

    def text(self, key: str) -> str:
        """Return a text, or "" when it is absent, too long or no text."""
        value = self.values.get(key)
        return value if isinstance(value, str) else ""


def read_header(
    stream: BinaryIO, size_bytes: int | None = None, *, wanted: Collection[str] = ()
) -> Header:
    """Read the header of a model file, touching none of its data.

    Args:
        stream: At the file's start; need not be seekable.
        size_bytes: Length of the file, to recognise one that is cut off; None if unknown.
        wanted: Keys of texts to keep although they are long.

    Raises:
        ModelFileError: it is empty, cut off, damaged, or no model file of a known version.
    """
    source = ByteSource(stream, size_bytes)
    version = _read_version(source)
    tensor_count, value_count = _u64(source), _u64(source)
    _check_count("tensors", tensor_count, MOST_TENSORS)
    _check_count("values", value_count, MOST_VALUES)
    source.expect(value_count * _LEAST_VALUE_BYTES + tensor_count * _LEAST_TENSOR_BYTES)
    values = _read_values(source, value_count, wanted)
    alignment = _alignment(values)
    tensors = _read_tensors(source, tensor_count, alignment)
    data_offset = _padded(source.offset, alignment)
    _check_complete(tensors, data_offset, size_bytes)
    return Header(version, MappingProxyType(values), tensors, data_offset, size_bytes)


def _read_version(source: ByteSource) -> int:
    if source.size_bytes == 0:
        raise ModelFileError("This file is empty", "Download the model again.")
    if source.size_bytes is not None and source.size_bytes < 4:
        _not_a_model(b"")
    magic = source.take(4)
    if magic != b"GGUF":
        _not_a_model(magic)
    raw = source.take(4)
    version: int = _U32.unpack(raw)[0]
    if version in {2, 3}:
        return version
    if int.from_bytes(raw, "big") in {1, 2, 3}:
        raise ModelFileError(
            "This model is for big-endian computers",
            "Get the same model in the usual, little-endian form.",
        )
    advice = "Get a newer file of this model." if version < 2 else "Look for a newer Inglenook."
    raise ModelFileError("This model file has an unknown version", advice, version=version)


def _not_a_model(magic: bytes) -> None:
    raise ModelFileError(
        "This is not a model file",
        "Choose a file in the GGUF format; its name usually ends in .gguf.",
        starts_with=magic.hex(),
    )


def _check_count(what: str, count: int, most: int) -> None:
    if count > most:
        damaged(f"it claims {count} {what}")


def _u32(source: ByteSource) -> int:
    return int(_U32.unpack(source.take(4))[0])


def _u64(source: ByteSource) -> int:
    return int(_U64.unpack(source.take(8))[0])


def _short_text(source: ByteSource, most_bytes: int) -> str:
    length = _u64(source)
    if length > most_bytes:
        damaged(f"a name claims {length} bytes")
    return source.take(length).decode("utf-8", "replace")


def _read_values(source: ByteSource, count: int, wanted: Collection[str]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    room = MOST_KEPT_BYTES
    for _ in range(count):
        key = _short_text(source, MOST_KEY_BYTES)
        if not key or key in values:
            damaged(f"the key {key!r} is empty or there twice")
        before = source.offset
        longest = LONGEST_WANTED_TEXT if key in wanted else LONGEST_KEPT_TEXT
        values[key] = value = _read_value(source, room, longest)
        if isinstance(value, str | tuple):
            room -= source.offset - before
    return values


def _read_value(source: ByteSource, room_bytes: int, longest_text: int) -> Value:
    kind = _u32(source)
    if kind == _STRING:
        return _read_text(source, min(longest_text, room_bytes))
    if kind == _ARRAY:
        return _read_array(source, room_bytes)
    return _read_scalar(source, kind)


def _read_scalar(source: ByteSource, kind: int) -> Scalar:
    layout = _SCALARS.get(kind)
    if layout is None:
        damaged(f"a value has the unknown type {kind}")
    number: Scalar = layout.unpack(source.take(layout.size))[0]
    return bool(number) if kind == _BOOL else number


def _read_text(source: ByteSource, longest: int) -> str | Skipped:
    length = _u64(source)
    if length > MOST_STRING_BYTES:
        damaged(f"a text claims {length} bytes")
    if length <= longest:
        return source.take(length).decode("utf-8", "replace")
    source.skip(length)
    return Skipped(length)


def _read_array(source: ByteSource, room_bytes: int) -> tuple[Scalar, ...] | Skipped:
    kind, count = _u32(source), _u64(source)
    if count > MOST_ARRAY_LENGTH:
        damaged(f"an array claims {count} elements")
    if kind == _STRING:
        source.skip_strings(count)
        return Skipped(count)
    layout = _SCALARS.get(kind)
    if layout is None:
        damaged(f"an array has elements of the unsupported type {kind}")
    length = count * layout.size
    if count > LONGEST_KEPT_ARRAY or length > room_bytes:
        source.skip(length)
        return Skipped(count)
    numbers = (item[0] for item in layout.iter_unpack(source.take(length)))
    return tuple(bool(number) if kind == _BOOL else number for number in numbers)


def _alignment(values: Mapping[str, Value]) -> int:
    alignment = values.get("general.alignment", DEFAULT_ALIGNMENT)
    if type(alignment) is not int or not 0 < alignment < 1 << 32:
        damaged(f"an alignment of {alignment!r}")
    if alignment & (alignment - 1):
        damaged(f"an alignment of {alignment}")
    return alignment


def _padded(offset: int, alignment: int) -> int:
    return -(-offset // alignment) * alignment


def _read_tensors(source: ByteSource, count: int, alignment: int) -> tuple[TensorInfo, ...]:
    tensors: dict[str, TensorInfo] = {}
    expected_offset = 0
    for _ in range(count):
        tensor = _read_tensor(source)
        if tensor.name in tensors or tensor.offset != expected_offset:
            damaged(f"the tensor {tensor.name!r} overlaps or is there twice")
        tensors[tensor.name] = tensor
        expected_offset = _padded(tensor.offset + tensor.size_bytes, alignment)
    return tuple(tensors.values())


def _read_tensor(source: ByteSource) -> TensorInfo:
    name = _short_text(source, MOST_TENSOR_NAME_BYTES)
    dimensions = _u32(source)
    if dimensions > MOST_DIMENSIONS:
        damaged(f"the tensor {name!r} claims {dimensions} dimensions")
    shape = tuple(_u64(source) for _ in range(dimensions))
    type_id, offset = _u32(source), _u64(source)
    return TensorInfo(name, shape, type_id, offset, _tensor_bytes(name, shape, type_id))


def _tensor_bytes(name: str, shape: tuple[int, ...], type_id: int) -> int:
    kind = TENSOR_TYPES.get(type_id)
    if kind is None:
        raise ModelFileError(
            "This model uses an unknown number format",
            "Look for a newer Inglenook, or for another file of this model.",
            tensor=name,
            type_id=type_id,
        )
    row = shape[0] if shape else 1
    elements = prod(shape)
    if row % kind.block or elements >= 1 << 63:
        damaged(f"the tensor {name!r} has the impossible shape {shape}")
    return elements // kind.block * kind.block_bytes


def _check_complete(
    tensors: tuple[TensorInfo, ...], data_offset: int, size_bytes: int | None
) -> None:
    if size_bytes is None or not tensors:
        return
    last = tensors[-1]
    missing = data_offset + last.offset + last.size_bytes - size_bytes
    if missing > 0:
        incomplete(missing)
