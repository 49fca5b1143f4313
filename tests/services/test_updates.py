"""A newer Inglenook is looked for only when asked, and only a signed file is believed."""

import http.server
import importlib.util
import threading
from datetime import date
from pathlib import Path
from queue import SimpleQueue

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inglenook.core.errors import (
    BadArgumentError,
    DownloadError,
    NetworkError,
    OfflineError,
    ReleaseError,
)
from inglenook.services.bus import Bus
from inglenook.services.releasenews import ReleaseChecked
from inglenook.services.settings import SettingsService
from inglenook.services.updates import UpdateService
from inglenook.storage.settings import SettingsFile

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 60
TODAY = date(2026, 12, 1)


@pytest.fixture(scope="module")
def tool():
    """Return what signs releases."""
    spec = importlib.util.spec_from_file_location("release", ROOT / "packaging" / "release.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def secret():
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(serialization.Encoding.PEM, *form)


@pytest.fixture
def keys(tmp_path, secret):
    """Return a folder with the public key of the secret one."""
    folder = tmp_path / "keys"
    folder.mkdir()
    public = serialization.load_pem_private_key(secret, None).public_key()
    (folder / "1.pub").write_text(public.public_bytes_raw().hex() + "\n")
    return folder


@pytest.fixture
def heard():
    return SimpleQueue()


@pytest.fixture
def log():
    return []


@pytest.fixture
def updates(tmp_path, keys, heard, log):
    settings = SettingsService(Bus(), SettingsFile(tmp_path / "settings.json"))
    found = UpdateService(
        heard.put, settings, keys, log.append, own="1.4.0", today=lambda: TODAY
    )
    yield found
    found.close()


@pytest.fixture
def write(tmp_path, tool, secret):
    """Return what writes a release file that is well signed, unless told otherwise."""

    def to_file(key=secret, **said) -> Path:
        usual = {"version": "1.5.0", "published": "2026-11-22", "expires": "2027-11-22"}
        path = tmp_path / "release.json"
        path.write_bytes(tool.sealed({**usual, **said}, key))
        return path

    return to_file


def test_a_newer_release_is_told_with_its_files(updates, write):
    files = [{"name": "inglenook-1.5.0.deb", "size_bytes": 9, "sha256": "ab" * 32}]
    found = updates.check(str(write(files=files, notes="More of it.")))
    assert found.is_newer
    assert (found.release.version, found.release.notes) == ("1.5.0", "More of it.")
    assert found.release.files[0].name == "inglenook-1.5.0.deb"


def test_the_same_release_is_not_newer(updates, write):
    assert not updates.check(str(write(version="1.4.0"))).is_newer


def test_versions_are_compared_as_numbers(updates, write):
    assert updates.check(str(write(version="1.10.0"))).is_newer


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"version": "1.3.9"}, "older than what runs here"),
        ({"expires": "2026-11-30"}, "too old to be believed"),
        ({"version": "1.5"}, "not a release file"),
        ({"files": [{"name": "../x", "size_bytes": 1, "sha256": "ab" * 32}]}, "not a release"),
    ],
)
def test_a_release_that_is_old_or_makes_no_sense_is_refused(updates, write, said, words):
    with pytest.raises(ReleaseError, match=words):
        updates.check(str(write(**said)))


def test_who_signs_with_another_key_is_not_believed(updates, write):
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    other = Ed25519PrivateKey.generate().private_bytes(serialization.Encoding.PEM, *form)
    with pytest.raises(ReleaseError, match="not signed by our key"):
        updates.check(str(write(key=other)))


def test_a_letter_that_was_changed_is_noticed(updates, write):
    path = write()
    path.write_bytes(path.read_bytes().replace(b"1.5.0", b"1.6.0"))
    with pytest.raises(ReleaseError, match="not signed by our key"):
        updates.check(str(path))


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{}", b"\xff\xfe", b"[" * 9999, b" " * 70_000,
        b'{"signed": "", "signature": "%"}',
        b'{"signed": "\\ud800", "signature": ""}', b'{"version": "9.9.9"}',
    ],
)  # fmt: skip
def test_what_is_no_release_file_is_refused(updates, tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(ReleaseError):
        updates.check(str(tmp_path / "x"))


def test_a_file_that_cannot_be_read_is_refused(updates, tmp_path):
    with pytest.raises(ReleaseError, match="not a release file"):
        updates.check(str(tmp_path))
    with pytest.raises(ReleaseError, match="cannot be read"):
        updates.check(str(tmp_path / ("x" * 300)))


def test_a_build_without_a_key_believes_nobody(updates, write, keys):
    assert updates.can_check
    (keys / "1.pub").unlink()
    assert not updates.can_check
    with pytest.raises(ReleaseError, match="cannot check"):
        updates.check(str(write()))


def test_what_is_found_is_told_and_so_is_what_is_wrong(updates, write, heard, tmp_path):
    updates.look(str(write()))
    assert heard.get(timeout=WAIT_S).is_newer
    updates.look(str(tmp_path))
    told = heard.get(timeout=WAIT_S)
    assert told == ReleaseChecked(problem=told.problem)
    assert "not a release file" in told.problem.title
    updates.close()
    updates.close()  # a second time does nothing


@pytest.fixture
def server(write):
    """Serve the release file on this computer; return its address."""
    content = write().read_bytes()

    class Serve(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/release.json" else 404)
            self.end_headers()
            self.wfile.write(content if self.path == "/release.json" else b"")

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Serve) as found:
        thread = threading.Thread(target=found.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{found.server_port}"
        found.shutdown()
        thread.join()


def test_an_address_is_asked_once_and_the_log_tells_of_it(updates, server, log, monkeypatch):
    monkeypatch.delenv("INGLENOOK_OFFLINE")
    assert updates.check(f"{server}/release.json").is_newer
    assert [each.host for each in log] == [server.removeprefix("http://")]
    with pytest.raises(DownloadError, match="does not have"):
        updates.check(f"{server}/else")


def test_off_the_network_nobody_is_asked(updates, server, log):
    with pytest.raises(OfflineError):
        updates.check(f"{server}/release.json")
    assert log == []


def test_addresses_that_anybody_could_listen_to_are_refused(updates, monkeypatch):
    monkeypatch.delenv("INGLENOOK_OFFLINE")
    for address in ("http://example.org/x", "ftp://example.org", "https://", "https://[::"):
        with pytest.raises(BadArgumentError):
            updates.check(address)
    with pytest.raises(NetworkError):
        updates.check("http://127.0.0.1:1/x")


def test_the_command_line_needs_no_other_service(home, write):
    updates = UpdateService.alone()
    assert not updates.can_check  # the source has no key: a build gets its own
    updates._told(None)


def test_keys_are_made_once_and_the_secret_one_is_for_its_owner(tool, tmp_path, capsys):
    secret, public = tmp_path / "secret.pem", tmp_path / "release" / "1.pub"
    assert tool.make_keys(secret, public) == 0
    assert secret.stat().st_mode & 0o777 == 0o600
    assert len(bytes.fromhex(public.read_text())) == 32
    with pytest.raises(FileExistsError):
        tool.make_keys(tmp_path / "other.pem", public)


def test_builds_are_gathered_with_checksums_and_signed(tool, tmp_path, secret, keys, capsys):
    for build, name in (("linux", "a.deb"), ("linux", "N.txt"), ("macos", "N.txt")):
        (tmp_path / "made" / build).mkdir(parents=True, exist_ok=True)
        (tmp_path / "made" / build / name).write_text(build)
    target = tmp_path / "released"
    assert tool.main(("gather", str(tmp_path / "made"), str(target))) == 0
    assert {each.name for each in target.iterdir()} == {
        "SHA256SUMS", "a.deb", "linux-N.txt", "macos-N.txt",
    }  # fmt: skip
    assert tool.sign(target, "1.5.0", b"") == 0
    assert "there is no key" in capsys.readouterr().out
    assert tool.sign(target, "1.5.0", secret) == 0
    settings = SettingsService(Bus(), SettingsFile(tmp_path / "settings.json"))
    found = UpdateService(print, settings, keys, own="1.4.0")
    release = found.check(str(target / "release.json")).release
    assert {each.name for each in release.files} == {"a.deb", "linux-N.txt", "macos-N.txt"}
    found.close()
