"""How a model is placed: what llama.cpp is told, and what is not asked for that."""

import ctypes

import pytest

from inglenook.engine import ggml, placing
from inglenook.engine.modules import load_modules
from inglenook.engine.placing import model_params
from inglenook.models.settings import EngineSettings

CPU_ALONE = EngineSettings(context_tokens=512, threads=2)


@pytest.fixture(autouse=True)
def modules():
    load_modules()


def test_the_processor_says_what_its_code_was_compiled_for():
    found = ggml.processor_features()
    assert found
    assert all(name.isascii() and name for name in found)


def test_two_declarations_of_one_function_of_ggml_leave_each_other_alone():
    class Other(ctypes.Structure):
        _fields_ = [("word", ctypes.c_void_p)]

    mine = ggml.function("ggml_type_size", ctypes.c_size_t, ctypes.c_int)
    ggml.function("ggml_type_size", ctypes.c_void_p, Other)
    assert mine(0) == 4


def test_no_card_is_woken_up_for_a_model_on_the_processor(monkeypatch):
    def fail(_device):
        raise AssertionError("a device was asked")

    monkeypatch.setattr(ggml, "_properties", fail)
    assert model_params(CPU_ALONE).native.n_gpu_layers == 0


@pytest.mark.parametrize(
    ("features", "wanted"),
    [
        ((), True),
        (("AVX2",), True),
        (("AVX2", "INGLENOOK_MATMUL"), False),
        (("AVX2", "INGLENOOK_MATMUL", "AMX_INT8"), False),
    ],
)
def test_weights_stay_as_the_file_has_them_where_our_kernel_computes(
    monkeypatch, features, wanted
):
    monkeypatch.setattr(placing.ggml, "processor_features", lambda: frozenset(features))
    assert model_params(CPU_ALONE).native.use_extra_bufts is wanted
