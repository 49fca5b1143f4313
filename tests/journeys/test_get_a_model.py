"""From a search to a chat with what was found, through a pause and a kill."""

import sys

import pytest
from tests.journeys.hubplace import (
    NAME,
    REPO,
    bytes_asked_again,
    come_bytes,
    get_and_kill,
    starter_hub,
)
from tests.services.ear import Ear

from inglenook.chat.message import Status
from inglenook.chat.sampling import EXACT
from inglenook.core.units import MIB
from inglenook.downloads.query import Query
from inglenook.services.events import (
    ConversationOpened,
    DownloadFinished,
    DownloadsChanged,
    EnginePhase,
    HubSearched,
    ModelVerified,
    ReadmeRead,
    RepositoryRead,
    ShelfChanged,
)
from inglenook.services.services import Services


@pytest.fixture
def hub(starter, monkeypatch):
    with starter_hub(starter) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.delenv("INGLENOOK_OFFLINE")
        yield hub


@pytest.mark.model
@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGKILL")
def test_search_page_get_pause_kill_start_resume_verify_chat(hub, starter, home):
    size = starter.stat().st_size
    part = home / "models" / REPO / f"{NAME}.part"

    # It is searched for, looked at, got, and paused.
    with Services.open(backend="echo") as services:
        ear = Ear(services.bus)
        services.downloads.start()
        services.browse.search(Query("smol"))
        [found] = ear.wait(HubSearched).models
        services.browse.read_readme(found.repo)
        assert "SmolLM2" in ear.wait(ReadmeRead).text
        services.browse.look(found.repo)
        page = ear.wait(RepositoryRead).page
        assert page.suggestion.name == NAME
        services.browse.get(page, page.suggestion)
        ear.wait(lambda told: come_bytes(told) >= 20 * MIB)
        [row] = services.downloads.downloads()
        services.downloads.pause(row.id)
        ear.wait(
            lambda told: (
                isinstance(told, DownloadsChanged) and told.downloads[0].state == "paused"
            )
        )
        paused_at = part.stat().st_size
        assert paused_at >= 20 * MIB

    # In another process it goes on, and that one is killed.
    killed_at = get_and_kill(40 * MIB)
    assert killed_at >= 40 * MIB
    kept = part.stat().st_size
    assert kept >= killed_at

    # The next one goes on by itself; what has come is whole, right, and talks.
    hub.usual = None
    with Services.open() as services:
        ear = Ear(services.bus)
        services.chat.sampling = EXACT
        services.start()
        opened, finished = ear.wait_for_all(ConversationOpened, DownloadFinished)
        chat, model = opened.conversation.id, finished.path
        assert bytes_asked_again(hub)[-2:] == [kept, 0]  # the rest, then what lets it see
        assert not part.exists()
        services.shelf.refresh()
        [mine] = [one for one in ear.wait(ShelfChanged).models if not one.model.starter]
        assert (mine.model.path, mine.model.size_bytes, mine.is_ours) == (model, size, True)
        assert mine.model.source.startswith(f"{REPO}@")
        services.shelf.verify(model)
        end = ear.wait(lambda told: isinstance(told, ModelVerified) and told.verified)
        assert end.verified.is_right
        services.engine.load(model)
        ear.wait(
            lambda _told: (
                services.engine.state.phase is EnginePhase.READY
                and services.engine.state.model.path == model
            )
        )
        services.chat.send(chat, "What is the capital of France? Answer in one word.")
        told = ear.answer()
        answer = told.message(told.head)
        assert answer.status is Status.COMPLETE
        assert "Paris" in answer.text
