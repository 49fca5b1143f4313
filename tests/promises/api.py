"""Promises A1 and A2: the server for other programs is safe, and nothing brings it down."""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from tests.promises.table import Outcome, Row, main
from tests.server.room import KEY, Room, raw, status
from tests.server.visits import BODY, broken, matrix

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 60
GOOD_S, FREED_S, FRAME_S = 1.0, 0.5, 0.05
_KEPT: list = []
"""What Qt must not lose before the process ends."""

_CASES = re.compile(r"(\d+) generated")


@contextmanager
def server() -> Iterator[tuple[int, str]]:
    """Return port and key of a server in a process of its own."""
    with tempfile.TemporaryDirectory() as home:
        file = Path(home) / "key"
        child = subprocess.Popen(
            [sys.executable, "-m", "inglenook", "--echo", "serve", "--port", "0", "--json",
             "--key-file", file],
            stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT / "app"), "INGLENOOK_HOME": home},
        )  # fmt: skip
        try:
            found = ""
            while not found.endswith("}\n"):
                found += child.stdout.readline()
            port = int(json.loads(found)["address"].split(":")[2].split("/")[0])
            yield port, file.read_text().strip()
            if child.poll() is not None:
                raise ChildProcessError(f"the server ended with {child.returncode}")
        finally:
            child.terminate()
            child.communicate(timeout=WAIT_S)


def health(port: int) -> float:
    """Return how long an honest program waits; infinity if it is not answered."""
    began_s = time.monotonic()
    try:
        answer = raw(port, "GET /health", f"Host: 127.0.0.1:{port}", "Connection: close")
    except OSError:
        return float("inf")
    return time.monotonic() - began_s if status(answer) == 200 else float("inf")


def let_in(count: int) -> Outcome:
    """Send every case of the matrix, again from the first until there are so many."""
    outcome = Outcome(count)
    cases = list(matrix())
    with server() as (port, key):
        for at in range(count):
            case = cases[at % len(cases)]
            what = broken(case, raw(port, *case.lines(port, key), body=BODY))
            outcome.check(not what, what)
    outcome.figure = f"{len(cases)} different ones"
    return outcome


def thought_up(count: int) -> Outcome:
    """Let schemathesis think up requests from our own description: at least so many."""
    outcome = Outcome(0)
    operations = 9
    with server() as (port, key):
        while outcome.tried < count:
            each = max(1, (count - outcome.tried) // operations)
            done = subprocess.run(
                [Path(sys.executable).with_name("schemathesis"), "run",
                 f"http://127.0.0.1:{port}/openapi.json", "--no-color",
                 "-H", f"Authorization: Bearer {key}", "--phases", "coverage,fuzzing",
                 "--generation-database", "none", "--seed", str(outcome.tried + 1),
                 "-n", str(each), "-c", "not_a_server_error"],
                capture_output=True, text=True, check=False, cwd=tempfile.gettempdir(),
            )  # fmt: skip
            made = _CASES.search(done.stdout)
            outcome.check(done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:])
            if done.returncode or made is None:
                break
            outcome.tried += int(made[1])
        outcome.check(health(port) < GOOD_S, "the server is no longer there")
    outcome.figure = "no answer with 5xx" if not outcome.failures else ""
    return outcome


def slowly_asked(count: int) -> Outcome:
    """Keep so many connections open that say a byte now and then; ask honestly meanwhile."""
    outcome = Outcome(count)
    spent: list[float] = []
    with server() as (port, _key):
        slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(count)]
        for _ in range(20):
            for at, line in enumerate(slow):
                with suppress(OSError):
                    line.sendall(b"GET / HTTP/1.1\r\nX: " if not spent else b"x")
                if at % 40 == 0:
                    spent.append(health(port))
            threading.Event().wait(0.05)
        for line in slow:
            line.close()
    outcome.check(max(spent) <= GOOD_S, f"an honest program waited {max(spent):.2f} s")
    outcome.figure = f"{len(spent)} honest ones, slowest {max(spent) * 1e3:.0f} ms"
    return outcome


def asked_at_once(count: int) -> Outcome:
    """Have so many clients stream an answer at the same time."""
    outcome = Outcome(count)
    with server() as (port, key):
        found = _clients(port, key, count, tokens=100)
    for each in found:
        outcome.check(each["status"] == 200 and each["is_whole"], str(each))
    firsts = sorted(each.get("first_s", 0.0) for each in found)
    outcome.figure = f"first word p95 {_p95(firsts):.2f} s"
    return outcome


def hung_up(count: int) -> Outcome:
    """Hang up in the middle of an answer so often; see when its place in the engine is free."""
    outcome = Outcome(count)
    spent: list[float] = []
    room = Room()
    try:
        for at in range(count):
            spent.append(_hang_up(room, is_half=at % 2 == 1))
    finally:
        room.close()
    outcome.check(max(spent) <= FREED_S, f"a place was free only after {max(spent):.2f} s")
    outcome.figure = (
        f"p50 {sorted(spent)[count // 2] * 1e3:.0f}, slowest {max(spent) * 1e3:.0f} ms"
    )
    return outcome


def _hang_up(room: Room, *, is_half: bool) -> float:
    port = room.listener.port
    body = BODY.replace(b"text=hi", b"tokens=5000 rate=50")[:-1] + b',"stream":true}'
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Authorization: Bearer {KEY}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with closing(socket.create_connection(("127.0.0.1", port), WAIT_S)) as line:
        line.sendall(head.encode() + body)
        found = b""
        while b'"content":"h' not in found:
            found += line.recv(65_536)
        began_s = time.monotonic()
        if is_half:
            line.shutdown(socket.SHUT_WR)
        else:
            line.close()
        while room.engine.state.answering:
            if time.monotonic() - began_s > WAIT_S:
                return float("inf")
            threading.Event().wait(0.001)
        return time.monotonic() - began_s


def window_under_load(count: int) -> Outcome:
    """Measure how late a window's timer is while so many clients stream from its process."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QElapsedTimer, QTimer  # noqa: PLC0415
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415

    outcome = Outcome(count)
    application = QApplication.instance()  # noqa: TID251  (a test has one already)
    if application is None:
        application = QApplication([])
        _KEPT.append(application)
    room = Room()
    late: list[float] = []
    clock = QElapsedTimer()

    def tick() -> None:
        late.append(max(0.0, clock.nsecsElapsed() / 1e9 - 0.016))
        clock.restart()

    timer = QTimer(interval=16)
    timer.timeout.connect(tick)
    found: list[dict] = []

    def ask() -> None:
        found.extend(_clients(room.listener.port, KEY, count, tokens=300))

    asking = threading.Thread(target=ask)
    try:
        asking.start()
        clock.start()
        timer.start()
        while asking.is_alive():
            application.processEvents()
            asking.join(0.001)
    finally:
        timer.stop()
        room.close()
    for each in found:
        outcome.check(each["status"] == 200 and each["is_whole"], str(each))
    outcome.check(_p95(sorted(late)) <= FRAME_S, f"p95 {_p95(sorted(late)):.3f} s")
    outcome.figure = f"late p95 {_p95(sorted(late)) * 1e3:.1f}, most {max(late) * 1e3:.0f} ms"
    return outcome


def _clients(port: int, key: str, count: int, *, tokens: int) -> list[dict]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.promises.apiclients", f"127.0.0.1:{port}", key,
         str(count), str(tokens)],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    return json.loads(done.stdout)


def _p95(ordered: list[float]) -> float:
    return ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]


ROWS = (
    Row("A1 only programs here with the key are answered", let_in, 1000, 50, "100 %"),
    Row("A2 no request that schemathesis thinks up is a 5xx", thought_up, 5000, 0, "0 5xx"),
    Row("A2 slow connections keep nobody away", slowly_asked, 200, 200, "1 s"),
    Row("A2 as many clients at once are all answered", asked_at_once, 50, 10, "all whole"),
    Row("A2 whoever hangs up frees the place in the engine", hung_up, 100, 6, "500 ms"),
    Row("A2 the window's loop while clients stream from it", window_under_load, 50, 4, "50 ms"),
)

if __name__ == "__main__":
    sys.exit(main("The server for other programs", ROWS))
