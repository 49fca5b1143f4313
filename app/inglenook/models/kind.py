"""What a GGUF file is for: a chat model, or one of the things that look like one."""

from enum import StrEnum

from inglenook.core.errors import ModelFileError
from inglenook.models.gguf import Header

_EMBEDDING = {
    "bert", "modern-bert", "nomic-bert", "nomic-bert-moe", "neo-bert", "jina-bert-v2",
    "jina-bert-v3", "eurobert", "gemma-embedding", "llama-embed", "t5encoder",
}  # fmt: skip
_OTHER = {
    "wavtokenizer-dec", "pockettts", "qwen3tts", "whisper", "flux", "sd1", "sdxl", "sd3", "wan",
    "lumina2", "hidream", "ltxv", "cosmos", "aura", "hyvid", "qwen_image", "eagle3", "dflash",
    "gemma4-assistant",
}  # fmt: skip


_RANK_POOLING = 4
"""Of ``{architecture}.pooling_type``; 0 is none, and those between make one vector of a text
(llama.h). Chat models have no such key."""


class FileKind(StrEnum):
    """The kinds that are told apart."""

    CHAT = "chat"
    SPLIT_PART = "split part"
    VOCABULARY = "vocabulary"
    PROJECTOR = "projector"
    ADAPTER = "adapter"
    EMBEDDING = "embedding"
    RANKING = "ranking"
    """It scores texts: a reranker, or a reward model."""
    IMPORTANCE = "importance matrix"
    OTHER = "other"


READERS = frozenset({FileKind.EMBEDDING, FileKind.RANKING})
"""Models that read texts and write none."""

_REFUSALS = {
    FileKind.SPLIT_PART: (
        "This is a later part of a split model",
        "Open its first part, whose name contains 00001-of-.",
    ),
    FileKind.VOCABULARY: (
        "This file holds only a vocabulary",
        "Choose the file of the model itself; it is much larger.",
    ),
    FileKind.PROJECTOR: (
        "This file only lets a model see",
        "Choose the model itself, from the same place; this is its companion (mmproj).",
    ),
    FileKind.ADAPTER: (
        "This file only changes another model",
        "Choose a complete model; this is an adapter (LoRA) for one.",
    ),
    FileKind.EMBEDDING: (
        "This model compares texts but cannot chat",
        "Choose a chat model; their names often contain Instruct or Chat.",
    ),
    FileKind.RANKING: (
        "This model scores texts but cannot chat",
        "Choose a chat model; this one can help to choose among its drafts.",
    ),
    FileKind.IMPORTANCE: (
        "This file only helps to shrink a model",
        "Choose the model itself; this is its importance matrix.",
    ),
    FileKind.OTHER: (
        "This model does not write text",
        "Choose a chat model; their names often contain Instruct or Chat.",
    ),
}


def kind_of(header: Header) -> FileKind:
    """Tell what a model file is for."""
    architecture = header.text("general.architecture")
    by_type = {
        "mmproj": FileKind.PROJECTOR,
        "adapter": FileKind.ADAPTER,
        "imatrix": FileKind.IMPORTANCE,
    }.get(header.text("general.type"))
    if by_type is not None:
        return by_type
    if architecture == "clip":
        return FileKind.PROJECTOR
    part = header.values.get("split.no", 0)
    if isinstance(part, int) and part > 0:
        return FileKind.SPLIT_PART
    pooling = header.values.get(f"{architecture}.pooling_type", 0)
    if pooling == _RANK_POOLING:
        return FileKind.RANKING
    if architecture in _EMBEDDING or (isinstance(pooling, int) and pooling > 0):
        return FileKind.EMBEDDING
    if architecture in _OTHER:
        return FileKind.OTHER
    return FileKind.CHAT if header.tensors else FileKind.VOCABULARY


def require_chat_model(header: Header) -> None:
    """Refuse what cannot chat, and say what it is instead.

    Raises:
        ModelFileError: it is a projector, an adapter, a vocabulary and so on.
    """
    require_model(header, chats=True)


def require_model(header: Header, *, chats: bool = False) -> FileKind:
    """Refuse what is no model for texts, and say what it is instead; return what it is.

    Args:
        header: Of the file.
        chats: Refuse also what only makes vectors or scores.

    Raises:
        ModelFileError: it is a projector, an adapter, a vocabulary and so on.
    """
    kind = kind_of(header)
    if kind in READERS and not chats:
        return kind
    refusal = _REFUSALS.get(kind)
    if refusal is not None:
        raise ModelFileError(*refusal, architecture=header.text("general.architecture"))
    return kind
