"""An evaluation asks each question once, goes on where it stopped, and computes the rest."""

import pytest

from inglenook.chat.message import Role, Timings
from inglenook.core.errors import EngineStoppedError
from inglenook.effort.curves import SELECTORS
from inglenook.effort.families import FAMILIES
from inglenook.effort.questions import Question, QuestionSet
from inglenook.effort.scores import Scores
from inglenook.effort.strategy import PLAIN, Kind, Reason, Score, Strategy
from inglenook.engine.draftevents import Compared, DraftEnded
from inglenook.engine.protocol import Delta, Done, Started
from inglenook.services.asking import Reply, reply_from
from inglenook.services.evaluation import Evaluation, Scope, report, turns_of
from inglenook.storage.evaluations import VERSION, Heading, Journal, Kept

HEADING = Heading(VERSION, "m.gguf", 1, 0.7, 4)
SET = QuestionSet(
    "sums", tuple(Question(f"q{at}", f"{at} + 1?", str(at + 1)) for at in range(3))
)
SEARCH = {"Search": Strategy(Kind.SEARCH, 4, Score.SEQUENCE)}


class Asked:
    """Answers right in three of four drafts; dies when told to.

    Attributes:
        asked: All that was asked, as (question, strategy, sampling).
        dies_after: So many answers.
    """

    def __init__(self, dies_after=1000):
        self.asked = []
        self.dies_after = dies_after

    def ask(self, turns, sampling, strategy=PLAIN):
        if len(self.asked) == self.dies_after:
            raise EngineStoppedError("It died", "Try again.")
        self.asked.append((turns[-1].text, strategy, sampling))
        right = str(int(turns[-1].text.split()[0]) + 1)
        if strategy.is_plain:
            return Reply(f"The answer is {right}.", 5, 20, 0.5)
        ended = [
            DraftEnded(
                "r",
                at,
                f"The answer is {right if at else 0}.",
                "",
                right if at else "0",
                -float(at),
                10,
                "end",
                Scores(-float(at), -at / 10, 5.0 + at, 2.0 - at),
            )
            for at in range(strategy.drafts)
        ]
        result = Compared("r", 1, (), Reason.AGREEMENT, is_decided=True, tokens=40)
        return Reply(f"The answer is {right}.", 40, 20, 1.0, tuple(ended), result)


@pytest.fixture
def journal(tmp_path):
    return lambda: Journal(tmp_path / "j.jsonl", HEADING)


def test_every_question_is_asked_for_drafts_a_greedy_answer_and_searches(journal):
    asker = Asked()
    Evaluation(asker, journal(), Scope(drafts=4, live=SEARCH)).run([SET])
    of_one = [strategy for text, strategy, _ in asker.asked if text == "0 + 1?"]
    assert of_one[0] == Strategy(Kind.VOTE, 4, Score.SEQUENCE, is_scored=True)
    assert of_one[1] == PLAIN
    assert of_one[2].kind is Kind.SEARCH
    assert of_one[2].step_mark == SET.step_mark
    assert [each.drafts for each in of_one[3:]] == [1, 2, 4]  # how long each number takes
    temperatures = [sampling.temperature for _, _, sampling in asker.asked[:3]]
    assert temperatures == [0.7, 0.0, 0.7]


def test_a_judge_is_run_as_it_is(journal):
    asker = Asked()
    judge = {"Judge": Strategy(Kind.BEST_OF, 4, Score.JUDGE)}
    Evaluation(asker, journal(), Scope(drafts=4, live=judge)).run([SET])
    assert judge["Judge"] in [strategy for _, strategy, _ in asker.asked]


def test_what_is_in_the_journal_is_not_asked_again(journal):
    Evaluation(Asked(), journal(), Scope(drafts=4)).run([SET])
    again = Asked()
    Evaluation(again, journal(), Scope(drafts=4)).run([SET])
    assert again.asked == []
    Evaluation(again, journal(), Scope(drafts=4, live=SEARCH)).run([SET])
    assert len(again.asked) == 3


def test_an_engine_that_dies_costs_one_answer(journal):
    whole = Asked()
    Evaluation(whole, journal(), Scope(drafts=4, live=SEARCH)).run([SET])
    lines = journal().lines
    for dies_after in range(len(whole.asked)):
        path = journal()._path
        path.unlink()
        with pytest.raises(EngineStoppedError):
            Evaluation(Asked(dies_after), journal(), Scope(drafts=4, live=SEARCH)).run([SET])
        Evaluation(Asked(), journal(), Scope(drafts=4, live=SEARCH)).run([SET])
        assert journal().lines == lines


def test_progress_tells_what_is_done_of_how_much(journal):
    told = []
    Evaluation(Asked(), journal(), Scope(drafts=4), told.append).run([SET])
    assert [each.done for each in told] == list(range(len(told)))
    assert {each.total for each in told} == {len(told) - 1}
    assert told[0].what == "sums q0 drafts"


def test_a_seed_gives_every_question_its_own(journal):
    asker = Asked()
    Evaluation(asker, journal(), Scope(drafts=4, seed=100)).run([SET])
    seeds = {text: sampling.seed for text, _, sampling in asker.asked}
    assert sorted(seeds.values()) == [100, 101, 102]


def test_without_a_seed_answers_share_what_was_read(journal):
    asker = Asked()
    Evaluation(asker, journal(), Scope(drafts=4)).run([SET])
    assert {sampling.seed for _, _, sampling in asker.asked} == {None}


def test_one_draft_is_an_evaluation_too(journal):
    Evaluation(Asked(), journal(), Scope(drafts=1)).run([SET])
    found = report(journal(), SET, parameters=10)
    assert found.line("Majority").figures[0].accuracy.value == 1.0


def test_the_report_has_what_was_answered(journal):
    Evaluation(Asked(), journal(), Scope(drafts=4, live=SEARCH)).run([SET])
    found = report(journal(), SET, parameters=10)
    assert (found.set, found.questions) == ("sums", 3)
    assert found.line("Greedy").figures[0].seconds == 0.5
    assert found.line("Search").figures[0].accuracy.value == 1.0
    majority = found.line("Majority").figures
    assert [each.drafts for each in majority] == [1, 2, 4]
    assert majority[0].accuracy.value == 0.75
    assert [each.seconds for each in majority] == [0.5, 1.0, 1.0]


def test_one_run_is_enough_for_every_way_of_choosing(journal):
    Evaluation(Asked(), journal(), Scope(drafts=4)).run([SET])
    (first, *_) = [each for each in journal().lines if isinstance(each, Kept)]
    kept = first.trial.drafts[3]
    assert (kept.logprob, kept.mean, kept.self_certainty, kept.tail) == (-3.0, -0.3, 8.0, -1.0)
    found = report(journal(), SET, parameters=10)
    best = {name: found.line(name).figures[-1].accuracy.value for name in SELECTORS}
    # Draft 0 is wrong, and the best by all scores but self-certainty.
    assert best["Best by self-certainty"] == best["Majority"] == 1.0
    assert best["Best by tail"] == best["Best by mean"] == 0.0


def test_a_report_on_fewer_questions_leaves_the_others_out(journal):
    Evaluation(Asked(), journal(), Scope(drafts=4)).run([SET])
    few = QuestionSet("sums", SET.questions[:2])
    assert report(journal(), few, parameters=10).questions == 2
    assert report(journal(), QuestionSet("other", SET.questions), parameters=1).lines == ()


def test_shots_are_earlier_turns_and_the_task_follows_every_question():
    made = FAMILIES["sum3"].questions(1, seed=0)
    turns = turns_of(made, made.questions[0])
    assert [each.role for each in turns[:2]] == [Role.USER, Role.ASSISTANT]
    assert len(turns) == 2 * len(made.shots) + 1
    told = QuestionSet("x", SET.questions, task="Think.")
    assert turns_of(told, told.questions[0])[-1].text == "0 + 1?\n\nThink."


def test_a_reply_is_what_the_events_say():
    ended = [DraftEnded("r", at, f"text {at}", "", str(at), -1.0, 7, "end") for at in (1, 0)]
    events = [
        Started("r", 33, 0, 0),
        Delta("r", "hm", 2, thinking=True),
        Delta("r", "text 0", 5),
        *ended,
        Compared("r", 1, (), Reason.WEIGHT, is_decided=True, text="text 1", tokens=14),
        Done("r", "end", Timings(answer_tokens=7)),
    ]
    reply = reply_from(events, 2.5)
    assert (reply.text, reply.tokens, reply.prompt_tokens) == ("text 1", 14, 33)
    assert [each.draft for each in reply.drafts] == [0, 1]
    assert (reply.spent_s, reply.is_whole) == (2.5, True)


def test_a_reply_of_one_draft_is_its_text():
    events = [Delta("r", "12", 1), Done("r", "length", Timings(answer_tokens=3))]
    reply = reply_from(events, 1.0)
    assert (reply.text, reply.tokens, reply.is_whole, reply.drafts) == ("12", 3, False, ())
