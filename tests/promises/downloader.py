"""A process that fetches one file, to be killed."""

import argparse
import resource
import sys
import threading
from pathlib import Path

from tests.downloads.rig import QUICK

from inglenook.core.errors import InglenookError
from inglenook.downloads.fetch import fetch
from inglenook.downloads.line import Line
from inglenook.downloads.network import open_client
from inglenook.downloads.pace import Pace
from inglenook.downloads.source import Link, RemoteFile


class Fixed:
    """Knows one link."""

    def __init__(self, url: str) -> None:
        self.url = url

    def link(self, file: RemoteFile) -> Link:
        return Link(self.url)


def main() -> int:
    asked = argparse.ArgumentParser()
    for name in ("folder", "url", "name", "sha256"):
        asked.add_argument(name)
    asked.add_argument("size", type=int)
    asked.add_argument("--most-bytes", type=int, default=0, help="of a file, by the system")
    options = asked.parse_args()
    if options.most_bytes:
        resource.setrlimit(resource.RLIMIT_FSIZE, (options.most_bytes,) * 2)
    file = RemoteFile("org/model", options.name, "c" * 40, options.size, options.sha256)
    line = Line(Fixed(options.url), open_client(limits=QUICK), Pace(), QUICK)
    print("ready", flush=True)
    try:
        fetch(file, Path(options.folder), line, lambda _: None, threading.Event())
    except InglenookError as error:
        print(error, flush=True)
        return 3
    print("done", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
