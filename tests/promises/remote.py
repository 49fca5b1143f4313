"""Chats that are answered elsewhere, tried against real servers that are started here."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.promises.table import Outcome, Row, main
from tests.services.ear import Ear

from inglenook.chat.elsewhere import HERE, Choice
from inglenook.chat.message import Message, Status
from inglenook.chat.sampling import Sampling
from inglenook.core.ids import ChatId
from inglenook.services.endpointnews import EndpointTested
from inglenook.services.events import ConversationOpened
from inglenook.services.services import Services
from inglenook.storage.paths import Folders, resources

ROOT = Path(__file__).resolve().parents[2]
KEY = "a-key-of-this-test-alone"
READY_S, ENDED_S = 120, 0.5
QUESTION = "Write a long story about a harbour."


def llama_server() -> Path:
    """Return the reference build of llama-server.

    Raises:
        FileNotFoundError: it has not been built here.
    """
    found = sorted((ROOT / ".cache" / "reference").glob("*/llama-server*"))
    if not found:
        raise FileNotFoundError("no llama-server here: ./dev bench engine builds it")
    return found[-1]


def starter() -> Path:
    """Return the starter model."""
    found = (resources() / "models").glob("*.gguf")
    return min(found, key=lambda path: path.stat().st_size)


class Server:
    """A child process that serves, in a group of its own."""

    def __init__(self, *command: object, home: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        words = [str(each).replace("PORT", str(self.port)) for each in command]
        paths = f"{ROOT / 'app'}:{ROOT}"
        given = {"PYTHONPATH": paths, "INGLENOOK_HOME": str(home / "server")}
        self.child = subprocess.Popen(
            words, env={**os.environ, **given}, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, route: str) -> object:
        headers = {"Authorization": f"Bearer {KEY}"}
        request = urllib.request.Request(f"{self.url}{route}", headers=headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def wait(self) -> None:
        due_s = time.monotonic() + READY_S
        pause = threading.Event()
        while time.monotonic() < due_s and self.child.poll() is None:
            try:
                self.get("/v1/models")
            except OSError:
                pause.wait(0.1)
            else:
                return
        raise TimeoutError("the server did not begin")

    def kill(self) -> None:
        if self.child.poll() is None:
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait(30)


@contextmanager
def serving(kind: str, home: Path) -> Iterator[Server]:
    """Start a server of a kind, and end it."""
    if kind == "llama-server":
        server = Server(
            llama_server(), "-m", starter(), "--port", "PORT", "--host", "127.0.0.1",
            "--api-key", KEY, "-c", 4096, "-np", 2, "--slots", "-t", 2, home=home,
        )  # fmt: skip
    else:
        key = home / "key"
        key.write_text(KEY)
        key.chmod(0o600)
        server = Server(
            sys.executable, "-m", "inglenook", "serve", "--model", starter(), "--port", "PORT",
            "--key-file", key, home=home,
        )  # fmt: skip
    try:
        server.wait()
        yield server
    finally:
        server.kill()


class Window:
    """All services of a window without one, and a chat that is answered elsewhere."""

    def __init__(self, home: Path, server: Server) -> None:
        self.services = Services.open(backend="echo", folders=Folders.below(home / "window"))
        self.ear = Ear(self.services.bus)
        self.ear.start(self.services)
        self.services.endpoints.test(server.url, KEY)
        told = self.ear.wait(EndpointTested)
        if told.problem is not None:
            raise OSError(told.problem.in_words())
        made = self.services.endpoints.save(server.url, models=told.models, key=KEY)
        self.services.endpoints.agree(made.id)
        self.services.chat.sampling = Sampling(answer_limit_tokens=300)
        self.offered = told.models[0]
        self.choice = Choice(made.id, self.offered.id)

    def chat(self) -> ChatId:
        chat = self.services.chat.create()
        self.ear.wait(ConversationOpened)
        self.services.briefing.use(chat, self.choice)
        return chat

    def ended(self) -> Message:
        conversation = self.ear.answer()
        return conversation.message(conversation.head)

    def begun(self, chat: ChatId, letters: int) -> Message:
        """Send, and wait until so much of the answer is there."""
        self.services.chat.send(chat, QUESTION)
        conversation = self.ear.answer(Status.WRITING)
        node, pause = conversation.head, threading.Event()
        due_s = time.monotonic() + READY_S
        while time.monotonic() < due_s:
            live = self.services.chat.live(node)
            if live is None or len(live.text) >= letters:
                break
            pause.wait(0.005)
        return conversation.message(node)


@contextmanager
def opened(kind: str) -> Iterator[tuple[Server, Window]]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with serving(kind, home) as server:
            window = Window(home, server)
            try:
                yield server, window
            finally:
                window.ear.close()
                window.services.close()


def answers(kind: str, count: int) -> Outcome:
    """Ask in one chat again and again; every answer is whole, counted and signed."""
    found = Outcome(count)
    first_s: list[float] = []
    with opened(kind) as (_, window):
        found.check(window.offered.context_tokens > 0, "it does not tell how much it reads")
        window.services.chat.sampling = Sampling(answer_limit_tokens=40)
        for number in range(count):
            chat = window.chat()
            window.services.chat.send(chat, f"Say the number {number}, and nothing else.")
            answer = window.ended()
            timings = answer.timings
            is_good = answer.status in {Status.COMPLETE, Status.CUT} and bool(answer.text)
            found.check(is_good, f"{number}: {answer.status} {answer.note}")
            counted = timings is not None and timings.prompt_tokens and timings.answer_tokens
            found.check(bool(counted), f"{number}: nothing was counted")
            found.check("127.0.0.1" in answer.model, f"{number}: signed {answer.model}")
            if timings is not None:
                first_s.append(timings.first_token_s)
        log = window.services.connections.newest_first()
        found.check(len(log) == count + 1, f"{len(log)} connections in the log")
    found.figure = f"first piece after {1000 * sorted(first_s)[len(first_s) // 2]:.0f} ms"
    return found


def stops(kind: str, count: int) -> Outcome:
    """Stop in the middle: told at once, what came is kept, and the place over there is freed.

    How soon it is free is up to the other side: llama-server sees it when it next writes.
    """
    found, ended_s, free_s = Outcome(count), [], []
    with opened(kind) as (server, window):
        for number in range(count):
            chat = window.chat()  # in one chat the model learns to end where it was stopped
            window.begun(chat, 10)
            began_s = time.monotonic()
            window.services.chat.stop(chat)
            answer = window.ended()
            ended_s.append(time.monotonic() - began_s)
            is_kept = answer.status is Status.STOPPED and len(answer.text) >= 10
            letters = f"{len(answer.text)} letters: {answer.text[-40:]!r}"
            found.check(is_kept, f"{number}: {answer.status} {answer.note}, {letters}")
            found.check(ended_s[-1] <= ENDED_S, f"{number}: ended after {ended_s[-1]:.2f} s")
            if kind == "llama-server":
                free_s.append(wait_until_free(server, began_s))
                found.check(free_s[-1] <= READY_S, f"{number}: never free")
    found.figure = f"ended after {1000 * max(ended_s):.0f} ms at most"
    if free_s:
        found.figure += f", free after {1000 * max(free_s):.0f}"
    return found


def wait_until_free(server: Server, since_s: float) -> float:
    """Return the seconds until no place of llama-server is taken."""
    pause = threading.Event()
    while any(each["is_processing"] for each in server.get("/slots")):
        if time.monotonic() - since_s > READY_S:
            break
        pause.wait(0.01)
    return time.monotonic() - since_s


def deaths(kind: str, count: int) -> Outcome:
    """Kill the server in the middle; what came is kept, and this computer can answer."""
    found, kept = Outcome(count), 0
    for number in range(count):
        with opened(kind) as (server, window):
            chat = window.chat()
            window.begun(chat, 20)
            server.kill()
            broken = window.ended()
            kept += len(broken.text)
            found.check(
                broken.status is Status.INTERRUPTED and len(broken.text) >= 20,
                f"{number}: {broken.status} {len(broken.text)} {broken.note}",
            )
            window.services.chat.regenerate(chat, broken.id)
            refused = window.ended()
            found.check(refused.status is Status.FAILED, f"{number}: then {refused.status}")
            window.services.briefing.use(chat, HERE)
            window.services.chat.regenerate(chat, broken.id)
            here = window.ended()
            found.check(here.model == "Echo", f"{number}: not answered here: {here.note}")
    found.figure = f"{kept} letters kept of broken answers"
    return found


ROWS = (
    Row("An answer of llama-server is whole and counted",
        lambda count: answers("llama-server", count), 50, 3),
    Row("Stop ends an answer of llama-server at once",
        lambda count: stops("llama-server", count), 20, 2, f"{ENDED_S * 1000:.0f} ms"),
    Row("A killed llama-server loses nothing that came",
        lambda count: deaths("llama-server", count), 10, 1),
    Row("An answer of our own server is whole and counted",
        lambda count: answers("inglenook serve", count), 20, 2),
    Row("Stop ends an answer of our own server at once",
        lambda count: stops("inglenook serve", count), 10, 1, f"{ENDED_S * 1000:.0f} ms"),
    Row("A killed server of ours loses nothing that came",
        lambda count: deaths("inglenook serve", count), 5, 1),
)  # fmt: skip


if __name__ == "__main__":
    sys.exit(main("Chats that are answered elsewhere", ROWS))
