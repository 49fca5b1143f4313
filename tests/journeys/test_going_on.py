"""Answers that stopped short go on; what the model is not given is told."""

from dataclasses import replace
from itertools import pairwise

from inglenook.chat.message import Status
from inglenook.chat.sampling import BALANCED
from inglenook.services.events import EnginePhase
from inglenook.ui.chat.target import Act

SHORT = replace(BALANCED, answer_limit_tokens=25)
LONG = "/echo tokens=3\n" + ("wort " * 2300).strip()
"""Of four of these questions the last three fit the echo's context."""


def test_a_cut_answer_is_continued_in_its_place_until_it_is_whole(start) -> None:
    session = start()
    session.services.chat.sampling = SHORT
    cut = session.ask("/echo tokens=60")
    whole = "hearth" + " ember" * 59
    texts = [cut.text]
    while session.last.status is Status.CUT:
        assert session.offers(Act.CONTINUE)
        session.press(Act.CONTINUE)
        session.wait(lambda: session.last.text != texts[-1] and not session.page.is_answering())
        texts.append(session.last.text)
    assert len(texts) > 2
    assert all(after.startswith(before) for before, after in pairwise(texts))
    assert (session.last.id, session.last.text) == (cut.id, whole)
    assert session.last.status is Status.COMPLETE
    assert not session.offers(Act.CONTINUE)
    assert session.last.timings.answer_tokens >= 60
    assert session.seen(cut.id) == whole
    session.close()
    assert start().last == session.last


def test_a_stopped_answer_is_continued_after_a_restart(start) -> None:
    session = start()
    session.type("/echo tokens=300 rate=200")
    session.wait(lambda: session.page.is_answering() and len(session.live_text()) > 30)
    session.page.stop()
    session.wait(lambda: not session.page.is_answering())
    stopped = session.last
    session.close()
    again = start()
    assert again.last == stopped
    again.press(Act.CONTINUE)
    again.wait(lambda: again.last.status is Status.COMPLETE)
    assert again.last.text == "hearth" + " ember" * 299
    assert again.last.id == stopped.id


def divided(session) -> list[int]:
    return [number for number, view in enumerate(session.views()) if view.divider is not None]


def test_a_long_talk_shows_what_is_not_sent_after_edit_branch_and_restart(start) -> None:
    session = start()
    for _ in range(3):
        session.ask(LONG)
    assert divided(session) == []
    last = session.ask(LONG)
    assert last.left_out > 0
    assert divided(session) == [last.left_out]
    assert "left out" in last.note
    shown = divided(session)
    # The first question edited: a branch of its own, on which everything is sent.
    first = session.page.conversation.path()[0]
    session.page._view.edit_asked.emit(first.id)
    session.page.composer.field.selectAll()
    session.ask("/echo text=A new beginning")
    assert divided(session) == []
    session.page._view.branch_asked.emit(first.id)
    session.wait(lambda: session.last.id == last.id)
    assert divided(session) == shown
    session.close()
    again = start()
    assert again.last == last
    assert divided(again) == shown


def test_a_message_that_is_too_long_is_answered_in_a_longer_context(start) -> None:
    session = start()
    failed = session.ask("/echo tokens=5\n" + ("wort " * 10_000).strip())
    assert failed.status is Status.FAILED
    assert session.offers(Act.EDIT_QUESTION)
    session.press(Act.LENGTHEN)
    session.wait(lambda: session.last.status is Status.COMPLETE)
    assert session.last.text.startswith("hearth")
    state = session.services.engine.state
    assert state.phase is EnginePhase.READY
    assert state.plan.settings.context_tokens > failed.needs_tokens - 1


def test_a_message_that_is_too_long_can_be_edited(start) -> None:
    session = start()
    question = "/echo tokens=5\n" + ("wort " * 40_000).strip()
    failed = session.ask(question)
    assert failed.status is Status.FAILED
    assert not session.offers(Act.LENGTHEN)  # longer than any context there is room for
    session.press(Act.EDIT_QUESTION)
    assert session.page.composer.is_editing
    assert session.page.composer.text() == question
