"""What the Hub has, for the window: search, recommendations, a model's page, getting it."""

import threading
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from inglenook.core.errors import InglenookError, Problem
from inglenook.downloads.disk import require_room
from inglenook.downloads.leftovers import come_bytes
from inglenook.downloads.limits import USUAL
from inglenook.downloads.query import Query
from inglenook.models.offers import Offer
from inglenook.services.bus import Bus
from inglenook.services.downloads import DownloadService
from inglenook.services.events import ProblemArose
from inglenook.services.hub import HubService
from inglenook.services.hubsearch import HubSearch
from inglenook.services.modelnews import ReadmeRead, RecommendationsLookedUp, RepositoryRead
from inglenook.services.modelpage import Looked, ModelPage, Wanted, best_first, wanted_of
from inglenook.services.newest import Newest, Stop
from inglenook.services.tasks import Worker

_PATIENCE_S = 0.2


class BrowseService:
    """Asks the Hub for the window; of each kind of question the newest counts.

    Threads: every public method returns at once and may be called from any thread.
    """

    def __init__(
        self,
        bus: Bus,
        hub: HubService,
        downloads: DownloadService,
        *,
        folder: Callable[[], Path],
        installed: Callable[[], frozenset[str]] = frozenset,
        on_token: Callable[[], None] = lambda: None,
    ) -> None:
        """Know whom to ask; nothing is asked yet.

        Args:
            bus: Told what there is.
            hub: Asked; may take minutes.
            downloads: Get what is wanted.
            folder: Returns where models are kept.
            installed: Returns the repositories of which something is in the library.
            on_token: Called on a worker when it has become known whether there is a token.
        """
        self._bus, self._hub, self._downloads = bus, hub, downloads
        self._folder, self._on_token = folder, on_token
        self._search = HubSearch(bus, hub, installed)
        self._looks = Newest("hub page", self._look, self._fail_look)
        self._readmes = Newest("hub readme", self._read, self._fail_read)
        self._recommending = Newest("hub recommendations", self._look_up, self._fail_look_up)
        self._errands = Worker("browse", self._tell)
        self._keyring = Worker("keyring", self._tell)
        self._lock = threading.Lock()
        # The lock guards what follows.
        self._looked: dict[str, Looked] = {}
        self._shut = ""
        self._tokens: dict[str, bool] = {}

    # --- asking ---

    def search(self, query: Query) -> None:
        """Search the Hub; see ``HubSearched``."""
        self._search.ask(query)

    def cancel_search(self) -> None:
        """Forget what is being searched for; nothing is announced of it."""
        self._search.cancel()

    def recommend(self, *, again: bool = False) -> None:
        """Look up what we recommend; see ``RecommendationsLookedUp``.

        Args:
            again: Ask for all of it anew, not only for what is not known yet.
        """
        self._recommending.ask(again)

    def look(self, repo: str) -> None:
        """Look at a repository; see ``RepositoryRead``."""
        self._looks.ask(repo)

    def read_readme(self, repo: str) -> None:
        """Read the page that a model's maker has written; see ``ReadmeRead``."""
        self._readmes.ask(repo)

    # --- getting ---

    def get(self, page: ModelPage, offer: Offer, *, with_projector: bool = True) -> None:
        """Download a row of a repository; what stands against it is announced.

        Args:
            page: Of the repository.
            offer: The row.
            with_projector: And what lets it see, where the repository has that.
        """
        wanted = wanted_of(page, offer, with_projector=with_projector)
        self._errands.post(partial(self._get, wanted))

    # --- who we are ---

    def give_token(self, token: str) -> None:
        """Keep an access token, and go on with what has waited for one."""
        self._keyring.post(partial(self._give_token, token))

    def forget_token(self) -> None:
        """Remove the access token here and from the keyring."""
        self._keyring.post(self._forget_token)

    def has_token(self) -> bool:
        """Tell whether a token is known; asks the keyring beside if nobody has yet.

        When the keyring has answered, the settings are announced once more.
        """
        host = self._hub.host
        with self._lock:
            known = self._tokens.get(host)
            if known is None:
                self._tokens[host] = False
                self._keyring.post(self._note_token)
        return bool(known)

    def close(self) -> None:
        """End the threads; questions under way are given up."""
        self._search.close()
        for questions in (self._looks, self._readmes, self._recommending):
            questions.close()
        self._errands.close()
        self._keyring.close(_PATIENCE_S)  # a keyring may wait for its person

    # --- on workers ---

    def _look(self, repo: str, is_old: Stop) -> None:
        try:
            page = self._hub.page(repo, is_old)
            told = RepositoryRead(repo, page)
            is_shut = page.found.gated and page.problem is not None
        except InglenookError as error:
            told, is_shut = RepositoryRead(repo, problem=error.problem), False
        if is_shut:
            self._note_token()
        if is_old():
            return
        with self._lock:
            self._shut = repo if is_shut else ""
        self._publish(told, is_old)

    def _read(self, repo: str, is_old: Stop) -> None:
        try:
            told = ReadmeRead(repo, self._hub.readme_of(repo, is_old))
        except InglenookError as error:
            told = ReadmeRead(repo, problem=error.problem)
        self._publish(told, is_old)

    def _look_up(self, again: bool, is_old: Stop) -> None:
        with self._lock:
            known = {} if again else dict(self._looked)
        problem: Problem | None = None
        try:
            entries = self._hub.catalogue()
            missing = tuple(each for each in entries if each.repo not in known)
            if known and missing:
                self._publish(_recommended(known.values()), is_old)
            for looked in self._hub.look_up(missing, is_old):
                known[looked.recommendation.repo] = looked
                with self._lock:
                    self._looked[looked.recommendation.repo] = looked
                self._publish(_recommended(known.values()), is_old)
        except InglenookError as error:
            problem = error.problem
            with self._lock:
                known = {**self._looked, **known}
        ordered = tuple(best_first(known.values()))
        told = RecommendationsLookedUp(ordered, is_complete=True, problem=problem)
        self._publish(told, is_old)

    def _fail_look(self, repo: str, problem: Problem) -> None:
        self._bus.publish(RepositoryRead(repo, problem=problem))

    def _fail_read(self, repo: str, problem: Problem) -> None:
        self._bus.publish(ReadmeRead(repo, problem=problem))

    def _fail_look_up(self, _again: bool, problem: Problem) -> None:
        with self._lock:
            ordered = tuple(best_first(self._looked.values()))
        self._bus.publish(RecommendationsLookedUp(ordered, is_complete=True, problem=problem))

    def _get(self, wanted: Wanted) -> None:
        folder = self._folder()
        missing = wanted.size_bytes - come_bytes(wanted.files, folder)
        if not self._downloads.is_queued(wanted.files):
            require_room(folder, missing + self._downloads.missing_bytes(), USUAL)
        self._downloads.get(wanted.files, wanted.title, wanted.licence)

    def _give_token(self, token: str) -> None:
        lasts = self._hub.give_token(token)
        self._note_token()
        if not lasts:
            self._tell(_NOT_KEPT)
        self._downloads.resume_gated()
        with self._lock:
            shut = self._shut
        if shut:
            self.look(shut)

    def _forget_token(self) -> None:
        self._hub.forget_token()
        self._note_token()

    def _note_token(self) -> None:
        host, has_one = self._hub.host, self._hub.has_token()
        with self._lock:
            is_new = self._tokens.get(host, False) != has_one
            self._tokens[host] = has_one
        if is_new:
            self._on_token()

    def _publish(
        self, told: RepositoryRead | ReadmeRead | RecommendationsLookedUp, is_old: Stop
    ) -> None:
        if not is_old():
            self._bus.publish(told)

    def _tell(self, problem: Problem) -> None:
        self._bus.publish(ProblemArose(problem))


_NOT_KEPT = Problem(
    "The token is kept until Inglenook ends",
    "This system has no keyring, and nothing else is safe enough to keep a token in.",
)


def _recommended(known: Iterable[Looked]) -> RecommendationsLookedUp:
    return RecommendationsLookedUp(tuple(best_first(known)))
