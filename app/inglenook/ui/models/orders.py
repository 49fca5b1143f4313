"""Orders about downloads, given by somebody who sees how they stand a moment late."""

from collections.abc import Callable
from contextlib import suppress

from inglenook.core.errors import NotFoundError


def if_there(order: Callable[[str], None], job: str) -> None:
    """Give an order about a download, unless that has just ended: what is shown tells so soon.

    Args:
        order: What shall be done.
        job: The download's id.
    """
    with suppress(NotFoundError):
        order(job)
