"""What is set for a model follows its file; what has proved to work counts for a while."""

from dataclasses import replace

import pytest
from tests.data.gguf_files import tiny_model

from inglenook.core.errors import StorageError
from inglenook.core.units import GIB
from inglenook.models.machine import DeviceFacts, DeviceKind, HostFacts, Machine
from inglenook.models.proven import Proven
from inglenook.models.settings import EngineSettings, Wish
from inglenook.services.wishes import Wishes
from inglenook.storage.wishes import WishesFile

CARD = DeviceFacts("CUDA0", "Card", DeviceKind.DISCRETE, 8 * GIB, 7 * GIB)
MACHINE = Machine((CARD,), HostFacts(16 * GIB, 8 * GIB, 4, 8))
FEWER = EngineSettings(gpu_layers=20)
WISH = Wish(gpu_layers=24)
DAY_MS = 24 * 3600 * 1000


class Book:
    """Wishes whose clock a test sets, and a model file."""

    def __init__(self, folder):
        self.now_ms = 10**12
        self.path = folder / "one" / "Model-1B.gguf"
        self.path.parent.mkdir()
        self.path.write_bytes(tiny_model())
        file = WishesFile(folder / "data" / "wishes.json")
        self.wishes = Wishes(file, lambda: self.now_ms)
        self.model = str(self.path)

    def proven(self, machine=MACHINE, wish=WISH):
        return self.wishes.proven(self.model, wish, machine)

    def prove(self):
        self.wishes.prove(self.model, WISH, MACHINE, FEWER)


@pytest.fixture
def book(tmp_path):
    return Book(tmp_path)


def test_what_is_set_follows_a_file_to_another_folder(book, tmp_path):
    book.wishes.keep(book.model, WISH)
    moved = tmp_path / "two"
    book.path.parent.rename(moved)
    assert book.wishes.of(str(moved / book.path.name)) == WISH


def test_another_file_of_the_same_name_has_wishes_of_its_own(book):
    book.wishes.keep(book.model, WISH)
    book.path.write_bytes(tiny_model() + b"more")
    assert book.wishes.of(book.model) == Wish()


@pytest.mark.parametrize("path", ["gone.gguf", "", "\0", "\udcff.gguf", "x" * 5000])
def test_a_path_that_leads_nowhere_has_nothing_set(book, path):
    assert book.wishes.of(path) == Wish()


def test_what_worked_is_known_the_next_time(book):
    assert book.proven() is None
    book.prove()
    assert book.proven() == Proven.of(FEWER)
    busy = replace(MACHINE, host=replace(MACHINE.host, ram_available_bytes=GIB))
    assert book.proven(busy) == Proven.of(FEWER)


@pytest.mark.parametrize(
    "machine",
    [
        Machine((), MACHINE.host),
        Machine((replace(CARD, description="Another card"),), MACHINE.host),
        Machine((replace(CARD, total_bytes=16 * GIB),), MACHINE.host),
        Machine((replace(CARD, driver="99"),), MACHINE.host),
        replace(MACHINE, host=replace(MACHINE.host, ram_total_bytes=32 * GIB)),
    ],
)
def test_on_another_computer_it_does_not_count(book, machine):
    book.prove()
    assert book.proven(machine) is None


def test_for_another_engine_it_does_not_count(book, monkeypatch):
    book.prove()
    monkeypatch.setattr("inglenook.services.wishes.version", lambda _name: "99.0")
    assert book.proven() is None


def test_with_something_else_set_the_plan_is_tried_in_full(book):
    book.prove()
    assert book.proven(wish=Wish(gpu_layers=25)) is None
    book.wishes.keep(book.model, WISH)
    assert book.proven() is None


def test_after_a_week_the_plan_is_tried_in_full(book):
    book.prove()
    book.now_ms += 7 * DAY_MS - 1
    assert book.proven() is not None
    book.now_ms += 1
    assert book.proven() is None


def test_a_clock_that_was_set_back_keeps_nothing_for_ever(book):
    book.prove()
    book.now_ms -= DAY_MS
    assert book.proven() is None


def test_what_worked_stays_beside_what_is_set(book):
    book.wishes.keep(book.model, WISH)
    book.prove()
    assert (book.wishes.of(book.model), book.proven()) == (WISH, Proven.of(FEWER))


def test_a_full_disk_spoils_no_load(book, tmp_path):
    (tmp_path / "data").write_text("in the way")
    book.prove()
    assert book.proven() is None
    with pytest.raises(StorageError):
        book.wishes.keep(book.model, WISH)
