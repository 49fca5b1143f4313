"""The model is asked about its drafts: which says what most say, or what follows from them."""

from dataclasses import replace

import numpy as np
import pytest
from tests.data.heard import Heard
from tests.engine.test_drafts import (
    SETTINGS,
    WILD,
    asked,
    backend,
    compared,
    ends,
    path,
    say,
)

from inglenook.chat.sampling import Sampling
from inglenook.core.errors import ComputeError
from inglenook.effort.strategy import Kind, Reason, Score, Stop, Strategy
from inglenook.engine import sampling
from inglenook.engine.draftevents import Compared, DraftEnded
from inglenook.engine.protocol import Done, Failed

__all__ = ["SETTINGS", "backend", "path", "say"]  # fixtures that pytest looks for by name

TEXTS = ("A cat sat.", "A dog ran.", "The cat sat.")


def consistency(drafts=3, score=Score.COUNT, **named):
    return Strategy(Kind.CONSISTENCY, drafts, score, **named)


def synthesis(drafts=3, **named):
    return Strategy(Kind.SYNTHESIS, drafts, Score.MEAN, **named)


@pytest.fixture
def prompts(backend, monkeypatch):
    """Prompts that were written, as text."""
    seen = []
    writer = backend._resident.writer
    write = writer.write

    def noted(turns, **named):
        prompt = write(turns, **named)
        seen.append(turns)
        return prompt

    monkeypatch.setattr(writer, "write", noted)
    return seen


def shown(turns):
    """Return the texts of a listing, in its order."""
    parts = turns[-1].text.split("\n\n")[1:-1]
    return [each.partition("\n")[2] for each in parts]


def test_the_draft_that_the_model_names_is_the_answer(backend, say, prompts):
    say(*TEXTS, "2")
    told = Heard(backend).ask(asked("Tell me.", strategy=consistency())).run()
    result = compared(told)
    assert result.reason is Reason.CONSISTENCY
    assert ends(told)[result.chosen].text == shown(prompts[-1])[1]
    assert sorted(shown(prompts[-1])) == sorted(TEXTS)
    assert prompts[-1][-1].text.startswith("Question:\nTell me.")
    assert result.judged_tokens > 0
    assert len(ends(told)) == 3
    assert told.end().reason == "end"


@pytest.mark.parametrize("reply", ["7", "both", "", "1 and 2"])
def test_a_reply_that_names_no_draft_leaves_it_to_the_score(backend, say, prompts, reply):
    say(*TEXTS, reply)
    told = Heard(backend).ask(asked("Tell me.", strategy=consistency())).run()
    assert compared(told).reason is Reason.SCORE
    assert ends(told)[compared(told).chosen].text == shown(prompts[-1])[0]


def test_long_drafts_are_shortened_until_they_fit(backend, say, prompts):
    say(*[f"{at} " + "so it goes " * 10 for at in range(3)], "1")
    knobs = replace(WILD, answer_limit_tokens=70)
    told = Heard(backend).ask(asked("Why?", strategy=consistency(), knobs=knobs)).run()
    assert compared(told).reason in {Reason.CONSISTENCY, Reason.SCORE}
    assert len(ends(told)) == 3
    assert all(len(each) < 100 for each in shown(prompts[-1])) or len(shown(prompts[-1])) < 3


def test_one_text_alone_needs_no_question(backend, say):
    say("A cat.", "", "")
    told = Heard(backend).ask(asked("Tell me.", strategy=consistency())).run()
    assert (compared(told).chosen, compared(told).reason) == (0, Reason.ONLY)
    assert compared(told).judged_tokens == 0


@pytest.mark.parametrize("strategy", [consistency(), synthesis()])
@pytest.mark.parametrize("steps", range(0, 60, 6))
def test_stopping_at_any_step_keeps_the_best_of_the_drafts(backend, say, strategy, steps):
    say(*TEXTS, "A cat sat, and that is all there is to be told of it.")
    told = Heard(backend).ask(asked("Tell me.", strategy=strategy))
    for _ in range(steps):
        told.step()
    if not told.of(Done):
        told.stop()
    assert len(told.of(Done)) == 1
    assert not any(each.is_held for each in backend._resident.cache.sequences)
    assert not backend.is_busy
    if told.of(DraftEnded):
        assert ends(told)[compared(told).chosen].why in {"end", "stopped"}
        if told.end().reason == "stopped" and len(ends(told)) > 3:
            assert compared(told).chosen < 3


@pytest.mark.parametrize("strategy", [consistency(), synthesis()])
def test_the_leading_answer_can_be_taken_while_the_model_is_asked(backend, say, strategy):
    say(*TEXTS, "A long reply that nobody waits for")
    told = Heard(backend).ask(asked("Tell me.", strategy=strategy))
    while len(ends(told)) < 3:
        told.step()
    told.events += backend.take_leading("request")
    assert compared(told).chosen < 3
    assert compared(told).reason is Reason.SCORE
    assert not backend.is_busy


def test_an_answer_is_written_from_the_drafts_and_kept_beside_them(backend, say, prompts):
    say(*TEXTS, "The cat sat; no dog ran.")
    told = Heard(backend).ask(asked("Hello", "Yes?", "Tell me.", strategy=synthesis())).run()
    result = compared(told)
    assert (result.chosen, result.reason) == (3, Reason.SYNTHESIS)
    assert result.text == ends(told)[3].text == "The cat sat; no dog ran."
    assert [each.text for each in prompts[-1][:-1]] == ["Hello", "Yes?"]
    assert sorted(shown(prompts[-1])) == sorted(TEXTS)
    assert result.tokens == sum(each.tokens for each in ends(told).values())


def test_the_chat_goes_on_from_its_own_prompt_after_a_synthesis(backend, say):
    say(*TEXTS, "The cat sat.", "More.")
    Heard(backend).ask(asked("Tell me of " + "cats " * 8, strategy=synthesis())).run()
    kept = [each for each in backend._resident.cache.sequences if each.owner == "chat"]
    again = asked("Tell me of " + "cats " * 8, "The cat sat.", "Go on.", strategy=Strategy())
    told = Heard(backend).ask(again).run()
    assert len(kept) == 1
    assert told.started().reused_tokens > 40


def test_a_synthesis_that_is_cut_off_is_not_the_answer(backend, say):
    say(*TEXTS, "on and on " * 30)
    knobs = replace(WILD, answer_limit_tokens=30)
    told = Heard(backend).ask(asked("Tell me.", strategy=synthesis(), knobs=knobs)).run()
    assert ends(told)[3].why == "length"
    assert compared(told).chosen < 3


def test_a_synthesis_is_not_followed_by_more_drafts(backend, say):
    say("= 12", "is 12", "12", "12 it is, " * 8, "never", "never")
    told = Heard(backend).ask(asked("sum?", strategy=synthesis(5, stop=Stop.LEAD))).run()
    assert sorted(ends(told)) == [0, 1, 2, 3]


def test_a_budget_holds_for_what_is_written_from_the_drafts_too(backend, say):
    say(*TEXTS, "The cat sat, and sat, and sat, and sat.")
    told = Heard(backend).ask(asked("Tell.", strategy=synthesis(budget_tokens=40))).run()
    assert compared(told).tokens <= 40
    assert compared(told).chosen < 3


def test_while_another_chat_waits_nobody_is_asked(backend, say, monkeypatch):
    say(*TEXTS, "2")
    told = Heard(backend).ask(asked("Tell me.", strategy=consistency()))
    while len(ends(told)) < 2:
        told.step()
    monkeypatch.setattr(backend._resident.scheduler._desk, "may_grow", lambda *_: False)
    assert compared(told.run()).reason is Reason.SCORE
    assert compared(told).judged_tokens == 0


# --- a draft that fails alone ---


@pytest.fixture
def dead_end(monkeypatch):
    """Lets the nth pick of chosen drafts find no token that is allowed."""

    def dead_end(*numbers, after=0):
        made, picks = [], {}
        pick, begin = sampling.Chain.pick, sampling.Chain.__init__

        def noted(self, *given, **named):
            begin(self, *given, **named)
            made.append(self)

        def failing(self, handle, row):
            number = made.index(self)
            picks[number] = picks.get(number, 0) + 1
            if number in numbers and picks[number] > after:
                raise ComputeError("The answer cannot go on", "Ask for a wider form.")
            return pick(self, handle, row)

        monkeypatch.setattr(sampling.Chain, "__init__", noted)
        monkeypatch.setattr(sampling.Chain, "pick", failing)

    return dead_end


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize(
    "kind", [Kind.VOTE, Kind.CONSISTENCY, Kind.SYNTHESIS, Kind.SEARCH, Kind.MCTS]
)
def test_a_draft_that_reaches_a_dead_end_ends_alone(backend, dead_end, kind, number):
    dead_end(number)
    knobs = Sampling(temperature=0.9, answer_limit_tokens=12)
    strategy = Strategy(kind, 4, width=3, step_tokens=4)
    told = Heard(backend).ask(asked("sum?", strategy=strategy, knobs=knobs)).run()
    if kind is Kind.MCTS and not number:  # it is the only one there is
        assert told.of(Failed)
        return
    assert not told.of(Failed)
    assert [each.why for each in ends(told).values()].count("failed") == 1
    assert len(told.of(Compared)) == 1
    assert not any(each.is_held for each in backend._resident.cache.sequences)


def test_an_answer_fails_once_all_its_drafts_have(backend, dead_end):
    dead_end(*range(9))
    told = Heard(backend).ask(asked("sum?", strategy=Strategy(Kind.VOTE, 4))).run()
    (failed,) = told.of(Failed)
    assert failed.problem.title == "The answer cannot go on"
    assert {each.why for each in ends(told).values()} == {"failed"}
    assert not backend.is_busy


@pytest.mark.parametrize("strategy", [consistency(), synthesis()])
def test_a_dead_end_of_what_was_asked_about_all_leaves_it_to_the_score(
    backend, say, dead_end, strategy
):
    say(*TEXTS, "2 of the three")
    dead_end(3)
    told = Heard(backend).ask(asked("Tell me.", strategy=strategy)).run()
    assert not told.of(Failed)
    assert compared(told).chosen < 3
    assert np.isfinite(compared(told).spent_s)
