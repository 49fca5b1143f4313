"""The library says what is wrong with files, and deletes only what is ours."""

import hashlib
import os
from pathlib import Path

import pytest
from tests.data.gguf_files import tiny_model

from inglenook.core.errors import (
    BadArgumentError,
    ModelFileError,
    NotFoundError,
    StorageError,
)
from inglenook.downloads.job import Job
from inglenook.downloads.source import RemoteFile
from inglenook.hardware.devices import FoundDevices
from inglenook.services import library as library_module
from inglenook.services.arrivals import Arrivals
from inglenook.services.bus import Bus
from inglenook.services.hub import HubService
from inglenook.services.library import LibraryService, VerifyStoppedError
from inglenook.services.models import ModelService
from inglenook.services.provenance import Provenance
from inglenook.services.settings import SettingsService
from inglenook.services.store import Store
from inglenook.storage.secrets import Tokens
from inglenook.storage.settings import SettingsFile

GGUF = tiny_model()
HASH = hashlib.sha256(GGUF).hexdigest()


class House:
    """A library with a folder of ours and a folder of somebody else's."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.ours, self.theirs = folder, folder / "models", folder / "theirs"
        shipped = folder / "shipped"
        for each in (self.ours, self.theirs, shipped):
            each.mkdir()
        (shipped / "Starter-1B.gguf").write_bytes(GGUF)
        bus = Bus()
        self.store = Store(folder / "chats.db", lambda _problem: None)
        self.models = ModelService(bus, self.store, shipped, lambda: FoundDevices((), "a test"))
        self.library = LibraryService(self.store, self.models, lambda: self.ours)
        self.settings = SettingsService(bus, SettingsFile(folder / "settings.json"))
        self.hub = HubService(
            self.settings, self.models, Tokens(), cache=folder / "cache", catalogue=folder
        )

    def put(self, name: str, content: bytes = GGUF, folder: Path | None = None) -> str:
        path = (folder or self.ours) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return str(path)

    def keep(self, name: str, folder: Path | None = None, **provenance) -> str:
        path = self.put(name, folder=folder)
        self.models.keep(path, Provenance(**provenance))
        return path

    def trouble(self, name: str) -> str:
        problem = self.library.find(name).trouble
        return problem.title if problem else ""


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    yield made
    made.hub.close()
    made.store.close()


def silent(_done, _size):
    pass


# --- what is there, and how it is ---


def test_a_model_is_found_by_path_by_file_and_by_name(house):
    path = house.keep("org/M-2B.gguf")
    for wanted in (path, "M-2B.gguf", "m 2b", f"{Path(path).parent}/./M-2B.gguf"):
        assert house.library.find(wanted).model.path == path
    house.keep("other/M-2B.gguf")
    with pytest.raises(BadArgumentError):
        house.library.find("M 2B")
    with pytest.raises(NotFoundError):
        house.library.find("N 2B")


def test_the_starter_is_on_the_shelf_and_not_ours_to_delete(house):
    [starter] = house.library.shelf()
    assert starter.model.starter
    assert not starter.is_ours


def test_a_file_that_is_gone_or_another_is_told(house):
    path = Path(house.keep("M-2B.gguf"))
    assert house.trouble(str(path)) == ""
    os.utime(path, ns=(5, 5))
    assert "has changed" in house.trouble(str(path))
    path.unlink()
    assert "is gone" in house.trouble(str(path))
    lent = Path(house.keep("L-2B.gguf", house.theirs, origin="Ollama"))
    lent.unlink()
    assert house.trouble(str(lent)) == "Ollama has this model no more"


def test_details_come_from_the_file(house):
    assert house.library.details(house.put("M-2B.gguf")).facts.layers == 2


# --- verifying ---


def test_a_file_is_compared_with_its_hash_with_progress(house):
    path = house.keep("M-2B.gguf", sha256=(HASH,))
    seen = []
    done = house.library.verify(path, lambda done, size: seen.append((done, size)))
    assert done.is_right
    assert seen[-1] == (len(GGUF), len(GGUF))


def test_a_file_that_is_right_is_trusted_again(house):
    path = house.keep("M-2B.gguf", sha256=(HASH,))
    os.utime(path, ns=(5, 5))
    assert house.trouble(path)
    assert house.library.verify(path, silent).is_right
    assert house.trouble(path) == ""


def test_a_flipped_bit_is_found(house):
    path = house.keep("M-2B.gguf", sha256=(HASH,))
    Path(path).write_bytes(GGUF[:-1] + b"\x01")
    assert house.library.verify(path, silent).is_right is False


def test_without_a_known_hash_the_hash_is_only_told(house):
    done = house.library.verify(house.keep("M-2B.gguf"), silent)
    assert (done.is_right, done.sha256) == (None, (HASH,))


def test_verifying_stops_and_says_what_it_cannot_do(house):
    path = house.keep("M-2B.gguf")
    with pytest.raises(VerifyStoppedError):
        house.library.verify(path, silent, stop=lambda: True)
    with pytest.raises(NotFoundError):
        house.library.verify(house.put("N-2B.gguf"), silent)
    Path(path).write_bytes(GGUF[: len(GGUF) // 2])
    with pytest.raises(ModelFileError):
        house.library.verify(path, silent)


# --- removing ---


def test_a_file_of_ours_is_deleted_with_its_empty_folders(house):
    path = house.keep("org/name/M-2B.gguf")
    assert house.library.find(path).is_ours
    assert house.library.remove(path) == len(GGUF)
    assert list(house.ours.iterdir()) == []
    assert house.ours.exists()


def test_what_else_is_in_the_folder_stays(house):
    path = house.keep("org/name/M-2B.gguf")
    other = house.put("org/name/notes.txt")
    house.library.remove(path)
    assert Path(other).exists()


def test_what_lets_it_see_goes_with_the_last_model_that_needs_it(house):
    source = f"org/name@{'c' * 40}"
    first = house.keep("org/name/M-2B-Q4_0.gguf", source=source)
    second = house.keep("org/name/Q8/M-2B-Q8_0.gguf", source=source)
    eyes = Path(house.put("org/name/mmproj-F16.gguf"))
    house.put("org/other/mmproj-F16.gguf")
    house.library.remove(first)
    assert eyes.exists()
    assert house.library.remove(second) == 2 * len(GGUF)
    assert not eyes.exists()
    assert [each.name for each in house.ours.iterdir()] == ["org"]


def test_what_lets_it_see_stays_while_another_model_is_coming(house):
    path = house.keep("org/name/M-2B-Q4_0.gguf")
    eyes = Path(house.put("org/name/mmproj-F16.gguf"))
    house.put("org/name/M-2B-Q8_0.gguf.part")
    house.library.remove(path)
    assert eyes.exists()


def test_what_was_set_aside_comes_back_as_it_was(house):
    path = house.keep("org/name/M-2B.gguf", sha256=(HASH,), licence="MIT")
    eyes = Path(house.put("org/name/mmproj-F16.gguf"))
    before = house.library.find(path)
    removed = house.library.set_aside(path)
    assert removed.freed_bytes == 2 * len(GGUF)
    assert not Path(path).exists()
    assert not eyes.exists()
    assert [one.model.starter for one in house.library.shelf()] == [True]
    house.library.removals.restore(removed)
    assert house.library.find(path) == before
    assert eyes.exists()
    assert [each.name for each in house.ours.iterdir()] == ["org"]


def test_one_that_stays_on_the_disk_comes_back_on_the_list(house):
    path = house.keep("M-2B.gguf", house.theirs, origin="Jan")
    removed = house.library.set_aside(path)
    house.library.removals.erase(removed)
    house.library.removals.restore(removed)
    assert house.library.find(path).model.origin == "Jan"


def test_another_file_in_its_place_is_not_overwritten(house):
    path = house.keep("M-2B.gguf")
    removed = house.library.set_aside(path)
    house.put("M-2B.gguf", b"another")
    with pytest.raises(StorageError):
        house.library.removals.restore(removed)
    assert Path(path).read_bytes() == b"another"
    Path(path).unlink()
    house.library.removals.restore(removed)
    assert Path(path).read_bytes() == GGUF


def test_a_list_that_cannot_be_written_keeps_the_model(house, monkeypatch):
    path = house.keep("M-2B.gguf")
    link = house.put("L-2B.gguf", folder=house.theirs)
    house.models.keep(link)

    def refuse(self, path):
        raise StorageError("The disk reported an error", "Check it.")

    with monkeypatch.context() as patched:
        patched.setattr("inglenook.storage.library.Library.remove", refuse)
        for each in (path, link):
            with pytest.raises(StorageError):
                house.library.remove(each)
    assert house.trouble(path) == ""


def test_one_that_another_program_took_off_the_list_stays_on_the_disk(house, monkeypatch):
    path = house.keep("M-2B.gguf")
    link = house.put("L-2B.gguf", folder=house.theirs)
    house.models.keep(link)
    monkeypatch.setattr("inglenook.storage.library.Library.remove", lambda *_: False)
    for each in (path, link):
        with pytest.raises(NotFoundError):
            house.library.remove(each)
        assert Path(each).exists()


def test_after_a_crash_what_is_on_the_list_comes_back_and_the_rest_goes(house):
    kept, gone = house.keep("M-2B.gguf"), house.keep("N-2B.gguf")
    undecided = house.library.set_aside(kept)
    house.store.ask(lambda: house.store.library.add(undecided.model))
    undecided.aside.leave()
    house.library.set_aside(gone).aside.leave()
    mine = house.library.set_aside(house.keep("O-2B.gguf"))
    house.library.removals.recover(house.ours)
    assert Path(kept).exists()
    assert not Path(gone).exists()
    house.library.removals.restore(mine)
    assert [each.name for each in sorted(house.ours.iterdir())] == ["M-2B.gguf", "O-2B.gguf"]
    house.library.removals.recover(house.ours)


@pytest.mark.parametrize("origin", ["", "LM Studio"])
def test_a_file_elsewhere_is_never_deleted(house, origin):
    path = house.keep("M-2B.gguf", house.theirs, origin=origin)
    assert house.library.remove(path) == 0
    assert Path(path).exists()
    with pytest.raises(NotFoundError):
        house.library.remove(path)


def test_a_borrowed_file_is_never_deleted_wherever_it_lies(house):
    path = house.keep("M-2B.gguf", origin="Jan")
    assert house.library.remove(path) == 0
    assert Path(path).exists()


@pytest.mark.skipif(os.name == "nt", reason="makes a link")
def test_a_link_in_our_folder_to_a_file_elsewhere_leaves_that_file(house):
    real = house.put("M-2B.gguf", folder=house.theirs)
    link = house.ours / "M-2B.gguf"
    link.symlink_to(real)
    house.models.keep(str(link))
    assert house.library.remove(str(link)) == 0
    assert Path(real).exists()


def test_a_model_that_is_gone_already_goes_off_the_list(house):
    path = house.keep("M-2B.gguf")
    Path(path).unlink()
    assert house.library.remove(path) == 0


def test_a_disk_that_refuses_keeps_the_model_on_the_list(house, monkeypatch):
    path = house.keep("M-2B.gguf")

    def refuse(self, *_, **__):
        raise PermissionError(13, "no")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", refuse)
        with pytest.raises(StorageError):
            house.library.remove(path)
    assert house.library.find(path)


def test_a_path_that_leads_in_circles_is_not_ours(house, monkeypatch):
    def refuse(self, **_):
        raise OSError(40, "loop")

    monkeypatch.setattr(Path, "resolve", refuse)
    assert not library_module._is_below(house.ours / "x", house.ours)


# --- models of other programs ---


def test_what_is_found_can_be_borrowed(house):
    house.put("L-2B.gguf", folder=house.theirs)
    house.put("mmproj.gguf", b"GGUF" + bytes(40), house.theirs)
    fine, other = house.library.scan((house.theirs,))
    assert (fine.model.origin, fine.is_known, fine.problem) == ("theirs", False, None)
    assert (other.model, other.problem is not None) == (None, True)
    borrowed = house.library.borrow(fine)
    assert (borrowed.origin, borrowed.name) == ("theirs", "L 2B")
    assert house.library.scan((house.theirs,))[0].is_known
    assert not house.library.find(borrowed.path).is_ours


def test_our_own_downloads_are_not_other_programs(house):
    house.put("M-2B.gguf")
    assert house.library.scan((house.folder / "models",)) == ()


def test_the_usual_places_are_looked_at_and_hashes_are_kept(house, monkeypatch):
    digest = house.put(f".ollama/models/blobs/sha256-{HASH}", folder=house.folder)
    layer = f'{{"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:{HASH}"}}'
    manifest = f'{{"layers": [{layer}]}}'.encode()
    house.put(
        ".ollama/models/manifests/registry.ollama.ai/library/llama/1b", manifest, house.folder
    )
    monkeypatch.setattr(Path, "home", lambda: house.folder)
    for name in ("OLLAMA_MODELS", "HF_HOME", "HF_HUB_CACHE"):
        monkeypatch.delenv(name, raising=False)
    [found] = house.library.scan()
    model = house.library.borrow(found)
    assert (model.path, model.name, model.origin) == (digest, "llama:1b", "Ollama")
    assert house.library.verify(digest, silent).is_right


# --- what arrives ---


def arrived(house, name, **changes):
    file = RemoteFile("org/name", name, "c" * 40, len(GGUF), HASH)
    return Job("1", "M", (file,), **changes)


def test_what_has_arrived_is_on_the_list_with_where_it_comes_from(house):
    arrivals = Arrivals(house.hub, house.models, house.settings, lambda: house.ours)
    path = Path(house.put("org/name/M-2B.gguf"))
    arrivals.keep(arrived(house, "M-2B.gguf", licence="MIT"), path)
    model = house.library.find(str(path)).model
    assert (model.source, model.licence) == (f"org/name@{'c' * 40}", "MIT")
    assert house.library.verify(str(path), silent).is_right


def test_a_companion_that_has_arrived_is_no_model(house):
    arrivals = Arrivals(house.hub, house.models, house.settings, lambda: house.ours)
    path = Path(house.put("org/name/mmproj-M.gguf", b"GGUF"))
    arrivals.keep(arrived(house, "mmproj-M.gguf"), path)
    assert [one.model.starter for one in house.library.shelf()] == [True]


def test_downloads_know_the_way(house, monkeypatch):
    wishes = Arrivals(house.hub, house.models, house.settings, lambda: house.ours).wishes()
    assert wishes.folder() == house.ours
    assert wishes.is_offline()
    monkeypatch.setenv("INGLENOOK_OFFLINE", "0")
    assert not wishes.is_offline()
    assert wishes.at_once() >= 1
    line = wishes.open_line()
    assert line.resolver is house.hub.hub
    line.client.close()
