"""What an answer took is told if it was the only one, and not too long."""

from inglenook.core.ids import RequestId
from inglenook.hardware.energy import Counter
from inglenook.services.energy import LONGEST_S, EnergyNotes

A, B = RequestId("A"), RequestId("B")


class Machine:
    def __init__(self):
        self.now_s, self.joules = 0.0, 0

    def read(self):
        return (Counter("package", self.joules * 1_000_000, 1 << 40),)

    def notes(self):
        return EnergyNotes(self.read, lambda: self.now_s)


def test_an_answer_took_what_was_counted_meanwhile():
    machine = Machine()
    notes = machine.notes()
    notes.begin(A)
    machine.joules = 40
    assert notes.end(A) == 40.0
    assert notes.end(A) == 0.0


def test_of_answers_at_the_same_time_nothing_is_told():
    machine = Machine()
    notes = machine.notes()
    notes.begin(A)
    notes.begin(B)
    machine.joules = 40
    assert (notes.end(A), notes.end(B)) == (0.0, 0.0)
    notes.begin(A)
    machine.joules = 50
    assert notes.end(A) == 10.0


def test_of_a_very_long_answer_nothing_is_told():
    machine = Machine()
    notes = machine.notes()
    notes.begin(A)
    machine.joules, machine.now_s = 40, LONGEST_S + 1
    assert notes.end(A) == 0.0


def test_a_machine_that_tells_nothing_is_asked_in_vain():
    notes = EnergyNotes(lambda: ())
    notes.begin(A)
    assert notes.end(A) == 0.0
