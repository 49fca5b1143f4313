"""Which projector lets which model see, and what it takes."""

from dataclasses import replace

import pytest
from tests.data import tiny_projector

from inglenook.core.errors import ModelFileError
from inglenook.models.facts import ModelFacts, Weights
from inglenook.models.gguf import read_header
from inglenook.models.machine import DeviceFacts, DeviceKind, HostFacts, Machine
from inglenook.models.memory import MemoryPart
from inglenook.models.projector import Projector, beside, best_for, counted, projector_from

GEMMA = ModelFacts(
    "Gemma 3 4B Instruct", "gemma3", Weights((1,), 1, 1, tied=True), (), embedding_width=2560
)
FILE = "gemma-3-4b-it-Q4_K_M.gguf"
OURS = Projector("/m/mmproj-gemma-3-4b-it-f16.gguf", "mmproj-gemma-3-4b-it-f16.gguf", 2560)
PART = MemoryPart("CPU", 100, 10, 5, 3)


def named(name, **more):
    return replace(OURS, path=f"/m/{name}", name=name, **more)


def test_a_projector_of_the_same_width_and_family_is_found():
    assert best_for(GEMMA, FILE, [named("mmproj-llava-7b-f16.gguf"), OURS]) is OURS
    assert best_for(GEMMA, FILE, [replace(OURS, width=3584)]) is None
    assert best_for(GEMMA, FILE, [named("mmproj-gemma-3-12b-it-f16.gguf")]) is None
    assert best_for(GEMMA, FILE, []) is None


def test_what_its_header_calls_it_counts_too():
    titled = named("mmproj-model-f16.gguf", title="Gemma 3 4b It")
    other = named("mmproj-F16.gguf", title="Phi 3.5 Vision")
    assert best_for(GEMMA, FILE, [other, titled]) is titled
    assert best_for(GEMMA, FILE, [other]) is None
    assert best_for(GEMMA, FILE, [other], alone=True) is other


def test_sixteen_bits_are_preferred_to_more_and_to_fewer_of_no_use():
    wide = named("mmproj-gemma-3-4b-it-f32.gguf", weights_bytes=4)
    half = named("mmproj-gemma-3-4b-it-f16.gguf", weights_bytes=2)
    assert best_for(GEMMA, FILE, [wide, half]) is half


def test_models_that_place_pictures_in_two_dimensions_are_left_alone():
    model = replace(GEMMA, architecture="qwen2vl")
    assert best_for(model, FILE, [OURS]) is None


def test_a_header_tells_what_it_takes(tmp_path):
    path = tiny_projector.write(tmp_path / "mmproj-tiny.gguf")
    with path.open("rb") as file:
        header = read_header(file, path.stat().st_size)
    found = projector_from(header, str(path), path.name)
    assert (found.width, found.name) == (64, "mmproj-tiny.gguf")
    assert 0 < found.weights_bytes < path.stat().st_size
    # The engine tells 20,971 bytes of this one.
    assert 20_971 <= found.compute_bytes <= 1.5 * 20_971
    text = replace(header, values={"general.architecture": "llama"})
    with pytest.raises(ModelFileError):
        projector_from(text, "", "")


def test_its_memory_is_kept_free_and_counted():
    eyes = replace(OURS, weights_bytes=30, compute_bytes=12)
    card = DeviceFacts("CUDA0", "A card", DeviceKind.DISCRETE, 1000, 500)
    on = Machine((card, replace(card, name="CUDA1")), HostFacts(2000, 1000, 4, 4))
    left = beside(on, eyes)
    assert [each.free_bytes for each in left.devices] == [458, 500]
    assert left.host.ram_available_bytes == 958
    unknown = beside(Machine((replace(card, free_bytes=0),), on.host), eyes)
    assert unknown.devices[0].free_bytes == 0
    assert counted((PART, PART), eyes) == (
        replace(PART, weights_bytes=130, compute_bytes=17), PART,
    )  # fmt: skip
    assert counted((), eyes) == ()
