"""A server over the echo engine, as programs meet it; and one whose answers a test plays."""

import json
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial

from inglenook.core.errors import Problem
from inglenook.core.ids import RequestId
from inglenook.engine.client import EngineClient
from inglenook.models.kind import FileKind
from inglenook.server.listener import HttpListener
from inglenook.services.api import ApiService
from inglenook.services.bus import Bus
from inglenook.services.echo import ECHO_PATH, echo_plan
from inglenook.services.embedding import EmbeddingService
from inglenook.services.engine import EngineService
from inglenook.services.events import EngineChanged, EnginePhase
from inglenook.services.installed import InstalledModel
from inglenook.services.listening import Door
from inglenook.services.served import ServedModel

KEY = "ik-" + "k" * 43
WAIT_S = 60


def door(**changes) -> Door:
    """Return a door that lets in whoever has the key, at any port."""
    usual = {"host": "127.0.0.1", "ports": (0,), "accepts": lambda shown: shown == KEY}
    return Door(**{**usual, **changes})


class Notes:
    """A watch that notes what it is told."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.begun: dict[str, tuple[str, str]] = {}
        self.programs: dict[str, str] = {}
        self.enders: dict[str, Callable[[], None]] = {}
        self.ends: list[tuple[str, int]] = []
        self.ended_by_person: list[str] = []
        self.broken: list[Problem] = []
        self.models: set[str] = set()
        self.tokens: dict[str, tuple[int, int]] = {}

    def began(self, request, route, client, program, end):
        with self._changed:
            self.begun[request] = (route, client)
            self.programs[request] = program
            self.enders[request] = end
            self._changed.notify_all()

    def progressed(self, request, *, model, prompt_tokens, answer_tokens):
        with self._changed:
            self.models.add(model)
            self.tokens[request] = (prompt_tokens, answer_tokens)

    def ended(self, request, status, *, by_person):
        with self._changed:
            self.ended_by_person += [request] if by_person else []
            self.ends.append((self.begun[request][0], status))
            self._changed.notify_all()

    def broke(self, problem):
        with self._changed:
            self.broken.append(problem)
            self._changed.notify_all()

    def wait(self, is_so: Callable[[], object]) -> None:
        with self._changed:
            assert self._changed.wait_for(is_so, WAIT_S)


class Shelf:
    """What is installed: the echo, and one that makes vectors."""

    models = (
        InstalledModel(ECHO_PATH, "Echo", "", 0, "echo", 8192),
        InstalledModel("vectors.gguf", "Vectors", "", 7, "bert", 512, kind=FileKind.EMBEDDING),
    )

    def sees(self, path):
        return False

    def first_choice(self, last):
        return ECHO_PATH


class Room:
    """Everything behind the server, and the server."""

    def __init__(self, **patience: float) -> None:
        bus, make = Bus(), partial(EngineClient, backend="echo")
        self.engine = EngineService(bus, make, echo_plan, lambda _path: None)
        self.embedding = EmbeddingService(make, lambda path: echo_plan(path)[1].settings)
        self.api = ApiService(bus, self.engine, Shelf(), self.embedding)
        self.api.leave_no_spare_time()
        self.notes = Notes()
        self.listener = HttpListener(self.api, door(), self.notes, **patience)
        is_ready = threading.Event()
        unsubscribe = bus.subscribe(lambda told: _is_ready(told) and is_ready.set())
        self.engine.load(ECHO_PATH)
        assert is_ready.wait(WAIT_S)
        unsubscribe()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.listener.port}"

    def close(self) -> None:
        self.listener.close()
        self.api.close()
        self.embedding.close()
        self.engine.close()


def _is_ready(told: object) -> bool:
    return isinstance(told, EngineChanged) and told.state.phase is EnginePhase.READY


class PlayedApi:
    """Services that a test plays: it notes what is asked, and tells what it is told to."""

    def __init__(self, told: Sequence[object] = (), *, sees: bool = False) -> None:
        self.told, self.asked, self.cancelled = told, [], []
        self.listeners = []
        self.is_asked = threading.Semaphore(0)
        self._models = (
            ServedModel(
                "echo", "Echo", "echo.gguf", 0, 8192, is_loaded=True, kind="chat", sees=sees
            ),
        )

    def models(self):
        return self._models

    def usual(self):
        return next(iter(self._models), None)

    def ask(self, question, listener):
        return self._begin(question, listener)

    def weigh(self, question, listener):
        return self._begin(question, listener)

    def tokenise(self, model, text, listener):
        return self._begin(text, listener)

    def detokenise(self, model, tokens, listener):
        return self._begin(tokens, listener)

    def embed(self, model, texts, listener):
        return self._begin(texts, listener)

    def cancel(self, request):
        self.cancelled.append(request)

    def _begin(self, asked, listener):
        request = RequestId(f"r{len(self.asked)}")
        self.asked.append(asked)
        self.listeners.append(partial(listener, request))
        for event in self.told:
            listener(request, event)
        self.is_asked.release()
        return request


def connect(port: int) -> socket.socket:
    """Return a connection to a server here."""
    return socket.create_connection(("127.0.0.1", port), WAIT_S)


def raw(port: int, *lines: str, body: bytes = b"", version: str = "HTTP/1.1") -> bytes:
    """Send a request as it is written here, and return all that comes back."""
    first, *headers = lines
    head = "\r\n".join([f"{first} {version}", *headers, "", ""]).encode("latin-1")
    with closing(connect(port)) as line:
        line.sendall(head + body)
        line.shutdown(socket.SHUT_WR) if version == "HTTP/1.0" else None
        return everything(line)


def everything(line: socket.socket) -> bytes:
    """Return what comes until the other side ends."""
    found = b""
    try:
        while part := line.recv(65_536):
            found += part
    except ConnectionResetError:
        pass
    return found


def status(answer: bytes) -> int:
    """Return the status of a response as it was sent; 0 for none."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


def fields(answer: bytes) -> dict:
    """Return the JSON of a response as it was sent."""
    return json.loads(answer.partition(b"\r\n\r\n")[2])
