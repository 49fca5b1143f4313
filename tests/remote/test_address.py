import pytest

from inglenook.core.errors import BadArgumentError
from inglenook.remote.address import address_from, is_private

GOOD = {
    "http://box:8000": "http://box:8000/v1",
    "http://box:8000/": "http://box:8000/v1",
    "http://box:8000/v1": "http://box:8000/v1",
    "http://box:8000/v1/": "http://box:8000/v1",
    "http://box:8000/v1/chat/completions": "http://box:8000/v1",
    "http://box/v1/models": "http://box/v1",
    " box:8000 ": "http://box:8000/v1",
    "192.168.1.7:8080": "http://192.168.1.7:8080/v1",
    "api.example.com": "https://api.example.com/v1",
    "https://api.example.com:443": "https://api.example.com/v1",
    "HTTPS://API.Example.com/openai/v1": "https://api.example.com/openai/v1",
    "https://api.example.com/proxy": "https://api.example.com/proxy/v1",
    "https://api.example.com/v3": "https://api.example.com/v3",
    "http://[::1]:8080": "http://[::1]:8080/v1",
    "[fd00::7]:8000": "http://[fd00::7]:8000/v1",
    "http://bücher.example": "http://xn--bcher-kva.example/v1",
}
BAD = (
    "", "  ", "http://", "http:///v1", "ftp://box", "file:///etc/passwd", "javascript:alert(1)",
    "http://box:0", "http://box:99999", "http://box:port", "http://user:word@box:8000",
    "http://key@box", "http://box/v1?key=1", "http://box/#x", "http://bo x", "http://bo\nx",
    "http://box\x00", "http://..", "http://a..b", "http://-box", "http://2130706433",
    "http://0x7f.1", "http://[fe80::1%25eth0]", "http://[::1", "[::1", "http://" + "x" * 400,
    "http://\u202ebox", "http://" + "ü" * 70,
)  # fmt: skip


@pytest.mark.parametrize(("typed", "base"), GOOD.items())
def test_addresses_are_read_as_people_write_them(typed: str, base: str):
    assert address_from(typed).base == base


@pytest.mark.parametrize("typed", BAD)
def test_what_is_no_address_is_refused(typed: str):
    with pytest.raises(BadArgumentError):
        address_from(typed)


def test_the_host_is_shown_with_its_port_and_without_disguise():
    assert address_from("http://box:8000/v1").host == "box:8000"
    assert address_from("https://api.example.com").host == "api.example.com"
    assert address_from("http://[::1]:8080").host == "[::1]:8080"
    assert address_from("https://аpi.example.com").host == "xn--pi-6kc.example.com"


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("box", True), ("box.local", True), ("box.lan.", True), ("10.1.2.3", True),
        ("172.16.0.1", True), ("192.168.0.1", True), ("100.64.1.2", True), ("fe80::1", True),
        ("fd00::1", True), ("127.0.0.1", True), ("localhost", True), ("example.com", False),
        ("8.8.8.8", False), ("2001:4860:4860::8888", False), ("local.example.com", False),
    ],
)  # fmt: skip
def test_private_networks_are_known_by_their_names(host: str, private: bool):
    assert is_private(host) is private


def test_this_computer_is_known_and_needs_no_encryption():
    for typed in ("localhost:11434", "127.0.0.2:80", "http://[::1]", "http://me.localhost"):
        address = address_from(typed)
        assert (address.is_here, address.is_private, address.is_encrypted) == (True, True, True)
    box = address_from("http://box:8000")
    assert (box.is_here, box.is_private, box.is_encrypted) == (False, True, False)
    assert address_from("https://box").is_encrypted
