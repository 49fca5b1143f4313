"""Programs beside a person: who begins, who gives way, and what is read only once."""

import pytest
from tests.engine.scene import LONG, Scene, lasting

from inglenook.core.ids import program_chat
from inglenook.engine.line import AGEING_S
from inglenook.engine.pace import LEAST_TOKENS, PROGRAMS_GAP_S

PROGRAM = program_chat("1")


@pytest.fixture
def scene():
    return Scene()


def test_a_program_gives_way_to_a_person_and_keeps_what_it_has_read(scene):
    scene.scheduler.put_in_front("front")
    programs = [
        scene.ask((7, 8, each), program_chat(str(each)), limit=9, salt=lasting((7, 8, each), 9))
        for each in (1, 2, 3)
    ]
    scene.step(3)
    written = [list(each.written) for each in programs]
    assert all(written)
    scene.ask((3, 4), "front", limit=6, salt=lasting((3, 4), 6))
    scene.step(4)
    assert scene.rows == [1]
    assert [each.written for each in programs] == written
    assert all(each.branches[0].sequence for each in programs), "nothing is to be read again"
    scene.run()
    assert scene.ends()[0] == ("r4", "length")
    assert [each.written for each in programs] == [each.alone for each in programs]


def test_a_person_takes_the_place_of_a_program_where_all_are_taken():
    scene = Scene(sequences=2)
    scene.step_s = 1.0
    scene.scheduler.put_in_front("front")
    programs = [
        scene.ask((7, each), program_chat(str(each)), limit=30, salt=lasting((7, each), 30))
        for each in (1, 2, 3)
    ]
    scene.step(2 * int(AGEING_S))
    front = scene.ask((3, 4), "front", limit=6, salt=lasting((3, 4), 6))
    scene.step()
    assert front.branches, "no program rises above a person by waiting"
    scene.run()
    assert [each.written for each in programs] == [each.alone for each in programs]


def test_even_a_program_that_must_be_alone_gives_way(scene):
    scene.scheduler.put_in_front("front")
    alone = scene.ask((7, 8), PROGRAM, limit=9, salt=lasting((7, 8), 9), is_alone=True)
    scene.step(3)
    scene.ask((3, 4), "front", limit=6, salt=lasting((3, 4), 6))
    scene.run()
    assert [name for name, _ in scene.ends()] == ["r2", "r1"]
    assert alone.written == alone.alone


def test_a_program_reads_in_short_steps_while_a_chat_is_on_screen(scene):
    scene.ask(LONG * 2, PROGRAM)
    scene.step(2)
    assert scene.rows == [64]
    scene.scheduler.put_in_front("front")
    scene.step()
    assert scene.rows == [LEAST_TOKENS]


def test_among_programs_alone_prompts_are_read_in_longer_steps(scene):
    def read(prompt, front):
        scene.scheduler.put_in_front(front)
        scene.scheduler._pace.tokens_per_s = 25.0
        scene.ask(prompt, program_chat(front), limit=1)
        scene.step(2)
        return scene.rows[0]

    scene.ask((1, 2), PROGRAM, limit=50, salt=lasting((1, 2), 50))
    scene.step(3)
    assert read(LONG, "") == int(25.0 * PROGRAMS_GAP_S)
    assert read(LONG[::-1], "seen") == LEAST_TOKENS


def test_a_question_waits_for_what_another_one_is_about_to_read(scene):
    first = scene.ask((*LONG, 1), PROGRAM, limit=5, salt=lasting((*LONG, 1), 5))
    scene.step()
    second = scene.ask((*LONG, 2), program_chat("2"), limit=5, salt=lasting((*LONG, 2), 5))
    read = 0
    while not second.branches:
        scene.step()
        read += sum(scene.rows)
    assert read < 1.5 * len(LONG)
    assert second.branches[0].held.length >= len(LONG)
    scene.run()
    assert (first.written, second.written) == (first.alone, second.alone)


def test_nobody_waits_for_what_is_hardly_shared_or_for_who_is_lower(scene):
    scene.scheduler.put_in_front("front")
    scene.ask(LONG, PROGRAM)
    scene.step()
    other = scene.ask((*LONG[:8], *range(40, 80)), program_chat("2"))
    front = scene.ask(LONG, "front")
    scene.step(2)
    assert other.branches
    assert front.branches
