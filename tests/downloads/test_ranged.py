"""Headers of files on the Hub are read from afar, and no more of the files than that."""

import time
from contextlib import contextmanager
from typing import BinaryIO, cast

import httpx2
import pytest
from tests.data.fake_hub import TOKEN, FakeHub
from tests.data.gguf_files import LLAMA, TENSORS, gguf, tiny_model
from tests.data.hub_faults import ClaimRange, Drip, Drop, Gzip, Hang, IgnoreRange, Status
from tests.downloads.hubs import hub_of

from inglenook.core.errors import DownloadError, GatedError, NetworkError
from inglenook.core.units import KIB, MIB
from inglenook.downloads.ranged import RangedStream
from inglenook.models.facts import facts_from
from inglenook.models.gguf import read_header

REPO, NAME = "org/M-2B-GGUF", "M-2B-Q4_0.gguf"
WORDS = [f"word number {n}" for n in range(100_000)]  # a header of some 2.5 MB


@pytest.fixture
def fake():
    with FakeHub() as hub:
        hub.add(REPO, {NAME: vocabulary() + bytes(40 * MIB)})
        yield hub


def vocabulary() -> bytes:
    return gguf({**LLAMA, "tokenizer.ggml.tokens": WORDS}, TENSORS)


@pytest.fixture
def stream(fake, tmp_path):
    hub = hub_of(fake, tmp_path)
    found = hub.repository(REPO)
    fake.seen.clear()
    with hub.open(found.remote(found.files[0])) as opened:
        yield opened
    hub.close()


def header_of(stream):
    return read_header(cast("BinaryIO", stream))


def test_a_header_is_read_from_afar_and_the_rest_stays_there(fake, stream):
    header = header_of(stream)
    assert facts_from(header).context_tokens == 2048
    assert header.data_offset <= stream.fetched_bytes < header.data_offset + 256 * KIB
    asked = [asked_range(one) for one in fake.bodies()]
    assert asked == ["bytes=0-1048575", "bytes=1048576-5242879"]
    assert fake.sent_bytes() <= 5 * MIB


def test_a_server_that_ignores_ranges_is_hung_up_on(fake, stream):
    fake.faults.append(IgnoreRange())
    header_of(stream)
    stream.close()
    assert stream.fetched_bytes < 4 * MIB


@pytest.mark.parametrize("fault", [Drop(100_000), Drop(300_000, hard=True), Hang(200_000)])
def test_a_broken_line_is_taken_up_where_it_broke(fake, stream, fault):
    fake.faults.append(fault)
    assert header_of(stream).values["llama.context_length"] == 2048
    first, second, *_ = (asked_range(one) for one in fake.bodies())
    assert first.startswith("bytes=0-")
    assert int(second.removeprefix("bytes=").partition("-")[0]) >= 64 * KIB


def asked_range(seen) -> str:
    return next(value for name, value in seen.headers.items() if name.lower() == "range")


@pytest.mark.parametrize(
    ("faults", "kind"),
    [
        ([Drop(100_000)] * 5, NetworkError),
        ([Drop(100_000), IgnoreRange()], DownloadError),
        ([Drop(100_000), ClaimRange("bytes 5-9/10")], DownloadError),
        ([Drop(100_000), ClaimRange("nonsense")], DownloadError),
        ([Gzip()], DownloadError),
        ([Status(204)], DownloadError),
        ([Status(503)], DownloadError),
        ([Status(416)], DownloadError),
    ],
)
def test_what_cannot_be_mended_is_told(fake, stream, faults, kind):
    fake.faults.extend(faults)
    with pytest.raises(kind):
        header_of(stream)


def test_a_file_that_ends_before_its_header_does_is_told(fake, stream):
    fake.repos[REPO].files[NAME].content = vocabulary()[:200_000]
    with pytest.raises(DownloadError):
        header_of(stream)


def test_no_more_is_fetched_than_allowed(fake, tmp_path):
    hub = hub_of(fake, tmp_path)
    found = hub.repository(REPO)
    with hub.open(found.remote(found.files[0])) as stream:
        small = RangedStream(stream._ask, 10**9, most_bytes=200 * KIB)
        with pytest.raises(DownloadError):
            header_of(small)
        small.close()
        assert small.fetched_bytes <= 400 * KIB
    hub.close()


def test_a_server_that_drips_does_not_hold_us_for_ever(fake, stream):
    fake.faults.append(Drip(100, 0.1))
    with RangedStream(stream._ask, 10**9, longest_s=0.5) as slow:
        started = time.monotonic()
        with pytest.raises(NetworkError):
            header_of(slow)
        assert time.monotonic() - started < 30


def test_a_gated_file_needs_the_token_which_the_store_never_sees(tmp_path):
    with FakeHub() as fake:
        fake.add(REPO, {NAME: tiny_model()}, gated="auto")
        without, with_token = hub_of(fake, tmp_path), hub_of(fake, tmp_path, token=TOKEN)
        found = without.repository(REPO)
        file = found.remote(found.files[0])
        with without.open(file) as stream, pytest.raises(GatedError):
            header_of(stream)
        with with_token.open(file) as stream:
            assert header_of(stream).tensors
        assert all(
            "authorization" not in map(str.lower, one.headers)
            for one in fake.seen
            if one.origin == "store"
        )
        without.close()
        with_token.close()


def test_an_error_on_the_way_is_one_of_ours():
    @contextmanager
    def ask(start, _end):
        told = {"content-range": f"bytes {start}-9/10"}
        yield httpx2.Response(206, headers=told, stream=Broken())

    with RangedStream(ask, 10) as stream, pytest.raises(NetworkError):
        stream.read(10)


class Broken(httpx2.SyncByteStream):
    def __iter__(self):
        raise httpx2.ReadError("reset")
        yield b""


@contextmanager
def digits(start, end):
    """Answer with a stretch of ten digits."""
    told = {"content-range": f"bytes {start}-{end - 1}/*"}
    body = httpx2.ByteStream(b"0123456789"[start:end])
    yield httpx2.Response(206, headers=told, stream=body)


def test_a_stream_ends_where_the_file_does():
    with RangedStream(digits, 10) as stream:
        assert stream.read(20) == b"0123456789"
        assert stream.read(20) == b""


def test_a_file_that_is_shorter_than_listed_ends_in_words():
    with RangedStream(digits, 20) as stream:
        assert stream.read(20) == b"0123456789"
        with pytest.raises(DownloadError):
            stream.read(20)
