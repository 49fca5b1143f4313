"""What answers of one model have cost on this computer, as it is kept."""

from dataclasses import dataclass, field
from typing import Annotated

import msgspec

_Amount = Annotated[float, msgspec.Meta(ge=0, le=1e12)]
_Speed = Annotated[float, msgspec.Meta(gt=0, le=1e9)]
_Width = Annotated[int, msgspec.Meta(ge=1, le=64)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 40)]


@dataclass(frozen=True, slots=True)
class Measured:
    """Moving means over the answers of a model that is loaded in one way.

    Attributes:
        reading_s: Seconds from a question to the first token.
        draft_tokens: Tokens of a draft; 0 before the first.
        kv_bytes: Memory that one token of a draft takes; 0 if nobody can tell.
        writing: Pairs of a width (drafts side by side) and the tokens all of them together
            wrote in a second; ascending.
        agreement: Share of drafts that give the chosen answer, 0 to 1; 0 before the first.
        lengths: Tokens of the newest drafts, as effort/lengths.py has them.
        compared: So many answers were chosen from several drafts.
        changed: Of these, so many are another draft than the first.
        build: What tells the engine whose speeds these are from other builds.
    """

    reading_s: _Amount = 0.0
    draft_tokens: _Amount = 0.0
    kv_bytes: _Count = 0
    writing: Annotated[tuple[tuple[_Width, _Speed], ...], msgspec.Meta(max_length=64)] = ()
    agreement: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    lengths: Annotated[
        dict[
            Annotated[str, msgspec.Meta(max_length=40)],
            Annotated[tuple[_Amount, ...], msgspec.Meta(max_length=64)],
        ],
        msgspec.Meta(max_length=200),
    ] = field(default_factory=dict)
    compared: _Count = 0
    changed: _Count = 0
    build: Annotated[str, msgspec.Meta(max_length=256)] = ""
