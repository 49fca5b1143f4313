"""A download comes from the Hub of the settings and ends in the library, with what is known."""

import pytest
from tests.data.fake_hub import COMMIT, FakeHub
from tests.data.gguf_files import tiny_model
from tests.services.ear import Ear

from inglenook.downloads.source import RemoteFile
from inglenook.services.events import DownloadFinished, ModelsChanged
from inglenook.services.services import Services

REPO = "org/model"


@pytest.fixture
def hub(monkeypatch):
    with FakeHub() as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.delenv("INGLENOOK_OFFLINE")
        yield hub


@pytest.fixture
def services(hub):
    with Services.open(backend="echo") as services:
        services.downloads.start()
        yield services


def publish(hub, name, content):
    held = hub.add(REPO, {name: content}).files[name]
    return RemoteFile(REPO, name, COMMIT, held.size_bytes, held.said_sha256())


def test_a_model_that_has_come_is_in_the_library(hub, services):
    file = publish(hub, "tiny.gguf", tiny_model())
    ear = Ear(services.bus)
    services.downloads.get((file,), "Tiny", "mit")
    told = ear.wait(DownloadFinished)
    [model] = [each for each in services.models.installed() if not each.starter]
    assert model.path == told.path
    assert (model.source, model.licence) == (f"{REPO}@{COMMIT}", "mit")


def test_what_lets_a_model_see_is_no_model_by_itself(hub, services):
    file = publish(hub, "mmproj-F16.gguf", tiny_model())
    ear = Ear(services.bus)
    services.downloads.get((file,), "Eyes")
    ear.wait(DownloadFinished)
    assert not any(isinstance(each, ModelsChanged) for each in ear.all)
    assert all(each.starter for each in services.models.installed())
