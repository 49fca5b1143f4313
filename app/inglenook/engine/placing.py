"""The settings of a plan as llama.cpp takes them when it reads a model."""

import ctypes
from dataclasses import dataclass

from inglenook.core.errors import ModelLoadError
from inglenook.engine import ggml
from inglenook.engine.lib import Handle, api
from inglenook.models.settings import EngineSettings


class _Override(ctypes.Structure):
    """struct llama_model_tensor_buft_override."""

    _fields_ = [("pattern", ctypes.c_char_p), ("kind", ctypes.c_void_p)]


@dataclass(frozen=True, slots=True)
class ModelParams:
    """Parameters, and what they point to.

    Attributes:
        native: llama.cpp's structure.
        kept: Must live as long as ``native`` is used.
    """

    native: Handle
    kept: tuple[object, ...]


def model_params(settings: EngineSettings) -> ModelParams:
    """Return llama.cpp's defaults with our placement on top.

    Raises:
        ModelLoadError: a device of the plan is not there.
    """
    params = api.llama_model_default_params()
    params.n_gpu_layers = settings.gpu_layers
    params.load_mode = (
        api.LLAMA_LOAD_MODE_AUTO if settings.use_mmap else api.LLAMA_LOAD_MODE_NONE
    )
    params.use_extra_bufts = _wants_another_form()
    devices = _devices(settings)
    shares = _shares(settings)
    overrides = _overrides(settings)
    if devices is not None:
        params.devices = ctypes.addressof(devices)
    if shares is not None:
        params.tensor_split = ctypes.cast(shares, ctypes.POINTER(ctypes.c_float))
    if overrides is not None:
        params.tensor_buft_overrides = ctypes.addressof(overrides)
    return ModelParams(params, (devices, shares, overrides))


def _wants_another_form() -> bool:
    """Tell if llama.cpp is to keep weights in another form than the file has.

    Our own kernel is about as fast without, and the weights stay the file's pages, which are
    read once, shared and given back at need (``docs/decisions/0039``; for processors with
    Intel's matrix unit, 0042).
    """
    return "INGLENOOK_MATMUL" not in ggml.processor_features()


def _devices(settings: EngineSettings) -> "ctypes.Array[ctypes.c_void_p] | None":
    """Return the list that NULL ends; None leaves the choice to llama.cpp.

    Without layers for a GPU the list is empty: otherwise each would be woken up for nothing
    and keep some hundred megabytes.
    """
    if settings.gpu_layers and not settings.devices:
        return None
    names = settings.devices if settings.gpu_layers else ()
    return (ctypes.c_void_p * (len(names) + 1))(*map(_device, names), None)


def _device(name: str) -> ggml.Device:
    found = ggml.device_named(name)
    if found is None:
        raise ModelLoadError(
            "The graphics card is not there any more",
            "Start Inglenook again, so that it looks for cards anew.",
            device=name,
        )
    return found


def _shares(settings: EngineSettings) -> "ctypes.Array[ctypes.c_float] | None":
    if not settings.layers_on or not settings.gpu_layers:
        return None
    room = int(api.llama_max_devices()) - len(settings.layers_on)
    shares = (*settings.layers_on, *(0,) * room)
    return (ctypes.c_float * len(shares))(*shares)


def _overrides(settings: EngineSettings) -> "ctypes.Array[_Override] | None":
    if not settings.experts_in_ram or not settings.gpu_layers:
        return None
    layers = "|".join(map(str, range(settings.experts_in_ram)))
    pattern = rf"blk\.({layers})\.ffn_(up|down|gate_up|gate)_(ch|)exps"
    # Where weights are kept in another form, llama.cpp still picks that for these.
    return (_Override * 2)(_Override(pattern.encode(), ggml.main_memory()), _Override())
