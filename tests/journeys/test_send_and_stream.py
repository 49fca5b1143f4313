"""A question is asked, its answer streams, is stopped or ends, and is all there next time."""

from dataclasses import replace

import pytest

from inglenook.chat.message import Status
from inglenook.chat.sampling import BALANCED


def test_an_answer_streams_ends_and_is_there_next_time(house, open_house):
    house.services.chat.send(house.chat, "/echo tokens=300 rate=300")
    writing = house.wait_for_text(900)
    assert house.services.chat.live(writing.id).tokens_per_s > 0
    answer = house.answer()
    assert answer.status is Status.COMPLETE
    assert answer.timings.answer_tokens == 300
    shown = house.say("/echo text=And a second one")
    before = house.stored()
    house.close()
    again = open_house()
    assert again.opened == before
    assert [each.id for each in again.opened.path()][1::2] == [answer.id, shown.id]


def test_a_stopped_answer_keeps_what_was_shown(house):
    house.services.chat.send(house.chat, "/echo tokens=4000 rate=300")
    writing = house.wait_for_text(100)
    shown = house.services.chat.live(writing.id).text
    house.services.chat.stop(house.chat)
    answer = house.answer()
    assert answer.status is Status.STOPPED
    assert answer.text.startswith(shown)
    assert house.stored().message(answer.id) == answer


@pytest.mark.model
def test_the_starter_answers_streams_and_stops(real_house):
    house = real_house
    house.services.chat.send(house.chat, "Tell me a long story about a heron.")
    house.wait_for_text(40)
    house.services.chat.stop(house.chat)
    stopped = house.answer()
    assert stopped.status is Status.STOPPED
    house.services.chat.sampling = replace(BALANCED, answer_limit_tokens=24)
    answer = house.say("What is the capital of France?")
    assert answer.status in {Status.COMPLETE, Status.CUT}
    assert "Paris" in answer.text
    assert answer.timings.reused_tokens > 0
    assert answer.timings.first_token_s > 0
    assert house.stored().message(answer.id) == answer
