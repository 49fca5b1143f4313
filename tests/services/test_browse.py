"""The Hub for the window: all is told on the bus, nothing waits, the newest counts."""

import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest
from keyring.backends.fail import Keyring
from tests.data.fake_hub import TOKEN, FakeFile, FakeHub
from tests.data.gguf_files import tiny_model
from tests.data.hub_faults import Status
from tests.downloads.hubs import furnish
from tests.services.ear import WAIT_S, Ear

from inglenook.core.errors import NetworkError
from inglenook.downloads.query import Query
from inglenook.hardware.devices import FoundDevices
from inglenook.models.catalog import read_catalogue
from inglenook.services import browse as browse_module
from inglenook.services.events import (
    DownloadFailed,
    DownloadFinished,
    HubSearched,
    ProblemArose,
    ReadmeRead,
    RecommendationsLookedUp,
    RepositoryRead,
    SettingsChanged,
)
from inglenook.services.services import Services
from inglenook.storage.systemkeyring import SystemKeyring

REPO = "org/Tiny-2B-GGUF"
GATED = "org/Gated-GGUF"
ENTRY = """{"name": "%s", "repo": "%s", "maker": "Org", "licence": "MIT", "size": "tiny",
"tags": ["text"], "good_at": "Short answers.", "link": "https://example.org"}"""


class MemoryKeyring:
    """A keyring that forgets all at the end; or keeps nothing."""

    def __init__(self, *, keeps: bool) -> None:
        self.keeps, self.kept = keeps, {}
        self.errors = SimpleNamespace(KeyringError=KeyError)

    def get_keyring(self):
        return self if self.keeps else Keyring()

    def get_password(self, service, host):
        return self.kept.get((service, host))

    def set_password(self, service, host, token):
        self.kept[service, host] = token

    def delete_password(self, service, host):
        del self.kept[service, host]


class Place:
    """Services with a Hub on this computer."""

    def __init__(self, hub: FakeHub) -> None:
        self.hub = hub
        self.services = Services.open(backend="echo")
        self.ear = Ear(self.services.bus)
        self.services.models.cards._found = FoundDevices((), "a test")
        self.use(MemoryKeyring(keeps=True))

    @property
    def browse(self):
        return self.services.browse

    def use(self, keyring) -> None:
        self.services.hub._tokens._keyring = SystemKeyring(keyring)

    def page(self, repo: str = REPO):
        self.browse.look(repo)
        return self.ear.wait(RepositoryRead).page

    def recommend(self, *repos: str) -> None:
        listed = ", ".join(ENTRY % (name, name) for name in repos)
        entries = read_catalogue(f'{{"format": 1, "models": [{listed}]}}'.encode())
        self.services.hub.catalogue = lambda: entries

    def recommended(self) -> RecommendationsLookedUp:
        return self.ear.wait(
            lambda told: isinstance(told, RecommendationsLookedUp) and told.is_complete
        )

    def settle(self) -> None:
        assert self.browse._keyring.settle(WAIT_S)
        assert self.browse._errands.settle(WAIT_S)


@pytest.fixture
def place(monkeypatch):
    with FakeHub() as hub:
        furnish(hub)
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.delenv("INGLENOOK_OFFLINE")
        made = Place(hub)
        yield made
        made.services.close()


# --- asking ---


def test_a_search_says_what_fits_and_what_is_here(place):
    place.browse.search(Query("tiny"))
    told = place.ear.wait(HubSearched)
    assert ([one.repo for one in told.models], told.fits) == ([REPO], (None,))
    assert told.installed == frozenset()
    page = place.page()
    place.services.downloads.start()
    place.browse.get(page, page.suggestion)
    place.ear.wait(DownloadFinished)
    place.browse.search(Query("tiny"))
    assert place.ear.wait(HubSearched).installed == {REPO}


def test_a_search_that_is_taken_back_is_not_told(place):
    asked, go_on = threading.Event(), threading.Event()

    def slowly(_query, _is_old):
        asked.set()
        assert go_on.wait(WAIT_S)
        return ()

    place.services.hub.search = slowly
    place.browse.search(Query("tiny"))
    assert asked.wait(WAIT_S)
    place.browse.cancel_search()
    go_on.set()
    place.browse.close()
    assert not any(isinstance(each, HubSearched) for each in place.ear.all)


def test_a_repository_is_looked_at(place):
    place.browse.look(REPO)
    told = place.ear.wait(RepositoryRead)
    assert (told.repo, told.problem) == (REPO, None)
    assert [one.offer.quant for one in told.page.rated] == ["Q4_0", "Q8_0"]
    assert all(one.memory[-1].device == "CPU" for one in told.page.rated)
    place.browse.look("org/none")
    told = place.ear.wait(RepositoryRead)
    assert (told.page, told.problem.title) == (None, "There is no such model on the Hub")


def test_a_fault_of_our_own_ends_every_wait(place):
    hub = place.services.hub
    hub.search = hub.page = hub.readme_of = hub.catalogue = None
    place.browse.search(Query("tiny"))
    assert "inside Inglenook" in place.ear.wait(HubSearched).problem.title
    place.browse.look(REPO)
    assert "inside Inglenook" in place.ear.wait(RepositoryRead).problem.title
    place.browse.read_readme(REPO)
    assert "inside Inglenook" in place.ear.wait(ReadmeRead).problem.title
    place.browse.recommend()
    assert "inside Inglenook" in place.recommended().problem.title


def test_only_the_repository_asked_for_last_is_told(place):
    page, begun, go_on = place.services.hub.page, threading.Event(), threading.Event()

    def slowly(repo, is_old):
        if repo == "org/slow":
            begun.set()
            assert go_on.wait(WAIT_S)
        return page(REPO, is_old)

    place.services.hub.page = slowly
    place.browse.look("org/slow")
    assert begun.wait(WAIT_S)
    place.browse.look(REPO)
    assert place.ear.wait(RepositoryRead).repo == REPO
    go_on.set()
    place.browse.close()
    assert len([each for each in place.ear.all if isinstance(each, RepositoryRead)]) == 1


def test_what_waits_for_a_token_is_not_forgotten_for_an_older_answer(place):
    gated(place)
    page, begun, go_on = place.services.hub.page, threading.Event(), threading.Event()
    ended = threading.Event()

    def slowly(repo, is_old):
        if repo == REPO:
            begun.set()
            assert go_on.wait(WAIT_S)
            ended.set()
        return page(repo, is_old)

    place.services.hub.page = slowly
    place.browse.look(REPO)
    assert begun.wait(WAIT_S)
    place.browse.look(GATED)
    assert not place.ear.wait(RepositoryRead).page.rated
    go_on.set()
    assert ended.wait(WAIT_S)
    for worker in place.browse._looks._workers:
        assert worker.settle(WAIT_S)
    place.browse.give_token(TOKEN)
    assert place.ear.wait(RepositoryRead).page.rated


def test_a_readme_is_read(place):
    place.browse.read_readme(REPO)
    assert place.ear.wait(ReadmeRead) == ReadmeRead(REPO, "# Model\n\nIt answers.")
    place.browse.read_readme("org/none")
    told = place.ear.wait(ReadmeRead)
    assert (told.text, told.problem is None) == ("", False)


def test_only_the_readme_asked_for_last_is_told(place):
    read, begun, go_on = place.services.hub.readme_of, threading.Event(), threading.Event()

    def slowly(repo, is_old):
        if repo == "org/slow":
            begun.set()
            assert go_on.wait(WAIT_S)
        return read(REPO, is_old)

    place.services.hub.readme_of = slowly
    place.browse.read_readme("org/slow")
    assert begun.wait(WAIT_S)
    place.browse.read_readme(REPO)
    assert place.ear.wait(ReadmeRead).repo == REPO
    go_on.set()
    for worker in place.browse._readmes._workers:
        assert worker.settle(WAIT_S)
    assert len([each for each in place.ear.all if isinstance(each, ReadmeRead)]) == 1


def test_offline_says_so_where_it_would_be_used(place):
    place.services.settings.set_offline(is_offline=True)
    place.browse.look(REPO)
    assert "switched off" in place.ear.wait(RepositoryRead).problem.title


# --- recommendations ---


def test_recommendations_come_one_by_one_and_what_is_gone_is_hidden(place):
    furnish(place.hub, "org/Other-GGUF")
    place.recommend(REPO, "org/gone", "org/Other-GGUF")
    place.browse.recommend()
    told = place.recommended()
    assert {one.recommendation.repo for one in told.looked} == {REPO, "org/Other-GGUF"}
    assert told.problem is None
    steps = [e for e in place.ear.all if isinstance(e, RecommendationsLookedUp)]
    assert [len(each.looked) for each in steps] == [1, 1, 2, 2]


def test_recommendations_are_kept_until_asked_for_anew(place):
    place.recommend(REPO)
    place.browse.recommend()
    place.recommended()
    before = len(place.hub.seen)
    place.browse.recommend()
    assert len(place.recommended().looked) == 1
    assert len(place.hub.seen) == before
    place.browse.recommend(again=True)
    place.recommended()
    assert len(place.hub.seen) > before


def test_network_trouble_is_told_with_what_was_found_before(place):
    place.recommend(REPO, "org/Other-GGUF")
    look_up = place.services.hub.look_up

    def broken(entries, stop):
        yield from look_up(entries[:1], stop)
        raise NetworkError("The Hub cannot be reached", "Try again.")

    place.services.hub.look_up = broken
    place.browse.recommend()
    told = place.recommended()
    assert (len(told.looked), told.problem.title) == (1, "The Hub cannot be reached")
    furnish(place.hub, "org/Other-GGUF")
    place.services.hub.look_up = look_up
    before = len([each for each in place.hub.seen if REPO in each.path])
    place.browse.recommend()
    assert len(place.ear.wait(RecommendationsLookedUp).looked) == 1
    told = place.recommended()
    assert (len(told.looked), told.problem) == (2, None)
    assert len([each for each in place.hub.seen if REPO in each.path]) == before


def test_what_was_found_stays_when_looking_anew_fails(place):
    place.recommend(REPO)
    place.browse.recommend()
    place.recommended()
    place.hub.api_faults.append(Status(503))
    place.browse.recommend(again=True)
    told = place.recommended()
    assert (len(told.looked), told.problem is None) == (1, False)


# --- getting ---


def test_what_lets_it_see_comes_in_the_same_download(place):
    page = place.page()
    place.services.downloads.start()
    place.browse.get(page, page.suggestion)
    told = place.ear.wait(DownloadFinished)
    assert told.title == "Tiny 2B Q8_0"
    folder = place.services.relocation.folder / REPO
    assert sorted(each.name for each in folder.iterdir()) == [
        "Tiny-2B-Q8_0.gguf", "mmproj-Tiny-F16.gguf",
    ]  # fmt: skip
    assert place.services.library.find(told.path).can_be_verified
    assert place.services.library.verify(told.path, lambda *_: None).is_right


def test_it_can_be_left_out_and_comes_alone_too(place):
    page = place.page()
    place.services.downloads.start()
    place.browse.get(page, page.offers.models[0], with_projector=False)
    place.ear.wait(DownloadFinished)
    folder = place.services.relocation.folder / REPO
    assert [each.name for each in folder.iterdir()] == ["Tiny-2B-Q4_0.gguf"]
    place.browse.get(page, page.offers.projectors[0])
    assert place.ear.wait(DownloadFinished).path.endswith("mmproj-Tiny-F16.gguf")


def test_a_disk_without_room_is_told_before_anything_is_queued(place, monkeypatch):
    usual = browse_module.USUAL
    monkeypatch.setattr(browse_module, "USUAL", replace(usual, reserve_bytes=1 << 60))
    page = place.page()
    place.browse.get(page, page.suggestion)
    problem = place.ear.wait(ProblemArose).problem
    assert problem.title == "Not enough room for this model"
    assert str(place.services.relocation.folder) in problem.advice
    assert place.services.downloads.downloads() == ()


def test_what_is_queued_already_is_not_weighed_again(place, monkeypatch):
    page = place.page()
    place.browse.get(page, page.suggestion)
    place.settle()
    assert place.services.downloads.missing_bytes() == page.suggestion.size_bytes + 104
    usual = browse_module.USUAL
    monkeypatch.setattr(browse_module, "USUAL", replace(usual, reserve_bytes=1 << 60))
    place.browse.get(page, page.suggestion)
    place.settle()
    assert len(place.services.downloads.downloads()) == 1
    assert not any(isinstance(each, ProblemArose) for each in place.ear.all)


# --- who we are ---


def gated(place) -> None:
    content = tiny_model() + b"gated"
    place.hub.add(GATED, {"M-2B-Q4_0.gguf": FakeFile(content)}, gated="auto")


def test_a_token_opens_a_page_and_lets_downloads_go_on(place):
    gated(place)
    page = place.page(GATED)
    assert "who you are" in page.problem.title
    assert not place.browse.has_token()
    place.services.downloads.start()
    place.browse.get(page, page.offers.models[0])
    place.ear.wait(DownloadFailed)
    place.browse.give_token(TOKEN)
    assert place.ear.wait(RepositoryRead).page.rated
    assert any(isinstance(each, DownloadFinished) for each in place.ear.all) or (
        place.ear.wait(DownloadFinished)
    )
    assert place.browse.has_token()
    place.browse.forget_token()
    place.settle()
    assert not place.browse.has_token()


def test_a_token_that_cannot_be_one_is_told(place):
    place.browse.give_token("two words")
    assert "cannot be an access token" in place.ear.wait(ProblemArose).problem.title
    assert not place.browse.has_token()


def test_without_a_keyring_the_token_is_kept_for_now(place):
    place.use(MemoryKeyring(keeps=False))
    place.browse.give_token(TOKEN)
    assert "until Inglenook ends" in place.ear.wait(ProblemArose).problem.title
    assert place.browse.has_token()


def test_a_token_of_the_keyring_is_found_without_waiting(place):
    ring = MemoryKeyring(keeps=True)
    host = place.services.hub.host
    asked, go_on = threading.Event(), threading.Event()

    def slowly(service, name):
        asked.set()
        assert go_on.wait(WAIT_S)
        return TOKEN if name == host else None

    ring.get_password = slowly
    place.use(ring)
    assert not place.browse.has_token()
    assert asked.wait(WAIT_S)
    go_on.set()
    place.ear.wait(SettingsChanged)
    assert place.browse.has_token()


def test_another_hub_has_another_token(place, monkeypatch):
    place.browse.give_token(TOKEN)
    place.settle()
    with FakeHub() as other:
        monkeypatch.delenv("HF_ENDPOINT")
        place.services.settings.set_endpoint(other.url)
        assert not place.browse.has_token()
        furnish(other, "org/There-GGUF")
        assert place.page("org/There-GGUF").rated
        assert all("There" not in each.path for each in place.hub.seen)
        place.services.settings.set_endpoint(place.hub.url)
        assert place.browse.has_token()
        assert place.page().rated
