"""Files are had for certain: every fault of servers and lines ends right or is told."""

import os
import random
import socket
import threading
import time
from dataclasses import replace

import pytest
from tests.data.fake_hub import FakeFile
from tests.data.hub_faults import (
    ClaimRange,
    Drip,
    Drop,
    Extra,
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
)
from tests.downloads.rig import NAME, REPO, TOKEN, sha256, some_bytes

from inglenook.core.errors import (
    BusyHubError,
    GatedError,
    GoneError,
    NetworkError,
    StoppedError,
    UnsafeNameError,
    WrongFileError,
)
from inglenook.core.units import MIB
from inglenook.downloads.fetch import fetch
from inglenook.downloads.progress import Phase


def test_a_file_comes_whole_and_leaves_nothing_else(rig):
    assert rig.fetch() == rig.target
    assert rig.is_right()
    assert rig.twice_bytes() == 0


def test_files_are_for_their_owner_only(rig):
    was = os.umask(0)
    try:
        rig.fetch()
    finally:
        os.umask(was)
    assert rig.target.stat().st_mode & 0o777 == 0o600
    assert rig.target.parent.stat().st_mode & 0o777 == 0o700


def test_an_empty_file_is_a_file(rig):
    [file] = rig.publish(empty=b"")
    assert rig.fetch(file).read_bytes() == b""


def test_a_file_that_is_there_and_right_is_not_fetched(rig):
    rig.fetch()
    before = len(rig.hub.bodies())
    rig.fetch()
    assert len(rig.hub.bodies()) == before


def test_a_file_of_the_same_length_but_other_content_is_replaced(rig):
    rig.fetch()
    rig.target.write_bytes(bytes(len(rig.content)))
    rig.fetch()
    assert rig.is_right()


# --- breaks ---


@pytest.mark.parametrize("redirects", [True, False])
def test_a_broken_transfer_resumes_where_it_stopped(make_rig, redirects):
    rig = make_rig(redirects=redirects)
    rig.hub.faults += [Drop(300_000), Drop(200_000, hard=True)]
    rig.fetch()
    assert rig.is_right()
    assert rig.ranges()[0] == ""
    assert all(each.startswith("bytes=") for each in rig.ranges()[1:])
    assert rig.twice_bytes() <= 2 * MIB


@pytest.mark.parametrize("seed", range(20))
def test_random_breaks_end_with_the_right_file(make_rig, seed):
    rig = make_rig(size=random.Random(seed).randrange(1, 3 * MIB))
    dice = random.Random(seed)
    for _ in range(dice.randrange(1, 6)):
        rig.hub.faults.append(Drop(dice.randrange(len(rig.content)), hard=dice.random() < 0.3))
    breaks = len(rig.hub.faults)
    rig.fetch()
    assert rig.is_right()
    assert rig.twice_bytes() <= breaks * MIB


FAULTS = {
    "no answer": Hang(None),
    "a line that goes silent": Hang(500_000),
    "a server error": Status(500),
    "a bad gateway": Status(502),
    "a range that nobody can serve": Status(416),
    "a range that is ignored": IgnoreRange(),
    "a part that starts too early": ShiftRange(-1000),
    "a part that starts too late": ShiftRange(1000),
    "a header about another part": ClaimRange("bytes 0-{end}/{size}"),
    "a header about another size": ClaimRange("bytes {start}-{end}/7"),
    "a header without sense": ClaimRange("bytes what/ever"),
    "a length that is too long": LieLength(500),
    "a length that is too short": LieLength(-500),
    "a body that goes on": Extra(b"more"),
    "a body that ends early": Short(1000),
    "a packed body": Gzip(),
    "another version in between": OtherEtag('"other"'),
    "a drip that quickens": Drip(10, 0.02, pieces=10),
    "a redirect in circles": Redirect("{url}/nowhere", 307),
}


@pytest.mark.parametrize("first", [Drop(300_000), None], ids=["after a break", "at once"])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_one_fault_in_between_still_ends_right(rig, fault, first):
    if first:
        rig.hub.faults.append(first)
    rig.hub.faults.append(fault)
    rig.fetch()
    assert rig.is_right()


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_for_ever_is_told_and_shows_no_file(make_rig, fault):
    rig = make_rig(size=600_000)
    rig.limits = replace(rig.limits, tries=3, stall_s=0.15, answer_s=0.3, slow_s=0.2)
    rig.hub.faults += [Drop(100_000), *[fault] * 60]
    try:
        rig.fetch()
    except (NetworkError, WrongFileError, GoneError):
        assert not rig.target.exists()
    else:
        assert rig.is_right()


def test_a_drip_for_ever_is_given_up(rig):
    rig.limits = replace(rig.limits, tries=2, slow_s=0.2)
    rig.hub.faults += [Drip(1, 0.05)] * 9
    with pytest.raises(NetworkError, match="silent"):
        rig.fetch()
    assert not rig.target.exists()


def test_a_server_without_ranges_still_loses_nothing_that_came(make_rig):
    rig = make_rig(redirects=False)
    rig.hub.faults += [Drop(600_000), IgnoreRange(), IgnoreRange()]
    rig.fetch()
    assert rig.is_right()


# --- other content ---


def test_a_wrong_byte_is_met_by_fetching_once_more(rig):
    rig.hub.faults.append(Flip(777_777))
    rig.fetch()
    assert rig.is_right()


def test_a_file_that_stays_wrong_is_never_kept(rig):
    rig.hub.faults += [Flip(1), Flip(1)]
    with pytest.raises(WrongFileError, match="not what the Hub describes"):
        rig.fetch()
    assert rig.left() == []


def test_versions_are_never_mixed(rig):
    rig.limits = replace(rig.limits, first_wait_s=0.3, longest_wait_s=0.3)
    other = some_bytes(len(rig.content), seed=2)
    rig.hub.faults.append(Drop(400_000))
    file = rig.file(sha256="")  # nothing but the version tells them apart
    before = rig.repo.files[NAME]

    def change(progress):
        if progress.phase is Phase.RETRYING:
            before.content, before.sha256 = other, sha256(other)

    rig.hear = change
    assert rig.fetch(file).read_bytes() == other


def test_a_server_that_ignores_the_condition_does_not_mix_either(rig):
    rig.limits = replace(rig.limits, first_wait_s=0.3, longest_wait_s=0.3)
    rig.hub.faults.append(Drop(400_000))
    held = rig.repo.files[NAME]
    other = some_bytes(len(rig.content), seed=2)

    def change(progress):
        if progress.phase is Phase.RETRYING:
            held.content, held.sha256 = other, sha256(other)
            held.ignores_condition = True

    rig.hear = change
    assert rig.fetch(rig.file(sha256="")).read_bytes() == other


def test_without_a_hash_the_length_is_checked(rig):
    rig.hub.repos[REPO].files[NAME] = FakeFile(rig.content + b"!", sha256=sha256(rig.content))
    with pytest.raises(WrongFileError):
        rig.fetch(rig.file(sha256="", size_bytes=len(rig.content)))
    assert rig.left() == []


# --- refusals ---


def test_a_server_that_asks_to_wait_is_waited_for(rig):
    rig.limits = replace(rig.limits, longest_asked_s=2)
    rig.hub.faults += [Status(429, {"Retry-After": "1"}), Status(503)]
    since_s = time.monotonic()
    rig.fetch()
    assert rig.is_right()
    assert any(each.phase is Phase.RETRYING for each in rig.seen)
    assert time.monotonic() - since_s > 1


def test_a_server_that_asks_to_wait_for_long_ends_the_transfer_for_now(rig):
    rig.hub.faults.append(Status(429, {"Retry-After": "3600"}))
    with pytest.raises(BusyHubError) as told:
        rig.fetch()
    assert told.value.wait_s == 3600


def test_a_link_that_ran_out_is_asked_for_again(rig):
    rig.hub.link_uses = 1
    rig.hub.faults += [Drop(100_000), Status(403), Drop(100_000)]
    rig.fetch()
    assert rig.is_right()
    assert rig.links == 4


@pytest.mark.parametrize(
    ("token", "error"), [("", GatedError), ("hf_wrong", GatedError)], ids=["none", "wrong"]
)
def test_a_gated_file_says_so(rig, token, error):
    rig.repo.gated = "manual"
    rig.token = token
    with pytest.raises(error, match="who asks"):
        rig.fetch()


def test_a_file_that_is_gone_says_so(rig):
    file = rig.file()
    del rig.repo.files[NAME]
    with pytest.raises(GoneError):
        rig.fetch(file)


# --- redirects ---


def test_the_token_goes_to_the_first_origin_only(rig):
    rig.repo.gated, rig.token = "auto", TOKEN
    rig.fetch()
    told = {each.origin for each in rig.hub.seen if "Authorization" in each.headers}
    assert told == {"hub"}
    assert rig.is_right()


def test_the_token_does_not_come_back_after_a_detour(rig):
    rig.token = TOKEN
    back = rig.hub.link(REPO, NAME)
    rig.hub.faults.append(Redirect(back))
    rig.fetch()
    [first, *rest] = [each for each in rig.hub.seen if each.method == "GET"]
    assert "Authorization" in first.headers
    assert not any("Authorization" in each.headers for each in rest)


def test_redirects_come_to_an_end(rig):
    rig.limits = replace(rig.limits, tries=1)
    rig.hub.resolve_faults += [Redirect(rig.hub.link(REPO, NAME))] * 20
    with pytest.raises(NetworkError, match="astray"):
        rig.fetch()
    assert len(rig.hub.seen) == rig.limits.redirects + 1


@pytest.mark.parametrize("to", ["ftp://host/file", "file:///etc/passwd", "http://[", ""])
def test_a_redirect_leads_to_the_web_or_nowhere(rig, to):
    rig.limits = replace(rig.limits, tries=1)
    rig.hub.resolve_faults.append(Redirect(to))
    with pytest.raises(NetworkError):
        rig.fetch()


# --- stopping ---


def stopped_after(rig, is_time):
    """Fetch, stop at a moment, and return how long it took from then to the end."""
    moment = []

    def watch():
        while not is_time():
            rig.stop.wait(0.005)
        moment.append(time.monotonic())
        rig.stop.set()

    thread = threading.Thread(target=watch)
    thread.start()
    with pytest.raises(StoppedError):
        rig.fetch()
    took_s = time.monotonic() - moment[0]
    thread.join()
    return took_s


SOON_S = 2.0
"""A fifth of a second where nobody else computes; without a stop it would be twenty."""
SILENCES = {"no answer": Hang(None), "half a body": Hang(500_000), "a drip": Drip(1, 0.05)}


@pytest.mark.parametrize("fault", SILENCES.values(), ids=SILENCES)
def test_stopping_takes_a_moment(rig, fault):
    rig.limits = replace(rig.limits, stall_s=20, answer_s=20, slow_s=20)
    rig.hub.faults.append(fault)
    assert stopped_after(rig, rig.hub.bodies) < SOON_S


def test_a_server_that_takes_no_connection_does_not_hold_a_stop_up(rig):
    """The queue of a listening socket is full: connecting blocks until its time is out."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        port = deaf.getsockname()[1]
        fillers = [socket.socket() for _ in range(3)]
        for each in fillers:
            each.settimeout(0)
            each.connect_ex(("127.0.0.1", port))
        rig.hub.resolve_faults.append(Redirect(f"http://127.0.0.1:{port}/"))
        rig.limits = replace(rig.limits, connect_s=5, answer_s=20)
        took_s = stopped_after(rig, lambda: rig.hub.seen)
        for each in fillers:
            each.close()
    assert took_s < SOON_S


def test_stopping_while_it_waits_to_try_again_is_as_quick(rig):
    rig.limits = replace(rig.limits, first_wait_s=20, longest_wait_s=20)
    rig.hub.faults.append(Drop(10))
    assert stopped_after(rig, lambda: any(e.phase is Phase.RETRYING for e in rig.seen)) < SOON_S


def test_a_pause_loses_nothing(rig):
    rig.limits = replace(rig.limits, stall_s=20)
    rig.hub.faults.append(Hang(500_000))
    stopped_after(rig, lambda: rig.part.exists() and rig.part.stat().st_size == 500_000)
    rig.stop.clear()
    rig.fetch()
    assert rig.is_right()
    assert rig.ranges() == ["", "bytes=500000-"]


def test_a_pause_at_full_speed_keeps_what_came(make_rig):
    rig = make_rig(size=40 * MIB)
    rig.pace.set(20 * MIB)
    stopped_after(rig, lambda: rig.part.exists() and rig.part.stat().st_size > 2 * MIB)
    kept = rig.part.stat().st_size
    rig.pace.set(0)
    rig.stop.clear()
    rig.fetch()
    assert rig.is_right()
    whole = kept == len(rig.content)  # the rest may have been on this computer already
    assert rig.ranges()[1:] == ([] if whole else [f"bytes={kept}-"])


# --- what is told ---


def test_progress_comes_ten_times_a_second_at_most(make_rig):
    rig = make_rig(size=2 * MIB)
    began_s, moments = time.monotonic(), []
    rig.hear = lambda _: moments.append(time.monotonic())
    rig.pace.set(4 * MIB)
    rig.fetch()
    assert len(moments) > 1
    # Not from one to the next: the thread may be held up before it hears.
    for place, moment in enumerate(moments):
        assert place <= (moment - began_s) / 0.1


def test_the_speed_limit_is_kept(make_rig):
    rig = make_rig(size=MIB)
    rig.pace.set(2 * MIB)
    since_s = time.monotonic()
    rig.fetch()
    assert time.monotonic() - since_s > 0.45


# --- split files ---


def test_parts_of_a_split_model_appear_together(rig):
    files = rig.publish(one=some_bytes(200_000, 3), two=some_bytes(300_000, 4))
    rig.hub.faults += [Drop(10_000)]
    names = []
    rig.hear = lambda _: names.append([n for n in rig.left() if n.endswith(".gguf")])
    rig.limits = replace(rig.limits, first_wait_s=0.2, longest_wait_s=0.2)
    rig.fetch(*files)
    assert all(each == [] for each in names)
    assert rig.left() == ["one.gguf", "two.gguf"]


def test_a_part_that_fails_shows_none(rig):
    files = rig.publish(one=some_bytes(200_000, 3), two=some_bytes(300_000, 4))
    rig.hub.faults += [None, Flip(5), Flip(5)]
    with pytest.raises(WrongFileError):
        rig.fetch(*files)
    assert not [each for each in rig.left() if each.endswith(".gguf")]
    rig.fetch(*files)
    assert rig.left() == ["one.gguf", "two.gguf"]
    assert sum(len(each.headers.get("Range", "")) == 0 for each in rig.hub.bodies()) == 4


# --- two at once ---


def test_two_at_once_wait_for_one_another(rig):
    rig.hub.faults.append(Drip(100_000, 0.05))
    second = threading.Event()
    seen = []
    done = []

    def other():
        with rig.line as line:
            done.append(fetch(rig.file(), rig.folder, line, seen.append, second))

    while_first = threading.Thread(target=other)
    rig.hear = lambda _: while_first.is_alive() or done or while_first.start()
    rig.fetch()
    while_first.join(20)
    assert done == [rig.target]
    assert seen[0].phase is Phase.ELSEWHERE
    assert len(rig.hub.bodies()) == 1
    assert rig.is_right()


# --- names ---


def test_a_name_that_leaves_the_folder_is_refused_before_anything_is_asked(rig):
    for name in ("../evil.gguf", "/etc/evil", "a/../../evil", "C:\\evil", "CON.gguf"):
        with pytest.raises(UnsafeNameError):
            rig.fetch(rig.file(name=NAME) if not name else replace(rig.file(), name=name))
    assert rig.hub.seen == []
    assert rig.left() == []


def test_thousands_of_small_pieces_come_whole(make_rig):
    rig = make_rig(size=200_000)
    rig.hub.faults.append(Drip(1000, 0.001))
    rig.fetch()
    assert rig.is_right()


def test_a_target_of_another_length_is_replaced(rig):
    rig.fetch()
    rig.target.write_bytes(b"short")
    rig.fetch()
    assert rig.is_right()
