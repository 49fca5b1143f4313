"""What `inglenook models get` does when Ctrl+C and the end of a download meet."""

import threading
from types import SimpleNamespace

from inglenook.cli import get
from inglenook.core.errors import NotFoundError
from inglenook.downloads.source import RemoteFile
from inglenook.services.bus import Bus
from inglenook.services.events import DownloadFinished
from inglenook.services.modelpage import Wanted


class JustDone:
    """Downloads of which one ends just before it is told to pause."""

    def __init__(self, bus, path):
        self.bus, self.path = bus, path

    def get(self, *_):
        return "JOB"

    def pause(self, job):
        self.bus.publish(DownloadFinished(job, "Tiny 2B", str(self.path)))
        raise NotFoundError("There is no such download", "See them all.")

    def downloads(self):
        return ()


def test_a_download_that_ends_as_it_is_told_to_pause_is_there(tmp_path, capsys):
    bus, stop = Bus(), threading.Event()
    stop.set()
    services = SimpleNamespace(bus=bus, downloads=JustDone(bus, tmp_path / "Tiny-2B.gguf"))
    file = RemoteFile("org/tiny", "Tiny-2B.gguf", "abc", 4, "")
    with get._Watch(services) as watch:
        code = watch.follow(Wanted("Tiny 2B", (file,)), stop, as_json=False)
    assert code == 0
    assert "Tiny-2B.gguf" in capsys.readouterr().out
