"""Previews of what is set by hand, and setting it; the engine is played."""

import threading
from dataclasses import replace

import pytest
from tests.data.gguf_files import tiny_model
from tests.services.ear import WAIT_S
from tests.services.test_engine_lifecycle import NO_MEMORY, loads

from inglenook.core.errors import ModelFileError
from inglenook.core.units import GIB
from inglenook.engine.protocol import LoadFailed
from inglenook.models.machine import HostFacts, Machine
from inglenook.models.settings import Wish
from inglenook.services.echo import echo_plan
from inglenook.services.events import EnginePhase, ProblemArose
from inglenook.services.modelnews import PlanPreviewed
from inglenook.services.running import RunningService
from inglenook.services.wishes import Wishes
from inglenook.storage.wishes import WishesFile

MACHINE = Machine((), HostFacts(16 * GIB, 8 * GIB, 4, 8))
WISH = Wish(context_tokens=4096)


class PlayedSizes:
    def __init__(self):
        self.told = []

    def stay_awake(self):
        self.told.append("awake")

    def rest(self):
        self.told.append("rest")


class Trial:
    """A running service over a played engine, with plans that a test may hold up."""

    def __init__(self, desk, folder):
        self.desk = desk
        self.ear = desk.ear
        self.model = str(folder / "Model-1B.gguf")
        (folder / "Model-1B.gguf").write_bytes(tiny_model())
        self.wishes = Wishes(WishesFile(folder / "data" / "wishes.json"))
        self.sizes = PlayedSizes()
        self.planned = []
        self.begun = threading.Event()
        self.gate = threading.Event()
        self.gate.set()
        self.running = RunningService(
            desk.bus, desk.engine, self.wishes, self.plan, lambda: MACHINE, self.sizes
        )

    def plan(self, path, wish):
        self.planned.append(wish)
        self.begun.set()
        assert self.gate.wait(WAIT_S)
        if "bad" in path:
            raise ModelFileError("This is no model", "Choose another.")
        return echo_plan(path, wish)

    def previewed(self):
        return self.ear.wait(PlanPreviewed)

    def settle(self):
        assert self.running._worker.settle(WAIT_S)
        self.desk.settle()


@pytest.fixture
def trial(played, tmp_path):
    made = Trial(played, tmp_path)
    yield made
    made.gate.set()
    made.running.close()


def test_a_preview_tells_the_plan_beside_the_one_with_nothing_set(trial):
    trial.running.preview(trial.model, WISH)
    told = trial.previewed()
    assert (told.path, told.wish, told.machine) == (trial.model, WISH, MACHINE)
    assert told.plan.settings.context_tokens == 4096
    assert told.automatic.settings.context_tokens == 8192
    assert told.problem is None


def test_the_first_preview_shows_what_is_kept_and_makes_ready_for_more(trial):
    trial.wishes.keep(trial.model, WISH)
    trial.running.show(trial.model)
    assert trial.previewed().wish == WISH
    assert trial.sizes.told == ["awake"]
    trial.running.done()
    trial.settle()
    assert trial.sizes.told == ["awake", "rest"]


class PlayedCards:
    """Cards on which a test says whether what is free has changed."""

    def __init__(self, trial, *, there=True, changed=True):
        self.there, self.changed, self.trial = there, changed, trial
        self.found_awake = []
        trial.running._cards = self

    def devices(self):
        return ("a card",) if self.there else ()

    def look_again(self):
        self.found_awake.append(bool(self.trial.sizes.told))
        return self.changed


def test_with_cards_the_preview_comes_at_once_and_again_with_what_is_free_now(trial):
    cards = PlayedCards(trial)
    trial.running.show(trial.model)
    trial.previewed()
    trial.previewed()
    assert cards.found_awake == [False]
    assert trial.sizes.told == ["awake"]
    assert trial.planned == [Wish(), Wish()] * 2


def test_with_nothing_new_on_the_cards_the_preview_stays(trial):
    PlayedCards(trial, changed=False)
    trial.running.show(trial.model)
    trial.settle()
    assert len([each for each in trial.ear.all if isinstance(each, PlanPreviewed)]) == 1
    assert trial.sizes.told == ["awake"]


def test_without_cards_nothing_is_looked_at_again(trial):
    cards = PlayedCards(trial, there=False)
    trial.running.show(trial.model)
    trial.settle()
    assert cards.found_awake == []
    assert trial.sizes.told == ["awake"]


def test_the_plan_with_nothing_set_is_made_once_for_many_previews(trial):
    trial.running.show(trial.model)
    trial.previewed()
    for tokens in (1024, 2048):
        trial.running.preview(trial.model, Wish(tokens))
        trial.previewed()
    assert trial.planned == [Wish(), Wish(), Wish(1024), Wish(2048)]


def test_only_the_newest_of_many_wishes_is_planned(trial):
    trial.gate.clear()
    trial.running.preview(trial.model, Wish(1024))
    assert trial.begun.wait(WAIT_S)
    for tokens in range(2048, 9216, 1024):
        trial.running.preview(trial.model, Wish(tokens))
    trial.gate.set()
    assert trial.previewed().wish == Wish(8192)
    assert trial.planned == [Wish(1024), Wish(), Wish(8192)]


def test_a_file_that_is_no_model_is_told(trial):
    trial.running.preview("bad.gguf", WISH)
    told = trial.previewed()
    assert (told.path, told.plan) == ("bad.gguf", None)
    assert told.problem.title == "This is no model"


def test_what_is_chosen_is_kept_and_the_model_in_use_is_loaded_so(trial):
    trial.desk.ready(trial.model)
    trial.running.choose(trial.model, WISH)
    trial.settle()
    assert trial.wishes.of(trial.model) == WISH
    assert trial.sizes.told == ["rest"]
    assert [each.settings.context_tokens for each in loads(trial.desk)] == [8192, 4096]
    trial.running.back_to_automatic(trial.model)
    trial.settle()
    assert trial.wishes.of(trial.model) == Wish()
    assert loads(trial.desk)[-1].settings.context_tokens == 8192


def test_a_model_that_is_not_in_use_is_left_alone(trial):
    trial.desk.ready("other.gguf")
    trial.running.choose(trial.model, WISH)
    trial.settle()
    assert len(loads(trial.desk)) == 1
    assert trial.wishes.of(trial.model) == WISH


def test_a_model_that_failed_is_tried_with_what_is_set_now(trial):
    trial.desk.engine.load(trial.model)
    trial.desk.settle()
    for _ in range(3):
        trial.desk.client.event(LoadFailed(NO_MEMORY))
    assert trial.desk.engine.state.phase is EnginePhase.FAILED
    trial.running.choose(trial.model, WISH)
    trial.settle()
    assert trial.desk.engine.state.phase is EnginePhase.LOADING


def test_what_cannot_be_kept_is_told_and_used_all_the_same(trial, tmp_path):
    trial.desk.ready(trial.model)
    (tmp_path / "data" / "wishes.json").mkdir(parents=True)
    trial.running.choose(trial.model, WISH)
    assert trial.ear.wait(ProblemArose).problem.advice
    trial.settle()
    assert loads(trial.desk)[-1].settings.context_tokens == 4096


def test_no_preview_comes_after_the_choice(trial):
    trial.gate.clear()
    trial.running.preview(trial.model, WISH)
    assert trial.begun.wait(WAIT_S)
    trial.running.choose(trial.model, WISH)
    trial.gate.set()
    trial.settle()
    assert not any(isinstance(each, PlanPreviewed) for each in trial.ear.all)


def test_without_an_engine_to_ask_nothing_stays_awake(played, tmp_path):
    wishes = Wishes(WishesFile(tmp_path / "wishes.json"))
    running = RunningService(played.bus, played.engine, wishes, echo_plan, lambda: MACHINE)
    running.show("echo.gguf")
    assert played.ear.wait(PlanPreviewed).plan.summary == "Echo engine"
    running.close()


def test_a_model_that_is_to_see_keeps_what_else_is_set(trial):
    trial.wishes.keep(trial.model, WISH)
    trial.running.let_see(trial.model, "mmproj.gguf")
    trial.settle()
    assert trial.wishes.of(trial.model) == replace(WISH, projector="mmproj.gguf")
