"""What is free on the cards is read again, as if no model of ours was loaded."""

from dataclasses import replace

import pytest

from inglenook.core.units import GIB, MIB
from inglenook.hardware.devices import FoundDevices
from inglenook.models.fit import Plan, Verdict
from inglenook.models.machine import DeviceFacts, DeviceKind
from inglenook.models.memory import MemoryPart
from inglenook.models.settings import EngineSettings
from inglenook.services.cards import Cards
from inglenook.services.events import EngineChanged, EnginePhase, EngineState

CARD = DeviceFacts("CUDA0", "A card", DeviceKind.DISCRETE, 8 * GIB, 7 * GIB)
TAKEN = (MemoryPart("CUDA0", 4 * GIB, GIB, 0, 0, 256 * MIB), MemoryPart("CPU", GIB, 0, 0, 0))
PLAN = Plan(Verdict.GPU, EngineSettings(), (), "", ())
READY = EngineState(EnginePhase.READY, plan=PLAN, fraction=1.0, taken=TAKEN)
LOADING = EngineState(EnginePhase.LOADING)


class Desk:
    """Cards on which a test says what is free, and an engine whose states it tells."""

    def __init__(self, *devices):
        self.now = FoundDevices(devices, "a test", notes=("A note.",), fingerprint="b 1")
        self.asked = 0
        self.cards = Cards(lambda: self.now, self.ask_again)

    def ask_again(self):
        self.asked += 1
        return self.now

    def free(self, size_bytes):
        self.now = replace(self.now, devices=(replace(CARD, free_bytes=size_bytes),))

    def tell(self, *states):
        for state in states:
            self.cards.told(EngineChanged(state))

    def seen(self):
        self.cards.look_again()
        return self.cards.devices()[0].free_bytes


@pytest.fixture
def desk():
    made = Desk(CARD)
    made.cards.devices()
    return made


def test_what_another_program_takes_meanwhile_counts(desk):
    desk.free(3 * GIB)
    assert desk.cards.look_again()
    assert desk.cards.devices() == (replace(CARD, free_bytes=3 * GIB),)
    assert not desk.cards.look_again()
    assert desk.cards.notes == ("A note.",)


def test_the_build_is_known_once_the_cards_are():
    cards = Desk(CARD).cards
    assert cards.fingerprint() == ""
    cards.devices()
    assert cards.fingerprint() == "b 1"


def test_without_cards_nothing_is_started():
    desk = Desk()
    assert not desk.cards.look_again()
    assert not desk.cards.look_again()
    assert desk.asked == 0


def test_the_first_look_is_new_enough():
    desk = Desk(CARD)
    assert not desk.cards.look_again()
    assert (desk.cards.devices(), desk.asked) == ((CARD,), 0)


def test_what_our_own_model_holds_counts_as_free_since_it_is_freed_first(desk):
    desk.tell(LOADING, READY, replace(READY, answering=1), LOADING)
    desk.free(1 * GIB)
    assert desk.seen() == 6 * GIB + 256 * MIB
    desk.free(4 * GIB)
    assert desk.seen() == 8 * GIB


def test_while_a_load_goes_on_nobody_knows_and_the_figure_stays(desk):
    desk.tell(LOADING, replace(LOADING, plan=PLAN))
    desk.free(GIB)
    assert desk.seen() == 7 * GIB
    desk.tell(replace(LOADING, plan=PLAN, fraction=0.5))
    assert (desk.seen(), desk.asked) == (7 * GIB, 0)
    desk.tell(READY, replace(READY, phase=EnginePhase.RESTARTING, taken=()))
    assert (desk.seen(), desk.asked) == (7 * GIB, 0)


def test_a_model_at_rest_holds_nothing_and_wakes_with_what_is_free_then(desk):
    resting = replace(READY, phase=EnginePhase.RESTING, taken=())
    desk.tell(READY, resting, replace(LOADING, plan=PLAN))
    desk.free(3 * GIB)
    assert desk.seen() == 3 * GIB


@pytest.mark.parametrize("phase", [EnginePhase.NO_MODEL, EnginePhase.FAILED])
def test_without_a_model_the_process_still_holds_what_its_driver_took(desk, phase):
    desk.tell(READY, EngineState(phase))
    desk.free(3 * GIB)
    assert desk.seen() == 3 * GIB + 256 * MIB


def test_what_was_hardly_taken_by_the_driver_is_another_programs(desk):
    desk.tell(replace(READY, taken=(replace(TAKEN[0], overhead_bytes=3 * GIB),)))
    desk.free(GIB)
    assert desk.seen() == 7 * GIB


def test_an_engine_that_cannot_tell_leaves_the_figure_as_it_was(desk):
    desk.tell(replace(READY, taken=()))
    desk.free(GIB)
    assert desk.seen() == 7 * GIB


def test_a_driver_that_does_not_answer_is_not_asked_again(desk):
    desk.now = FoundDevices((), "the probe did not answer within 10 s", failed=True)
    assert not desk.cards.look_again()
    assert not desk.cards.look_again()
    assert (desk.cards.devices(), desk.asked) == ((CARD,), 1)


def test_a_load_that_begins_meanwhile_makes_the_answer_worthless(desk):
    desk.tell(LOADING)
    ask_again = desk.ask_again

    def slowly():
        desk.tell(replace(LOADING, plan=PLAN))
        return ask_again()

    desk.cards._ask_again = slowly
    desk.free(GIB)
    assert desk.seen() == 7 * GIB
