"""The door to huggingface_hub: imported when first needed, with our settings and no others."""

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx2

# Read once, when the library is imported. What it would keep on disk goes into our cache.
_OURS = {
    "HF_HUB_DISABLE_XET": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
    "HF_HUB_DISABLE_UPDATE_CHECK": "1",
    "HF_HUB_DISABLE_SYMLINKS_WARNING": "1",
    "DO_NOT_TRACK": "1",
}
_NOT_READ = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_TOKEN_PATH", "HF_DEBUG")


@dataclass(frozen=True, slots=True)
class HubLibrary:
    """What we use of huggingface_hub: its addresses and its reading of refusals.

    Its calls for lists have no time-out and wait in silence for as long as a server says, so
    the questions are asked by our own client (docs/decisions/0010).
    """

    errors: ModuleType
    _raise_for_status: Callable[..., None]
    _hf_hub_url: Callable[..., str]

    def raise_for(self, response: "httpx2.Response") -> None:
        """Raise what the library makes of a refusal; nothing if it is none."""
        self._raise_for_status(response)

    def address(self, endpoint: str, repo: str, commit: str, name: str) -> str:
        """Return where a file of a repository is asked for."""
        return self._hf_hub_url(repo, name, revision=commit, endpoint=endpoint)


def open_library(cache: Path) -> HubLibrary:
    """Import the library; the first time takes some 60 ms.

    Args:
        cache: A folder that may be emptied at any time.
    """
    with _environment({**_OURS, "HF_HOME": str(cache / "huggingface")}):
        # Nothing of it may be left to be loaded later, when the environment is back.
        from huggingface_hub import errors, hf_hub_url  # noqa: PLC0415

        # utils lends its names when they are asked for, which mypy cannot see.
        from huggingface_hub.utils import (  # type: ignore[attr-defined]  # noqa: PLC0415
            hf_raise_for_status,
        )

        # Its lines go to the terminal, and may quote what a server says.
        logging.getLogger("huggingface_hub").disabled = True
        for name in ("huggingface_hub.utils._http", "huggingface_hub.utils"):
            logging.getLogger(name).disabled = True
        return HubLibrary(errors, hf_raise_for_status, hf_hub_url)


@contextmanager
def _environment(ours: Mapping[str, str]) -> Iterator[None]:
    """Set variables for a moment: child processes have no use for them."""
    before = {name: os.environ.get(name) for name in (*ours, *_NOT_READ)}
    for name in _NOT_READ:
        os.environ.pop(name, None)
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
