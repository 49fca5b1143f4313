"""Fork, extend, score and drop with real models, against texts that are read anew."""

from functools import partial

import numpy as np
import pytest
from tests.data.raw_context import RawContext
from tests.data.tiny_llama import write
from tests.data.tiny_recurrent import write_lfm2, write_mamba

from inglenook.chat.message import Timings
from inglenook.chat.sampling import EXACT
from inglenook.engine.context import Context
from inglenook.engine.kv import KvCache
from inglenook.engine.lib import AbortFlag
from inglenook.engine.model import Model
from inglenook.engine.pace import Pace
from inglenook.engine.protocol import Done
from inglenook.engine.sampling import Chain
from inglenook.engine.scheduler import Scheduler
from inglenook.engine.task import Task
from inglenook.models.settings import EngineSettings

SETTINGS = EngineSettings(
    context_tokens=512, threads=1, batch_tokens=64, ubatch_tokens=32, sequences=4
)
WRITERS = {
    "attention": write,
    "window": partial(write, arch="gemma3", window=40),
    "recurrent": write_mamba,
    "hybrid": write_lfm2,
}
ROUNDING = 0.05
"""Reading in other parts adds up in another order: these models differ by 0.01 at most."""


@pytest.fixture(scope="module", params=WRITERS)
def model(request, tmp_path_factory):
    path = WRITERS[request.param](tmp_path_factory.mktemp("models") / "m.gguf")
    loaded = Model.load(str(path), SETTINGS, lambda _fraction: True)
    yield loaded
    loaded.free()


@pytest.fixture
def scene(model):
    made = Scene(model)
    yield made
    made.context.free()


@pytest.fixture
def fresh(model):
    """Reads a text anew and returns its last row of logits as logarithms of probabilities."""
    context = RawContext(model, SETTINGS)

    def logprobs(tokens):
        context.drop(0)
        row = context.read(np.array(tokens, np.int32), 0).astype(np.float64)
        row -= row.max()
        return row - np.log(np.exp(row).sum())

    yield logprobs
    context.free()


class Scene:
    """A scheduler over a real context."""

    def __init__(self, model):
        self.model = model
        self.context = Context(model, SETTINGS, AbortFlag())
        self.cache = KvCache(self.context.memory, tokens=512, sequences=4)
        self.scheduler = Scheduler(self.context, self.cache, Pace(32))

    def run(self, strategy, steps=200):
        self.scheduler.add(strategy)
        for _ in range(steps):
            self.scheduler.step()
            self.scheduler.events()
            if not self.scheduler.is_busy:
                return strategy
        raise AssertionError(f"not done in {steps} steps")

    def chain(self):
        return Chain(EXACT, self.model)


class Strategy(Task):
    """One prompt, then whatever the test wants; ends when it is told.

    Attributes:
        lines: All tokens of each branch.
        rows: How likely each picked token was when it was picked, by branch.
    """

    def __init__(self, scene, prompt, **told):
        super().__init__("r", "chat", prompt, reserve_tokens=20)
        self.scene = scene
        self.told = told
        self.lines = {}
        self.opened = None

    def begin(self):
        self.opened = self.desk.open(self, self.scene.chain(), self.prompt)
        self.lines[self.opened] = self.prompt.tolist()

    def ready(self, branch):
        self._tell("ready", branch)

    def picked(self, branch, token):
        self.lines[branch].append(token)
        self._tell("picked", branch)

    def scored(self, branch, scores):
        self._tell("scored", branch, list(scores))

    def _tell(self, name, *facts):
        if name in self.told:
            self.told[name](self, *facts)

    def fork(self, branch):
        child = self.desk.fork(branch, branch.chain.fork(seed_offset=1))
        self.lines[child] = list(self.lines[branch])
        return child

    def extend(self, branch, tokens):
        self.desk.extend(branch, tokens)
        self.lines[branch] += tokens.tolist()

    def done(self):
        self.is_over = True
        self.emit(Done(self.request, "end", Timings()))

    run_out = stop = done

    def fail(self, problem):
        raise AssertionError(problem)


def ids(count, seed=1):
    return np.random.default_rng(seed).integers(270, 350, count).astype(np.int32)


def assert_likeliest(fresh, line):
    """The last token is the likeliest after the others, give or take the rounding."""
    row = fresh(line[:-1])
    assert row[line[-1]] >= row.max() - ROUNDING


def scores_anew(fresh, line, tokens):
    return [
        fresh([*line, *tokens[:at].tolist()])[int(token)] for at, token in enumerate(tokens)
    ]


def test_scores_are_those_of_a_text_read_anew(scene, fresh):
    found = {}
    answer = ids(12, seed=2)

    def ready(task, branch):
        task.desk.score(branch, answer)

    def scored(task, branch, scores):
        found["scores"], found["paused"] = scores, branch.is_paused
        task.done()

    scene.run(Strategy(scene, ids(40), ready=ready, scored=scored))
    expected = scores_anew(fresh, ids(40).tolist(), answer)
    assert np.allclose(found["scores"], expected, atol=ROUNDING)
    assert found["paused"]


def test_scoring_goes_on_from_the_token_picked_last_and_can_be_gone_on_from(scene, fresh):
    found = []
    answer = ids(6, seed=3)

    def picked(task, branch):
        if found:
            task.done()
        elif len(task.lines[branch]) == 43:
            task.desk.score(branch, answer)

    def scored(task, branch, scores):
        found.extend(scores)
        found.append(list(task.lines[branch]))
        task.lines[branch] += answer.tolist()
        branch.is_paused = False

    task = scene.run(Strategy(scene, ids(40), picked=picked, scored=scored))
    *scores, line = found
    assert len(line) == 43
    assert np.allclose(scores, scores_anew(fresh, line, answer), atol=ROUNDING)
    assert_likeliest(fresh, task.lines[task.opened])


def test_one_token_can_be_scored(scene, fresh):
    found = []
    answer = ids(1, seed=4)

    def scored(task, _branch, scores):
        found.extend(scores)
        task.done()

    ready = lambda task, branch: task.desk.score(branch, answer)  # noqa: E731
    scene.run(Strategy(scene, ids(20), ready=ready, scored=scored))
    assert np.allclose(found, scores_anew(fresh, ids(20).tolist(), answer), atol=ROUNDING)


def test_forks_pick_from_the_same_row_and_grow_apart(scene, fresh):
    def ready(task, branch):
        if len(task.branches) == 1:
            for _ in range(3):
                task.fork(branch)

    def picked(task, branch):
        number = task.branches.index(branch)
        if len(task.lines[branch]) == 31:
            task.extend(branch, ids(2 + number, seed=10 + number))
        if all(len(line) >= 40 for line in task.lines.values()):
            task.done()

    task = scene.run(Strategy(scene, ids(30), ready=ready, picked=picked))
    lines = list(task.lines.values())
    assert len(lines) == 4
    assert len({line[30] for line in lines}) == 1
    assert len({tuple(line[31:33]) for line in lines}) == 4
    for line in lines:
        assert_likeliest(fresh, line)
        assert_likeliest(fresh, line[:-1])


def test_the_prompt_of_many_forks_is_read_once(scene):
    taken = []

    def ready(task, branch):
        if len(task.branches) == 1:
            for _ in range(3):
                task.fork(branch)
            taken.append(scene.cache.cells.count - scene.cache.cells.free)
            task.done()

    scene.run(Strategy(scene, ids(100), ready=ready))
    assert taken == [100]


def test_a_fork_of_one_that_has_picked_shares_that_token(scene, fresh):
    def picked(task, branch):
        if len(task.lines) == 1 and len(task.lines[branch]) == 33:
            task.fork(branch)
        if all(len(line) >= 37 for line in task.lines.values()) and len(task.lines) == 2:
            task.done()

    task = scene.run(Strategy(scene, ids(30), picked=picked))
    one, two = task.lines.values()
    assert one[:33] == two[:33]
    assert_likeliest(fresh, one)
    assert_likeliest(fresh, two)


def test_there_are_no_more_forks_than_sequences(scene):
    made = []

    def ready(task, branch):
        made.extend(task.desk.fork(branch, scene.chain()) for _ in range(5))
        task.done()

    scene.run(Strategy(scene, ids(20), ready=ready))
    assert [each is not None for each in made] == [True] * 3 + [False] * 2


def test_extending_reads_before_the_next_pick(scene, fresh):
    more = ids(50, seed=5)

    def ready(task, branch):
        if branch.held.length == 30:
            task.extend(branch, more)

    picked = lambda task, _branch: task.done()  # noqa: E731
    task = scene.run(Strategy(scene, ids(30), ready=ready, picked=picked))
    line = task.lines[task.opened]
    assert len(line) == 81
    assert_likeliest(fresh, line)


def test_what_a_dropped_branch_has_read_is_not_read_again(scene):
    def picked(task, branch):
        if len(task.lines[branch]) == 45:
            task.desk.drop(branch)
            task.done()

    task = scene.run(Strategy(scene, ids(40), picked=picked))
    line = task.lines[task.opened]
    assert task.opened.sequence is None
    assert not [each for each in scene.cache.sequences if each.is_held]
    again = scene.run(
        Strategy(
            scene,
            np.array([*line[:44], 300, 301], np.int32),
            ready=lambda task, branch: setattr(task, "at", branch.held.length) or task.done(),
        )
    )
    assert again.at == 46
    (kept,) = scene.cache.idle()
    assert kept.resident().tolist() == [*line[:44], 300, 301]


def test_a_paused_branch_stands_still_while_others_go_on(scene, fresh):
    standing = []

    def picked(task, branch):
        if len(task.lines) == 1:
            standing.append(task.fork(branch))
            standing[0].is_paused = True
        elif branch is not standing[0] and len(task.lines[branch]) == 40:
            assert len(task.lines[standing[0]]) == 31
            standing[0].is_paused = False
            task.desk.drop(branch)
        elif len(task.lines[standing[0]]) == 35:
            task.done()

    task = scene.run(Strategy(scene, ids(30), picked=picked))
    assert_likeliest(fresh, task.lines[standing[0]])


def test_a_branch_that_is_paused_before_it_picks_is_ready_again_later(scene, fresh):
    times = []

    def ready(task, branch):
        if branch is task.opened:
            times.append(branch.held.length)
        if len(times) == 1:
            task.fork(branch)
            branch.is_paused = True

    def picked(task, branch):
        if branch is task.opened:
            task.done()
        elif len(task.lines[branch]) == 35:
            assert len(task.lines[task.opened]) == 30
            task.opened.is_paused = False

    task = scene.run(Strategy(scene, ids(30), ready=ready, picked=picked))
    assert times == [30, 30]
    assert_likeliest(fresh, task.lines[task.opened])
