"""What a server or a line does wrong when it should send a file."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Drop:
    """The connection breaks after so many bytes of the body."""

    after_bytes: int
    hard: bool = False  # a reset instead of a quiet end


@dataclass(frozen=True)
class Hang:
    """Nothing more comes after so many bytes of the body; None: not even an answer."""

    after_bytes: int | None


@dataclass(frozen=True)
class Drip:
    """The body comes in small pieces with a pause between them."""

    piece_bytes: int
    pause_s: float
    pieces: int | None = None  # after so many the rest comes at full speed


@dataclass(frozen=True)
class Tire:
    """After so many bytes of the body the rest comes in small pieces with a pause between."""

    after_bytes: int
    piece_bytes: int
    pause_s: float


@dataclass(frozen=True)
class Status:
    """Another answer than the file."""

    code: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"no"


@dataclass(frozen=True)
class IgnoreRange:
    """The whole file comes, whatever was asked."""


@dataclass(frozen=True)
class ShiftRange:
    """The part that comes, and is announced, starts elsewhere than asked."""

    by_bytes: int


@dataclass(frozen=True)
class ClaimRange:
    """The header names a part that is not the one that comes; {start}, {end}, {size}."""

    content_range: str


@dataclass(frozen=True)
class Flip:
    """One byte at this place of the file is another."""

    at: int


@dataclass(frozen=True)
class LieLength:
    """Content-Length says more (or less) than the body holds; then the connection ends."""

    by_bytes: int


@dataclass(frozen=True)
class Extra:
    """The body goes on after the file's end, in chunks without a length."""

    more: bytes


@dataclass(frozen=True)
class Short:
    """The body ends early, in chunks without a length, as if it were whole."""

    missing_bytes: int


@dataclass(frozen=True)
class Gzip:
    """The body is packed though nobody asked for that."""


@dataclass(frozen=True)
class OtherEtag:
    """The server says that the file is another version now."""

    etag: str


@dataclass(frozen=True)
class Redirect:
    """The answer is somewhere else."""

    to: str
    code: int = 302


Fault = (
    Drop | Hang | Drip | Tire | Status | IgnoreRange | ShiftRange | ClaimRange | Flip
    | LieLength | Extra | Short | Gzip | OtherEtag | Redirect
)  # fmt: skip
