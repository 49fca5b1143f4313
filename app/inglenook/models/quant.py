"""How models store their numbers: ggml's tensor types, and file types in people's words."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TensorType:
    """How one tensor's numbers are packed.

    Attributes:
        block: Numbers in a block; rows are whole blocks.
        block_bytes: What a block takes.
    """

    name: str
    block: int
    block_bytes: int

    @property
    def bits(self) -> float:
        """Bits per number, its share of the scales counted."""
        return self.block_bytes * 8 / self.block


@dataclass(frozen=True, slots=True)
class FileType:
    """The mix of tensor types that a model file is named after.

    Attributes:
        bits: The everyday number: 2 to 8, or 16 and 32 for a model as it was trained.
        words: What it means for a person.
        advice: When to choose it.
    """

    name: str
    bits: int
    words: str
    advice: str


# Read in ggml.h and ggml-common.h of llama.cpp as of llama-cpp-python 0.3.36.
TENSOR_TYPES = {
    0: TensorType("F32", 1, 4),
    1: TensorType("F16", 1, 2),
    2: TensorType("Q4_0", 32, 18),
    3: TensorType("Q4_1", 32, 20),
    6: TensorType("Q5_0", 32, 22),
    7: TensorType("Q5_1", 32, 24),
    8: TensorType("Q8_0", 32, 34),
    9: TensorType("Q8_1", 32, 36),
    10: TensorType("Q2_K", 256, 84),
    11: TensorType("Q3_K", 256, 110),
    12: TensorType("Q4_K", 256, 144),
    13: TensorType("Q5_K", 256, 176),
    14: TensorType("Q6_K", 256, 210),
    15: TensorType("Q8_K", 256, 292),
    16: TensorType("IQ2_XXS", 256, 66),
    17: TensorType("IQ2_XS", 256, 74),
    18: TensorType("IQ3_XXS", 256, 98),
    19: TensorType("IQ1_S", 256, 50),
    20: TensorType("IQ4_NL", 32, 18),
    21: TensorType("IQ3_S", 256, 110),
    22: TensorType("IQ2_S", 256, 82),
    23: TensorType("IQ4_XS", 256, 136),
    24: TensorType("I8", 1, 1),
    25: TensorType("I16", 1, 2),
    26: TensorType("I32", 1, 4),
    27: TensorType("I64", 1, 8),
    28: TensorType("F64", 1, 8),
    29: TensorType("IQ1_M", 256, 56),
    30: TensorType("BF16", 1, 2),
    34: TensorType("TQ1_0", 256, 54),
    35: TensorType("TQ2_0", 256, 66),
    39: TensorType("MXFP4", 32, 17),
    40: TensorType("NVFP4", 64, 36),
    41: TensorType("Q1_0", 128, 18),
    42: TensorType("Q2_0", 64, 18),
}

_WORDS = {
    1: ("a sixteenth of the original size, answers suffer badly", "Only as an experiment."),
    2: (
        "a quarter of the size of 8-bit, answers suffer clearly",
        "Only when nothing else fits.",
    ),
    3: ("less than half the size of 8-bit, small slips in answers", "When 4-bit does not fit."),
    4: ("half the size of 8-bit, nearly the same answers", "The best start for most people."),
    5: ("a third smaller than 8-bit, almost the same answers", "When memory is left over."),
    6: ("a quarter smaller than 8-bit, hardly any loss", "When memory is plentiful."),
    8: ("half the original size, no loss you would notice", "For small models."),
    16: ("the original size, nothing lost", "8-bit gives the same answers in half the memory."),
    32: ("twice the usual original size, nothing gained", "8-bit gives the same answers."),
}
_FILE_TYPES = {
    0: ("F32", 32), 1: ("F16", 16), 2: ("Q4_0", 4), 3: ("Q4_1", 4), 7: ("Q8_0", 8),
    8: ("Q5_0", 5), 9: ("Q5_1", 5), 10: ("Q2_K", 2), 11: ("Q3_K_S", 3), 12: ("Q3_K_M", 3),
    13: ("Q3_K_L", 3), 14: ("Q4_K_S", 4), 15: ("Q4_K_M", 4), 16: ("Q5_K_S", 5),
    17: ("Q5_K_M", 5), 18: ("Q6_K", 6), 19: ("IQ2_XXS", 2), 20: ("IQ2_XS", 2),
    21: ("Q2_K_S", 2), 22: ("IQ3_XS", 3), 23: ("IQ3_XXS", 3), 24: ("IQ1_S", 1),
    25: ("IQ4_NL", 4), 26: ("IQ3_S", 3), 27: ("IQ3_M", 3), 28: ("IQ2_S", 2), 29: ("IQ2_M", 2),
    30: ("IQ4_XS", 4), 31: ("IQ1_M", 1), 32: ("BF16", 16), 36: ("TQ1_0", 1), 37: ("TQ2_0", 2),
    38: ("MXFP4", 4), 39: ("NVFP4", 4), 40: ("Q1_0", 1), 41: ("Q2_0", 2),
}  # fmt: skip


def _file_type(name: str, bits: int) -> FileType:
    words, advice = _WORDS[bits]
    return FileType(name, bits, f"{bits}-bit ({name}): {words}", advice)


FILE_TYPES = {number: _file_type(*entry) for number, entry in _FILE_TYPES.items()}
"""File types by the number in ``general.file_type``."""

BY_NAME = {kind.name: kind for kind in FILE_TYPES.values()}
"""File types by name, as in file names."""

_BITS_IN_NAME = re.compile(r"(?:I?Q|TQ|MXFP|NVFP)([1-8])(?!\d)")


def file_type_named(name: str) -> FileType | None:
    """Return a file type by name, also for mixes that only their maker knows (``Q4_K_XL``).

    Args:
        name: As in a file name, in capitals; may be anything.
    """
    known = BY_NAME.get(name)
    if known is not None:
        return known
    found = _BITS_IN_NAME.match(name)
    bits = int(found[1]) if found else 0
    return _file_type(name, bits) if bits in _WORDS else None
