"""Effort from the composer to the card, with real services, engine process and database."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from inglenook.chat.message import Status
from inglenook.chat.sampling import BALANCED
from inglenook.effort.level import Level
from inglenook.ui.chat.target import Act
from inglenook.ui.effort.livecard import LiveCard
from inglenook.ui.effort.picker import EffortMenu

SLOW = "so it is, when all is told and nothing was left out of the sum"
QUESTION = (
    f"/echo rate=60 text=The answer is 13, {SLOW} {SLOW} {SLOW}.\n---\n"
    f"The answer is 12.\n---\nThe answer is 12.\n---\n{SLOW} {SLOW} {SLOW} {SLOW} the end."
)


def pick(session, level: Level) -> None:
    """Choose a level as a person does."""
    session.page.composer.effort.click()
    menu = session.page.findChildren(EffortMenu)[-1]
    row = next(each for each in menu.rows if each.level is level)
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)


def test_drafts_vote_the_leading_answer_is_taken_and_the_card_is_there_after_a_restart(
    start,
) -> None:
    first = start()
    pick(first, Level.BALANCED)
    assert first.services.settings.effort is Level.BALANCED
    session = first
    session.type(QUESTION)
    session.wait(lambda: session.page.is_answering() and session.offers(Act.LEADING))
    assert isinstance(session.views()[-1].card, LiveCard)
    session.press(Act.LEADING)
    session.wait(lambda: not session.page.is_answering())

    comparison = session.last.comparison
    assert session.last.text == session.seen(session.last.id) == "The answer is 12."
    assert (comparison.is_changed, comparison.agreeing) == (True, 2)
    assert [each.answer for each in comparison.drafts if each.why == "end"] == ["12", "12"]
    card = session.views()[-1].card
    assert "Changed after comparing" in card.spoken
    answer = session.last
    first.close()

    second = start()
    second.wait(lambda: bool(second.views()) and second.offers(Act.COMPARED))
    assert second.last == answer
    assert second.page.composer.effort.level is Level.BALANCED
    second.press(Act.COMPARED)
    assert second.offers(Act.DRAFT_TABLE)


def test_an_answer_is_written_again_with_several_drafts(start) -> None:
    session = start()
    plain = session.ask("/echo text=The answer is 12.")
    assert plain.comparison is None
    menu = session.page._view._menus.again_menu(1)
    next(each for each in menu.actions() if "Balanced" in each.text()).trigger()
    session.wait(lambda: session.last.id != plain.id and not session.page.is_answering())
    assert session.last.comparison.agreeing == 3
    assert session.services.settings.effort is Level.QUICK
    assert len(session.page.conversation.siblings(plain.id)) == 2


def test_a_stopped_comparison_keeps_its_drafts(start) -> None:
    session = start()
    session.services.settings.set_effort(Level.BALANCED)
    session.type(QUESTION)
    session.wait(lambda: session.page.is_answering() and session.offers(Act.LEADING))
    session.window.actions_by_name["stop"].trigger()
    session.wait(lambda: not session.page.is_answering())
    assert session.last.status is Status.STOPPED
    assert len(session.last.comparison.drafts) > 1
    assert session.offers(Act.COMPARED)


@pytest.mark.model
def test_the_starter_model_compares_drafts_and_their_cost_is_foretold_next_time(start) -> None:
    session = start("llama")
    session.services.chat.sampling = replace(
        BALANCED, answer_limit_tokens=40, temperature=0.7, seed=None
    )
    assert session.services.efforts.foreseen()[Level.BALANCED] is None
    pick(session, Level.BALANCED)
    answer = session.ask("What is 3 + 5 + 4?")
    assert len(answer.comparison.drafts) >= 2
    assert answer.comparison.tokens >= 10
    assert session.offers(Act.COMPARED)
