"""Speeds are measured once, learned from answers, and kept."""

from types import SimpleNamespace

import pytest
from tests.data import skeletons

from inglenook.chat.message import Timings
from inglenook.core.units import GIB
from inglenook.engine.protocol import Done, Ready
from inglenook.hardware.modelfile import read_model_facts
from inglenook.models.fit import Plan, Verdict
from inglenook.models.machine import DeviceFacts, DeviceKind, HostFacts, Machine
from inglenook.models.settings import EngineSettings
from inglenook.services import speeds
from inglenook.services.events import EngineChanged, EnginePhase, EngineState
from inglenook.services.speeds import SpeedService
from inglenook.storage.kept import KeptValues

HOST = HostFacts(16 * GIB, 8 * GIB, 4, 8, "A processor", ("AVX2",))
CARD = DeviceFacts("CUDA0", "A card", DeviceKind.DISCRETE, 8 * GIB, 8 * GIB)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return skeletons.write(tmp_path_factory.mktemp("model"), "Llama-3.1-8B")


@pytest.fixture(scope="module")
def facts(path):
    return read_model_facts(path)


@pytest.fixture
def make(tmp_path):
    measured = []

    def made(host=HOST, devices=(CARD,), bytes_per_s=20e9, build="llama.cpp 1"):
        def measure(threads):
            measured.append(threads)
            return bytes_per_s

        file = KeptValues(tmp_path / "speeds.json", float)
        machine = Machine(devices, host)
        service = SpeedService(
            file, lambda: machine, lambda call: call(),
            fingerprint=lambda: build, measure=measure,
        )  # fmt: skip
        return service, measured

    return made


def planned(**settings):
    return Plan(Verdict.CPU, EngineSettings(threads=4, **settings), (), "", ())


ON_CARD = planned(gpu_layers=33, devices=("CUDA0",))


def seen(tokens_per_s, tokens=100):
    return Timings(prompt_tokens=900, answer_tokens=tokens, tokens_per_s=tokens_per_s)


def test_the_processor_is_measured_once(make, facts):
    service, measured = make()
    first = service.estimate(facts, planned())
    assert 3 < first < 6
    assert make()[0].estimate(facts, planned()) == first
    assert measured == [4]


def test_what_cannot_be_measured_is_no_figure_and_is_tried_again_by_the_next_start(make, facts):
    service, measured = make(bytes_per_s=0.0)
    assert service.estimate(facts, planned()) == 0
    assert service.estimate(facts, planned()) == 0
    assert measured == [4]
    assert make()[0].estimate(facts, planned()) > 0


def test_a_card_has_no_figure_before_its_first_answer(make, facts):
    service, _ = make()
    assert service.estimate(facts, ON_CARD) == 0
    service.learn(facts, ON_CARD.settings, seen(60.0))
    assert service.estimate(facts, ON_CARD) == pytest.approx(60, rel=0.03)


def test_another_build_of_the_engine_starts_anew_and_measures_no_memory_again(make, facts):
    service, measured = make()
    guess = service.estimate(facts, planned())
    service.learn(facts, planned().settings, seen(3 * guess))
    service.learn(facts, ON_CARD.settings, seen(50.0))
    newer = make(build="llama.cpp 1, with other kernels")[0]
    assert newer.estimate(facts, planned()) == guess
    assert newer.estimate(facts, ON_CARD) == 0
    assert make()[0].estimate(facts, ON_CARD) == pytest.approx(50.0, rel=0.1)
    assert measured == [4]


def test_another_card_under_the_same_name_starts_anew(make, facts):
    make()[0].learn(facts, ON_CARD.settings, seen(60.0))
    other = DeviceFacts("CUDA0", "Another", DeviceKind.DISCRETE, 8 * GIB, 8 * GIB)
    assert make(devices=(other,))[0].estimate(facts, ON_CARD) == 0
    assert make(devices=())[0].estimate(facts, ON_CARD) == 0


def test_an_answer_corrects_the_estimate_for_every_start(make, facts):
    make()[0].learn(facts, planned().settings, seen(2.0))
    assert make()[0].estimate(facts, planned()) == pytest.approx(2.0, rel=0.03)


def test_one_slow_answer_among_others_hardly_counts(make, facts):
    service, _ = make()
    for speed in (4.0, 4.0, 1.0, 4.0, 4.0, 4.0):
        service.learn(facts, planned().settings, seen(speed))
    assert 3.3 < service.estimate(facts, planned()) < 4.1


def test_nonsense_changes_little(make, facts):
    service, _ = make()
    before = service.estimate(facts, planned())
    service.learn(facts, planned().settings, seen(1e9))
    assert service.estimate(facts, planned()) <= 9 * before
    service.learn(facts, planned().settings, seen(0.0))
    service.learn(facts, planned().settings, seen(0.1, tokens=3))
    assert service.estimate(facts, planned()) > before


def test_another_kind_of_weights_goes_by_what_is_known_of_the_device(make, facts):
    service, _ = make()
    service.learn(facts, planned().settings, seen(2.0))
    other = SimpleNamespace(**{name: getattr(facts, name) for name in facts.__slots__})
    other = type(facts)(**{**vars(other), "quant": "Q8_0"})
    assert service.estimate(other, planned()) == pytest.approx(2.0, rel=0.03)


class Engine:
    """Stands for the client of an engine: says what it is told to."""

    def __init__(self, on_event, _on_death):
        self.say = on_event


@pytest.fixture
def running(make, path):
    """Return the service, what an engine says, and what was heard of it."""
    service, _ = make()
    heard = []
    engine = service.listening(Engine)(heard.append, lambda *_: None)
    model = SimpleNamespace(path=str(path))

    def state(answering):
        told = EngineState(EnginePhase.READY, model, planned(), answering=answering)
        service.told(EngineChanged(told))

    state(1)
    return service, engine, heard, state


def test_an_answer_is_noticed_and_passed_on(running, facts):
    service, engine, heard, _ = running
    done = Done("r", "end", seen(2.0))
    engine.say(Ready(1, "llama.cpp", 1))
    engine.say(done)
    assert heard[-1] == done
    assert service.estimate(facts, planned()) == pytest.approx(2.0, rel=0.03)


def test_an_answer_that_was_guessed_ahead_tells_nothing_of_the_plan(running, facts):
    service, engine, heard, _ = running
    before = service.estimate(facts, planned())
    quoted = Done("r", "end", seen(9.0), guessed_tokens=50)
    engine.say(quoted)
    assert heard[-1] == quoted
    assert service.estimate(facts, planned()) == before
    engine.say(Done("r", "end", seen(9.0), guessed_tokens=2))
    assert service.estimate(facts, planned()) > before


def test_answers_side_by_side_teach_nothing(running, facts):
    service, engine, _, state = running
    before = service.estimate(facts, planned())
    state(2)
    state(1)
    engine.say(Done("r", "end", seen(0.5)))
    assert service.estimate(facts, planned()) == before
    state(0)
    state(1)
    engine.say(Done("r", "end", seen(0.5)))
    assert service.estimate(facts, planned()) < before


def test_a_file_that_is_gone_teaches_nothing(running, facts):
    service, engine, _, _ = running
    before = service.estimate(facts, planned())
    gone = EngineState(EnginePhase.READY, SimpleNamespace(path="/gone.gguf"), planned())
    service.told(EngineChanged(gone))
    engine.say(Done("r", "end", seen(0.5)))
    service.told(EngineChanged(EngineState()))
    service.told("something else")
    engine.say(Done("r", "end", seen(0.5)))
    assert service.estimate(facts, planned()) == before


def test_the_file_is_read_once_for_all_answers_of_a_load_and_never_for_brief_ones(
    running, monkeypatch
):
    _, engine, _, _ = running
    read = []
    reader = speeds.read_model_facts
    monkeypatch.setattr(speeds, "read_model_facts", lambda at: read.append(at) or reader(at))
    engine.say(Done("r", "end", seen(2.0, tokens=3)))
    assert not read
    for _ in range(3):
        engine.say(Done("r", "end", seen(2.0)))
    assert len(read) == 1
