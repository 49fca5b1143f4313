"""Projectors that lie beside a model: found, offered, chosen, counted, done without."""

from dataclasses import replace

import pytest
from msgspec import structs
from tests.data import tiny_llama, tiny_projector

from inglenook.core.errors import Problem
from inglenook.engine.death import Cause, Death
from inglenook.engine.protocol import Load, Loaded, LoadFailed
from inglenook.hardware.devices import FoundDevices
from inglenook.hardware.modelfile import read_model_facts
from inglenook.models.fit import EngineSettings, Plan, Verdict
from inglenook.models.memory import MemoryPart
from inglenook.models.projector import Projector
from inglenook.models.settings import Wish
from inglenook.services.bus import Bus
from inglenook.services.echo import ECHO_PATH, echo_plan
from inglenook.services.events import EnginePhase, ProblemArose
from inglenook.services.models import ModelService
from inglenook.services.projectors import projector_beside, with_projector
from inglenook.services.store import Store
from inglenook.services.wishes import Wishes
from inglenook.storage.wishes import WishesFile

PLAN = Plan(Verdict.CPU, EngineSettings(), (MemoryPart("CPU", 10, 1, 1, 0),), "", ())


@pytest.fixture
def model(tmp_path):
    return tiny_llama.write(tmp_path / "tiny.gguf")


def test_the_one_beside_a_model_is_found_whatever_else_lies_there(model):
    facts = read_model_facts(model)
    assert projector_beside(model, facts, None) is None
    (model.parent / "mmproj-broken.gguf").write_bytes(b"GGUF")
    eyes = tiny_projector.write(model.parent / "mmproj-model-f16.gguf")
    found = projector_beside(model, facts, None)
    assert (found.path, found.name) == (str(eyes), eyes.name)
    tiny_llama.write(model.parent / "other.gguf")  # whose it is, nobody can tell now
    assert projector_beside(model, facts, None) is None
    assert projector_beside(model.parent / "gone" / "m.gguf", facts, None) is None


def test_what_was_chosen_goes_before_what_seems_better(model):
    for name in ("mmproj-tiny-f16.gguf", "mmproj-tiny-f32.gguf"):
        tiny_projector.write(model.parent / name)
    facts = replace(read_model_facts(model), name="tiny")
    assert projector_beside(model, facts, None).name == "mmproj-tiny-f16.gguf"
    wanted = "mmproj-tiny-f32.gguf"
    assert projector_beside(model, facts, wanted).name == wanted


def test_a_plan_counts_only_what_is_to_be_loaded(model):
    eyes = tiny_projector.write(model.parent / "mmproj-tiny.gguf")
    found = projector_beside(model, read_model_facts(model), eyes.name)
    offered = with_projector(PLAN, found, sees=False)
    assert (offered.projector, offered.memory) == (found, PLAN.memory)
    used = with_projector(PLAN, found, sees=True)
    assert used.memory[0].total_bytes == PLAN.memory[0].total_bytes + found.total_bytes
    assert with_projector(PLAN, None, sees=True) is PLAN


def test_a_model_that_dies_with_its_projector_is_loaded_without(make_played):
    eyes = Projector("/m/mmproj.gguf", "mmproj.gguf", 64)

    def seeing(path, wish=None):
        model, plan = echo_plan(path)
        return model, with_projector(plan, eyes, sees=True)

    desk = make_played(plan=seeing)
    desk.engine.load(ECHO_PATH)
    desk.settle()
    ended = Death(loading=ECHO_PATH, cause=Cause.ENDED, exit_status=-6)
    desk.client.die(ended)
    desk.client.event(LoadFailed(ended.problem))
    loads = [each.projector for each in desk.client.sent if isinstance(each, Load)]
    assert loads == [eyes.path, ""]
    desk.client.loaded()
    titles = [each.problem.title for each in desk.ear.all if isinstance(each, ProblemArose)]
    assert titles == ["The model was loaded without its projector"]
    assert desk.engine.state.phase is EnginePhase.READY
    assert not desk.engine.state.sees


def test_why_a_model_cannot_see_is_told_and_that_it_can(played):
    blind = Problem("This projector does not fit the model", "Choose another.")
    played.engine.load(ECHO_PATH)
    played.settle()
    told = Loaded(ECHO_PATH, "echo", 8192, 8192, template="own", load_s=0.1)
    played.client.event(structs.replace(told, blind=blind))
    assert blind in [each.problem for each in played.ear.all if isinstance(each, ProblemArose)]
    played.engine.load(ECHO_PATH)
    played.settle()
    played.client.event(structs.replace(told, sees=True))
    assert played.engine.state.sees


def test_the_projector_that_was_chosen_is_part_of_the_plan(model, hear, tmp_path):
    eyes = tiny_projector.write(model.parent / "mmproj-tiny.gguf")
    bus, wishes = Bus(), Wishes(WishesFile(tmp_path / "data" / "wishes.json"))
    store = Store(tmp_path / "chats.db", hear(bus).all.append)
    models = ModelService(
        bus, store, tmp_path / "none", lambda: FoundDevices((), "a test"), wishes=wishes
    )
    _, before = models.plan(str(model))
    assert (before.projector.name, before.sees) == (eyes.name, False)
    wishes.keep(str(model), Wish(projector=eyes.name))
    _, after = models.plan(str(model))
    assert after.sees
    assert f"It sees pictures with {eyes.name}." in after.reasons
    more = after.memory[0].total_bytes - before.memory[0].total_bytes
    assert more == before.projector.total_bytes
    store.close()
