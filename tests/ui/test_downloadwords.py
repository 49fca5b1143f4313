from dataclasses import replace

import pytest
import shelfmatter as goods

from inglenook.core.units import GIB, MIB
from inglenook.ui.downloadwords import (
    amount_in_words,
    face_of,
    is_held,
    is_under_way,
    left_in_words,
    retry_in_words,
)


@pytest.mark.parametrize(
    ("done", "size", "words"),
    [
        (int(1.2 * GIB), int(4.7 * GIB), "1.2 of 4.7 GB"),
        (800 * MIB, int(4.7 * GIB), "800 MB of 4.7 GB"),
        (0, 90 * MIB, "0 B of 90 MB"),
    ],
)
def test_an_amount_names_its_unit_once_where_that_is_enough(done: int, size: int, words: str):
    assert amount_in_words(done, size) == words


@pytest.mark.parametrize(
    ("left", "speed", "words"),
    [
        (100, 50.0, "a few seconds left"),
        (44, 1.0, "45 s left"),
        (58, 1.0, "1 min left"),
        (185, 1.0, "3 min left"),
        (7500, 1.0, "2 h 5 min left"),
        (10**6, 1.0, "more than a day left"),
        (100, 0.0, ""),
        (0, 5.0, ""),
        (-5, 5.0, ""),
    ],
)
def test_the_time_left_is_told_no_finer_than_it_is_known(left: int, speed: float, words: str):
    assert left_in_words(left, speed) == words


@pytest.mark.parametrize(
    ("left_ms", "words"),
    [
        (20_000, "trying again in 20 s"),
        (-3, "trying again"),
        (240_000, "trying again in 4 min"),
    ],
)
def test_a_retry_is_counted_down(left_ms: int, words: str):
    assert retry_in_words(left_ms) == words


def test_every_state_is_told_in_words():
    told = [face_of(each, each.retry_at_ms - 20_000).facts for each in goods.queue()]
    assert told == [
        "4.6 of 7.3 GB · 48 MB/s · 1 min left",
        "Checking the file · 12.1 of 18.6 GB",
        "0 B of 2.5 GB · waiting for its turn",
        "2.2 of 13.4 GB · trying again in 20 s",
        "819 MB of 1.9 GB · paused",
        "31.0 of 42.5 GB · paused",
        "0 B of 16.5 GB · failed",
    ]


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        ("connecting", "4.6 of 7.3 GB · connecting"),
        ("fetching", "4.6 of 7.3 GB · connecting"),
        ("elsewhere", "4.6 of 7.3 GB · another program is getting this file"),
        ("retrying", "4.6 of 7.3 GB · the line broke, trying again"),
        ("finishing", "Finishing"),
    ],
)
def test_every_phase_is_told_in_words(phase: str, words: str):
    assert face_of(replace(goods.coming(), phase=phase, bytes_per_s=0.0), 0).facts == words


def test_what_waits_for_a_person_is_told_from_what_goes_on_by_itself():
    states = [(is_under_way(each), is_held(each)) for each in goods.queue()]
    assert states == [(True, False)] * 4 + [(False, False)] + [(False, True)] * 2


def test_a_hostile_size_breaks_no_bar():
    strange = replace(goods.coming(), size_bytes=0, done_bytes=7)
    assert face_of(strange, 0).fraction == 1.0
