"""What all transfers share on their way out."""

from dataclasses import dataclass

import httpx2

from inglenook.downloads.limits import USUAL, Limits
from inglenook.downloads.pace import Pace
from inglenook.downloads.source import Resolver


@dataclass(frozen=True, slots=True)
class Line:
    """The way to the Hub; its connections are closed when it is left.

    Attributes:
        resolver: Says where a file lies now.
        client: Of ``network.open_client``.
        pace: The speed they keep together.
        limits: How patient they are.
    """

    resolver: Resolver
    client: httpx2.Client
    pace: Pace
    limits: Limits = USUAL

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
