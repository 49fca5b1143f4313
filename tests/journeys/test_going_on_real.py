"""The starter model goes on with its own answer as if it had never stopped."""

from dataclasses import replace

import pytest

from inglenook.chat.message import Status

QUESTION = "Write down the numbers from one to thirty as words."


@pytest.mark.model
def test_an_answer_in_parts_reads_like_one_in_one_go(real_house) -> None:
    house = real_house
    exact = house.services.chat.sampling
    house.services.chat.sampling = replace(exact, answer_limit_tokens=48)
    whole = house.say(QUESTION)
    house.services.chat.sampling = replace(exact, answer_limit_tokens=16)
    house.services.chat.regenerate(house.chat, whole.id)
    part = house.answer()
    assert part.status is Status.CUT
    for _ in range(2):
        house.services.chat.go_on(house.chat, part.id)
        part = house.answer()
    assert part.text == whole.text
    assert part.timings.answer_tokens == whole.timings.answer_tokens == 48
    assert len(house.stored().nodes) == 3
