"""A file to be fetched, as the Hub describes it, and who knows where it lies."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file of one version of a repository.

    Attributes:
        repo: ``"org/name"``.
        name: Path inside the repository, with slashes.
        commit: The version, 40 hexadecimal digits.
        size_bytes: How long it is.
        sha256: 64 hexadecimal digits; empty if the Hub does not say, then the size alone is
            checked.
    """

    repo: str
    name: str
    commit: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Link:
    """Where a file can be fetched just now.

    Attributes:
        url: It may be signed, and good for minutes only; never kept on disk.
        headers: For this origin alone (authorisation); dropped at a redirect to another.
    """

    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)


class Resolver(Protocol):
    """Knows where files lie."""

    def link(self, file: RemoteFile) -> Link:
        """Return an address that is good now.

        Raises:
            DownloadError: the file is gone, closed to this person, or the Hub is out of reach.
            OfflineError: the network is switched off.
        """
