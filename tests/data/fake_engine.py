"""A server on loopback that speaks the API of engines, and breaks it as it is told to."""

import json
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
JSON_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
DONE = b"data: [DONE]\n\n"


def event(told: object) -> bytes:
    """Return one server-sent event."""
    return b"data: " + json.dumps(told).encode() + b"\n\n"


def piece(text: str = "", **more: object) -> bytes:
    """Return one piece of an answer."""
    delta = {"content": text, **more} if text else more
    return event({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]})


def ending(reason: str = "stop") -> bytes:
    """Return the piece that says how the answer ended."""
    return event({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})


def usage(prompt: object = 12, answer: object = 3, reused: object = 4) -> bytes:
    """Return what the server counted."""
    counted = {
        "prompt_tokens": prompt,
        "completion_tokens": answer,
        "prompt_tokens_details": {"cached_tokens": reused},
    }
    return event({"choices": [], "usage": counted})


def refused(status: int, message: str = "", head: str = "") -> bytes:
    """Return a whole answer of another status."""
    body = json.dumps({"error": {"message": message}}).encode() if message else b""
    return f"HTTP/1.1 {status} No\r\n{head}Connection: close\r\n\r\n".encode() + body


GOOD = (
    HEAD + piece(role="assistant") + piece("Good ") + piece("day") + ending() + usage() + DONE
)
MODELS = (
    JSON_HEAD
    + json.dumps(
        {
            "object": "list",
            "data": [
                {
                    "id": "big-model",
                    "object": "model",
                    "owned_by": "vllm",
                    "max_model_len": 32768,
                },
                {"id": "small-model", "object": "model", "owned_by": "vllm"},
            ],
        }
    ).encode()
)


@dataclass
class Heard:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def asked(self) -> dict:
        return json.loads(self.body)


@dataclass
class FakeEngine:
    """Answers each request with bytes, then closes, or waits until it is let go.

    Attributes:
        says: What it answers to questions.
        lists: What it answers when asked for models.
        holds: It keeps the connection open behind its answer.
        hung_up: Set when the other side has closed a connection that was held.
    """

    says: bytes = GOOD
    lists: bytes = MODELS
    holds: bool = False
    heard: list[Heard] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.hung_up = threading.Event()
        self.was_asked = threading.Event()
        self.let_go = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._threads = [self._start(self._accept)]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self.let_go.set()
        # Waking accept() needs a connection; closing alone does not on every system.
        with socket.create_connection(("127.0.0.1", self.port), timeout=5):
            self._listener.close()
        for each in self._threads:
            each.join(5)

    def __enter__(self) -> "FakeEngine":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self, job: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=job, daemon=True)
        thread.start()
        return thread

    def _accept(self) -> None:
        while not self.let_go.is_set():
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            self._threads.append(self._start(lambda line=line: self._serve(line)))

    def _serve(self, line: socket.socket) -> None:
        with line:
            line.settimeout(60)
            request = _read_request(line)
            if request is None:
                return
            self.heard.append(request)
            self.was_asked.set()
            try:
                line.sendall(self.lists if request.path.endswith("/models") else self.says)
                if self.holds:
                    # Until the client closes: there is nothing else that it would send.
                    if not line.recv(1):
                        self.hung_up.set()
                else:
                    line.shutdown(socket.SHUT_WR)
            except OSError:
                self.hung_up.set()


def _read_request(line: socket.socket) -> Heard | None:
    received = b""
    while b"\r\n\r\n" not in received:
        portion = line.recv(65536)
        if not portion:
            return None
        received += portion
    head, _, body = received.partition(b"\r\n\r\n")
    first, *rows = head.decode("latin-1").split("\r\n")
    headers = {
        name.lower(): value.strip() for name, _, value in (row.partition(":") for row in rows)
    }
    while len(body) < int(headers.get("content-length", 0)):
        body += line.recv(65536)
    method, path, _ = first.split(" ")
    return Heard(method, path, headers, body)
