"""Projectors, which let a model see: what one is, which model it is for, what it takes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from inglenook.core.errors import ModelFileError
from inglenook.models.facts import ModelFacts
from inglenook.models.gguf import Header
from inglenook.models.keys import ArchitectureKeys
from inglenook.models.kind import FileKind, kind_of
from inglenook.models.machine import Machine
from inglenook.models.memory import MemoryPart
from inglenook.models.name import plain_text

_WORD = re.compile(r"[a-z]+|[0-9]+(?:\.[0-9]+)?")
_SAY_NOTHING = {
    "gguf", "mmproj", "model", "clip", "vision", "projector", "bf", "f", "fp", "q", "k", "m",
    "s", "l", "xl", "it", "instruct", "chat", "ud", "8", "16", "32",
}  # fmt: skip
_TWO_DIMENSIONS = re.compile(r"qwen.*vl|glm4v|paddleocr|hunyuan.*vl", re.IGNORECASE)
"""Architectures that give pictures positions in two dimensions (M-RoPE), by their names in
llama.cpp (``llama_model_rope_type``, 0.3.36): the engine cannot show them pictures."""
_MOST_SIDE = 8192
_MARGIN = 1.25


@dataclass(frozen=True, slots=True)
class Projector:
    """A file that turns pictures into what a model can read.

    Attributes:
        path: The file.
        name: Of the file, without its folder.
        width: Of the embeddings it makes.
        title: What its header calls it; ``""`` if it says nothing.
        weights_bytes: What its weights take.
        compute_bytes: About what its graph takes.
    """

    path: str
    name: str
    width: int
    title: str = ""
    weights_bytes: int = 0
    compute_bytes: int = 0

    @property
    def total_bytes(self) -> int:
        """What it takes in all."""
        return self.weights_bytes + self.compute_bytes


def projector_from(header: Header, path: str, file_name: str) -> Projector:
    """Draw the facts from a file's header.

    Raises:
        ModelFileError: it is no projector for pictures, or its numbers are impossible.
    """
    keys = ArchitectureKeys(header)
    if kind_of(header) is not FileKind.PROJECTOR or not keys.whole("vision.image_size", 0):
        raise ModelFileError(
            "This file does not let a model see", "Choose a file whose name begins with mmproj."
        )
    return Projector(
        path,
        file_name,
        keys.whole("vision.projection_dim", 0),
        plain_text(header.text("general.basename") or header.text("general.name")),
        header.data_bytes,
        _compute_bytes(keys),
    )


def fits(projector: Projector, model: ModelFacts) -> bool:
    """Tell whether a projector makes what a model reads, and the engine can do it."""
    is_as_wide = 0 < projector.width == model.embedding_width
    return is_as_wide and not _TWO_DIMENSIONS.search(model.architecture)


def best_for(
    model: ModelFacts, file_name: str, found: Sequence[Projector], *, alone: bool = False
) -> Projector | None:
    """Return the projector that was made for a model; None if none can be told to be.

    The widths must agree, which they do for many models of one size: the names must be kin
    too, unless model and projector are alone in their folder.

    Args:
        model: What is to see.
        file_name: Of the model.
        found: Projectors.
        alone: They lie in the folder of the model, and no other model does.
    """
    words = _words(file_name) | _words(model.name)
    kin = [
        (len(words & _known(each)), _is_whole(each), -each.weights_bytes, each.name, each)
        for each in found
        if fits(each, model) and (alone or _are_kin(words, _known(each)))
    ]
    return max(kin, key=lambda each: each[:4])[-1] if kin else None


def beside(machine: Machine, projector: Projector) -> Machine:
    """Return a computer without the memory that a projector takes: what a model may have.

    It lies on the first card if the model is on cards, else in main memory; that is not known
    before the plan, so it is left free in both.
    """
    taken = projector.total_bytes
    host, devices = machine.host, machine.devices
    left = replace(host, ram_available_bytes=max(0, host.ram_available_bytes - taken))
    first = tuple(
        replace(each, free_bytes=max(1, each.free_bytes - taken) if each.free_bytes else 0)
        for each in devices[:1]
    )
    return replace(machine, host=left, devices=(*first, *devices[1:]))


def counted(memory: Sequence[MemoryPart], projector: Projector) -> tuple[MemoryPart, ...]:
    """Return what a model takes with its projector, which lies on the first device."""
    if not memory:
        return ()
    first = replace(
        memory[0],
        weights_bytes=memory[0].weights_bytes + projector.weights_bytes,
        compute_bytes=memory[0].compute_bytes + projector.compute_bytes,
    )
    return (first, *memory[1:])


def _compute_bytes(keys: ArchitectureKeys) -> int:
    """Return about what the graph of one picture takes.

    For each patch the inner row of a block and some nine rows as wide as the encoder, with
    flash attention: 20,971 bytes for the smallest projector and the same by this formula
    without its margin (llama-cpp-python 0.3.36, 2026-11).
    """
    side = keys.whole("vision.image_size", 0, most=_MOST_SIDE)
    patch = max(1, keys.whole("vision.patch_size", 1, most=_MOST_SIDE))
    width = keys.whole("vision.embedding_length", 0)
    inner = keys.whole("vision.feed_forward_length", 0) or 4 * width
    return int(4 * (side // patch) ** 2 * (inner + 9 * width) * _MARGIN)


def _known(projector: Projector) -> frozenset[str]:
    return _words(projector.name) | _words(projector.title)


def _words(name: str) -> frozenset[str]:
    return frozenset(_WORD.findall(name.lower())) - _SAY_NOTHING


def _are_kin(words: frozenset[str], known: frozenset[str]) -> bool:
    """Tell whether names share a word, and speak of no different sizes or versions.

    A name that says nothing is nobody's kin.
    """
    ours, theirs = ({each for each in one if each[0].isdigit()} for one in (words, known))
    return bool(words & known) and (not ours or theirs <= ours)


def _is_whole(projector: Projector) -> bool:
    """Whether its numbers are kept in 16 bits: as good as 32 and half as large."""
    return "32" not in _WORD.findall(projector.name.lower())
