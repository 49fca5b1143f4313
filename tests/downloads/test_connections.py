"""Every request is told of: whom we asked, what for, how much came; never its words."""

import dataclasses

import pytest
from tests.data.fake_hub import FakeHub
from tests.downloads.hubs import QUICK, furnish

from inglenook.core.errors import InglenookError
from inglenook.downloads.client import HubClient
from inglenook.downloads.connections import Connection, Purpose, purpose_of
from inglenook.downloads.hub import Hub
from inglenook.downloads.network import open_client
from inglenook.downloads.query import Query


@pytest.mark.parametrize(
    ("path", "purpose"),
    [
        ("/api/models", Purpose.SEARCH),
        ("/api/models/", Purpose.SEARCH),
        ("/api/models/org/Tiny/tree/main", Purpose.MODEL),
        ("/org/Tiny/resolve/main/a.gguf", Purpose.FILE),
        ("/", Purpose.FILE),
    ],
)
def test_what_a_request_is_for_is_told_by_its_path(path: str, purpose: Purpose):
    assert purpose_of(path) is purpose


def test_each_answer_is_told_with_its_size_and_without_its_words(tmp_path):
    told: list[Connection] = []
    with FakeHub() as fake:
        furnish(fake)
        client = HubClient(fake.url, tmp_path, patience=QUICK, tell=told.append)
        Hub(client).search(Query("quagmire"))
        Hub(client).readme(Hub(client).model("org/Tiny-2B-GGUF"))
        client.close()
    assert [each.purpose for each in told[:2]] == ["search", "model"]
    assert all(each.status == 200 and each.received_bytes > 0 for each in told)
    assert all(each.host == fake.url.removeprefix("http://") for each in told)
    assert "quagmire" not in str([dataclasses.astuple(each) for each in told])


def test_a_question_without_an_answer_is_told_too(tmp_path):
    told: list[Connection] = []
    with FakeHub() as fake:
        url = fake.url
    client = HubClient(url, tmp_path, patience=QUICK, tell=told.append)
    with pytest.raises(InglenookError):
        client.get("/api/models")
    assert [(each.status, each.received_bytes) for each in told] == [(0, 0)]


def test_a_whole_answer_and_a_line_that_is_read_directly_are_counted(tmp_path):
    told: list[Connection] = []
    with FakeHub() as fake, open_client(tell=told.append) as client:
        furnish(fake)
        url = f"{fake.url}/api/models/org/Tiny-2B-GGUF"
        whole = client.get(url)
        with client.stream("GET", url) as response:
            line = response.extensions["network_stream"]
            assert line.get_extra_info("socket") is not None
            came = b"".join(response.iter_raw())
    assert [each.received_bytes for each in told] == [len(whole.content), len(came)]
