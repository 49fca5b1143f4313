"""llama.cpp's own server as the other side: started on a free port, asked over HTTP."""

import http.client
import json
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inglenook.chat.sampling import Sampling
from peers.side import Question, Reply, Setup

START_S = 60.0
ANSWER_S = 180.0
"""Nothing heard for so long is an error."""

_TEXT = b'"content":"'
_LAST_CHUNK = b"0\r\n\r\n"


class LlamaServer:
    """A llama-server process.

    Threads: any; every answer under way has a connection and a thread of its own.
    """

    name = "llama-server"

    def __init__(self, program: Path, setup: Setup, *extra: str) -> None:
        """Start it and wait until the model is loaded and warm.

        Args:
            program: The built llama-server.
            setup: As for our side.
            extra: More arguments of its command line.
        """
        self._port = free_port()
        self._child = subprocess.Popen(
            [str(program), *arguments(setup, self._port), *extra],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # As our engine is started: Linux shares the processor out by sessions.
            start_new_session=True,
        )
        try:
            self._wait_until_ready()
        except BaseException:
            self.close()
            raise

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._child.pid

    def ask(self, question: Question) -> "ServerAsked":
        """Send a question; does not wait."""
        return ServerAsked(self, question)

    def connection(self) -> http.client.HTTPConnection:
        """Return an open connection: the server ends each with the stream it carried."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=ANSWER_S)
        connection.connect()
        return connection

    def fetch(self, path: str) -> Any:
        """Return what a GET gives."""
        connection = self.connection()
        connection.request("GET", path)
        found = json.loads(connection.getresponse().read())
        connection.close()
        return found

    def close(self) -> None:
        """End the process."""
        self._child.terminate()
        try:
            self._child.wait(10)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait(10)

    def _wait_until_ready(self) -> None:
        wait = threading.Event()
        give_up_s = time.monotonic() + START_S
        while time.monotonic() < give_up_s:
            assert self._child.poll() is None, f"llama-server ended: {self._child.returncode}"
            if is_healthy(self._port):
                return
            wait.wait(0.05)
        raise TimeoutError("llama-server did not become ready")


@dataclass
class ServerAsked:
    """One answer of llama-server, read by a thread of its own.

    Threads: any.
    """

    server: LlamaServer
    question: Question
    asked_s: float = 0.0
    heard_s: list[float] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    ended_s: float = 0.0
    cpu_s: float = 0.0
    problem: BaseException | None = None
    news: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self._awaited = 0
        self._connection = self.server.connection()
        self._socket = self._connection.sock  # the connection lets go of it at the answer
        self._body = json.dumps(request_body(self.question)).encode()
        self.asked_s = time.perf_counter()
        self._send()
        threading.Thread(target=self._listen, name="llama-server answer", daemon=True).start()

    def wait(self) -> Reply:
        """Return the whole answer, once it has ended."""
        with self.news:
            assert self.news.wait_for(lambda: bool(self.ended_s), ANSWER_S), "no end came"
        if self.problem:
            raise self.problem
        return reply_of(self)

    def wait_for(self, pieces: int) -> None:
        """Return when so many pieces of text have come, or the answer has ended."""
        with self.news:
            self._awaited = pieces
            assert self.news.wait_for(
                lambda: len(self.heard_s) >= pieces or bool(self.ended_s), ANSWER_S
            )

    def has_ended(self, timeout_s: float) -> bool:
        """Tell whether the answer has ended; waits for its end as long as allowed."""
        with self.news:
            return self.news.wait_for(lambda: bool(self.ended_s), timeout_s)

    def stop(self) -> None:
        """Ask for the end of the answer: by leaving, the only way there is."""
        if not self.ended_s and self._socket:
            self._socket.shutdown(socket.SHUT_RDWR)

    def heard_until_stopped(self) -> tuple[float, ...]:
        """Return when each piece of text came, once the answer has ended."""
        self.has_ended(ANSWER_S)
        return tuple(self.heard_s)

    def _send(self) -> None:
        headers = {"Content-Type": "application/json"}
        self._connection.request("POST", "/v1/chat/completions", self._body, headers)

    def _listen(self) -> None:
        began = time.thread_time()
        try:
            response = self._connection.getresponse()
            assert response.status == 200, response.read()
            self._read(response)
        except (OSError, http.client.HTTPException, AssertionError) as cause:
            self.problem = cause
        self._connection.close()
        with self.news:
            self.cpu_s = time.thread_time() - began
            self.ended_s = time.perf_counter()
            self.news.notify_all()

    def _read(self, response: http.client.HTTPResponse) -> None:
        """Note when each piece came; what it says is read after the end.

        The stream is taken as it comes, frames of its chunks included: taking them apart
        here would cost the two engines' processor a part of each token.
        """
        stream = response.fp
        while piece := stream.read1(65536):
            now = time.perf_counter()
            self.raw.append(piece)
            if _TEXT in piece:
                self.heard_s.append(now)
                if len(self.heard_s) == self._awaited:
                    self._wake()
            if piece.endswith(_LAST_CHUNK):
                return

    def _wake(self) -> None:
        with self.news:
            self.news.notify_all()


def arguments(setup: Setup, port: int) -> list[str]:
    """Return the command line that gives llama-server what our engine has.

    Its defaults stay otherwise: 2,048 and 512 tokens a batch and a graph, flash attention on
    auto, f16 cache, warm-up, prompt cache, the model's own template.
    """
    return [
        *("--model", str(setup.model), "--host", "127.0.0.1", "--port", str(port)),
        *("--threads", str(setup.threads), "--threads-batch", str(setup.threads)),
        *("--ctx-size", str(setup.context_tokens), "--parallel", str(setup.answers)),
        *("--no-webui", "--log-disable", "--offline"),
    ]


def request_body(question: Question) -> dict[str, Any]:
    """Return a question as llama-server's API wants it."""
    turns = [{"role": turn.role.value, "content": turn.text} for turn in question.turns]
    return {
        "messages": turns,
        "stream": True,
        "max_tokens": question.tokens,
        "cache_prompt": True,
        **sampling_fields(question.sampling),
    }


def sampling_fields(sampling: Sampling) -> dict[str, Any]:
    """Return the knobs; for greedy answers the shortest chain the server can be given.

    Its usual chain of nine would sort the 40 likeliest tokens to pick the likeliest one.
    """
    biases = {"logit_bias": [list(each) for each in sampling.logit_bias]}
    if sampling.temperature == 0:
        return {"temperature": 0.0, "samplers": ["top_k"], "top_k": 1, **biases}
    return {
        **biases,
        "temperature": sampling.temperature,
        "top_k": sampling.top_k,
        "top_p": sampling.top_p,
        "min_p": sampling.min_p,
        "repeat_penalty": sampling.repeat_penalty,
        "repeat_last_n": sampling.repeat_window_tokens,
    }


def reply_of(asked: ServerAsked) -> Reply:
    """Read what the server sent, after the clock has stopped."""
    events = [
        json.loads(line[6:])
        for line in b"".join(asked.raw).split(b"\n")
        if line.startswith(b"data: {")
    ]
    timings = next(event["timings"] for event in reversed(events) if "timings" in event)
    texts = (
        event["choices"][0]["delta"].get("content") for event in events if event["choices"]
    )
    written = timings["predicted_n"]
    return Reply(
        asked.asked_s,
        tuple(asked.heard_s) or (asked.ended_s,),
        asked.ended_s,
        written,
        timings["prompt_n"] + timings["cache_n"],
        timings["cache_n"],
        # Its clock starts at the first token, which it counts all the same.
        (written - 1) * 1000 / max(timings["predicted_ms"], 1e-6),
        asked.cpu_s,
        "".join(text or "" for text in texts),
    )


def is_healthy(port: int) -> bool:
    """Tell whether a server is there and has loaded its model."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def free_port() -> int:
    """Return a port of this computer that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
