"""Several drafts of one answer: one reading, one batch, a vote, and nobody else's loss."""

import ctypes
from dataclasses import replace
from functools import partial

import pytest
from tests.data.heard import Heard, question
from tests.data.tiny_llama import CHATML, write
from tests.data.tiny_recurrent import write_lfm2, write_mamba
from tests.engine.picks import let_pick

from inglenook.chat.sampling import Sampling
from inglenook.core.errors import BadArgumentError, Problem, PromptTooLongError
from inglenook.effort.strategy import BY_OTHERS, Kind, Reason, Score, Stop, Strategy
from inglenook.engine import answering, sampling
from inglenook.engine.answering import LlamaBackend
from inglenook.engine.decode import telling
from inglenook.engine.draftevents import Compared, DraftEnded, DraftProgressed
from inglenook.engine.protocol import Delta, Done, Failed, Load, PromptOptions
from inglenook.models.settings import EngineSettings

SETTINGS = EngineSettings(
    context_tokens=512,
    threads=1,
    batch_tokens=64,
    ubatch_tokens=64,
    sequences=4,
    guesses=False,
)
THINKS = CHATML + "{% if false %}<think></think>{% endif %}"
WILD = Sampling(temperature=1.5, top_k=0, top_p=1.0, min_p=0.0, answer_limit_tokens=12)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    return str(write(folder / "tiny.gguf", template=THINKS))


@pytest.fixture
def backend(path):
    made = LlamaBackend()
    made.load(Load(path, SETTINGS), lambda _fraction: True)
    yield made
    made.unload()


@pytest.fixture
def say(backend, monkeypatch):
    """Lets each draft say its own text, in the order in which drafts begin."""

    def say(*texts):
        model = backend._resident.model
        left = [[*map(int, model.tokens(text, special=False)), model.eos] for text in texts]
        of_chain = {}

        def sample(chain, _context, _row):
            address = ctypes.addressof(chain.contents)
            if address not in of_chain:
                of_chain[address] = iter(left.pop(0))
            token = next(of_chain[address], model.eos)
            sampling.api.llama_sampler_accept(chain, token)
            return token

        free = sampling.Chain.free

        def freed(self):
            if self.handle:
                of_chain.pop(ctypes.addressof(self.handle.contents), None)
            free(self)

        let_pick(monkeypatch, sample)
        monkeypatch.setattr(sampling.Chain, "free", freed)

    return say


def asked(*texts, strategy, knobs=None, options=None, **named):
    command = question(*texts, sampling=knobs or replace(WILD, answer_limit_tokens=60), **named)
    return type(command)(
        command.request, command.chat, command.turns, command.sampling,
        options=options or PromptOptions(), strategy=strategy, background=command.background,
    )  # fmt: skip


def compared(told, request="request"):
    (event,) = told.of(Compared, request)
    return event


def ends(told, request="request"):
    return {each.draft: each for each in told.of(DraftEnded, request)}


def vote(drafts, **named):
    return Strategy(Kind.VOTE, drafts, **named)


SUMS = ["It is 12.", "It is 7.", "= 12.0", "I say twelve", "is 12"]


def test_the_answer_most_drafts_give_is_chosen_and_the_streamed_draft_stands_for_it(
    backend, say
):
    say(*SUMS[:3])
    told = Heard(backend).ask(asked("sum?", strategy=vote(3))).run()
    result = compared(told)
    assert (result.chosen, result.reason, result.is_decided) == (0, Reason.AGREEMENT, True)
    assert result.votes[0].drafts == (0, 2)
    assert result.text == ""
    assert told.text() == "It is 12."
    assert {at: each.answer for at, each in ends(told).items()} == {0: "12", 1: "7", 2: "12.0"}


def test_another_draft_that_is_chosen_comes_with_its_text(backend, say):
    say("It is 7.", "It is 12.", "= 12")
    told = Heard(backend).ask(asked("sum?", strategy=vote(3))).run()
    result = compared(told)
    assert result.chosen in {1, 2}
    assert result.text == ends(told)[result.chosen].text
    assert told.text() == "It is 7."
    assert told.end().reason == "end"


def test_the_prompt_is_read_once(backend, say, monkeypatch):
    read = []
    batch = type(backend._resident.context.batch)
    add_many = batch.add_many

    def noted(self, ids, *where, **named):
        read.append(len(ids))
        return add_many(self, ids, *where, **named)

    monkeypatch.setattr(batch, "add_many", noted)
    say(*SUMS)
    told = Heard(backend).ask(asked("x" * 100, strategy=vote(4))).run()
    assert sum(read) == told.started().prompt_tokens
    assert len(ends(told)) == 4


def test_where_sequences_are_few_later_drafts_read_one_token_of_the_prompt(
    backend, say, monkeypatch
):
    read = []
    batch = type(backend._resident.context.batch)
    add_many = batch.add_many

    def noted(self, ids, *where, **named):
        read.append(len(ids))
        return add_many(self, ids, *where, **named)

    monkeypatch.setattr(batch, "add_many", noted)
    say(*(f"It is {at}." for at in range(9)))
    told = Heard(backend).ask(asked("x" * 100, strategy=vote(9))).run()
    assert len(ends(told)) == 9
    assert sum(read) == told.started().prompt_tokens + 5


def test_all_drafts_are_in_one_batch(backend, say):
    say(*["It is 12, I am sure of it."] * 4)
    told = Heard(backend).ask(asked("sum?", strategy=vote(4)))
    told.until(Delta)
    told.step()
    assert backend._resident.context.batch.count == 4
    told.run()


def test_drafts_end_when_the_vote_is_decided(backend, say):
    say("It is 12.", "= 12", "is 12", "It is 9, after all that I have said and done.")
    told = Heard(backend).ask(asked("sum?", strategy=vote(4, stop=Stop.LEAD))).run()
    assert compared(told).is_decided
    assert len(ends(told)) == 3  # the fourth was never begun
    say("It is 12.", "= 11", "is 12", "It is 12")
    told = Heard(backend).ask(asked("sum?", strategy=vote(4, stop=Stop.LEAD))).run()
    assert len(ends(told)) == 4
    assert compared(told).chosen == 0


def test_a_long_draft_is_dropped_when_the_others_agree(backend, say):
    say("Now this is a very long story indeed, and " * 5, "is 12", "= 12", "12")
    strategy = vote(4, stop=Stop.UNANIMOUS, window=3)
    knobs = replace(WILD, answer_limit_tokens=200)
    told = Heard(backend).ask(asked("sum?", strategy=strategy, knobs=knobs)).run()
    assert compared(told).tokens < 100
    assert {at: each.why for at, each in ends(told).items()} == {
        0: "dropped", 1: "end", 2: "end", 3: "end",
    }  # fmt: skip
    assert compared(told).chosen != 0


@pytest.mark.parametrize("score", [s for s in Score if s not in {Score.COUNT, *BY_OTHERS}])
def test_the_best_by_each_score_is_chosen(backend, score):
    strategy = Strategy(Kind.BEST_OF, 4, score)
    told = Heard(backend).ask(asked("hi", strategy=strategy, knobs=WILD)).run()
    scores = {at: each.score for at, each in ends(told).items() if each.text}
    assert None not in scores.values()
    result = compared(told)
    assert result.reason is Reason.SCORE
    whole = [at for at in scores if ends(told)[at].why == "end"]
    assert result.chosen == max(whole or scores, key=scores.get)
    assert (result.judged_tokens > 0) is (score is Score.JUDGE)


@pytest.mark.parametrize("score", sorted(BY_OTHERS))
def test_where_another_model_is_to_score_the_likeliest_is_taken_for_now(backend, score):
    strategy = Strategy(Kind.BEST_OF, 4, score)
    told = Heard(backend).ask(asked("hi", strategy=strategy, knobs=WILD)).run()
    means = {at: each.scores.mean for at, each in ends(told).items() if each.text}
    whole = [at for at in means if ends(told)[at].why == "end"]
    assert compared(told).chosen == max(whole or means, key=means.get)


@pytest.mark.parametrize("score", [Score.SELF_CERTAINTY, Score.TAIL])
def test_every_score_is_told_if_the_strategy_asks_for_it(backend, score):
    told = Heard(backend).ask(
        asked("hi", strategy=Strategy(Kind.BEST_OF, 4, score, is_scored=True), knobs=WILD)
    )
    for each in ends(told.run()).values():
        assert None not in {each.scores.sequence, each.scores.mean}
        assert getattr(each.scores, score) == each.score
    told = Heard(backend).ask(asked("hi", strategy=vote(2), knobs=WILD)).run()
    for each in ends(told).values():
        assert (each.scores.self_certainty, each.scores.tail) == (None, None)


def test_scores_are_those_of_the_drafts_read_anew(backend):
    knobs = replace(WILD, odds=1, seed=7)  # which does not end early
    strategy = Strategy(Kind.BEST_OF, 2, Score.SEQUENCE)
    told = Heard(backend).ask(asked("hi", strategy=strategy, knobs=knobs)).run()
    odds = [each.logprob for delta in told.of(Delta) for each in delta.odds]
    assert ends(told)[0].why == "length"
    assert ends(told)[0].score == pytest.approx(sum(odds), abs=1e-4)


def test_the_same_seed_gives_the_same_drafts_and_each_draft_its_own(backend):
    knobs = replace(WILD, seed=7)
    first, second = (
        Heard(backend).ask(asked("hi", strategy=vote(6), knobs=knobs)).run() for _ in range(2)
    )
    texts = [each.text for each in ends(first).values()]
    assert texts == [each.text for each in ends(second).values()]
    assert len(set(texts)) > 3
    assert compared(first).chosen == compared(second).chosen


@pytest.mark.parametrize("steps", range(0, 40, 3))
def test_stopping_at_any_step_keeps_the_best_so_far_and_frees_all(backend, say, steps):
    say(*SUMS, *SUMS)
    told = Heard(backend).ask(asked("sum?", strategy=vote(8)))
    for _ in range(steps):
        told.step()
    if not told.of(Done):
        told.stop()
    assert len(told.of(Done)) == 1
    assert not any(each.is_held for each in backend._resident.cache.sequences)
    assert not backend.is_busy
    if told.of(DraftEnded):
        assert compared(told).chosen in ends(told)


@pytest.mark.parametrize("steps", range(2, 30, 4))
def test_the_leading_answer_can_be_taken_at_any_step(backend, say, steps):
    say(*SUMS, *SUMS)
    told = Heard(backend).ask(asked("sum?", strategy=vote(8)))
    for _ in range(steps):
        told.step()
    told.events += backend.take_leading("request")
    assert told.end().reason in {"end", "stopped"}
    assert compared(told).chosen in ends(told)
    assert not any(each.is_held for each in backend._resident.cache.sequences)


def test_taking_the_leading_answer_changes_nothing_for_others(backend, say):
    say("hello")
    told = Heard(backend).ask(asked("hi", strategy=Strategy()))
    told.until(Delta)
    assert not backend.take_leading("request")
    assert not backend.take_leading("nobody")
    assert told.run().text() == "hello"


def test_a_budget_is_never_exceeded(backend):
    for budget in (1, 2, 7, 20, 47):
        strategy = vote(8, budget_tokens=budget)
        told = Heard(backend).ask(asked("hi", strategy=strategy, knobs=WILD)).run()
        assert sum(each.tokens for each in ends(told).values()) <= budget
        assert compared(told).tokens <= budget


def test_each_draft_has_its_own_limits_and_stop_strings(backend, say):
    say("It is 12.STOP and more", "one two three four five six", "<think>hm</think>It is 12.")
    knobs = replace(WILD, answer_limit_tokens=18, stop=("STOP",))
    told = Heard(backend).ask(asked("sum?", strategy=vote(3), knobs=knobs)).run()
    result = ends(told)
    assert (result[0].text, result[0].why) == ("It is 12.", "end")
    assert result[1].why == "length"
    assert result[1].tokens == 18
    assert (result[2].thinking, result[2].text) == ("hm", "It is 12.")


def test_the_vote_is_on_the_answers_and_not_on_the_thoughts(backend, say):
    say("<think>is it 7?</think>= 12", "<think>7</think>= 12", "<think>12</think>= 7")
    told = Heard(backend).ask(asked("sum?", strategy=vote(3))).run()
    assert [each.answer for each in compared(told).votes] == ["12", "7"]


def test_thinking_that_takes_too_long_is_closed_in_each_draft(backend, say):
    say(*["<think>" + "so " * 30] * 2)
    told = Heard(backend).ask(
        asked("hi", strategy=vote(2), options=PromptOptions(thinking_limit_tokens=9))
    )
    told.run()
    for each in ends(told).values():
        assert 0 < len(each.thinking) < 40
        assert each.text
        assert each.tokens <= 60


def test_where_room_runs_out_drafts_end_one_by_one_and_the_answer_does_not(backend, say):
    say(*["ab " * 120] * 4)
    knobs = replace(WILD, answer_limit_tokens=400)
    # So little is promised to each draft that all may begin.
    command = asked("x" * 60, strategy=vote(4), knobs=knobs)
    backend.accept(command)
    (task,) = backend._resident.scheduler._line.waiting
    task._draft_reserve = task.reserve_tokens = 16
    told = Heard(backend).run()
    result = ends(told)
    assert "room" in {each.why for each in result.values()}
    assert result[0].tokens == max(each.tokens for each in result.values())
    assert isinstance(told.end(), Done)
    assert compared(told).text or told.text()


def test_drafts_take_no_sequence_that_another_chat_has_left_something_in(backend, say):
    for chat in ("one", "two"):
        Heard(backend).ask(question("mine " + chat, request=chat, chat=chat)).run()
    kept = {each.owner: each.length for each in backend._resident.cache.sequences if each.owner}
    say(*SUMS)
    told = Heard(backend).ask(asked("sum?", strategy=vote(5))).run()
    assert len(ends(told)) == 5
    now = {each.owner: each.length for each in backend._resident.cache.sequences if each.owner}
    assert {chat: now[chat] for chat in kept} == kept


def test_another_chat_that_waits_gets_a_sequence_before_the_next_drafts(backend, say):
    say(*["It is 12 I say."] * 8, *["good day to you"] * 4)
    told = Heard(backend).ask(asked("sum?", strategy=vote(8)))
    told.until(Delta)
    told.ask(question("hi", request="other", chat="other"))
    told.until(DraftEnded)
    told.run()
    order = [each for each in told.events if isinstance(each, Done)]
    assert [each.request for each in order] == ["other", "request"]
    assert len(ends(told)) == 8


def test_only_the_chosen_draft_stays_resident(backend, say):
    say("It is 12.", "It is 7, my friend.", "= 12 or so")
    told = Heard(backend).ask(asked("sum?", strategy=vote(3))).run()
    chosen = ends(told)[compared(told).chosen]
    left = [each for each in backend._resident.cache.sequences if each.length]
    assert len(left) == 1
    assert left[0].length >= told.started().prompt_tokens + chosen.tokens - 1


def test_drafts_that_cannot_go_on_leave_the_answer_to_one_that_has_ended(
    backend, say, monkeypatch
):
    say("It is 12.", "It is a long way to go from here", "and so is this one, I think")
    told = Heard(backend).ask(asked("sum?", strategy=vote(3)))
    told.until(DraftEnded)
    error = BadArgumentError("The form is too wide", "Choose another.")

    def refuse(*_):
        raise error

    let_pick(monkeypatch, refuse)
    told.run()
    assert sorted(each.why for each in ends(told).values()) == ["end", "failed", "failed"]
    assert (compared(told).chosen, told.end().reason) == (0, "end")
    assert not any(each.is_held for each in backend._resident.cache.sequences)


def test_progress_is_told_at_most_ten_times_a_second_of_all_drafts(backend, monkeypatch):

    now = [0.0]

    def clock():
        now[0] += 0.004
        return now[0]

    monkeypatch.setattr(telling.time, "perf_counter", clock)
    knobs = replace(WILD, answer_limit_tokens=40)
    told = Heard(backend).ask(asked("hi", strategy=vote(4), knobs=knobs)).run()
    reports = told.of(DraftProgressed)
    assert 2 < len(reports) <= 10 * now[0] + 1
    assert len({each.draft for each in reports}) > 1


def test_a_form_binds_every_draft(backend):
    knobs = replace(WILD, grammar='root ::= "is " [0-9]')
    told = Heard(backend).ask(asked("hi", strategy=vote(3), knobs=knobs)).run()
    for each in ends(told).values():
        assert each.text[:3] == "is "
        assert each.text[3:].isdigit()


def test_an_answer_at_temperature_nought_has_one_draft(backend):
    knobs = replace(WILD, temperature=0.0)
    told = Heard(backend).ask(asked("hi", strategy=vote(3), knobs=knobs)).run()
    assert not told.of(Compared)


@pytest.mark.parametrize("end", ["stop", "fail_all"])
def test_an_answer_sent_back_can_be_ended(backend, say, end):
    say(*SUMS[:3])
    told = Heard(backend).ask(asked("sum?", strategy=vote(3)))
    told.until(Delta)
    scheduler = backend._resident.scheduler
    (task,) = scheduler._active
    scheduler._send_back(task)
    told.events += (
        backend.stop("request") if end == "stop" else backend.fail_all(Problem("Oh", "Wait."))
    )
    assert isinstance(told.end(), Done if end == "stop" else Failed)
    assert len(ends(told)) == 3
    assert not backend.is_busy


def test_the_judge_says_how_likely_a_draft_is_right(backend, say, monkeypatch):
    monkeypatch.setattr("inglenook.engine.decode.verdicts.says_yes", lambda *_: next(verdicts))
    verdicts = iter([0.2, 0.9, 0.4])
    say("It is 12.", "It is 7.", "= 12 or so")
    strategy = Strategy(Kind.BEST_OF, 3, Score.JUDGE)
    told = Heard(backend).ask(asked("sum?", strategy=strategy)).run()
    best = max(ends(told).values(), key=lambda each: each.score)
    assert (best.score, compared(told).chosen) == (0.9, best.draft)
    assert compared(told).judged_tokens > 0


def test_a_draft_too_long_to_be_judged_has_no_score(backend, say, monkeypatch):
    say("ab " * 150, "is 12")
    knobs = replace(WILD, answer_limit_tokens=430)
    strategy = Strategy(Kind.BEST_OF, 2, Score.JUDGE)

    def refuse(*_):
        raise PromptTooLongError("This is too long", "Shorten it.")

    judge = answering.judge_turns
    monkeypatch.setattr(
        answering,
        "judge_turns",
        lambda turns, text: (refuse if len(text) > 100 else judge)(turns, text),
    )
    told = Heard(backend).ask(asked("hi", strategy=strategy, knobs=knobs)).run()
    assert ends(told)[0].score is None
    assert ends(told)[1].score is not None
    assert compared(told).chosen == 1


def test_where_room_runs_out_while_drafts_are_judged_the_judging_goes_first(backend, say):
    say(*SUMS[:2])
    strategy = Strategy(Kind.BEST_OF, 2, Score.JUDGE)
    told = Heard(backend).ask(asked("sum?", strategy=strategy))
    scheduler = backend._resident.scheduler
    for _ in range(100):
        told.step()
        if scheduler._active and scheduler._active[0]._verdicts.awaited:
            break
    (task,) = scheduler._active
    judging = len(task._verdicts.awaited)
    task.run_out()
    assert len(task._verdicts.awaited) == judging - 1
    told.run()
    assert isinstance(told.end(), Done)
    assert len(ends(told)) == 2


def test_a_failure_while_drafts_are_judged_tells_of_them(backend, say):
    say(*SUMS[:2])
    strategy = Strategy(Kind.BEST_OF, 2, Score.JUDGE)
    told = Heard(backend).ask(asked("sum?", strategy=strategy))
    scheduler = backend._resident.scheduler
    told.until(Delta)
    for _ in range(100):
        told.step()
        if scheduler._active[0]._verdicts.awaited:
            break
    told.events += backend.fail_all(Problem("Oh", "Wait."))
    assert {at: each.text for at, each in ends(told).items()}.keys() == {0, 1}
    assert "7" in {each.answer for each in ends(told).values()}
    assert isinstance(told.end(), Failed)


def test_an_answer_sent_back_goes_on_with_all_its_drafts(backend, say):
    say(*SUMS[:3])
    told = Heard(backend).ask(asked("sum?", strategy=vote(3)))
    told.until(Delta)
    scheduler = backend._resident.scheduler
    (task,) = scheduler._active
    scheduler._send_back(task)
    told.run()
    assert {at: each.text for at, each in ends(told).items()} == dict(enumerate(SUMS[:3]))
    assert compared(told).chosen == 0


@pytest.mark.parametrize(
    "make", [partial(write, arch="gemma3", window=40), write_mamba, write_lfm2]
)
def test_every_kind_of_memory_forks_drafts(make, tmp_path):
    made = LlamaBackend()
    made.load(Load(str(make(tmp_path / "m.gguf")), SETTINGS), lambda _fraction: True)
    try:
        knobs = replace(WILD, seed=3)
        first, second = (
            Heard(made).ask(asked("x" * 60, strategy=vote(6), knobs=knobs)).run()
            for _ in range(2)
        )
    finally:
        made.unload()
    assert len(ends(first)) == 6
    assert [each.text for each in first.of(DraftEnded)] == [
        each.text for each in second.of(DraftEnded)
    ]
    assert isinstance(first.end(), Done)
