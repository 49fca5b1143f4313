"""A model hub on this computer that speaks the real protocol, with faults on demand."""

import argparse
import fcntl
import gzip
import hashlib
import json
import re
import socket
import struct
import sys
import termios
import threading
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

from tests.data.hub_faults import (
    ClaimRange,
    Drip,
    Drop,
    Extra,
    Fault,
    Flip,
    Gzip,
    Hang,
    IgnoreRange,
    LieLength,
    OtherEtag,
    Redirect,
    ShiftRange,
    Short,
    Status,
    Tire,
)

COMMIT = "c0ffee00" * 5
TOKEN = "hf_loopback"
SEND_BYTES = 64 * 1024


@dataclass
class FakeFile:
    """One file of a repository; big ones are read from a path."""

    content: bytes | Path
    sha256: str = ""  # counted when first needed; set it to announce a wrong one
    announced_bytes: int | None = None
    etag: str = ""
    lfs: bool = True
    ignores_condition: bool = False  # a part of the new version for who has the old one

    @property
    def size_bytes(self) -> int:
        if isinstance(self.content, Path):
            return self.content.stat().st_size
        return len(self.content)

    @property
    def said_bytes(self) -> int:
        return self.size_bytes if self.announced_bytes is None else self.announced_bytes

    def said_sha256(self) -> str:
        if not self.sha256:
            if isinstance(self.content, Path):
                with self.content.open("rb") as file:
                    self.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            else:
                self.sha256 = hashlib.sha256(self.content).hexdigest()
        return self.sha256

    def said_etag(self) -> str:
        return self.etag or f'"{self.said_sha256()}"'

    def read(self, start: int, end: int) -> bytes:
        if isinstance(self.content, Path):
            with self.content.open("rb") as file:
                file.seek(start)
                return file.read(end - start)
        return self.content[start:end]


@dataclass
class FakeRepo:
    """One repository and what its page says."""

    name: str
    files: dict[str, FakeFile]
    commit: str = COMMIT
    gated: str | bool = False  # False, "auto" or "manual"
    private: bool = False
    facts: dict[str, object] = field(default_factory=dict)  # more of the page, as JSON


@dataclass
class Seen:
    """One request as it came, and how many bytes of a body went back."""

    origin: str  # "hub" or "store"
    method: str
    path: str
    headers: dict[str, str]
    status: int = 0
    sent_bytes: int = 0


class FakeHub:
    """Two origins on loopback: the hub, and the store that signed links lead to.

    Attributes:
        url: Of the hub.
        store_url: Of the second origin.
        redirects: Files lie in the store; else the hub sends them itself.
        link_uses: How many requests a signed link allows; None for any number.
        faults: What goes wrong, in order, one for each request for a file's bytes.
        resolve_faults: The same for requests that would be redirected to the store.
        api_faults: The same for everything under /api.
        usual: What happens to every other such request: a slow line.
        seen: Every request.
    """

    def __init__(self, *, redirects: bool = True) -> None:
        self.redirects = redirects
        self.link_uses: int | None = None
        self.faults: deque[Fault] = deque()
        self.resolve_faults: deque[Fault] = deque()
        self.api_faults: deque[Fault] = deque()
        self.usual: Fault | None = None
        self.seen: list[Seen] = []
        self.repos: dict[str, FakeRepo] = {}
        self.token = TOKEN
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._links: dict[str, tuple[FakeFile, int]] = {}
        self._servers = [_server(self, origin) for origin in ("hub", "store")]
        self.url, self.store_url = (
            f"http://127.0.0.1:{each.server_address[1]}" for each in self._servers
        )

    def add(
        self, name: str, files: Mapping[str, bytes | Path | FakeFile], **facts: object
    ) -> FakeRepo:
        """Publish a repository; ``gated``, ``private``, ``commit`` or more of its page."""
        own = {key: facts.pop(key) for key in ("gated", "private", "commit") if key in facts}
        made = {
            path: each if isinstance(each, FakeFile) else FakeFile(each)
            for path, each in files.items()
        }
        self.repos[name] = FakeRepo(name, made, facts=facts, **own)
        return self.repos[name]

    def link(self, repo: str, name: str) -> str:
        """Return the address that a client asks for a file."""
        found = self.repos[repo]
        return f"{self.url}/{repo}/resolve/{found.commit}/{quote(name)}"

    def bodies(self) -> list[Seen]:
        """Return the requests that were for a file's bytes."""
        origin = "store" if self.redirects else "hub"
        return [
            each
            for each in self.seen
            if each.origin == origin and each.method == "GET" and "/api/" not in each.path
        ]

    def sent_bytes(self) -> int:
        """Return how much of bodies was sent."""
        return sum(each.sent_bytes for each in self.bodies())

    def close(self) -> None:
        """End both servers; transfers that hang end too."""
        self.closing.set()
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def __enter__(self) -> "FakeHub":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- for the handlers ---

    def saw(self, seen: Seen) -> None:
        with self._lock:
            self.seen.append(seen)

    def next_fault(self, faults: deque[Fault]) -> Fault | None:
        with self._lock:
            return faults.popleft() if faults else None

    def signed(self, file: FakeFile) -> str:
        with self._lock:
            name = f"/blob/{len(self._links)}"
            self._links[name] = (file, 0)
        return f"{self.store_url}{name}?Expires=1&Signature=secret"

    def behind(self, path: str) -> FakeFile | None:
        """Return the file of a signed link, or None if it was used too often."""
        with self._lock:
            file, uses = self._links[path]
            self._links[path] = (file, uses + 1)
        return None if self.link_uses is not None and uses >= self.link_uses else file


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    hub: FakeHub
    origin: str

    def handle_error(self, *_: object) -> None:
        """Say nothing: clients that go away are what the tests are about."""


def _server(hub: FakeHub, origin: str) -> _Server:
    server = _Server(("127.0.0.1", 0), _Handler)
    server.hub, server.origin = hub, origin
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, *_: object) -> None:
        """Keep the tests' output clean."""

    def do_HEAD(self) -> None:
        self._route()

    def do_GET(self) -> None:
        self._route()

    def _route(self) -> None:
        hub = self.server.hub
        self.seen = Seen(
            self.server.origin, self.command, self.path, dict(self.headers.items())
        )
        hub.saw(self.seen)
        path = unquote(urlsplit(self.path).path)
        if path.startswith("/blob/"):
            self._blob(path)
        elif path.startswith("/api/"):
            if not self._trouble(hub.next_fault(hub.api_faults)):
                self._api(path, parse_qs(urlsplit(self.path).query))
        elif match := re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path):
            self._resolve(*match.groups())
        else:
            self._say(404, b"")

    # --- files ---

    def _resolve(self, name: str, revision: str, path: str) -> None:
        hub = self.server.hub
        repo = self._allowed(name)
        if repo is None:
            return
        if revision not in {repo.commit, "main"}:
            self._error(404, "RevisionNotFound", "Invalid rev id")
        elif path not in repo.files:
            self._error(404, "EntryNotFound", "Entry not found")
        elif hub.redirects and repo.files[path].lfs:
            self._redirect(repo, repo.files[path])
        else:
            self._send_file(repo.files[path], {"X-Repo-Commit": repo.commit})

    def _redirect(self, repo: FakeRepo, file: FakeFile) -> None:
        hub = self.server.hub
        if self.command == "GET" and self._trouble(hub.next_fault(hub.resolve_faults)):
            return
        headers = {
            "X-Repo-Commit": repo.commit,
            "X-Linked-Size": str(file.said_bytes),
            "X-Linked-Etag": f'"{file.said_sha256()}"',
            "Location": hub.signed(file),
            "Accept-Ranges": "bytes",
        }
        self._say(302, b"", headers)

    def _blob(self, path: str) -> None:
        file = self.server.hub.behind(path)
        if file is None:
            self._say(403, b"<Error><Code>AccessDenied</Code></Error>")
        else:
            self._send_file(file, {})

    def _send_file(self, file: FakeFile, headers: dict[str, str]) -> None:
        hub = self.server.hub
        fault = hub.next_fault(hub.faults) or hub.usual if self.command == "GET" else None
        if self._trouble(fault):
            return
        etag = fault.etag if isinstance(fault, OtherEtag) else file.said_etag()
        size = file.size_bytes
        start, end = self._range(fault, etag, file)
        if start is None:
            self._say(416, b"", {"Content-Range": f"bytes */{size}"})
            return
        is_part = self._is_part
        headers = {
            **headers, "ETag": etag, "Accept-Ranges": "bytes",
            "X-Linked-Size": str(file.said_bytes), "X-Linked-Etag": f'"{file.said_sha256()}"',
        }  # fmt: skip
        if is_part:
            said = f"bytes {start}-{end - 1}/{size}"
            if isinstance(fault, ClaimRange):
                said = fault.content_range.format(start=start, end=end, size=size)
            headers["Content-Range"] = said
        self._body(206 if is_part else 200, file, start, end, headers, fault)

    def _range(self, fault: Fault | None, etag: str, file: FakeFile) -> tuple[int | None, int]:
        """Return which bytes to send; None as start if there are none such."""
        self._is_part, size = False, file.size_bytes
        match = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
        condition = self.headers.get("If-Range")
        if file.ignores_condition:
            condition = None
        if not match or isinstance(fault, IgnoreRange) or (condition and condition != etag):
            return 0, size
        if not match[1]:
            start, end = max(size - int(match[2]), 0), size
        else:
            start, end = int(match[1]), min(int(match[2]) + 1 if match[2] else size, size)
        if start >= size:
            return None, 0
        self._is_part = True
        if isinstance(fault, ShiftRange):
            start = max(start + fault.by_bytes, 0)
        return start, end

    def _body(
        self,
        status: int,
        file: FakeFile,
        start: int,
        end: int,
        headers: dict[str, str],
        fault: Fault | None,
    ) -> None:
        length = end - start
        self.seen.status = status
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if isinstance(fault, Extra | Short | Gzip):
            self._odd_body(file, start, end, fault)
            return
        lie = fault.by_bytes if isinstance(fault, LieLength) else 0
        self.send_header("Content-Length", str(length + lie))
        self.end_headers()
        if self.command == "HEAD":
            return
        if lie:
            self.close_connection = True
        self._pump(file, start, min(end, end + lie), fault)

    def _odd_body(self, file: FakeFile, start: int, end: int, fault: Fault) -> None:
        content = file.read(start, end)
        if isinstance(fault, Gzip):
            content = gzip.compress(content, 1)
            self.send_header("Content-Encoding", "gzip")
        elif isinstance(fault, Extra):
            content += fault.more
        elif isinstance(fault, Short):
            content = content[: -fault.missing_bytes]
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for at in range(0, len(content), SEND_BYTES):
            piece = content[at : at + SEND_BYTES]
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            self.seen.sent_bytes += len(piece)
        self.wfile.write(b"0\r\n\r\n")

    def _pump(self, file: FakeFile, start: int, end: int, fault: Fault | None) -> None:
        """Send the bytes until the end or until the fault says otherwise."""
        stop = end
        if isinstance(fault, Drop | Hang) and fault.after_bytes is not None:
            stop = min(end, start + fault.after_bytes)
        if fault is None and isinstance(file.content, Path):
            with file.content.open("rb") as source:
                self.seen.sent_bytes += self.connection.sendfile(source, start, end - start)
            return
        pieces = 0
        at = start
        while at < stop:
            size = SEND_BYTES
            if isinstance(fault, Drip) and (fault.pieces is None or pieces < fault.pieces):
                size = min(fault.piece_bytes, stop - at)
                if pieces and self.server.hub.closing.wait(fault.pause_s):
                    return
            if isinstance(fault, Tire) and at - start >= fault.after_bytes:
                size = fault.piece_bytes
                if self.server.hub.closing.wait(fault.pause_s):
                    return
            piece = file.read(at, min(at + size, stop))
            if isinstance(fault, Flip) and at <= fault.at < at + len(piece):
                inside = fault.at - at
                piece = piece[:inside] + bytes([piece[inside] ^ 1]) + piece[inside + 1 :]
            self.wfile.write(piece)
            self.seen.sent_bytes += len(piece)
            at += len(piece)
            pieces += 1
        if stop < end and isinstance(fault, Hang):
            self._hang()
        elif stop < end:
            self._break(hard=isinstance(fault, Drop) and fault.hard)

    def _hang(self) -> None:
        """Send nothing until the client goes away."""
        self.connection.settimeout(0.05)
        while not self.server.hub.closing.is_set():
            with suppress(TimeoutError):
                if not self.connection.recv(1):
                    break
        self.close_connection = True

    def _break(self, *, hard: bool) -> None:
        if hard:
            self._drain()
            lingering = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, lingering)
        self.close_connection = True

    def _drain(self) -> None:
        """Wait until the other side's system has all: a reset drops what was never sent."""
        unsent = bytearray(4)
        for _ in range(100):
            fcntl.ioctl(self.connection, termios.TIOCOUTQ, unsent)
            if not any(unsent) or self.server.hub.closing.wait(0.01):
                return

    # --- other answers ---

    def _trouble(self, fault: Fault | None) -> bool:
        """Answer with a fault that replaces the whole answer; tell whether there was one."""
        match fault:
            case Status(code, headers, body):
                self._say(code, body, headers)
            case Redirect(to, code):
                self._say(code, b"", {"Location": to.format(url=self.server.hub.url)})
            case Hang(None):
                self._hang()
            case _:
                return False
        return True

    def _allowed(self, name: str) -> FakeRepo | None:
        hub = self.server.hub
        repo = hub.repos.get(name)
        has_token = self.headers.get("Authorization") == f"Bearer {hub.token}"
        if repo is None or (repo.private and not has_token):
            self._error(401, "RepoNotFound", "Repository not found")
            return None
        if repo.gated and not has_token:
            code = 403 if "Authorization" in self.headers else 401
            self._error(code, "GatedRepo", "Access to this model is restricted.")
            return None
        return repo

    def _error(self, status: int, code: str, message: str) -> None:
        headers = {"X-Error-Code": code, "X-Error-Message": message}
        self._say(status, json.dumps({"error": message}).encode(), headers)

    def _say(self, status: int, body: bytes, headers: Mapping[str, str] = {}) -> None:
        self.seen.status = status
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    # --- /api ---

    def _api(self, path: str, query: dict[str, list[str]]) -> None:
        hub = self.server.hub
        if path == "/api/models":
            self._json([_page(each) for each in _found(hub, query)])
        elif path == "/api/whoami-v2":
            known = self.headers.get("Authorization") == f"Bearer {hub.token}"
            self._json(
                {"name": "somebody", "type": "user"} if known else {}, 200 if known else 401
            )
        elif match := re.fullmatch(r"/api/models/([^/]+/[^/]+)/tree/([^/]+)", path):
            self._of_repo(match[1], _tree)
        elif match := re.fullmatch(r"/api/models/([^/]+/[^/]+)(/revision/[^/]+)?", path):
            self._of_repo(match[1], _page)
        else:
            self._say(404, b"{}")

    def _of_repo(self, name: str, answer: object) -> None:
        repo = self.server.hub.repos.get(name)
        if repo is None or repo.private:
            repo = self._allowed(name)  # a gated page can be seen, its files cannot
        if repo is not None:
            self._json(answer(repo))

    def _json(self, answer: object, status: int = 200) -> None:
        self._say(status, json.dumps(answer).encode(), {"Content-Type": "application/json"})


def _found(hub: FakeHub, query: dict[str, list[str]]) -> list[FakeRepo]:
    words = query.get("search", [""])[0].lower()
    author = query.get("author", [""])[0]
    found = [
        repo
        for repo in hub.repos.values()
        if words in repo.name.lower()
        and repo.name.startswith(f"{author}/" if author else "")
        and not repo.private
    ]
    found.sort(key=lambda repo: repo.facts.get("downloads", 0), reverse=True)
    return found[: int(query.get("limit", ["1000"])[0])]


def _page(repo: FakeRepo) -> dict[str, object]:
    return {
        "_id": repo.name,
        "id": repo.name,
        "modelId": repo.name,
        "author": repo.name.partition("/")[0],
        "sha": repo.commit,
        "private": repo.private,
        "gated": repo.gated,
        "downloads": 0,
        "likes": 0,
        "tags": ["gguf"],
        "lastModified": "2026-10-01T12:00:00.000Z",
        "createdAt": "2026-09-01T12:00:00.000Z",
        "siblings": [{"rfilename": path} for path in repo.files],
        **repo.facts,
    }


def _tree(repo: FakeRepo) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for path, file in repo.files.items():
        row = {"type": "file", "oid": "a" * 40, "size": file.said_bytes, "path": path}
        if file.lfs:
            row["lfs"] = {
                "oid": file.said_sha256(), "size": file.said_bytes, "pointerSize": 135,
            }  # fmt: skip
        rows.append(row)
    return rows


def main() -> None:
    """Serve one file until standard input ends, for what runs in other processes."""
    asked = argparse.ArgumentParser()
    asked.add_argument("file", type=Path)
    asked.add_argument("--direct", action="store_true", help="without a second origin")
    options = asked.parse_args()
    with FakeHub(redirects=not options.direct) as hub:
        hub.add("org/model", {options.file.name: options.file})
        print(hub.link("org/model", options.file.name), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
