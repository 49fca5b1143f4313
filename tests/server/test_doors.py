"""Who is let in, tried over a real socket as attackers would."""

import pytest
from tests.server.room import KEY, connect, everything, fields, raw, status
from tests.server.visits import BODY, broken, matrix

CASES = list(matrix())
USUAL = (f"Authorization: Bearer {KEY}", "Content-Type: application/json", "Connection: close")


def post(room, *headers, body=BODY, path="/v1/chat/completions"):
    port = room.listener.port
    return raw(port, f"POST {path}", f"Host: 127.0.0.1:{port}", *headers, body=body)


def sent(room, body, path="/v1/chat/completions"):
    """Send a body as an honest program would, whatever it holds."""
    return post(room, *USUAL, f"Content-Length: {len(body)}", body=body, path=path)


def test_only_programs_here_with_the_key_are_answered(room):
    """Promise A1."""
    assert len(CASES) >= 200
    port = room.listener.port
    found = [broken(case, raw(port, *case.lines(port, KEY), body=BODY)) for case in CASES]
    assert [each for each in found if each] == []


def test_a_page_of_this_computer_may_read_its_answer_and_nobody_else(room):
    port = room.listener.port
    asked = (f"Host: 127.0.0.1:{port}", "Origin: http://localhost:3000", "Connection: close")
    answer = raw(port, "OPTIONS /v1/models", *asked).lower()
    assert b"access-control-allow-origin: http://localhost:3000\r\n" in answer
    assert b"access-control-allow-headers: authorization, content-type\r\n" in answer
    assert b"credentials" not in answer
    told = raw(port, "GET /v1/models", *asked, f"Authorization: Bearer {KEY}").lower()
    assert b"vary: origin" in told
    for name in (b"nosniff", b"no-store", b"same-origin"):
        assert name in told


def test_a_browser_that_says_it_is_another_site_is_refused(room):
    port = room.listener.port
    for said, expected in (("cross-site", 403), ("same-site", 200), ("none", 200)):
        headers = (f"Host: 127.0.0.1:{port}", f"Sec-Fetch-Site: {said}", "Connection: close")
        assert status(raw(port, "GET /health", *headers)) == expected


@pytest.mark.parametrize(
    "headers",
    [
        ("Host: evil.example", f"Content-Length: {len(BODY)}"),
        (f"Authorization: Bearer {KEY}", f"Content-Length: {len(BODY)}"),
        ("Content-Type: text/plain", f"Content-Length: {len(BODY)}"),
        (f"Content-Length: {len(BODY)}", "Transfer-Encoding: chunked"),
        (f"Content-Length: {len(BODY)}", f"Content-Length: {len(BODY) + 1}"),
        ("Content-Length: -1",),
        ("Content-Length: 9x",),
        ("Transfer-Encoding: chunked, identity",),
        ("X-Two: a\r\n folded: b\x00",),
    ],
)
def test_a_request_that_can_be_read_in_two_ways_is_refused(room, headers):
    answer = post(room, *USUAL, *headers)
    assert 400 <= status(answer) < 502
    assert b"chat.completion" not in answer


@pytest.mark.parametrize(
    "target",
    [
        "http://evil.example/v1/models",
        "//evil.example/v1/models",
        "*",
        "v1/models",
        "/health/..%2f",
    ],
)
def test_a_target_that_is_no_path_here_is_refused(room, target):
    port = room.listener.port
    answer = raw(port, f"GET {target}", f"Host: 127.0.0.1:{port}", "Connection: close")
    assert status(answer) in {400, 401}


def test_a_path_in_disguise_needs_the_key_too(room):
    port = room.listener.port
    for path in ("/%68ealth", "/health?x", "/health/", "/v1/../health"):
        answer = raw(port, f"GET {path}", f"Host: 127.0.0.1:{port}", "Connection: close")
        assert status(answer) == (200 if path == "/health?x" else 401)


def test_an_old_request_without_a_host_is_refused(room):
    assert status(raw(room.listener.port, "GET /health", version="HTTP/1.0")) == 403


@pytest.mark.parametrize("name", ["Content-Encoding: gzip", "Content-Encoding: br, deflate"])
def test_a_body_that_grows_when_it_is_unpacked_is_not_read(room, name):
    assert status(post(room, *USUAL, name, f"Content-Length: {len(BODY)}")) == 415


def test_a_body_that_is_too_large_is_refused_before_it_is_read(room):
    answer = post(room, *USUAL, f"Content-Length: {64 * 2**20}", body=b"")
    assert status(answer) == 413
    assert fields(answer)["error"]["code"] == "request_too_large"


def test_a_body_without_a_length_is_refused_where_it_becomes_too_large(room):
    chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
    answer = post(room, *USUAL, "Transfer-Encoding: chunked", body=chunk * 33 + b"0\r\n\r\n")
    assert status(answer) == 413


def test_headers_without_an_end_are_refused(room):
    length = f"Content-Length: {len(BODY)}"
    assert status(post(room, *USUAL, f"X-Long: {'x' * 20_000}", length)) in {400, 431}
    assert status(post(room, *USUAL, *(f"X-{at}: 1" for at in range(70)), length)) == 431
    # What was not read may break the line before the answer comes.
    assert status(post(room, *USUAL, f"X-Long: {'x' * 2_000_000}", length)) in {0, 400, 431}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe{\x00}\x00",
        b"\xef\xbb\xbf{}",
        b"[" * 10_000 + b"]" * 10_000,
        b'{"x":' * 10_000 + b"1" + b"}" * 10_000,
        b'{"messages":[{"role":"user","content":"\\ud800"}]}',
        b'{"messages":[{"role":"user","content":"\\udc00x"}]}',
        b'{"messages":[{"role":"user","content":"x"}],"temperature":NaN}',
        b'{"messages":[{"role":"user","content":"x"}],"temperature":1e999}',
        b'{"messages":[{"role":"user","content":"x"}],"temperature":-0.1}',
        b'{"messages":[{"role":"user","content":"x"}],"max_tokens":' + b"9" * 400 + b"}",
        b'{"messages":[{"role":"user","content":"x"}],"n":-3}',
        b'{"messages":[{"role":"user","content":"x"}],"seed":1e300}',
        b'{"messages":[{"role":"user","content":"x"}],"logit_bias":{"99999999999":1}}',
        b'{"messages":[{"role":"user","content":"x"}],"logit_bias":{"9999999999":1}}',
        b'{"messages":[' + b'{"role":"user","content":"x"},' * 2048
        + b'{"role":"user","content":"x"}]}',
        b'{"model":"' + b"m" * 301 + b'","messages":[{"role":"user","content":"x"}]}',
        b'{"messages":[{"role":"user","content":"x"}],"response_format":{"type":"json_schema",'
        b'"json_schema":{"schema":{"a":' + b"[" * 70 + b"]" * 70 + b"}}}}",
        b'{"messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":'
        b'{"name":"f","parameters":{"a":' + b"[" * 70 + b"]" * 70 + b"}}}]}",
        b'{"messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":'
        b'{"name":"a b"}}]}',
        b'{"messages":[{"role":"user","content":[{"type":"input_audio"}]}]}',
        b'{"messages":[{"role":"assistant","content":[{"type":"image_url","image_url":'
        b'{"url":"data:image/png;base64,iVBORw0KGgo="}}]}]}',
        b'{"messages":[{"role":"tool","content":[{"type":"image_url","image_url":'
        b'{"url":"data:image/png;base64,iVBORw0KGgo="}}]}]}',
        b'{"messages":[{"role":"user","content":[{"type":"image_url","image_url":'
        b'{"url":"data:image/png;base64,%%%"}}]}]}',
        b'{"messages":[{"role":"user","content":[{"type":"image_url","image_url":'
        b'{"url":"data:image/png;base64,AAAA"}}]}]}',
        b'{"messages":[{"role":"user","content":[{"type":"image_url","image_url":'
        b'{"url":"file:///etc/passwd"}}]}]}',
    ],
    ids=range(29),
)  # fmt: skip
def test_a_body_that_makes_no_sense_is_refused_in_words(room, body):
    answer = sent(room, body)
    assert status(answer) == 400
    assert fields(answer)["error"]["message"]


def test_what_the_client_cannot_say_makes_a_sentence_of_its_own(room):
    answer = sent(room, b"{}", path="/tokenize")
    assert (status(answer), fields(answer)["error"]["param"]) == (400, "content")
    assert fields(sent(room, b'{"prompt":"hi"}', "/tokenize"))["tokens"] == [104, 105]
    assert fields(sent(room, b'{"tokens":[104,105]}', "/detokenize"))["content"] == "hi"
    assert status(sent(room, b'{"tokens":[2147483647]}', "/detokenize")) == 400
    assert status(sent(room, b'{"content":"%s"}' % (b"x" * 100_001), "/tokenize")) == 400
    assert status(sent(room, b'{"tokens":[-1]}', "/detokenize")) == 400
    assert status(sent(room, b'{"content":"x","model":"nobody"}', "/tokenize")) == 404
    assert status(sent(room, b'{"input":' + b'["x"]' + b"}", "/v1/embeddings")) == 200
    assert (
        status(sent(room, b'{"input":["' + b'x","' * 2048 + b'x"]}', "/v1/embeddings")) == 400
    )
    assert status(sent(room, b"{}", path="/v1/nothing")) == 404
    assert status(sent(room, b"{}", path="/v1/models")) == 405


def test_two_requests_on_one_line_are_both_answered(room):
    port = room.listener.port
    one = f"GET /health HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
    line = connect(port)
    line.sendall(f"{one}\r\n{one}Connection: close\r\n\r\n".encode())
    assert everything(line).count(b'{"status":"ok"}') == 2
    line.close()


def test_the_log_holds_routes_and_never_what_was_made_up(room):
    port = room.listener.port
    raw(port, "GET /<script>secret", f"Host: 127.0.0.1:{port}", "Connection: close")
    raw(port, "GET /v1/models/secret", f"Host: 127.0.0.1:{port}", "Connection: close")
    room.notes.wait(lambda: ("/v1/models/…", 401) in room.notes.ends)
    assert ("…", 401) in room.notes.ends
    assert "secret" not in str(room.notes.begun)
