"""The Hub: search, a model's page, its files, links for transfers, headers from afar."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from urllib.parse import quote

import httpx2

from inglenook.core.errors import BadArgumentError, GoneError
from inglenook.core.units import KIB
from inglenook.downloads.client import HubClient, Params, senseless
from inglenook.downloads.page import (
    FoundModel,
    read_model,
    read_models,
    read_tree,
    readable,
)
from inglenook.downloads.query import MOST_RESULTS, Query
from inglenook.downloads.ranged import RangedStream
from inglenook.downloads.repository import Repository
from inglenook.downloads.source import Link, RemoteFile
from inglenook.models.catalog import is_repository
from inglenook.models.listing import ListedFile

MOST_FILES = 5000
_MOST_TREE_PAGES = 10
_LONGEST_QUERY = 200
README_BYTES = 256 * KIB
_EXPAND = ("gguf", "downloads", "likes", "gated", "lastModified", "tags", "sha", "disabled")


class Hub:
    """The Hub's side of everything.

    Threads: any; every method asks the network and may take up to a minute.
    """

    def __init__(self, client: HubClient) -> None:
        self._client = client

    @property
    def client(self) -> HubClient:
        """Who asks."""
        return self._client

    def page(self, repo: str) -> str:
        """Return the web page of a repository, for people."""
        return self._client.page(repo)

    def search(self, query: Query, stop: Callable[[], bool] = bool) -> tuple[FoundModel, ...]:
        """Return models with GGUF files.

        Args:
            query: What to search for.
            stop: Asked while reading; True to give up.

        Raises:
            DownloadError: or the kind of it that fits.
            OfflineError: the network is switched off.
        """
        limit = max(1, min(query.limit, MOST_RESULTS))
        params = [("filter", "gguf"), ("sort", query.sort.value), ("limit", str(limit))]
        if words := query.words.strip()[:_LONGEST_QUERY]:
            params.append(("search", words))
        if query.author:
            params.append(("author", query.author))
        if not query.with_gated:
            params.append(("gated", "false"))
        params += [("expand", name) for name in _EXPAND]
        answer = self._client.get("/api/models", tuple(params), stop=stop)
        found = read_models(answer.body)
        if found is None:
            raise senseless("it is no list of models")
        return tuple(one for one in found if query.with_gated or not one.gated)[:limit]

    def model(self, repo: str, stop: Callable[[], bool] = bool) -> FoundModel:
        """Return what the Hub says of one model.

        Raises:
            GoneError: there is none of this name, or not for this person.
            DownloadError: or the kind of it that fits.
            OfflineError: the network is switched off.
        """
        params = tuple(("expand", name) for name in _EXPAND)
        address = f"/api/models/{_checked(repo)}"
        answer = self._client.get(address, params, repo=repo, stop=stop)
        found = read_model(answer.body)
        if found is None or not found.commit:
            raise senseless("it describes no model")
        return found

    def repository(self, repo: str, stop: Callable[[], bool] = bool) -> Repository:
        """Return a model with all its files, sizes and hashes.

        Raises:
            DownloadError: as for ``model``.
            OfflineError: the network is switched off.
        """
        found = self.model(repo, stop)
        files: list[ListedFile] = []
        url = f"/api/models/{found.repo}/tree/{found.commit}"
        params: Params = _TREE
        for _ in range(_MOST_TREE_PAGES):
            answer = self._client.get(url, params, repo=repo, stop=stop)
            page = read_tree(answer.body)
            if page is None:
                raise senseless("it is no list of files")
            files += page
            url, params = answer.next_url, ()
            if not url or len(files) >= MOST_FILES:
                break
        once = {file.name: file for file in files[:MOST_FILES]}
        return Repository(found, tuple(once.values()))

    def readme(self, found: FoundModel, stop: Callable[[], bool] = bool) -> str:
        """Return a model's page as its maker wrote it; "" if there is none.

        It is Markdown that nobody has checked, cut at 256 KiB.

        Raises:
            DownloadError: as for ``model``.
            OfflineError: the network is switched off.
        """
        url = self._address(found.repo, found.commit, "README.md")
        try:
            answer = self._client.get(url, repo=found.repo, most_bytes=README_BYTES, stop=stop)
        except GoneError:
            return ""
        return readable(answer.body)

    def link(self, file: RemoteFile) -> Link:
        """Return where a file lies just now; see ``source.Resolver``.

        The token goes to the Hub alone: an address elsewhere is signed and comes without.

        Raises:
            DownloadError: the file is gone, closed to this person, or the Hub out of reach.
            OfflineError: the network is switched off.
        """
        url = self._address(file.repo, file.commit, file.name)
        asked = self._client.stream(url, method="HEAD", repo=file.repo, follow_away=False)
        with asked as response:
            _require_same(file, response.headers.get("x-linked-etag", "").strip('"'))
            where = str(response.url)
            if response.has_redirect_location:
                where = str(response.url.join(response.headers["location"]))
        return Link(where, self._client.authorisation(where, file.repo))

    def open(self, file: RemoteFile) -> RangedStream:
        """Return the beginning of a file as a stream; nothing is asked for yet."""
        url = self._address(file.repo, file.commit, file.name)
        return RangedStream(partial(self._from, url, file), file.size_bytes)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _from(
        self, url: str, file: RemoteFile, start: int, end: int
    ) -> AbstractContextManager[httpx2.Response]:
        headers = (("range", f"bytes={start}-{end - 1}"),)
        return self._client.stream(url, headers=headers, repo=file.repo)

    def _address(self, repo: str, commit: str, name: str) -> str:
        client = self._client
        return client.library.address(client.endpoint, _checked(repo), commit, name)


_TREE = (("recursive", "true"), ("expand", "false"))


def _checked(repo: str) -> str:
    if not is_repository(repo):
        raise BadArgumentError(
            "This names no model on the Hub", "Names there look like Qwen/Qwen3-4B-GGUF."
        )
    return quote(repo, safe="/")


def _require_same(file: RemoteFile, sha256: str) -> None:
    if file.sha256 and len(sha256) == 64 and sha256 != file.sha256:
        raise GoneError(
            "The Hub has another version of this file now",
            "Look at the model's page again and choose anew.",
            file=file.name,
        )
