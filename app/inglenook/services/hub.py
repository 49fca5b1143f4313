"""The Hub for people: search, what fits this computer, what to take."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast
from urllib.parse import urlsplit

from inglenook.core.errors import (
    GatedError,
    GoneError,
    ModelFileError,
    NotFoundError,
    Problem,
)
from inglenook.downloads.connections import Connection
from inglenook.downloads.page import FoundModel
from inglenook.downloads.query import Query
from inglenook.downloads.repository import Repository
from inglenook.models.catalog import Recommendation, read_catalogue, together
from inglenook.models.details import WANTED, Details, details_from
from inglenook.models.facts import ModelFacts
from inglenook.models.fit import Plan, Wish
from inglenook.models.gguf import Header, read_header
from inglenook.models.machine import Machine
from inglenook.models.offers import Offer, Offers, offers_of
from inglenook.models.rough import probably_fits
from inglenook.models.suggestion import Rated, best_that_fits, resized
from inglenook.services.modelpage import Looked, ModelPage
from inglenook.services.models import ModelService
from inglenook.services.planner import NO_WISH
from inglenook.services.settings import SettingsService
from inglenook.storage.secrets import Tokens

if TYPE_CHECKING:
    from inglenook.downloads.hub import Hub

_MOST_PARTS_READ = 32
_MOST_REMEMBERED = 64


class HubService:
    """Asks the Hub and weighs what it says for this computer.

    Threads: any; every method may take a minute, so the window does not call them.

    Attributes:
        tell: Told of every connection when it is over; None for nobody.
    """

    def __init__(
        self,
        settings: SettingsService,
        models: ModelService,
        tokens: Tokens,
        *,
        cache: Path,
        catalogue: Path,
        speed: Callable[[ModelFacts, Plan], float] = lambda _facts, _plan: 0.0,
        tell: Callable[[Connection], None] | None = None,
    ) -> None:
        """Know whom to ask; nothing is asked or imported yet.

        Args:
            settings: Say whether the network may be used.
            models: Plans for this computer.
            tokens: Who we are, where that is asked.
            cache: A folder that may be emptied at any time.
            catalogue: The folder with the models we recommend.
            speed: Estimates the tokens a second of a plan for this computer; 0 if unknown.
            tell: Told of every connection when it is over.
        """
        self._settings, self._models, self._tokens = settings, models, tokens
        self._cache, self._catalogue, self._speed = cache, catalogue, speed
        self.tell = tell
        self._lock = threading.Lock()
        self._hub: Hub | None = None
        self._hub_endpoint = ""
        self._details: OrderedDict[str, Details] = OrderedDict()

    @property
    def is_offline(self) -> bool:
        """The network is switched off, by the settings or by the environment."""
        return self._settings.is_offline

    @property
    def host(self) -> str:
        """Name and port of the Hub in use, as tokens are kept under."""
        return host_of(self._settings.endpoint)

    @property
    def hub(self) -> "Hub":
        """The Hub, or the mirror that the environment or the settings name.

        Raises:
            BadArgumentError: its address makes no sense.
        """
        endpoint = self._settings.endpoint
        with self._lock:
            if self._hub is not None and self._hub_endpoint != endpoint:
                self._hub.close()
                self._hub = None
            if self._hub is None:
                # With the HTTP client: a quarter of a second that a start need not wait for.
                from inglenook.downloads.client import HubClient  # noqa: PLC0415
                from inglenook.downloads.hub import Hub  # noqa: PLC0415

                client = HubClient(
                    endpoint,
                    self._cache,
                    token=lambda: self._tokens.get(host_of(endpoint)),
                    is_offline=lambda: self.is_offline,
                    proxy=lambda: self._settings.now.proxy,
                    tell=self.tell,
                )
                self._hub, self._hub_endpoint = Hub(client), endpoint
            return self._hub

    def search(self, query: Query, stop: Callable[[], bool] = bool) -> tuple[FoundModel, ...]:
        """Return models with GGUF files.

        Raises:
            DownloadError: or the kind of it that fits.
            OfflineError: the network is switched off.
        """
        return self.hub.search(query, stop)

    def fits(self, found: FoundModel) -> bool | None:
        """Guess whether a found model runs here, by its size; None if nothing is known."""
        return probably_fits(found.parameters, self._models.devices(), self._models.host())

    def readme(self, found: FoundModel) -> str:
        """Return a model's page as its maker wrote it; Markdown that nobody has checked."""
        return self.hub.readme(found)

    def readme_of(self, repo: str, stop: Callable[[], bool] = bool) -> str:
        """Return the page of a repository's newest version; see ``readme``.

        Raises:
            DownloadError: or the kind of it that fits.
            OfflineError: the network is switched off.
        """
        hub = self.hub
        return hub.readme(hub.model(repo, stop), stop)

    def page(self, repo: str, stop: Callable[[], bool] = bool) -> ModelPage:
        """Return a repository with every row rated for this computer.

        One header is read from afar, of the smallest model; it tells the shape of all rows.

        Raises:
            DownloadError: or the kind of it that fits.
            OfflineError: the network is switched off.
        """
        repository = self.hub.repository(repo, stop)
        offers = offers_of(repository.files)
        if not offers.models:
            return ModelPage(repository, offers, problem=_NO_MODEL)
        smallest = offers.models[0]
        try:
            details = self.details(repository, smallest)
        except (GatedError, ModelFileError) as error:
            return ModelPage(repository, offers, problem=error.problem)
        rated = tuple(self._rated(details.facts, offer) for offer in offers.models)
        best = best_that_fits(rated, details.facts.parameters)
        return ModelPage(repository, offers, rated, best, details)

    def choose(self, page: ModelPage, wanted: str) -> Offer:
        """Return the row that a person means, or the one we suggest.

        Args:
            page: Of the repository.
            wanted: A file type, a file's name or path; "" for the suggestion.

        Raises:
            NotFoundError: there is no such row, or nothing to suggest.
        """
        if wanted:
            found = page.offers.find(wanted)
            if found is not None:
                return found
            raise NotFoundError(
                "There is no such file in this repository",
                f"Choose one of: {_choices(page.offers)}.",
            )
        if page.suggestion is not None:
            return page.suggestion
        if len(page.offers.models) == 1:
            return page.offers.models[0]
        if page.offers.models and not page.rated:
            raise NotFoundError(
                "Which file is best could not be found out",
                f"Choose one of: {_choices(page.offers)}.",
            )
        raise NotFoundError(
            "Nothing in this repository fits this computer", "Choose a smaller model."
        )

    def plan(
        self, repo: str, wanted: str, wish: Wish = NO_WISH, machine: Machine | None = None
    ) -> tuple[ModelPage, Offer, Details, Plan]:
        """Plan how a computer would run a model that is not here yet.

        Args:
            repo: ``"org/name"``.
            wanted: A file type, a file's name or path; "" for the one we suggest.
            wish: What the person has set by hand.
            machine: Another computer; None for this one.

        Raises:
            NotFoundError: there is no such row.
            ModelFileError: it is no usable model.
            DownloadError: or the kind of it that fits.
            OfflineError: the network is switched off.
        """
        page = self.page(repo)
        if page.problem is not None and not page.offers.models:
            raise ModelFileError(page.problem.title, page.problem.advice)
        if machine is not None and not wanted:
            wanted = self._best_elsewhere(page, machine)
        offer = self.choose(page, wanted)
        details = self.details(page.repository, offer)
        return page, offer, details, self._models.plan_for(details.facts, wish, machine)

    def details(self, repository: Repository, offer: Offer) -> Details:
        """Read the header of a row from afar.

        Raises:
            ModelFileError: it is no usable model.
            DownloadError: or the kind of it that fits.
            OfflineError: the network is switched off.
        """
        key = offer.files[0].sha256 or f"{repository.found.commit}/{offer.name}"
        if repository.found.gated:  # the same file elsewhere opens no door here
            key = f"{repository.found.repo} {key}"
        with self._lock:
            if key in self._details:
                self._details.move_to_end(key)
                return self._details[key]
        headers = list(self._headers(repository, offer))
        name = offer.name.rpartition("/")[2]
        details = details_from(*headers, file_name=name)
        with self._lock:
            self._details[key] = details
            while len(self._details) > _MOST_REMEMBERED:
                self._details.popitem(last=False)
        return details

    def catalogue(self) -> tuple[Recommendation, ...]:
        """Return the models we recommend, from tiny to huge; nothing is looked up.

        Raises:
            CatalogueError: it has a mistake.
        """
        files = sorted(self._catalogue.glob("*.json"))
        return together(read_catalogue(file.read_bytes(), file.name) for file in files)

    def look_up(
        self,
        entries: tuple[Recommendation, ...],
        stop: Callable[[], bool] = bool,
    ) -> Iterator[Looked]:
        """Look up what we recommend, one after another.

        What is gone comes with its problem. Where the network is the problem, that is raised:
        all others would fail too.

        Raises:
            OfflineError: the network is switched off.
            DownloadError: the Hub is out of reach or overloaded.
        """
        for entry in entries:
            if stop():
                return
            try:
                yield Looked(entry, self.page(entry.repo, stop))
            except (GoneError, GatedError) as error:
                yield Looked(entry, problem=error.problem)

    def give_token(self, token: str) -> bool:
        """Remember an access token for the Hub in use; tell whether it outlives the process.

        Raises:
            BadArgumentError: it cannot be a token.
        """
        return self._tokens.keep(self.host, token)

    def forget_token(self) -> None:
        """Remove the access token for the Hub in use."""
        self._tokens.forget(self.host)

    def has_token(self) -> bool:
        """Tell whether there is an access token for the Hub in use; may ask the keyring."""
        return bool(self._tokens.get(self.host))

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            if self._hub is not None:
                self._hub.close()

    def _headers(self, repository: Repository, offer: Offer) -> Iterator[Header]:
        if len(offer.files) > _MOST_PARTS_READ:
            raise ModelFileError(
                "This model has too many parts to look at",
                "Choose another file of it.",
                parts=len(offer.files),
            )
        for file in offer.files:
            with ExitStack() as opened:
                stream = opened.enter_context(self.hub.open(repository.remote(file)))
                # BinaryIO is no protocol: a raw stream is one in all but its name.
                yield read_header(cast("BinaryIO", stream), file.size_bytes, wanted=WANTED)

    def _rated(self, facts: ModelFacts, offer: Offer) -> Rated:
        row = resized(facts, offer)
        made = self._models.plan_for(row)
        return Rated(offer, made.verdict, made.summary, self._speed(row, made), made.memory)

    def _best_elsewhere(self, page: ModelPage, machine: Machine) -> str:
        """Return the row to suggest for another computer, or the smallest if none fits it."""
        if page.details is None:
            return ""
        facts = page.details.facts
        rated = []
        for offer in page.offers.models:
            made = self._models.plan_for(resized(facts, offer), machine=machine)
            rated.append(Rated(offer, made.verdict, made.summary))
        best = best_that_fits(rated, facts.parameters)
        return (best or page.offers.models[0]).name


_NO_MODEL = Problem(
    "This repository has no model that runs here",
    "Look for one whose name ends in GGUF.",
)


def host_of(endpoint: str) -> str:
    """Return name and port of an address, as tokens are kept under."""
    return urlsplit(endpoint).netloc.lower()


def _choices(offers: Offers) -> str:
    names = [row.quant or row.name for row in offers.models]
    return ", ".join(names[:20]) or "nothing"
