"""How often text is sent on."""

import pytest

from inglenook.core.ids import program_chat
from inglenook.engine.outbox import FLUSH_S
from inglenook.engine.protocol import Delta, Started
from inglenook.engine.rhythm import MOST_GAP_S, PROGRAM_GAP_S, Rhythm


@pytest.fixture
def rhythm():
    return Rhythm()


def ask(rhythm, programs=0, persons=0):
    for number in range(programs):
        rhythm.begin(f"p{number}", program_chat(f"p{number}"))
    for number in range(persons):
        rhythm.begin(f"c{number}", f"chat {number}")


@pytest.mark.parametrize(
    ("programs", "gap_s"),
    [(0, FLUSH_S), (1, PROGRAM_GAP_S), (2, MOST_GAP_S), (64, MOST_GAP_S)],
)
def test_programs_are_told_less_often_the_more_they_are(rhythm, programs, gap_s):
    ask(rhythm, programs)
    assert rhythm.gap_s == pytest.approx(gap_s)


def test_nobody_is_kept_waiting_while_a_person_reads_along(rhythm):
    ask(rhythm, programs=8, persons=1)
    assert rhythm.gap_s == FLUSH_S
    rhythm.end("c0")
    assert rhythm.gap_s == MOST_GAP_S


def test_answers_that_have_ended_count_no_more(rhythm):
    ask(rhythm, programs=4)
    for name in ("p0", "p1", "p2", "p2", "never"):
        rhythm.end(name)
    assert rhythm.gap_s == PROGRAM_GAP_S


def test_the_first_text_of_each_answer_waits_for_nothing(rhythm):
    ask(rhythm, programs=2)
    assert not rhythm.is_urgent([Started("p0", 5, 0, 0), Delta("p0", "", 1)])
    assert rhythm.is_urgent([Delta("p0", "a", 1)])
    assert not rhythm.is_urgent([Delta("p0", "b", 1)])
    assert rhythm.is_urgent([Delta("p0", "c", 1), Delta("p1", "a", 1)])
    assert not rhythm.is_urgent([Delta("p1", "b", 1)])
