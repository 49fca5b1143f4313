"""Settings reach the downloads: how many, how fast, and whether at all."""

from tests.services.ear import Ear

from inglenook.downloads.source import RemoteFile
from inglenook.services.events import DownloadFailed
from inglenook.services.services import Services

FILE = RemoteFile("org/model", "tiny.gguf", "c" * 40, 10, "")


def test_changed_settings_are_heeded_at_once(monkeypatch):
    with Services.open(backend="echo") as services:
        services.downloads.start()
        services.settings.set_downloads(at_once=5, limit_bytes_s=1000)
        assert services.downloads._queue.at_once == 5


def test_offline_a_download_waits_and_outlives_the_program():
    with Services.open(backend="echo") as services:
        services.downloads.start()
        job = services.downloads.get((FILE,), "Tiny", "mit")
    with Services.open(backend="echo") as services:
        services.downloads.start()
        services.downloads.start()
        [row] = services.downloads.downloads()
        assert (row.id, row.title, row.state) == (job, "Tiny", "waiting")
        services.downloads.cancel(job)


def test_a_chosen_folder_that_is_not_plugged_in_is_not_made_anew(tmp_path, monkeypatch):
    monkeypatch.setenv("INGLENOOK_OFFLINE", "0")
    folder = tmp_path / "unplugged" / "models"
    with Services.open(backend="echo") as services:
        services.settings.set_models_folder(str(folder))
        ear = Ear(services.bus)
        services.downloads.start()
        services.downloads.get((FILE,), "Tiny")
        told = ear.wait(DownloadFailed)
        assert told.problem.title == "The folder for models is gone"
        assert services.downloads.downloads()[0].state == "paused"
    assert not folder.exists()
