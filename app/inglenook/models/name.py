"""Names of models: what a file name says, and a name for people."""

import re
import unicodedata
from dataclasses import dataclass

from inglenook.models.quant import BY_NAME

_SPLIT = re.compile(r"-(\d{5})-of-(\d{5})$")
_SIZE = re.compile(r"(?i)^(?:\d+x)?(\d+(?:\.\d+)?)[bmk]$")
_ACTIVE = re.compile(r"(?i)^a\d+(?:\.\d+)?b$")
_VERSION = re.compile(r"(?i)^v\d+(?:\.\d+)*$")
_QUANT_LEADS = {"UD", "i1", "imat", "imatrix"}
_QUANT_TAIL = re.compile(
    r"(?i)^(.*?)[-._]((?:UD-)?(?:I?Q\d|TQ\d|MXFP|NVFP|BF16|F16|F32|FP16)\w*)$"
)
_WORDS = {"it": "Instruct", "gpt": "GPT", "oss": "OSS", "moe": "MoE"}
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class ParsedName:
    """What a model's file name says.

    Attributes:
        title: For people: ``"SmolLM2 135M Instruct"``.
        size: Parameters, ``"135M"``; "" if the name does not say.
        quant: The file type as llama.cpp writes it, ``"Q4_K_M"``; "" if the name does not say.
        part: Which part of a split model, counted from 1.
        parts: How many parts; 1 for a model in one file.
    """

    title: str
    size: str = ""
    quant: str = ""
    part: int = 1
    parts: int = 1


def parse_name(file_name: str) -> ParsedName:
    """Read a file name such as ``SmolLM2-135M-Instruct.Q4_1-00001-of-00002.gguf``.

    Args:
        file_name: The last part of a path; may be anything.
    """
    stem = plain_text(re.sub(r"(?i)\.gguf$", "", file_name), most=255)
    stem, part, parts = _without_split(stem)
    stem, quant = _without_quant(stem)
    words = [word for word in re.split(r"[-_\s]+", stem) if word]
    size = next((_size(word) for word in words if _SIZE.match(word)), "")
    return ParsedName(title_of(stem), size, quant, part, parts)


def split_name(file_name: str, part: int) -> str:
    """Return the name of another part of the same split model, counted from 1."""
    stem, dot, ending = file_name.rpartition(".")
    return _SPLIT.sub(lambda found: f"-{part:05d}-of-{found[2]}", stem) + dot + ending


def title_of(raw: str) -> str:
    """Return a model's name for people, from a file name or from metadata."""
    words = re.split(r"[-_\s]+", plain_text(raw))
    return " ".join(_spelled(word) for word in words if word) or "Unnamed model"


def plain_text(raw: str, most: int = _LONGEST_NAME) -> str:
    """Return untrusted text as one line without invisible or direction-changing characters.

    Args:
        raw: Anything.
        most: Longest result in characters; the end is cut off.
    """
    kept = "".join(" " if unicodedata.category(one)[0] in "CZ" else one for one in raw)
    return " ".join(kept.split())[:most]


def _without_split(stem: str) -> tuple[str, int, int]:
    found = _SPLIT.search(stem)
    if found is None:
        return stem, 1, 1
    part, parts = int(found[1]), int(found[2])
    return (stem[: found.start()], part, parts) if 1 <= part <= parts else (stem, 1, 1)


def _without_quant(stem: str) -> tuple[str, str]:
    found = _QUANT_TAIL.match(stem)
    if found is None:
        return stem, ""
    quant = found[2].upper().removeprefix("UD-").replace("FP16", "F16")
    rest = found[1]
    head, dash, last = rest.rpartition("-")
    if dash and last in _QUANT_LEADS:
        rest = head
    return rest, quant if quant in BY_NAME else quant.rstrip("_")


def _size(word: str) -> str:
    return word[:-1].lower() + word[-1].upper()


def _spelled(word: str) -> str:
    if _SIZE.match(word):
        return _size(word)
    if _ACTIVE.match(word):
        return word.upper()
    if _VERSION.match(word):
        return word.lower()
    return _WORDS.get(word.lower(), word[0].upper() + word[1:])
