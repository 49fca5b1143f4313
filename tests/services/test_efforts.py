"""What effort costs is learned from answers, kept, and foretold only where it was measured."""

from dataclasses import replace

import pytest
from tests.data import skeletons

from inglenook.chat.comparison import Comparison, KeptDraft, KeptVote
from inglenook.chat.message import Message, Role, Timings
from inglenook.core.ids import NodeId
from inglenook.effort.level import BALANCED, CAREFUL, DEEP, Level
from inglenook.effort.strategy import PLAIN
from inglenook.models.fit import Plan, Verdict
from inglenook.models.settings import EngineSettings
from inglenook.services.efforts import EffortService
from inglenook.services.events import EngineChanged, EnginePhase, EngineState
from inglenook.services.installed import InstalledModel
from inglenook.storage.efforts import Measured
from inglenook.storage.kept import KeptValues

PLAN = Plan(Verdict.CPU, EngineSettings(threads=4), (), "", ())
ANSWER = Message(NodeId("1"), None, Role.ASSISTANT, "12", 0)
PLAIN_ANSWER = replace(
    ANSWER,
    timings=Timings(prompt_tokens=90, answer_tokens=60, first_token_s=0.5, tokens_per_s=20.0),
)


def compared(drafts: int = 3, spent_s: float = 6.5, chosen: int = 0, **more: object) -> Message:
    """Return an answer of drafts of 60 tokens each, the first token after 0.5 s."""
    kept = tuple(KeptDraft(number, "12", answer="12", tokens=60) for number in range(drafts))
    votes = (KeptVote("12", 1.0, tuple(range(drafts))),)
    made = Comparison(
        "vote", 4, kept, chosen, votes, reason="agreement", is_decided=True,
        tokens=60 * drafts, spent_s=spent_s,
    )  # fmt: skip
    timings = Timings(answer_tokens=60, first_token_s=0.5)
    return replace(ANSWER, comparison=replace(made, **more), timings=timings)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = skeletons.write(tmp_path_factory.mktemp("model"), "Llama-3.1-8B")
    return InstalledModel(str(path), "Llama", "4-bit", 4_000_000, "llama", 8192)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "efforts.json"


@pytest.fixture
def service(path, model):
    made = EffortService(KeptValues(path, Measured))
    made.told(EngineChanged(EngineState(EnginePhase.READY, model, PLAN)))
    return made


def test_before_any_answer_nothing_is_foretold(service):
    assert set(service.foreseen().values()) == {None}
    assert service.foresee(PLAIN) is None


def test_without_a_model_nothing_is_learned_or_foretold(path):
    service = EffortService(KeptValues(path, Measured))
    service.learn(PLAIN, PLAIN_ANSWER)
    assert service.foresee(PLAIN) is None
    assert service.changes() == (0, 0)
    assert not path.exists()


def test_a_file_that_is_gone_costs_the_memory_alone(service, model):
    gone = replace(model, path="/gone.gguf")
    service.told(EngineChanged(EngineState(EnginePhase.READY, gone, PLAN)))
    service.learn(BALANCED, compared())
    assert service.foresee(BALANCED).memory_bytes == 0
    assert service.foresee(BALANCED).tokens == 180


def test_one_answer_tells_what_one_takes_and_nothing_of_drafts_side_by_side(service):
    service.learn(PLAIN, PLAIN_ANSWER)
    quick = service.foreseen()[Level.QUICK]
    assert quick.seconds == quick.most_s == pytest.approx(3.5)
    assert quick.tokens == 60
    assert service.foreseen()[Level.BALANCED] is None


def test_three_drafts_tell_of_levels_that_begin_with_about_as_many(service):
    service.learn(BALANCED, compared(drafts=3, spent_s=6.5))  # 180 tokens in 6 s: 30 a second
    balanced, careful = service.foresee(BALANCED), service.foresee(CAREFUL)
    assert (balanced.seconds, balanced.tokens) == (pytest.approx(6.5), 180)  # they agreed
    assert (careful.seconds, careful.tokens) == (pytest.approx(8.5), 240)  # four would decide
    assert careful.most_s > balanced.most_s > 6.5
    assert service.foresee(DEEP) is None
    assert service.foreseen()[Level.AUTO] is None


def test_the_memory_of_drafts_is_that_of_the_models_cache(service):
    service.learn(BALANCED, compared())
    # Llama 3.1 8B: 32 layers, 8 heads of 128 numbers of 2 bytes, keys and values.
    a_token = 32 * 8 * 128 * 2 * 2
    assert service.foresee(BALANCED).memory_bytes == 180 * a_token


def test_where_drafts_disagree_more_of_them_are_expected(service):
    service.learn(CAREFUL, compared(votes=()))
    service.learn(CAREFUL, compared(votes=(KeptVote("12", 1.0, (0,)),)))
    assert service.foresee(CAREFUL).tokens > 180


def test_another_build_of_the_engine_forgets_speeds_and_nothing_else(path, service, model):
    service.learn(BALANCED, compared(chosen=1))
    build = "llama.cpp with other kernels"
    newer = EffortService(KeptValues(path, Measured), lambda: build)
    newer.told(EngineChanged(EngineState(EnginePhase.READY, model, PLAN)))
    assert newer.foresee(BALANCED) is None
    assert newer.changes() == (1, 1)
    newer.learn(BALANCED, compared(spent_s=3.5))  # 180 tokens in 3 s, after half a second
    assert newer.foresee(BALANCED).seconds == pytest.approx(3.5)
    assert newer.changes() == (1, 2)


def test_one_odd_answer_moves_the_forecast_a_little(service):
    service.learn(PLAIN, PLAIN_ANSWER)
    slow = replace(PLAIN_ANSWER.timings, tokens_per_s=2.0)
    service.learn(PLAIN, replace(PLAIN_ANSWER, timings=slow))
    assert 3.5 < service.foresee(PLAIN).seconds < 6.5  # that one took 30.5


def test_what_was_learned_is_there_after_a_restart_and_only_for_this_model(
    service, path, model
):
    service.learn(BALANCED, compared())
    again = EffortService(KeptValues(path, Measured))
    again.told(EngineChanged(EngineState(EnginePhase.READY, model, PLAN)))
    assert again.foresee(BALANCED) == service.foresee(BALANCED)
    other = replace(model, size_bytes=1)
    again.told(EngineChanged(EngineState(EnginePhase.READY, other, PLAN)))
    assert again.foresee(BALANCED) is None


@pytest.mark.parametrize(
    "answer",
    [
        replace(PLAIN_ANSWER, timings=None),
        replace(PLAIN_ANSWER, timings=Timings(answer_tokens=5, tokens_per_s=20.0)),
        compared(is_decided=False),
        compared(scored_by="Judge"),
        compared(spent_s=0.2),
        compared(drafts=0),
        compared(spent_s=float("nan")),
    ],
    ids=["no timings", "short", "stopped", "scored", "no time", "no drafts", "no number"],
)
def test_an_answer_that_tells_nothing_teaches_nothing(service, answer):
    service.learn(BALANCED if answer.comparison else PLAIN, answer)
    assert set(service.foreseen().values()) == {None}


def test_an_answer_beside_others_teaches_nothing_of_speed(service, model):
    state = EngineState(EnginePhase.READY, model, PLAN, answering=2)
    service.told(EngineChanged(state))
    service.told(EngineChanged(replace(state, answering=1)))
    service.learn(PLAIN, PLAIN_ANSWER)
    assert service.foresee(PLAIN) is None
    service.told(EngineChanged(replace(state, answering=0)))
    service.learn(PLAIN, PLAIN_ANSWER)
    assert service.foresee(PLAIN) is not None


def test_how_often_comparing_changed_an_answer_is_counted(service):
    service.learn(PLAIN, PLAIN_ANSWER)
    assert service.changes() == (0, 0)
    service.learn(BALANCED, compared())
    service.learn(BALANCED, compared(chosen=1))
    assert service.changes() == (1, 2)


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b'{"x": {"writing": [[0, -1]]}}',
        b'{"x": {"draft_tokens": 1e999}}',
        b'{"x": {"compared": -1}}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_file_is_as_none(path, model, content):
    path.write_bytes(content)
    service = EffortService(KeptValues(path, Measured))
    service.told(EngineChanged(EngineState(EnginePhase.READY, model, PLAN)))
    assert service.foresee(PLAIN) is None
    service.learn(PLAIN, PLAIN_ANSWER)
    assert service.foresee(PLAIN) is not None


def test_drafts_of_a_kind_of_question_are_foretold_by_that_kind(service):
    for _ in range(2):
        service.learn(PLAIN, PLAIN_ANSWER, "What is 3 + 4?")
        long = replace(PLAIN_ANSWER.timings, answer_tokens=600)
        service.learn(PLAIN, replace(PLAIN_ANSWER, timings=long), "Write me a poem.")
    assert service.foresee(PLAIN, "What is 5 + 9?").tokens == 60
    assert service.foresee(PLAIN, "Write me a story").tokens == 600
    unended = replace(compared().comparison, drafts=(KeptDraft(0, "", why="length"),))
    service.learn(BALANCED, replace(compared(), comparison=unended), "What is 1 + 1?")
    assert service.foresee(PLAIN, "What is 5 + 9?").tokens == 60


def test_the_pace_is_told_where_it_was_measured(service):
    assert service.pace(1) is None
    service.learn(PLAIN, PLAIN_ANSWER)
    assert service.pace(1) == 20.0
    assert service.pace(16) is None
