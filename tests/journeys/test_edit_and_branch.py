"""An early question is edited: a branch grows, the old one stays, only the tail is read."""

from dataclasses import replace

import pytest

from inglenook.services.events import ConversationChanged


def test_editing_grows_a_branch_and_arrows_lead_back(house, open_house):
    house.say("/echo text=one")
    house.say("/echo text=two")
    old = house.stored()
    second = old.path()[2]
    house.services.chat.edit(house.chat, second.id, "/echo text=other")
    other = house.answer()
    grown = house.stored()
    assert other.text == "other"
    assert [each.text for each in grown.path()][:2] == [each.text for each in old.path()][:2]
    assert len(grown.siblings(grown.path()[2].id)) == 2
    house.services.chat.show(house.chat, second.id)
    back = house.ear.wait(ConversationChanged).conversation
    assert back.path() == old.path()
    assert house.services.chat.settle(30)
    house.close()
    again = open_house()
    assert again.opened == back
    assert set(again.opened.nodes) == set(grown.nodes)


def test_another_answer_reuses_the_whole_prompt(house):
    answer = house.say("/echo text=one")
    house.services.chat.regenerate(house.chat, answer.id)
    again = house.answer()
    assert again.parent == answer.parent
    assert again.timings.reused_tokens == again.timings.prompt_tokens - 1


@pytest.mark.model
def test_the_starter_reads_only_the_new_tail(real_house):
    house = real_house
    house.services.chat.sampling = replace(house.services.chat.sampling, answer_limit_tokens=16)
    first = house.say("List the planets of the solar system, and say a word about each one.")
    house.say("Which is the largest?")
    question = house.stored().path()[2]
    house.services.chat.edit(house.chat, question.id, "Which is the smallest?")
    edited = house.answer()
    reused = edited.timings.reused_tokens
    assert reused >= first.timings.prompt_tokens
    assert 0 < edited.timings.prompt_tokens - reused < 30
    house.services.chat.regenerate(house.chat, edited.id)
    again = house.answer()
    # At the likeliest word each time, the same prompt gives the same answer.
    assert again.text == edited.text
    assert again.timings.reused_tokens >= reused
