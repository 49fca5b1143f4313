"""Only web pages and mail may be opened, and their real host is told."""

import pytest

from inglenook.ui.chat.links import bare_addresses, host_of, openable


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "//host/share",
        "/dev/zero",
        "\\\\host\\share",
        "vbscript:x",
        "smb://h/s",
        "ftp://h",
        "http://",
        "https://a\u202e.com",
        "https://user@evil.com",
        "https://good.com:x@evil.com/",
        "http://[",
        "",
        "x" * 5_000,
        "mailto:",
        "https://a b.c",
        "https:/\\evil.com",
    ],
)
def test_everything_else_is_refused(address):
    assert not openable(address)


@pytest.mark.parametrize(
    "address",
    ["https://example.com/a?b#c", "http://localhost:80", "mailto:a@b.c", "HTTPS://X.org"],
)
def test_pages_and_mail_may_be_opened(address):
    assert openable(address) == address


def test_the_host_is_spelt_as_the_network_sees_it():
    assert host_of("https://аpple.com/x") == "xn--pple-43d.com"
    assert host_of("mailto:someone@example.com") == "someone@example.com"


def test_addresses_in_running_text_end_before_the_full_stop():
    text = "See https://en.wikipedia.org/wiki/A_(b). Or (https://x.org)."
    assert [text[a:b] for a, b in bare_addresses(text)] == [
        "https://en.wikipedia.org/wiki/A_(b)",
        "https://x.org",
    ]
