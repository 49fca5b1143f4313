"""Model files are checked, listed, planned for and never moved."""

from dataclasses import replace

import pytest
from tests.data.gguf_files import tiny_model

from inglenook.core.errors import ModelFileError
from inglenook.hardware.devices import FoundDevices
from inglenook.models.kind import FileKind
from inglenook.models.machine import DeviceFacts, DeviceKind, Machine
from inglenook.models.memory import MemoryPart
from inglenook.models.settings import Wish
from inglenook.services import models as models_module
from inglenook.services.bus import Bus
from inglenook.services.events import ModelsChanged, ProblemArose
from inglenook.services.models import ModelService
from inglenook.services.sizes import EngineSizes
from inglenook.services.store import Store
from inglenook.services.wishes import Wishes
from inglenook.storage.sizes import SizesFile
from inglenook.storage.wishes import WishesFile

GPU = DeviceFacts("CUDA0", "A card", DeviceKind.DISCRETE, 8 << 30, 8 << 30)


class Shelf:
    """A model service over a real database, with a folder of shipped models."""

    def __init__(self, folder, hear) -> None:
        self.bus = Bus()
        self.ear = hear(self.bus)
        self.folder = folder
        self.shipped = folder / "shipped"
        self.shipped.mkdir()
        self.starter = self.shipped / "Starter-1B-Instruct.Q4_0.gguf"
        self.starter.write_bytes(tiny_model())
        self.store = Store(
            folder / "chats.db", lambda problem: self.bus.publish(ProblemArose(problem))
        )
        self.asked = 0
        self.models = ModelService(self.bus, self.store, self.shipped, self._devices)

    def _devices(self):
        self.asked += 1
        return FoundDevices((GPU,), "a test")

    def file(self, name="Mine-2B.gguf", **changes):
        path = self.folder / name
        path.write_bytes(tiny_model(**changes))
        return str(path)

    def names(self):
        return [model.name for model in self.ear.wait(ModelsChanged).models]


@pytest.fixture
def shelf(tmp_path, hear):
    made = Shelf(tmp_path, hear)
    yield made
    made.store.close()


def test_the_starter_is_installed_from_the_first(shelf):
    shelf.models.refresh()
    assert shelf.names() == ["Starter 1B Instruct"]
    [starter] = shelf.models.installed()
    assert starter.starter
    assert starter.quant == "4-bit (Q4_0)"
    assert starter.size_bytes == shelf.starter.stat().st_size
    assert shelf.models.models == (starter,)


def test_a_file_is_checked_listed_and_gone_on_with_where_it_lies(shelf):
    path, went_on = shelf.file(), []
    shelf.models.add(path, went_on.append)
    assert shelf.names() == ["Mine 2B", "Starter 1B Instruct"]
    assert shelf.store.settle(5)
    assert went_on == [path]
    assert shelf.models.models[0].path == path


def test_adding_alone_only_lists(shelf):
    shelf.models.add(shelf.file())
    assert shelf.names()[0] == "Mine 2B"


def test_a_model_that_only_reads_is_listed_and_offered_to_nobody_who_wants_to_chat(shelf):
    path, went_on = str(shelf.folder / "Vectors.gguf"), []
    (shelf.folder / "Vectors.gguf").write_bytes(tiny_model(llama__pooling_type=1))
    shelf.models.add(path, went_on.append)
    assert shelf.names() == ["Starter 1B Instruct"]
    assert "cannot chat" in shelf.ear.wait(ProblemArose).problem.title
    assert went_on == []
    assert {each.kind: each.chats for each in shelf.models.models} == {
        FileKind.EMBEDDING: False,
        FileKind.CHAT: True,
    }


def test_what_is_no_model_is_told_and_not_gone_on_with(shelf):
    path = shelf.folder / "x.gguf"
    path.write_bytes(b"GGUF but not really")
    went_on = []
    shelf.models.add(str(path), went_on.append)
    assert shelf.ear.wait(ProblemArose).problem.advice
    assert shelf.store.settle(5)
    assert (went_on, len(shelf.models.installed())) == ([], 1)
    with pytest.raises(ModelFileError):
        shelf.models.keep(str(path))


def test_the_same_file_twice_is_one_model(shelf):
    path = shelf.file()
    shelf.models.keep(path)
    shelf.models.keep(path)
    assert len(shelf.models.installed()) == 2


def test_the_starter_added_by_hand_is_still_one_model(shelf):
    assert shelf.models.keep(str(shelf.starter)).starter
    assert len(shelf.models.installed()) == 1


def test_a_file_that_went_away_is_not_listed_until_it_is_back(shelf):
    path = shelf.file()
    shelf.models.keep(path)
    away = shelf.folder / "away"
    (shelf.folder / "Mine-2B.gguf").rename(away)
    assert len(shelf.models.installed()) == 1
    away.rename(path)
    assert len(shelf.models.installed()) == 2


def test_forgetting_takes_it_off_the_list_and_leaves_the_file(shelf):
    path = shelf.file()
    shelf.models.keep(path)
    shelf.models.forget(path)
    assert shelf.store.settle(5)
    assert len(shelf.models.installed()) == 1
    assert (shelf.folder / "Mine-2B.gguf").exists()


def test_a_damaged_starter_is_told_and_the_others_are_listed(shelf):
    shelf.models.keep(shelf.file())
    shelf.starter.write_bytes(b"")
    shelf.models.refresh()
    assert shelf.ear.wait(ProblemArose).problem.advice
    assert shelf.names() == ["Mine 2B"]


def test_a_type_without_a_number_of_bits_is_shown_by_its_name(shelf, monkeypatch):
    facts = models_module.read_model_facts
    monkeypatch.setattr(
        models_module,
        "read_model_facts",
        lambda path, **told: replace(facts(path, **told), quant_bits=0, quant="NEW"),
    )
    assert shelf.models.describe(shelf.file()).quant == "NEW"


def test_a_plan_comes_with_the_model_and_asks_for_devices_once(shelf):
    path = shelf.file()
    model, plan = shelf.models.plan(path)
    assert model.name == "Mine 2B"
    assert plan.reasons
    assert plan.longest_context_tokens >= plan.settings.context_tokens
    assert "A card" in plan.reasons[0]
    shelf.models.plan(path)
    assert shelf.asked == 1


def test_the_first_choice_is_the_last_model_or_the_starter_or_nothing(shelf):
    path = shelf.file()
    assert shelf.models.first_choice(path) == path
    for gone in ("", None, "/gone.gguf", "nul\0", "x" * 10_000):
        assert shelf.models.first_choice(gone) == str(shelf.starter)
    (shelf.shipped / "link.gguf").symlink_to(shelf.starter)
    shelf.starter.unlink()
    assert shelf.models.first_choice(None) is None


def test_a_plan_asks_the_engine_and_says_when_it_could_not(shelf, tmp_path):
    class Silent:
        runtime = ""

        def ask(self, _path, _settings):
            return None

        def close(self):
            pass

    sizes = EngineSizes(SizesFile(tmp_path / "sizes.json"), Silent)
    models = ModelService(shelf.bus, shelf.store, shelf.shipped, shelf._devices, sizes)
    _, rough = models.plan(str(shelf.starter))
    assert rough.reasons[-1] == (
        "These sizes are estimates, since the engine could not be asked."
    )
    _, plain = shelf.models.plan(str(shelf.starter))
    assert plain.reasons == rough.reasons[:-1]
    assert plain.memory == rough.memory


def test_when_a_model_was_used_is_remembered(shelf):
    path = shelf.file()
    assert shelf.models.keep(path).used_ms == 0
    assert shelf.ear.wait(ModelsChanged).models[0].used_ms == 0
    shelf.models.used(path)
    assert shelf.ear.wait(ModelsChanged).models[0].used_ms > 0


def test_what_drivers_took_is_remembered_where_there_are_cards(shelf, tmp_path):
    learned = []

    class Sizes(EngineSizes):
        def learn(self, devices, taken):
            learned.append((devices, taken))

    sizes = Sizes(SizesFile(tmp_path / "sizes.json"))
    models = ModelService(shelf.bus, shelf.store, shelf.shipped, shelf._devices, sizes)
    cpu, gpu = MemoryPart("CPU", 1, 1, 1, 0), MemoryPart("CUDA0", 1, 1, 1, 0, 9)
    models.learn((cpu,))
    models.learn((gpu, cpu))
    shelf.models.learn((gpu, cpu))
    assert shelf.store.settle(5)
    assert learned == [((GPU,), [gpu])]


def test_each_load_is_planned_from_what_is_free_on_the_cards_then(shelf):
    shelf.models.plan(str(shelf.starter))
    shelf.models.plan(str(shelf.starter))
    assert shelf.asked == 1
    shelf.models.plan_load(str(shelf.starter))
    assert shelf.asked == 2


def test_a_plan_for_another_computer_is_made_by_formulas(shelf):
    here = shelf.models.machine()
    model, made = shelf.models.plan_elsewhere(str(shelf.starter), Machine((), here.host))
    assert model.starter
    assert made.verdict == "cpu"
    assert made.reasons[-1].startswith("These sizes are estimates: only the computer itself")


def test_a_plan_with_the_engines_sizes_says_nothing_of_estimates(shelf, tmp_path):
    class Knows:
        runtime = ""

        def ask(self, _path, settings):
            names = (*settings.devices, "CPU")
            return tuple(MemoryPart(name, 1, 1, 1, 0) for name in names)

        def close(self):
            pass

    sizes = EngineSizes(SizesFile(tmp_path / "sizes.json"), Knows)
    models = ModelService(shelf.bus, shelf.store, shelf.shipped, shelf._devices, sizes)
    _, made = models.plan(str(shelf.starter))
    assert [part.total_bytes for part in made.memory] == [3, 3]
    assert not any("estimates" in reason for reason in made.reasons)


# --- what is set by hand, and what has proved to work ---


@pytest.fixture
def kept(shelf, tmp_path):
    wishes = Wishes(WishesFile(tmp_path / "wishes.json"))
    return ModelService(
        shelf.bus, shelf.store, shelf.shipped, shelf._devices, None, wishes
    ), wishes


def test_a_plan_follows_what_is_kept_unless_something_else_is_set(kept, shelf):
    models, wishes = kept
    path = str(shelf.starter)
    wishes.keep(path, Wish(context_tokens=512, threads=2))
    assert models.wish(path) == Wish(context_tokens=512, threads=2)
    planned = models.plan(path)[1].settings
    assert (planned.context_tokens, planned.threads) == (512, 2)
    assert models.plan(path, Wish())[1].settings.context_tokens != 512
    loaded = models.plan_load(path, Wish(context_tokens=256))[1].settings
    assert (loaded.context_tokens, loaded.threads) == (256, 2)
    assert shelf.models.wish(path) == Wish()
    assert not models.sees(path)
    wishes.keep(path, Wish(projector="mmproj.gguf"))
    assert models.sees(path)


def test_the_next_plan_asks_for_no_more_than_has_worked(kept, shelf):
    models, wishes = kept
    path = str(shelf.starter)
    full = models.plan(path)[1]
    assert full.settings.gpu_layers
    models.proved(path, Wish(), replace(full.settings, gpu_layers=0, op_offload=False))
    less = models.plan(path)[1]
    assert (less.settings.gpu_layers, less.verdict) == (0, "cpu")
    assert [part.device for part in less.memory] == ["CPU"]
    assert less.memory[0].margin_bytes
    assert less.held_back
    assert "more has failed on this computer lately" in less.reasons[-1]
    other = models.plan(path, Wish(threads=1))[1]
    assert other.settings.gpu_layers == full.settings.gpu_layers
    wishes.keep(path, Wish())
    assert models.plan(path)[1] == full


def test_what_worked_and_is_no_less_than_planned_changes_nothing(kept, shelf):
    models, _ = kept
    path = str(shelf.starter)
    full = models.plan(path)[1]
    models.proved(path, Wish(), full.settings)
    assert models.plan(path)[1] == full
    shelf.models.proved(path, Wish(), full.settings)  # keeps nothing, and says nothing


def test_memory_that_models_of_ours_hold_counts_as_free(shelf, monkeypatch):
    free = shelf.models.host().ram_available_bytes
    monkeypatch.setattr(models_module, "held_by_children_bytes", lambda: 100 << 30)
    host = shelf.models.host()
    assert free < host.ram_available_bytes == host.ram_total_bytes
