"""Searching as a person types: only the newest question is answered."""

import threading

import pytest
from tests.services.ear import WAIT_S

from inglenook.core.errors import NetworkError, StorageError
from inglenook.downloads.page import FoundModel
from inglenook.downloads.query import Query
from inglenook.services.bus import Bus
from inglenook.services.events import HubSearched
from inglenook.services.hubsearch import HubSearch


class Line:
    """A line to the Hub on which each answer comes when the test says so."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.begun = threading.Semaphore(0)
        self.answers: dict[str, threading.Event] = {}
        self.stops: dict[str, object] = {}
        self.trouble: Exception | None = None

    def hold(self, words: str) -> threading.Event:
        return self.answers.setdefault(words, threading.Event())

    def search(self, query, stop):
        self.asked.append(query.words)
        self.stops[query.words] = stop
        self.begun.release()
        if query.words in self.answers:
            assert self.answers[query.words].wait(WAIT_S)
        if self.trouble:
            raise self.trouble
        return (FoundModel(f"org/{query.words}", query.words),)

    def fits(self, found):
        return len(found.name) < 5

    def wait_for_question(self) -> None:
        assert self.begun.acquire(timeout=WAIT_S)


@pytest.fixture
def line():
    return Line()


@pytest.fixture
def bus():
    return Bus()


@pytest.fixture
def search(bus, line):
    made = HubSearch(bus, line)
    yield made
    for event in line.answers.values():
        event.set()
    made.close()


def names(heard: HubSearched) -> list[str]:
    return [model.name for model in heard.models]


def test_what_is_found_is_announced(search, bus, hear):
    ear = hear(bus)
    search.ask(Query("qwen"))
    heard = ear.wait(HubSearched)
    assert (heard.query.words, names(heard), heard.problem) == ("qwen", ["qwen"], None)
    assert (heard.fits, heard.installed) == ((True,), frozenset())


def test_what_is_in_the_library_is_marked(bus, line, hear):
    ear = hear(bus)
    search = HubSearch(bus, line, lambda: frozenset({"org/gemma"}))
    search.ask(Query("gemma"))
    heard = ear.wait(HubSearched)
    search.close()
    assert (heard.fits, heard.installed) == ((False,), {"org/gemma"})


def test_a_library_that_cannot_be_read_marks_nothing(bus, line, hear):
    def refuse():
        raise StorageError("The disk reported an error", "Check it.")

    ear = hear(bus)
    search = HubSearch(bus, line, refuse)
    search.ask(Query("gemma"))
    heard = ear.wait(HubSearched)
    search.close()
    assert (names(heard), heard.installed) == (["gemma"], frozenset())


def test_only_the_newest_question_counts(search, bus, line, hear):
    ear = hear(bus)
    first, second = line.hold("q"), line.hold("qw")
    search.ask(Query("q"))
    line.wait_for_question()
    search.ask(Query("qw"))
    line.wait_for_question()
    for words in ("qwe", "qwen"):
        search.ask(Query(words))
    assert line.stops["q"]()  # the first may be given up
    first.set()
    assert names(ear.wait(HubSearched)) == ["qwen"]
    second.set()
    assert line.asked == ["q", "qw", "qwen"]
    search.ask(Query("gemma"))
    assert names(ear.wait(HubSearched)) == ["gemma"]
    assert [one.query.words for one in ear.all] == ["qwen", "gemma"]


def test_the_last_results_stay_while_the_network_fails(search, bus, line, hear):
    ear = hear(bus)
    search.ask(Query("qwen"))
    ear.wait(HubSearched)
    line.trouble = NetworkError("The Hub cannot be reached", "Check the connection.")
    search.ask(Query("qwen3"))
    heard = ear.wait(HubSearched)
    assert (names(heard), heard.problem.title) == (["qwen"], "The Hub cannot be reached")


def test_a_question_that_is_taken_back_is_not_answered(search, bus, line, hear):
    ear = hear(bus)
    held = line.hold("q")
    search.ask(Query("q"))
    line.wait_for_question()
    search.cancel()
    held.set()
    search.ask(Query("other"))
    assert names(ear.wait(HubSearched)) == ["other"]
    assert len(ear.all) == 1


def test_a_fault_of_our_own_is_told_and_does_not_end_searching(search, bus, line, hear):
    ear = hear(bus)
    line.trouble = KeyError("bug")
    search.ask(Query("q"))
    assert "inside Inglenook" in ear.wait(HubSearched).problem.title
    line.trouble = None
    search.ask(Query("q"))
    assert names(ear.wait(HubSearched)) == ["q"]


def test_after_the_end_nothing_is_asked(search, line):
    search.close()
    search.ask(Query("q"))
    assert line.asked == []
