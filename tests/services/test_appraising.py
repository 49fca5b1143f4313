"""Another model scores the drafts of an answer, and the choice follows it or stays."""

import struct
from dataclasses import replace

import pytest

from inglenook.chat.message import Role, Timings
from inglenook.chat.sampling import Sampling
from inglenook.core.errors import Problem
from inglenook.effort.level import CAREFUL, DEEP, Level
from inglenook.effort.strategy import PLAIN, Kind, Reason, Score, Strategy
from inglenook.engine.draftevents import Compared, DraftEnded
from inglenook.engine.protocol import (
    Answer,
    Delta,
    Done,
    Embedded,
    Failed,
    Queued,
    Ranked,
    Tokenise,
    Turn,
)
from inglenook.models.kind import FileKind
from inglenook.services.appraising import AppraisingService
from inglenook.services.installed import InstalledModel

CHAT = InstalledModel("/m/chat.gguf", "Chat", "", 1, "llama", 512)
VECTORS = replace(CHAT, path="/m/v.gguf", name="Vectors", kind=FileKind.EMBEDDING)
OLD = replace(CHAT, path="/m/old.gguf", name="Old judge", kind=FileKind.RANKING)
JUDGE = replace(OLD, path="/m/judge.gguf", name="Judge")
REWARD = Strategy(Kind.BEST_OF, 3, Score.REWARD)
LIKENESS = Strategy(Kind.BEST_OF, 3, Score.LIKENESS)
NO = Problem("No", "None.")
TEXTS = ("Ice is cold.", "Fires are warm.", "A hearth is warm.")


class Readers:
    """Models that read, played by the test."""

    def __init__(self):
        self.asked, self.listener, self.cancelled = [], None, []

    def embed(self, path, texts, listener):
        self.asked, self.listener = [path, texts], listener
        return "reading"

    def rank(self, path, question, texts, listener):
        self.asked, self.listener = [path, question, texts], listener
        return "reading"

    def cancel(self, request):
        self.cancelled.append(request)
        self.tell(Done(request, "stopped", Timings()))

    def tell(self, *events):
        for each in events:
            self.listener("reading", each)


class Desk:
    """One answer, and what is told of it."""

    def __init__(self, strategy=REWARD, models=(CHAT, VECTORS, JUDGE, OLD)):
        self.readers, self.told, self.now_s = Readers(), [], 1.0
        self.service = AppraisingService(self.readers, lambda: models, lambda: self.now_s)
        turns = (Turn(Role.SYSTEM, "Be kind."), Turn(Role.USER, "What is warm?"))
        command = Answer("r", "c", turns, Sampling(), strategy=strategy)
        self.hear = self.service.listening(command, self.listen)

    def listen(self, request, event):
        assert request == "r"
        self.told.append(event)

    def run(self, *texts, why="end"):
        for number, text in enumerate(texts):
            self.hear("r", DraftEnded("r", number, text, "Hm.", "", None, 4, why))
        self.own = Compared("r", 0, (), Reason.SCORE, is_decided=True, tokens=12, spent_s=2.0)
        self.end = Done("r", "end", Timings())
        self.hear("r", self.own)
        self.hear("r", self.end)
        return self

    def untold(self):
        """Return what was told since all drafts had an end."""
        told, self.told = self.told, []
        return [each for each in told if not isinstance(each, DraftEnded) or each.score]


def read(reason="end"):
    return Done("reading", reason, Timings())


def vector(place, *numbers):
    return Embedded("reading", place, struct.pack("<2f", *numbers), 5)


def test_a_reward_model_reads_the_question_and_every_draft_and_decides():
    desk = Desk().run(*TEXTS)
    assert desk.readers.asked == ["/m/judge.gguf", "What is warm?", TEXTS]
    assert desk.untold() == []
    desk.now_s = 4.0
    desk.readers.tell(Queued("reading", 0), Ranked("reading", (-1.0, 3.0, 2.0), 40), read())
    *drafts, compared, end = desk.untold()
    assert [each.score for each in drafts] == [-1.0, 3.0, 2.0]
    assert (compared.chosen, compared.text, compared.thinking) == (1, TEXTS[1], "Hm.")
    assert (compared.reason, compared.scored_by) == (Reason.REWARD, "Judge")
    assert (compared.spent_s, compared.judged_tokens) == (5.0, 40)
    assert len(compared.votes) == 3
    assert end is desk.end


def test_the_shown_draft_is_not_sent_again():
    desk = Desk().run(*TEXTS)
    desk.readers.tell(Ranked("reading", (9.0, 3.0, 2.0), 40), read())
    compared = desk.untold()[-2]
    assert (compared.chosen, compared.text) == (0, "")


def test_an_embedding_model_finds_what_most_drafts_say():
    desk = Desk(LIKENESS).run(*TEXTS)
    assert desk.readers.asked == ["/m/v.gguf", TEXTS]
    desk.readers.tell(vector(0, 0, 1), vector(1, 1, 0), vector(2, 0.8, 0.6), read())
    compared = desk.untold()[-2]
    assert (compared.chosen, compared.reason) == (2, Reason.LIKENESS)
    assert (compared.scored_by, compared.judged_tokens) == ("Vectors", 15)


@pytest.mark.parametrize(
    "event",
    [Failed("reading", NO), NO, read("stopped"), read()],
    ids=["refused", "died", "stopped", "said nothing"],
)
def test_whatever_goes_wrong_the_choice_of_the_engine_stands(event):
    desk = Desk().run(*TEXTS)
    desk.readers.tell(event)
    assert desk.untold() == [desk.own, desk.end]


def test_who_stops_waiting_gets_the_choice_of_the_engine_at_once():
    desk = Desk().run(*TEXTS)
    desk.service.cancel("r")
    assert desk.readers.cancelled == ["reading"]
    assert desk.untold() == [desk.own, desk.end]
    desk.service.cancel("r")
    assert desk.readers.cancelled == ["reading"]


def test_an_answer_that_is_stopped_while_it_is_written_asks_nobody():
    desk = Desk()
    desk.service.cancel("r")
    desk.run(*TEXTS)
    assert (desk.readers.asked, desk.untold()) == ([], [desk.own, desk.end])


def test_where_there_is_nothing_to_choose_from_nobody_is_asked():
    assert Desk().run("Only one.", " ").readers.asked == []
    assert Desk().run(*TEXTS, why="dropped").readers.asked == []


def test_an_answer_that_fails_is_told_at_once():
    desk = Desk()
    for event in (Delta("r", "a", 1), Failed("r", NO)):
        desk.hear("r", event)
    assert desk.untold() == [Delta("r", "a", 1), Failed("r", NO)]
    assert desk.service._open == {}


@pytest.mark.parametrize(
    ("strategy", "models"),
    [
        (DEEP, (VECTORS, JUDGE)),
        (PLAIN, (VECTORS, JUDGE)),
        (replace(PLAIN, score=Score.REWARD), (JUDGE,)),
        (REWARD, (CHAT, VECTORS)),
    ],
)
def test_most_answers_are_not_touched(strategy, models):
    desk = Desk(strategy, models)
    assert desk.hear == desk.listen
    assert desk.service.listening(Tokenise("t", "a"), desk.listen) == desk.listen


def test_levels_are_helped_by_what_is_installed():
    service = Desk().service
    assert service.strategy_for(Level.CAREFUL, "What is 3 + 5?").score is Score.REWARD
    service = Desk(models=(CHAT, VECTORS)).service
    assert service.strategy_for(Level.DEEP, "Tell me a story").score is Score.LIKENESS
    assert Desk(models=(CHAT,)).service.strategy_for(Level.CAREFUL, "Why?") is CAREFUL
