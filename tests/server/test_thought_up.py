"""Requests that schemathesis thinks up from our own description; ./dev promises tries 5,000."""

import json

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from tests.server.room import KEY, raw, status

from inglenook.server.openapi import document

EACH = 17  # of nine kinds
USUAL = settings(
    max_examples=EACH,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def sent(port, case) -> int:
    """Send what was thought up, and return the status."""
    body = json.dumps(case.body).encode() if case.method == "POST" else b""
    headers = (
        f"Host: 127.0.0.1:{port}", f"Authorization: Bearer {KEY}", "Connection: close",
        "Content-Type: application/json", f"Content-Length: {len(body)}",
    )  # fmt: skip
    return status(raw(port, f"{case.method} {case.formatted_path}", *headers, body=body))


def thought_up(port, kind) -> list[int]:
    """Send requests of one kind, and return their statuses."""
    found = []

    @USUAL
    @given(kind.as_strategy())
    def send(case):
        found.append(sent(port, case))

    send()
    return found


@pytest.mark.slow
def test_nothing_that_can_be_thought_up_brings_the_server_down(room, client):
    """Promise A2."""
    import schemathesis  # noqa: PLC0415  (takes a second)

    kinds = [
        each.ok() for each in schemathesis.openapi.from_dict(document()).get_all_operations()
    ]
    found = {kind.label: thought_up(room.listener.port, kind) for kind in kinds}
    assert len(found) == 9
    assert [
        seen for seen in found.items() if not all(200 <= each < 500 for each in seen[1])
    ] == []
    asked = [{"role": "user", "content": "/echo text=Still here"}]
    answer = client.chat.completions.create(model="echo", messages=asked)
    assert answer.choices[0].message.content == "Still here"
