"""The drafts of an answer in the window: followed, kept, and chosen from after a death."""

import math
import time

import pytest

from inglenook.chat.comparison import Foretold, KeptVote
from inglenook.chat.message import Status, Timings
from inglenook.core.errors import Problem
from inglenook.effort.level import BALANCED, Level
from inglenook.effort.scores import Scores
from inglenook.effort.strategy import PLAIN, Kind, Reason, Score, Strategy
from inglenook.engine.death import Cause, Death
from inglenook.engine.draftevents import (
    Compared,
    DraftEnded,
    DraftProgressed,
    TreeGrew,
    TreeNode,
    Vote,
)
from inglenook.engine.protocol import Answer, Delta, Done, Failed, TakeLeading
from inglenook.services.events import LiveDraft
from inglenook.services.replydrafts import LOST, ReplyDrafts

NO_SCORES = Scores()
DIED = Problem("The engine stopped", "It starts again.")


def ended(request, draft, text, answer="", why="end", score=None, tokens=5, scores=NO_SCORES):
    return DraftEnded(request, draft, text, "", answer, score, tokens, why, scores)


def compared(request, chosen, text="", votes=()):
    return Compared(
        request,
        chosen,
        votes,
        Reason.AGREEMENT,
        is_decided=True,
        text=text,
        tokens=20,
        judged_tokens=3,
        spent_s=1.5,
    )


@pytest.fixture
def asked(played):
    """Return chat, request and node of an answer of up to four drafts."""
    played.ready()
    chat = played.new_chat()
    played.chat.send(chat, "What is 5 + 7?", effort=Level.BALANCED)
    head = played.ear.answer(Status.WRITING).head
    played.settle()
    return chat, played.client.sent[-1].request, head


def test_the_engine_is_asked_for_drafts_that_differ(played, asked):
    command = played.client.sent[-1]
    assert isinstance(command, Answer)
    assert command.strategy == BALANCED
    assert command.sampling.temperature >= 0.7


def test_without_any_effort_there_is_one_draft_as_ever(played):
    played.ready()
    chat = played.new_chat()
    played.chat.send(chat, "What is 5 + 7?")
    head = played.ear.answer(Status.WRITING).head
    played.settle()
    assert played.client.sent[-1].strategy == PLAIN
    assert played.chat.live(head).most_drafts == 1


def test_the_usual_effort_is_asked_for_each_time_and_regenerating_may_have_another(
    played, asked
):
    chat, request, head = asked
    played.client.event(Done(request, "end", Timings()))
    played.settle()
    played.chat.effort = lambda: Level.AUTO
    played.chat.send(chat, "Hello")
    played.settle()
    assert played.client.sent[-1].strategy == PLAIN
    played.chat.regenerate(chat, head, effort=Level.CAREFUL)
    played.settle()
    assert played.client.sent[-1].strategy.drafts == 12


def test_drafts_can_be_watched(played, asked):
    _chat, request, head = asked
    played.client.event(DraftProgressed(request, 1, 4, "thinking"))
    played.client.event(DraftProgressed(request, 0, 3, "writing"))
    node = TreeNode(0, -1, 0, 0.5, 3, "growing", "5 + 7")
    played.client.event(TreeGrew(request, (node, TreeNode(1, 0, 1, None, 1, "growing"))))
    played.client.event(TreeGrew(request, (TreeNode(1, 0, 1, 0.9, 4, "finished"),)))
    live = played.chat.live(head)
    assert live.drafts == (LiveDraft(0, 3, "writing"), LiveDraft(1, 4, "thinking"))
    assert live.most_drafts == 4
    assert live.nodes == (node, TreeNode(1, 0, 1, 0.9, 4, "finished"))
    assert live.comparison is None
    played.client.event(ended(request, 1, "It is 12.", "12"))
    assert played.chat.live(head).drafts[1] == LiveDraft(1, 5, "end", "12", "It is 12.")


def test_the_chosen_draft_is_the_message_and_all_are_kept_with_it(played, asked):
    chat, request, head = asked
    played.client.event(Delta(request, "It is 7.", 4))
    for draft, text in enumerate(("It is 7.", "It is 12.", "= 12")):
        played.client.event(ended(request, draft, text, text[-3:-1], score=-1.0))
    votes = (Vote("12", 0.75, (1, 2)), Vote("7", 0.25, (0,)))
    played.client.event(compared(request, 1, "It is 12.", votes))
    assert played.chat.live(head).text == "It is 12."
    played.client.event(Done(request, "end", Timings(10, 0, 5, 0.1, 9.0)))
    played.settle()
    kept = played.stored(chat).message(head)
    assert (kept.text, kept.status) == ("It is 12.", Status.COMPLETE)
    comparison = kept.comparison
    assert (comparison.chosen, comparison.is_changed, comparison.agreeing) == (1, True, 2)
    assert [each.text for each in comparison.drafts] == ["It is 7.", "It is 12.", "= 12"]
    assert comparison.votes == (KeptVote("12", 0.75, (1, 2)), KeptVote("7", 0.25, (0,)))
    assert (comparison.kind, comparison.most_drafts, comparison.reason) == (
        "vote", 4, "agreement",
    )  # fmt: skip
    assert (comparison.tokens, comparison.judged_tokens, comparison.spent_s) == (20, 3, 1.5)


def test_drafts_are_saved_while_others_are_written(played, asked, monkeypatch):
    chat, request, head = asked
    monkeypatch.setattr("inglenook.services.answers.SAVE_EVERY_S", 0.0)
    played.client.event(Delta(request, "It is", 2))
    played.client.event(ended(request, 1, "It is 12.", "12"))
    played.settle()
    kept = played.stored(chat).message(head)
    assert (kept.text, kept.status) == ("It is", Status.WRITING)
    assert [each.text for each in kept.comparison.drafts] == ["It is 12."]
    assert kept.comparison.reason == ""


def test_when_the_engine_dies_the_best_of_the_drafts_so_far_is_shown(played, asked):
    chat, request, head = asked
    played.client.event(Delta(request, "It is sev", 3))
    played.client.event(DraftProgressed(request, 0, 3, "writing"))
    played.client.event(ended(request, 1, "It is 12.", "12"))
    played.client.event(ended(request, 2, "= 12", "12"))
    played.client.die(Death(Cause.ENDED, -9, requests=(request,), restarting=True))
    played.settle()
    kept = played.stored(chat).message(head)
    assert (kept.text, kept.status) == ("It is 12.", Status.INTERRUPTED)
    assert [(each.number, each.why) for each in kept.comparison.drafts] == [
        (0, LOST), (1, "end"), (2, "end"),
    ]  # fmt: skip
    assert kept.comparison.drafts[0].text == "It is sev"
    assert kept.comparison.agreeing == 2


def test_when_the_engine_dies_before_any_draft_ended_the_text_so_far_stays(played, asked):
    chat, request, head = asked
    played.client.event(Delta(request, "It is sev", 3))
    played.client.die(Death(Cause.ENDED, -9, requests=(request,), restarting=True))
    played.settle()
    kept = played.stored(chat).message(head)
    assert (kept.text, kept.comparison) == ("It is sev", None)


def test_a_failure_keeps_the_drafts_too(played, asked):
    chat, request, head = asked
    played.client.event(ended(request, 0, "It is 7.", "7"))
    played.client.event(ended(request, 1, "It is", "", "failed"))
    played.client.event(Failed(request, DIED))
    played.settle()
    kept = played.stored(chat).message(head)
    assert (kept.text, kept.status) == ("", Status.FAILED)  # draft 0 comes as Delta
    assert len(kept.comparison.drafts) == 2


def test_the_leading_answer_is_asked_for_only_while_there_is_one(played, asked):
    chat, request, _head = asked
    played.chat.take_leading(chat)
    assert played.client.sent[-1] == TakeLeading(request)
    played.client.event(Done(request, "end", Timings()))
    played.settle()
    sent = len(played.client.sent)
    played.chat.take_leading(chat)
    played.engine.take_leading(request)
    assert len(played.client.sent) == sent


def test_an_answer_that_is_gone_on_with_keeps_what_was_compared_before(played, asked):
    chat, request, head = asked
    played.client.event(Delta(request, "It is", 2))
    played.client.event(ended(request, 0, "It is", "", "length"))
    played.client.event(compared(request, 0))
    played.client.event(Done(request, "length", Timings()))
    played.settle()
    played.chat.go_on(chat, head)
    played.settle()
    command = played.client.sent[-1]
    assert command.continues
    assert command.strategy == PLAIN
    played.client.event(Delta(command.request, " 12.", 2))
    played.client.event(Done(command.request, "end", Timings()))
    played.settle()
    kept = played.stored(chat).message(head)
    assert kept.text == "It is 12."
    assert kept.comparison.drafts[0].text == "It is"


def test_nothing_is_settled_where_no_draft_says_anything():
    drafts = ReplyDrafts(Strategy(Kind.VOTE, 2))
    assert drafts.settled("", "") is None
    drafts.hear(ended("r", 1, ""))
    settled = drafts.settled("", "")
    assert (settled.chosen, settled.reason) == (0, "")


def test_the_best_by_score_is_chosen_where_scores_decide():
    drafts = ReplyDrafts(Strategy(Kind.BEST_OF, 3, Score.MEAN))
    drafts.hear(ended("r", 0, "It is 7.", score=-2.0))
    drafts.hear(ended("r", 1, "It is 12.", score=-1.0))
    assert drafts.settled("It is 7.", "").chosen == 1


def test_a_score_that_is_no_number_is_none():
    drafts = ReplyDrafts(Strategy(Kind.BEST_OF, 3, Score.MEAN))
    drafts.hear(ended("r", 0, "It is 7.", score=-math.inf))
    assert drafts.comparison().drafts[0].score is None


def test_a_choice_of_a_draft_nobody_knows_brings_its_own_text():
    drafts = ReplyDrafts(Strategy(Kind.VOTE, 3))
    drafts.hear(compared("r", 2, "It is 12."))
    assert drafts.comparison().drafts[0].text == "It is 12."
    assert drafts.settled("", "").chosen == 2


def test_an_echo_in_a_process_votes(desk):
    desk.ready()
    chat = desk.new_chat()
    text = "/echo text=The answer is 12.\n---\nI think 7.\n---\nIt is 7."
    desk.chat.send(chat, text, effort=Level.BALANCED)
    conversation = desk.ear.answer()
    assert desk.chat.settle(10)
    kept = desk.stored(chat).message(conversation.head)
    assert kept.text in {"I think 7.", "It is 7."}
    assert kept.comparison.agreeing == 2
    assert len(kept.comparison.drafts) == 4


def test_an_echo_that_dies_in_the_middle_leaves_its_drafts(desk):
    desk.ready()
    chat = desk.new_chat()
    text = "/echo die=kill at=9 text=This is a long answer that nobody will see the end of."
    desk.chat.send(chat, f"{text}\n---\nIt is 7.", effort=Level.BALANCED)
    conversation = desk.ear.answer()
    assert desk.chat.settle(10)
    kept = desk.stored(chat).message(conversation.head)
    assert kept.status is Status.INTERRUPTED
    assert kept.text == "It is 7."
    assert kept.comparison.agreeing == 2


def test_a_chat_keeps_its_pace_with_many_reports():
    drafts = ReplyDrafts(Strategy(Kind.VOTE, 64))
    began_s = time.thread_time()
    for tokens in range(5_000):
        drafts.hear(DraftProgressed("r", tokens % 64, tokens, "writing"))
    assert len(drafts.live()) == 64
    assert time.thread_time() - began_s < 2.0


def test_every_score_of_a_draft_is_kept_and_what_is_no_number_is_not():
    drafts = ReplyDrafts(BALANCED)
    drafts.hear(ended("r", 0, "12", scores=Scores(-2.0, -0.5, math.inf, 4.0)))
    (kept,) = drafts.comparison().drafts
    assert (kept.logprob, kept.mean, kept.self_certainty, kept.tail) == (-2.0, -0.5, None, 4.0)


def test_how_long_it_still_takes_is_told_from_the_drafts():
    now_s = [10.0]
    drafts = ReplyDrafts(BALANCED, Foretold(9.0, 240, 12.0, 0, 60), lambda: now_s[0])
    assert drafts.left_s() is None
    for number in range(3):
        drafts.hear(DraftProgressed("r", number, 0, "writing"))
    now_s[0] = 15.0
    drafts.hear(ended("r", 0, "12", "12", tokens=40))
    drafts.hear(ended("r", 1, "12", "12", tokens=40))
    drafts.hear(DraftProgressed("r", 2, 20, "writing"))
    assert drafts.left_s() == pytest.approx(3.0)
    drafts.hear(compared("r", 0))
    assert drafts.left_s() is None
    assert ReplyDrafts(BALANCED).left_s() is None
