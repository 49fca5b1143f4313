"""One small file from an address that a person has typed: bounded in size and in time."""

import http.server
import threading
from collections.abc import Iterator

import pytest

from inglenook.core.errors import NetworkError
from inglenook.downloads.small import fetch_small

CONTENT = b"0123456789" * 10_000


@pytest.fixture
def address() -> Iterator[str]:
    class Serve(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(CONTENT)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Serve) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/file"
        server.shutdown()
        thread.join()


def test_the_whole_file_comes(address: str) -> None:
    assert fetch_small(address, 1_000_000) == CONTENT


def test_of_what_is_too_long_one_byte_more_is_told(address: str) -> None:
    assert fetch_small(address, 99) == CONTENT[:100]


def test_a_server_that_takes_too_long_is_left(address: str) -> None:
    with pytest.raises(NetworkError, match="very slow"):
        fetch_small(address, 1_000_000, whole_s=0.0)
