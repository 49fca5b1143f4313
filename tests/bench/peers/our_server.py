"""Our own server without a window, as `inglenook serve` starts it, with its engine."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil

from inglenook.models.settings import Wish
from inglenook.services.wishes import Wishes
from inglenook.storage.paths import HOME_VARIABLE, find_folders
from inglenook.storage.wishes import WishesFile
from peers.side import Setup

KEY = "ik-benchmark-benchmark-benchmark"


class OurServer:
    """A process of ours that serves, and the engine it has started.

    Threads: any.
    """

    name = "ours"
    key = KEY

    def __init__(self, setup: Setup, folder: Path) -> None:
        """Start it and wait until it listens; the first question waits for the model.

        Args:
            setup: As for the other side.
            folder: For its data, empty at first.
        """
        environment = {**os.environ, HOME_VARIABLE: str(folder)}
        folders = find_folders(environment)
        folders.create()
        wish = Wish(
            context_tokens=setup.context_tokens,
            threads=setup.threads,
            gpu_layers=0,
            guesses=setup.guesses,
        )
        Wishes(WishesFile(folders.wishes)).keep(str(setup.model), wish)
        key_file = folder / "key"
        key_file.write_text(KEY, encoding="ascii")
        self._child = subprocess.Popen(
            [
                *(sys.executable, "-m", "inglenook", "serve", "--json", "--port", "0"),
                *("--key-file", str(key_file), "--model", str(setup.model)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            start_new_session=True,
        )
        try:
            self.port = self._told_port()
        except BaseException:
            self.close()
            raise

    def _told_port(self) -> int:
        assert self._child.stdout is not None
        text = ""
        for line in self._child.stdout:
            text += line
            if line.startswith("}"):
                address: str = json.loads(text)["address"]
                return int(address.split(":")[2].split("/", maxsplit=1)[0])
        raise RuntimeError(f"our server ended: {text}")

    def cpu_s(self) -> float:
        """Return the processor time of the server and its engine."""
        process = psutil.Process(self._child.pid)
        return sum(map(spent_s, (process, *process.children(recursive=True))))

    def close(self) -> None:
        """End both."""
        self._child.terminate()
        try:
            self._child.wait(10)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait(10)


def spent_s(process: psutil.Process) -> float:
    """Return the processor time of one process, all threads."""
    times = process.cpu_times()
    return float(times.user + times.system)
