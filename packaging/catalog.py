"""`./dev catalog`: look up every model we recommend, and say which entries must be mended."""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from inglenook.core.errors import (
    DownloadError,
    GatedError,
    GoneError,
    InglenookError,
    ModelFileError,
)
from inglenook.core.units import bytes_in_words
from inglenook.downloads.client import HubClient
from inglenook.downloads.hub import Hub
from inglenook.downloads.repository import Repository
from inglenook.models.catalog import Recommendation, read_catalogue, together
from inglenook.models.facts import facts_from
from inglenook.models.gguf import read_header
from inglenook.models.offers import Offers, offers_of

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "catalog"
PUBLIC = "https://huggingface.co"


def main() -> int:
    """Check all entries; return 1 if one must be mended, or if nothing could be checked."""
    entries = together(
        read_catalogue(path.read_bytes(), path.name) for path in sorted(FOLDER.glob("*.json"))
    )
    with tempfile.TemporaryDirectory() as cache:
        endpoint = os.environ.get("HF_ENDPOINT", "").strip() or PUBLIC
        token = os.environ.get("INGLENOOK_HF_TOKEN", "").strip()
        hub = Hub(HubClient(endpoint, Path(cache), token=lambda: token))
        try:
            return check(hub, entries)
        finally:
            hub.close()


def check(hub: Hub, entries: tuple[Recommendation, ...]) -> int:
    """Print a line for each entry."""
    to_mend = 0
    for entry in entries:
        try:
            found = list(look(hub, entry))
        except (GoneError, ModelFileError) as error:
            found = [str(error)]
        except InglenookError as error:
            print(f"Nothing more could be checked. {error}", file=sys.stderr)
            return 1
        to_mend += bool(found)
        print(f"{'MEND' if found else 'ok':5}{entry.repo}", *found, sep="\n       ")
    print(f"{len(entries)} entries, {to_mend} to mend.")
    return int(to_mend > 0)


def look(hub: Hub, entry: Recommendation) -> Iterator[str]:
    """Look one entry up, print what is found, and yield what is wrong with it.

    Raises:
        DownloadError: it is gone, or the Hub is out of reach.
        ModelFileError: its files are no usable models.
    """
    repository = hub.repository(entry.repo)
    offers = offers_of(repository.files)
    sizes = ", ".join(
        f"{row.quant or row.name} {bytes_in_words(row.size_bytes)}" for row in offers.models
    )
    print(
        f"     {entry.name}: {sizes or 'no models'}; licence {repository.found.licence or '?'}"
    )
    if repository.found.repo.lower() != entry.repo.lower():
        yield f"It is called {repository.found.repo} now."
    if not offers.models:
        yield "It has no GGUF file that can be used."
        return
    if "vision" in entry.tags and not offers.projectors:
        yield "It is said to see, but has no projector (mmproj)."
    if not any(4 <= row.bits <= 8 for row in offers.models):
        yield "It has no file of 4 to 8 bits."
    if not all(file.sha256 for row in offers.models for file in row.files):
        yield "Some of its files have no SHA-256."
    yield from licence(repository, entry)
    yield from header(hub, repository, offers)


def licence(repository: Repository, entry: Recommendation) -> Iterator[str]:
    """Yield what does not agree about the licence."""
    said = repository.found.licence
    if said and said.lower() != entry.licence.lower() and said != "a licence of its own":
        yield f"The Hub gives the licence as {said}, we as {entry.licence}."


def header(hub: Hub, repository: Repository, offers: Offers) -> Iterator[str]:
    """Read the header of the smallest file, as a person's computer will."""
    file = offers.models[0].files[0]
    try:
        with hub.open(repository.remote(file)) as stream:
            found = read_header(cast("BinaryIO", stream), file.size_bytes)
        if len(offers.models[0].files) == 1:
            facts_from(found, file_name=file.name.rpartition("/")[2])
    except GatedError as error:
        yield f"It is gated: {error}"
    except DownloadError as error:
        yield f"{file.name} could not be read: {error}"


if __name__ == "__main__":
    sys.exit(main())
