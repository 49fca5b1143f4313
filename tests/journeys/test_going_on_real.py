"""The starter model goes on with its own answer as if it had never stopped."""

from dataclasses import replace

import pytest

from inglenook.chat.message import Status
from inglenook.models.fit import Wish
from inglenook.services.events import EnginePhase

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


@pytest.mark.model
def test_what_is_not_sent_is_told_and_what_is_too_long_gets_a_longer_context(
    real_house,
) -> None:
    house, engine = real_house, real_house.services.engine
    engine.load(engine.state.model.path, Wish(context_tokens=512))
    house.ear.phase(EnginePhase.READY)
    house.services.chat.sampling = replace(house.services.chat.sampling, answer_limit_tokens=4)
    story = "The lamp of the lighthouse turned, and turned again. " * 12
    for _ in range(4):
        last = house.say(f"{story}\nWhat turned?")
    assert last.left_out > 0
    assert house.stored().first_sent() == house.stored().path()[last.left_out].id
    failed = house.say(story * 4)
    assert failed.status is Status.FAILED
    assert failed.needs_tokens > 512
    assert house.stored().first_sent() is not None  # the failed one took nothing away
    house.services.chat.lengthen(house.chat, failed.id)
    answer = house.answer()
    assert (answer.status, answer.parent) == (Status.CUT, failed.parent)
    assert engine.state.plan.settings.context_tokens >= failed.needs_tokens
