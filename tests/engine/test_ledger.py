from inglenook.chat.message import Timings
from inglenook.chat.sampling import Sampling
from inglenook.core.errors import Problem
from inglenook.engine.ledger import Ledger
from inglenook.engine.protocol import (
    Answer,
    Cancel,
    Done,
    Failed,
    Front,
    Load,
    Loaded,
    LoadFailed,
    SetThreads,
    Tick,
    Unload,
)
from inglenook.models.fit import EngineSettings

PROBLEM = Problem("It broke", "Mend it.")
FIRST = Load("/first", EngineSettings())
SECOND = Load("/second", EngineSettings())


def loaded(load: Load) -> Loaded:
    return Loaded(load.path, "", 1, 1, template="own", load_s=0.1)


def ledger_after(*messages: object) -> Ledger:
    ledger = Ledger()
    for each in messages:
        is_event = isinstance(each, Loaded | LoadFailed | Done | Failed | Tick)
        (ledger.received if is_event else ledger.sent)(each)
    return ledger


def answer(request: str) -> Answer:
    return Answer(request, "chat", (), Sampling())


def test_requests_stay_until_they_are_answered():
    ledger = ledger_after(answer("a"), answer("b"), answer("c"), Cancel("a"), Tick(busy=False))
    assert ledger.requests == ("a", "b", "c")
    ledger.received(Done("b", "end", Timings()))
    ledger.received(Failed("a", PROBLEM))
    assert ledger.requests == ("c",)


def test_a_model_that_has_loaded_is_wanted_after_a_death():
    ledger = ledger_after(FIRST, loaded(FIRST), answer("a"))
    ledger.engine_died()
    assert ledger.wanted == FIRST
    assert ledger.requests == ()


def test_a_model_that_was_being_loaded_is_not():
    ledger = ledger_after(FIRST, loaded(FIRST), SECOND)
    assert ledger.loads == (SECOND,)
    ledger.engine_died()
    assert ledger.wanted is None
    assert ledger.loads == ()


def test_a_model_that_was_refused_or_freed_is_not():
    assert ledger_after(FIRST, LoadFailed(PROBLEM)).wanted is None
    assert ledger_after(FIRST, loaded(FIRST), Unload()).wanted is None


def test_a_failure_of_an_earlier_load_does_not_count_against_the_later_one():
    ledger = ledger_after(FIRST, SECOND, LoadFailed(PROBLEM))
    assert ledger.wanted == SECOND
    ledger.received(loaded(SECOND))
    assert ledger.loads == ()


def test_a_new_engine_is_told_the_model_with_its_threads_and_the_chat_on_screen():
    assert ledger_after(Front("c"), SetThreads(2)).replay == ()
    assert ledger_after(FIRST, loaded(FIRST)).replay == (FIRST,)
    ledger = ledger_after(FIRST, loaded(FIRST), Front("a"), Front("b"), SetThreads(2))
    ledger.engine_died()
    again = Load("/first", EngineSettings(threads=2))
    assert ledger.replay == (again, Front("b"))
