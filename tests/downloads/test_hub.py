"""The Hub as we ask it: search, pages, files, links; and every way in which it fails."""

import json
import time

import pytest
from tests.data.fake_hub import COMMIT, TOKEN, FakeHub
from tests.data.hub_faults import Drip, Hang, Redirect, Status
from tests.downloads.hubs import HASTY, furnish, hub_of

from inglenook.core.errors import (
    BadArgumentError,
    BusyHubError,
    DownloadError,
    GatedError,
    GoneError,
    InglenookError,
    NetworkError,
    OfflineError,
)
from inglenook.downloads.client import Cancelled, HubClient, Patience
from inglenook.downloads.hub import README_BYTES
from inglenook.downloads.query import Query, Sort
from inglenook.downloads.source import RemoteFile

REPO = "org/Tiny-2B-GGUF"


@pytest.fixture
def fake():
    with FakeHub() as hub:
        furnish(hub)
        yield hub


@pytest.fixture
def hub(fake, tmp_path):
    made = hub_of(fake, tmp_path)
    yield made
    made.close()


# --- what works ---


def test_a_search_finds_models_with_what_helps_to_choose(fake, hub):
    furnish(
        fake, "org/Big-70B-GGUF", downloads=9, gguf={"total": 7e10, "architecture": "llama"}
    )
    big, tiny = hub.search(Query())
    assert (big.name, big.parameters, big.architecture) == ("Big 70B", 70_000_000_000, "llama")
    assert (tiny.repo, tiny.downloads, tiny.licence) == (REPO, 7, "Apache 2.0")
    assert (tiny.updated, tiny.maker, tiny.gated) == ("2026-10-01", "org", False)
    assert [one.repo for one in hub.search(Query("tiny"))] == [REPO]


def test_a_search_asks_the_hub_for_models_that_run_here(fake, hub):
    hub.search(Query(" qwen 3 ", Sort.UPDATED, 500, with_gated=False, author="Qwen"))
    asked = fake.seen[-1].path
    for part in ("filter=gguf", "sort=lastModified", "limit=100", "gated=false", "expand=gguf"):
        assert part in asked
    assert "search=qwen%203" in asked or "search=qwen+3" in asked
    assert "author=Qwen" in asked


def test_nobody_learns_who_asks(fake, hub):
    hub.search(Query())
    headers = {name.lower(): value for name, value in fake.seen[-1].headers.items()}
    assert headers["user-agent"].startswith("inglenook")
    assert not {"authorization", "cookie", "x-amzn-trace-id"} & set(headers)


def test_a_repository_lists_its_files_with_sizes_and_hashes(fake, hub):
    found = hub.repository(REPO)
    files = {file.name: file for file in found.files}
    real = fake.repos[REPO].files["Tiny-2B-Q4_0.gguf"]
    assert files["Tiny-2B-Q4_0.gguf"].size_bytes == real.size_bytes
    assert files["Tiny-2B-Q4_0.gguf"].sha256 == real.said_sha256()
    assert files["README.md"].sha256 == ""
    assert found.remote(files["imatrix.dat"]).commit == COMMIT


def test_a_readme_is_text_without_the_machines_part(fake, hub):
    assert hub.readme(hub.model(REPO)) == "# Model\n\nIt answers."
    fake.add("org/bare", {"M.gguf": b"x"})
    assert hub.readme(hub.model("org/bare")) == ""


def test_a_link_leads_to_the_store_without_the_token(fake, tmp_path):
    hub = hub_of(fake, tmp_path, token=TOKEN)
    link = hub.link(remote(hub))
    assert link.url.startswith(fake.store_url)
    assert link.headers == ()
    assert TOKEN not in repr(link)
    hub.close()


def test_a_link_on_the_hub_itself_carries_the_token(tmp_path):
    with FakeHub(redirects=False) as fake:
        furnish(fake, gated="auto")
        hub = hub_of(fake, tmp_path, token=TOKEN)
        link = hub.link(remote(hub))
        assert link.headers == (("authorization", f"Bearer {TOKEN}"),)
        hub.close()


def test_a_renamed_repository_is_followed(fake, hub):
    fake.api_faults.append(Redirect("{url}/api/models/" + REPO, 307))
    assert hub.model("old/name").repo == REPO


# --- refusals ---


def remote(hub, repo=REPO) -> RemoteFile:
    found = hub.repository(repo)
    return next(found.remote(file) for file in found.files if file.name.endswith("Q4_0.gguf"))


def refusal(kind, ask) -> InglenookError:
    with pytest.raises(kind) as caught:
        ask()
    problem = caught.value.problem
    assert len(problem.title.split()) <= 9
    assert problem.advice.endswith(".")
    return caught.value


def test_a_gated_model_says_what_to_do(fake, hub, tmp_path):
    furnish(fake, "org/Secret-GGUF", gated="manual")
    assert hub.model("org/Secret-GGUF").gated
    asked = refusal(GatedError, lambda: hub.link(remote(hub, "org/Secret-GGUF")))
    assert f"{fake.url}/org/Secret-GGUF" in asked.problem.advice
    known = hub_of(fake, tmp_path, token="hf_other")
    again = refusal(GatedError, lambda: known.link(remote(known, "org/Secret-GGUF")))
    assert "your token" in again.problem.advice
    known.close()


def test_what_is_not_there_is_gone(fake, hub):
    refusal(GoneError, lambda: hub.model("org/nothing"))
    refusal(GoneError, lambda: hub.link(RemoteFile(REPO, "none.gguf", COMMIT, 1, "")))
    refusal(GoneError, lambda: hub.link(RemoteFile(REPO, "imatrix.dat", "b" * 40, 1, "")))
    refusal(GoneError, lambda: hub.link(RemoteFile(REPO, "imatrix.dat", COMMIT, 1, "a" * 64)))


@pytest.mark.parametrize(
    ("status", "headers", "kind"),
    [
        (400, {}, DownloadError),
        (401, {"X-Error-Message": "Invalid credentials in Authorization header"}, GatedError),
        (403, {}, GatedError),
        (403, {"X-Error-Message": "Access to this resource is disabled."}, GoneError),
        (404, {}, GoneError),
        (418, {}, DownloadError),
        (429, {"Retry-After": "120"}, BusyHubError),
        (500, {}, BusyHubError),
        (503, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, BusyHubError),
    ],
)
def test_every_refusal_is_told_in_words(fake, hub, status, headers, kind):
    fake.api_faults.append(Status(status, headers, b'{"error": [5], "errors": 7}'))
    refusal(kind, lambda: hub.search(Query()))


def test_a_token_that_is_not_accepted_is_named(fake, tmp_path):
    hub = hub_of(fake, tmp_path, token="hf_old")
    words = {"X-Error-Message": "Invalid credentials in Authorization header"}
    fake.api_faults.extend([Status(401), Status(401, words)])
    assert "accept your token" in refusal(GatedError, lambda: hub.model(REPO)).problem.title
    hub.close()


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"Retry-After": "120"}, 120.0),
        ({"ratelimit": '"api";r=0;t=55'}, 55.0),
        ({"Retry-After": "9" * 9}, 3600.0),
        ({"Retry-After": "-5"}, 0.0),
        ({}, 0.0),
    ],
)
def test_a_busy_hub_is_not_waited_for_but_its_wish_is_told(fake, hub, headers, wait_s):
    fake.api_faults.append(Status(429, headers))
    assert refusal(BusyHubError, lambda: hub.search(Query())).wait_s == wait_s
    assert len(fake.seen) == 1


def test_offline_nothing_is_asked(fake, tmp_path):
    hub = hub_of(fake, tmp_path, offline=True)
    refusal(OfflineError, lambda: hub.search(Query()))
    refusal(OfflineError, lambda: hub.open(RemoteFile(REPO, "a", COMMIT, 1, "")).read(4))
    assert fake.seen == []


def test_no_connection_is_told(tmp_path):
    with FakeHub() as fake:
        hub = hub_of(fake, tmp_path)
    refusal(NetworkError, lambda: hub.search(Query()))


@pytest.mark.parametrize("fault", [Hang(None), Status(200, {"Content-Length": "5"}, b"ab")])
def test_a_silent_or_broken_line_ends_in_time(fake, tmp_path, fault):
    hub = hub_of(fake, tmp_path, patience=HASTY)
    fake.api_faults.append(fault)
    refusal(NetworkError, lambda: hub.search(Query()))
    hub.close()


def test_a_server_that_drips_does_not_hold_us_for_ever(fake, tmp_path):
    hub = hub_of(fake, tmp_path, patience=Patience(whole_s=0.5))
    found = hub.model(REPO)
    fake.repos[REPO].files["README.md"].content = b"a" * 10_000
    fake.faults.append(Drip(10, 0.1))
    started = time.monotonic()
    assert "slow" in refusal(NetworkError, lambda: hub.readme(found)).problem.title
    assert time.monotonic() - started < 30  # all of it would take 100 s
    hub.close()


# --- hostile answers ---


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[", b"null", b"\xff", b"[" * 100_000, b"x" * 300_000, b"[1e999999]x"]
)
def test_an_answer_that_is_none_is_refused(fake, hub, body):
    fake.api_faults.append(Status(200, {}, body))
    refusal(DownloadError, lambda: hub.search(Query()))


def test_packed_answers_are_refused(fake, hub):
    fake.api_faults.append(Status(200, {"Content-Encoding": "gzip"}, b"[]"))
    refusal(DownloadError, lambda: hub.search(Query()))


def test_entries_that_make_no_sense_are_left_out(fake, hub):
    good = {
        "id": "org/a",
        "downloads": 10**30,
        "tags": ["gguf", 5, "x\u202ey"],
        "gated": "auto",
    }
    bad = [5, None, {}, {"id": "../x"}, {"id": 5}, {"id": "org/b", "disabled": True},
           {"id": "org/c", "tags": 5}, [], "x", {"id": "org/a"}]  # fmt: skip
    fake.api_faults.append(Status(200, {}, json.dumps([*bad[:-1], good]).encode()))
    [found] = hub.search(Query())
    assert (found.repo, found.downloads, found.gated) == ("org/a", 0, True)
    assert found.tags == ("gguf", "x y")


def test_files_with_names_that_could_do_harm_are_left_out(fake, hub):
    rows = [{"path": path, "size": 5} for path in ("../x", "/etc/x", "a.gguf", "b\\c", "nul.x")]
    rows += [{"path": "neg.gguf", "size": -1}, {"path": "dir", "type": "directory"}, 7]
    fake.api_faults.extend(
        [Status(200, {}, page()), Status(200, {}, json.dumps(rows).encode())]
    )
    assert [file.name for file in hub.repository(REPO).files] == ["a.gguf"]


def page(**more) -> bytes:
    return json.dumps({"id": REPO, "sha": COMMIT, **more}).encode()


@pytest.mark.parametrize("body", [page(sha="main"), page(id="x"), b"[]", b"5"])
def test_a_page_without_name_or_version_is_refused(fake, hub, body):
    fake.api_faults.append(Status(200, {}, body))
    refusal(DownloadError, lambda: hub.repository(REPO))


def test_a_list_of_files_without_end_is_cut(fake, hub):
    rows = json.dumps([{"path": f"{n}.gguf", "size": 1} for n in range(1000)]).encode()
    again = {"Link": f'<{fake.url}/api/models/x/tree/y?cursor=1>; rel="next"'}
    fake.api_faults.append(Status(200, {}, page()))
    fake.api_faults.extend([Status(200, again, rows)] * 30)
    assert len(hub.repository(REPO).files) == 1000
    assert len(fake.seen) == 6


def test_a_list_never_goes_on_elsewhere(fake, hub):
    away = {"Link": f'<{fake.store_url}/api/more>; rel="next"'}
    fake.api_faults.extend([Status(200, {}, page()), Status(200, away, b"[]")])
    assert hub.repository(REPO).files == ()
    assert {one.origin for one in fake.seen} == {"hub"}


def test_a_tree_that_is_no_list_is_refused(fake, hub):
    fake.api_faults.extend([Status(200, {}, page()), Status(200, {}, b"{}")])
    refusal(DownloadError, lambda: hub.repository(REPO))


def test_an_endless_readme_is_cut(fake, tmp_path):
    hub = hub_of(fake, tmp_path)
    fake.add("org/long", {"README.md": b"a" * (3 * README_BYTES)})
    assert len(hub.readme(hub.model("org/long"))) == README_BYTES
    hub.close()


@pytest.mark.parametrize("to", ["ftp://127.0.0.1/x", "file:///etc/passwd", "http://["])
def test_redirects_to_unsafe_places_are_not_followed(fake, hub, to):
    fake.api_faults.append(Redirect(to))
    refusal(DownloadError, lambda: hub.search(Query()))


def test_redirects_in_a_circle_end(fake, hub):
    fake.api_faults.extend([Redirect("{url}/api/models")] * 20)
    refusal(NetworkError, lambda: hub.search(Query()))
    assert len(fake.seen) == 6


def test_a_token_does_not_follow_a_redirect_elsewhere(fake, tmp_path):
    hub = hub_of(fake, tmp_path, token=TOKEN)
    fake.api_faults.extend([Status(401), Redirect(f"{fake.store_url}/api/models/{REPO}")])
    hub.model(REPO)
    assert " ".join(one.origin for one in fake.seen) == "hub hub store"
    assert [sends_token(one) for one in fake.seen] == [False, True, False]
    hub.close()


def sends_token(seen) -> bool:
    return "authorization" in map(str.lower, seen.headers)


def test_the_token_is_sent_only_for_what_is_closed_without_it(fake, tmp_path):
    furnish(fake, "org/Secret-GGUF", private=True)
    hub = hub_of(fake, tmp_path, token=TOKEN)
    hub.search(Query())
    hub.repository(REPO)
    assert not any(map(sends_token, fake.seen))
    hub.repository("org/Secret-GGUF")
    assert [sends_token(one) for one in fake.seen[-3:]] == [False, True, True]
    hub.close()


def test_a_search_nobody_waits_for_stops(hub):
    with pytest.raises(Cancelled):
        hub.search(Query(), stop=lambda: True)


# --- arguments ---


@pytest.mark.parametrize("name", ["", "x", "../x", "a/b/c", "a/b?c", "https://x/y"])
def test_what_names_no_repository_is_not_asked_for(fake, hub, name):
    refusal(BadArgumentError, lambda: hub.model(name))
    assert fake.seen == []


@pytest.mark.parametrize(
    "endpoint",
    ["ftp://x", "x", "https://", "https://a:b@x", "https://x?y", "https://[", "http://x:99999"],
)
def test_an_endpoint_must_be_a_web_address(endpoint, tmp_path):
    refusal(BadArgumentError, lambda: HubClient(endpoint, tmp_path))


def test_a_mirror_on_an_open_line_gets_no_token(tmp_path):
    for endpoint, count in (("http://mirror.example", 0), ("https://mirror.example/", 1)):
        client = HubClient(endpoint, tmp_path, token=lambda: "hf_x")
        client._closed.add("a/b")
        assert len(client.authorisation(f"{client.endpoint}/a/b", "a/b")) == count
        assert client.authorisation("https://elsewhere.example/a", "a/b") == ()


def test_a_senseless_proxy_is_named(hub, monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "nonsense://x")
    monkeypatch.setenv("HTTP_PROXY", "nonsense://x")
    monkeypatch.delenv("NO_PROXY", raising=False)
    refusal(BadArgumentError, lambda: hub.search(Query()))
