"""Searches over steps share their budget, free every fork, and keep the best on any end."""

from dataclasses import replace

import pytest
from tests.data.heard import Heard, question
from tests.data.tiny_llama import write

from inglenook.chat.sampling import Sampling
from inglenook.effort.strategy import Kind, Score, Strategy
from inglenook.engine.answering import LlamaBackend
from inglenook.engine.decode import picture
from inglenook.engine.decode.steps import StepSearch
from inglenook.engine.draftevents import Compared, DraftEnded, TreeGrew
from inglenook.engine.protocol import Answer, Delta, Done, Failed, Load
from inglenook.models.settings import EngineSettings

SETTINGS = EngineSettings(
    context_tokens=1024, threads=1, batch_tokens=64, ubatch_tokens=64, sequences=6
)
WILD = Sampling(temperature=1.5, top_k=0, top_p=1.0, min_p=0.0, answer_limit_tokens=24, seed=5)
NEVER_ENDS = replace(WILD, logit_bias=tuple((token, -100.0) for token in (2, 4)))
SHORT = Strategy(Kind.SEARCH, 4, Score.MEAN, width=4, step_tokens=4, step_mark="~~~~")
KINDS = pytest.mark.parametrize("kind", [Kind.SEARCH, Kind.BEAM, Kind.MCTS])


@pytest.fixture(scope="module")
def backend(tmp_path_factory):
    path = write(tmp_path_factory.mktemp("models") / "tiny.gguf")
    made = LlamaBackend()
    made.load(Load(str(path), SETTINGS), lambda _fraction: True)
    yield made
    made.unload()


@pytest.fixture(autouse=True)
def nothing_is_left(backend):
    yield
    assert not [each for each in backend._resident.cache.sequences if each.is_held]
    assert not backend.is_busy


@pytest.fixture(autouse=True)
def told_at_once(monkeypatch):
    monkeypatch.setattr(picture, "INTERVAL_S", 0.0)


def asked(strategy=SHORT, knobs=WILD):
    command = question("hello there", sampling=knobs)
    return Answer(
        command.request, command.chat, command.turns, command.sampling, strategy=strategy
    )


def searched(backend, strategy=SHORT, knobs=WILD):
    return Heard(backend).ask(asked(strategy, knobs)).run()


def nodes(told):
    """The tree as it was told last."""
    return {each.node: each for event in told.of(TreeGrew) for each in event.nodes}


def ends(told):
    return {each.draft: each for each in told.of(DraftEnded)}


def result(told):
    (event,) = told.of(Compared)
    return event


def path_to(tree, leaf):
    path = [leaf]
    while path[-1].parent >= 0:
        path.append(tree[path[-1].parent])
    return path[::-1]


# --- what holds of every search ---


@KINDS
def test_a_search_chooses_one_of_its_paths_and_tells_the_tree(backend, kind):
    told = searched(backend, replace(SHORT, kind=kind))
    tree, chosen = nodes(told), result(told)
    assert isinstance(told.events[-1], Done)
    assert all(-1 <= each.parent < each.node for each in tree.values())
    assert all(each.depth == len(path_to(tree, each)) - 1 for each in tree.values())
    assert {each.state for each in tree.values()} <= {"finished", "dropped", "chosen"}
    on_path = [each for each in tree.values() if each.state == "chosen"]
    text = ends(told)[chosen.chosen].text
    assert "".join(each.text for each in on_path) == text
    assert (chosen.text or told.text()) == text


@KINDS
def test_the_text_of_every_path_is_that_of_its_steps(backend, kind):
    told = searched(backend, replace(SHORT, kind=kind))
    tree = nodes(told)
    parents = {each.parent for each in tree.values()}
    leaves = ["".join(e.text for e in path_to(tree, each)) for each in tree.values()
              if each.node not in parents]  # fmt: skip
    for each in ends(told).values():
        if each.why != "dropped":
            assert each.text in leaves


@KINDS
def test_the_same_seed_gives_the_same_search(backend, kind):
    strategy = replace(SHORT, kind=kind)
    one, other = searched(backend, strategy), searched(backend, strategy)
    assert ends(one) == ends(other)
    assert nodes(one) == nodes(other)
    assert ends(searched(backend, strategy, replace(WILD, seed=6))) != ends(one)


@KINDS
def test_no_more_paths_are_finished_than_there_may_be(backend, kind):
    for seed in range(4):
        told = searched(backend, replace(SHORT, kind=kind), replace(WILD, seed=seed))
        finished = [each for each in ends(told).values() if each.why != "dropped"]
        assert 1 <= len(finished) <= SHORT.drafts


@KINDS
def test_a_branch_that_never_ends_is_cut(backend, kind):
    told = searched(backend, replace(SHORT, kind=kind), NEVER_ENDS)
    cut = [each for each in ends(told).values() if each.why == "length"]
    assert cut
    assert all(each.tokens == 24 for each in cut)
    assert told.end().reason == "length"


@KINDS
def test_a_path_has_no_more_steps_than_allowed(backend, kind):
    strategy = replace(SHORT, kind=kind, depth=2)
    told = searched(backend, strategy, replace(NEVER_ENDS, answer_limit_tokens=None))
    assert max(each.depth for each in nodes(told).values()) == 1
    assert {each.why for each in ends(told).values()} <= {"length", "dropped"}


@KINDS
def test_a_budget_of_tokens_ends_it(backend, kind):
    told = searched(backend, replace(SHORT, kind=kind, budget_tokens=20), NEVER_ENDS)
    assert result(told).tokens == 20


@KINDS
def test_it_can_be_stopped_at_every_step(backend, kind):
    strategy = replace(SHORT, kind=kind, drafts=3, width=3, keep=2, depth=3)
    whole = Heard(backend).ask(asked(strategy, NEVER_ENDS))
    steps = 0
    while backend.is_busy:
        whole.step()
        steps += 1
    for at in range(0, steps, 2):
        told = Heard(backend).ask(asked(strategy, NEVER_ENDS))
        for _ in range(at):
            told.step()
        told.stop()
        assert told.end().reason == "stopped"
        assert not [each for each in backend._resident.cache.sequences if each.is_held]
        if told.of(Delta):
            assert result(told).chosen in ends(told)


@KINDS
def test_the_leading_path_can_be_taken_at_any_time(backend, kind):
    told = Heard(backend).ask(asked(replace(SHORT, kind=kind), NEVER_ENDS))
    for _ in range(20):
        told.step()
    told.events += backend.take_leading("request")
    assert result(told).chosen in ends(told)
    assert isinstance(told.end(), Done)


@KINDS
def test_one_path_is_enough_for_a_search(backend, kind):
    told = searched(backend, replace(SHORT, kind=kind, drafts=1, width=1, keep=1))
    assert result(told).chosen in ends(told)


@KINDS
def test_steps_may_end_where_their_mark_is_written(backend, kind):
    strategy = replace(SHORT, kind=kind, step_tokens=24, step_mark="e")
    tree = nodes(searched(backend, strategy, replace(WILD, answer_limit_tokens=60)))
    assert all(each.tokens <= 24 for each in tree.values())


def test_a_mark_of_lines_ends_a_step_at_once(backend):
    strategy = replace(SHORT, step_tokens=24, step_mark="\n")
    told = searched(backend, strategy, replace(WILD, logit_bias=((356, 12.0), (355, 12.0))))
    assert nodes(told)


@KINDS
def test_forms_and_penalties_are_kept_across_forks(backend, kind):
    knobs = replace(WILD, grammar="root ::= [a-c]+", repeat_penalty=1.1)
    told = searched(backend, replace(SHORT, kind=kind), knobs)
    assert not told.of(Failed)
    for each in ends(told).values():
        assert set(each.text) <= set("abc")


@pytest.mark.parametrize("score", [Score.JUDGE, Score.SELF_CERTAINTY])
def test_a_score_that_trees_do_not_have_is_refused_in_words(backend, score):
    with pytest.raises(Exception, match="cannot be scored this way"):
        backend.accept(asked(replace(SHORT, score=score)))


@pytest.mark.parametrize("score", [Score.COUNT, Score.SEQUENCE, Score.MEAN, Score.TAIL])
def test_paths_are_compared_by_the_score_asked_for(backend, score):
    assert result(searched(backend, replace(SHORT, score=score))).votes


# --- how it shares ---


@pytest.fixture
def rewarded(monkeypatch):
    """Rewards steps by a script: by number of the draft, in the order of their ends."""

    def rewarded(reward):
        monkeypatch.setattr(StepSearch, "_reward", lambda _self, live: reward(live))

    return rewarded


def test_the_best_beginning_gets_the_most_children(backend, rewarded):
    rewarded(lambda live: 0.9 if live.number == 2 else 0.1)
    told = searched(backend, knobs=NEVER_ENDS)
    tree = nodes(told)
    first = sorted(each.node for each in tree.values() if each.depth == 0)
    assert len(first) == 4
    second = [each for each in tree.values() if each.depth == 1]
    assert [each.parent for each in second] == [first[2]] * 4


def test_equal_beginnings_all_go_on(backend, rewarded):
    rewarded(lambda _live: 0.5)
    tree = nodes(searched(backend, knobs=NEVER_ENDS))
    parents = [each.parent for each in tree.values() if each.depth == 1]
    assert sorted(parents) == sorted(each.node for each in tree.values() if each.depth == 0)


def test_a_beam_keeps_the_best_half(backend, rewarded):
    rewarded(lambda live: 0.9 if live.number in {1, 3} else 0.1)
    strategy = replace(SHORT, kind=Kind.BEAM, keep=2)
    tree = nodes(searched(backend, strategy, NEVER_ENDS))
    parents = sorted(each.parent for each in tree.values() if each.depth == 1)
    assert parents == [1, 1, 3, 3]


def test_monte_carlo_goes_back_to_the_better_step(backend, rewarded):
    rewarded(lambda live: 0.9 if live.number == 0 else 0.05)
    strategy = replace(SHORT, kind=Kind.MCTS, keep=2, exploration=0.1, depth=3)
    tree = nodes(searched(backend, strategy, NEVER_ENDS))
    children = [each.parent for each in tree.values()]
    assert children.count(-1) == 2
    assert children.count(0) == 2


def test_the_first_path_streams_until_it_is_dropped(backend, rewarded):
    rewarded(lambda live: 0.9 if live.number == 3 else 0.1)
    told = searched(backend, knobs=NEVER_ENDS)
    assert ends(told)[0].why == "dropped"
    assert told.text() == ends(told)[0].text
    assert result(told).chosen != 0
    assert result(told).text == ends(told)[result(told).chosen].text


def test_news_of_the_tree_come_at_most_ten_times_a_second(backend, monkeypatch):
    monkeypatch.setattr(picture, "INTERVAL_S", 3600.0)
    told = searched(backend, knobs=NEVER_ENDS)
    assert len(told.of(TreeGrew)) <= 2  # the first at once, and the last


def test_room_that_runs_short_costs_paths_and_not_the_answer(tmp_path):
    made = LlamaBackend()
    path = write(tmp_path / "tiny.gguf")
    made.load(Load(str(path), replace(SETTINGS, context_tokens=256)), lambda _fraction: True)
    strategy = replace(SHORT, drafts=6, width=6, step_tokens=64)
    knobs = replace(NEVER_ENDS, answer_limit_tokens=200)
    told = Heard(made).ask(asked(strategy, knobs)).run()
    assert isinstance(told.end(), Done)
    assert result(told).chosen in ends(told)
    assert not [each for each in made._resident.cache.sequences if each.is_held]
    made.unload()
