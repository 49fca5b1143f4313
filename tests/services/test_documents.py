"""Reading documents off the window's thread."""

import threading
from collections.abc import Callable, Iterator

import pytest
from tests.services.ear import WAIT_S

from inglenook.chat.document import Document
from inglenook.core.errors import DocumentError
from inglenook.services.attachments import DocumentProgressed, DocumentRead, DocumentsFitted
from inglenook.services.bus import Bus
from inglenook.services.documents import DocumentService

LETTER = Document("letter.txt", "text/plain", 4, ("Dear Ada",))


class Slow:
    """Reads what a test tells it, and waits where a test wants it."""

    def __init__(self) -> None:
        self.may_end = threading.Event()
        self.may_end.set()
        self.begun = threading.Event()
        self.paths: list[str] = []

    def read(
        self, path: str, *, is_wanted: Callable[[], bool], progress: Callable[[int, int], None]
    ) -> Document:
        self.paths.append(path)
        self.begun.set()
        progress(1, 9)
        progress(2, 9)
        self.may_end.wait(WAIT_S)
        if path == "broken":
            raise DocumentError("This document is damaged", "Save it anew.")
        if path == "faulty":
            raise ZeroDivisionError
        return LETTER


class Heard:
    def __init__(self, bus: Bus) -> None:
        self.all: list[object] = []
        self.came = threading.Semaphore(0)
        bus.subscribe(self._hear)

    def _hear(self, event: object) -> None:
        self.all.append(event)
        if isinstance(event, DocumentRead):
            self.came.release()

    def next_read(self) -> DocumentRead:
        assert self.came.acquire(timeout=WAIT_S)
        return [each for each in self.all if isinstance(each, DocumentRead)][-1]


@pytest.fixture
def bus() -> Bus:
    return Bus()


@pytest.fixture
def reader() -> Slow:
    return Slow()


@pytest.fixture
def service(bus: Bus, reader: Slow) -> Iterator[DocumentService]:
    made = DocumentService(bus, reader)
    yield made
    reader.may_end.set()
    made.close()


def test_a_document_is_told_by_its_ticket_and_progress_not_too_often(
    bus: Bus, service: DocumentService
):
    heard = Heard(bus)
    ticket = service.read("letter")
    assert heard.next_read() == DocumentRead(ticket, LETTER)
    assert [each for each in heard.all if isinstance(each, DocumentProgressed)] == [
        DocumentProgressed(ticket, 1, 9)
    ]


def test_what_cannot_be_read_is_told_and_the_next_is_read(bus: Bus, service: DocumentService):
    heard = Heard(bus)
    broken = service.read("broken")
    first = heard.next_read()
    assert first.ticket == broken
    assert first.problem is not None
    assert first.problem.title == "This document is damaged"
    service.read("faulty")
    second = heard.next_read()
    assert second.problem is not None
    service.read("letter")
    assert heard.next_read().document == LETTER


def test_nothing_is_told_of_a_document_that_was_dropped(
    bus: Bus, service: DocumentService, reader: Slow
):
    heard = Heard(bus)
    reader.may_end.clear()
    running, waiting = service.read("one"), service.read("two")
    assert reader.begun.wait(WAIT_S)
    service.drop(running)
    service.drop(waiting)
    reader.may_end.set()
    last = service.read("three")
    assert heard.next_read().ticket == last
    assert reader.paths == ["one", "three"]


def test_what_fits_is_worked_out_beside_the_window(bus: Bus, service: DocumentService):
    heard = Heard(bus)
    long = Document("l.txt", "text/plain", 9, ("bread and salt " * 4000,))
    tickets = [service.fit((long,), 300), service.fit((long,), 300, "zeppelin")]
    service.read("letter")
    heard.next_read()
    first, second = [each for each in heard.all if isinstance(each, DocumentsFitted)]
    assert [first.ticket, second.ticket] == tickets
    assert first.given is not None
    assert first.given[0].note.startswith("The first ")
    assert second.given is None


def test_a_closed_service_reads_nothing(bus: Bus, reader: Slow):
    service = DocumentService(bus, reader)
    service.close()
    service.read("letter")
    assert reader.paths == []
