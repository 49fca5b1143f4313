"""The models that are measured: the starter, and the same weights in another type."""

from pathlib import Path

from inglenook.engine.lib import api

ROOT = Path(__file__).parents[3]
STARTER = ROOT / "resources/models/SmolLM2-135M-Instruct.Q4_1.gguf"
CACHE = ROOT / ".cache/bench"


def requantized(kind: str = "Q4_0") -> Path:
    """Return the starter model as another type, made once.

    The weights pass through Q4_1, so its answers are no better than that file's, whatever
    the type; its speed is that of the type.

    Args:
        kind: As llama.cpp calls it; one for which the model's rows of 576 are long enough.

    Raises:
        RuntimeError: llama.cpp could not make it.
    """
    target = CACHE / f"SmolLM2-135M-Instruct.{kind}.gguf"
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    params = api.llama_model_quantize_default_params()
    params.ftype = getattr(api, f"LLAMA_FTYPE_MOSTLY_{kind}")
    params.allow_requantize = True
    if api.llama_model_quantize(str(STARTER).encode(), str(part).encode(), params):
        raise RuntimeError(f"{STARTER.name} could not be made into {target.name}")
    return part.rename(target)


def instrument(size: str) -> Path:
    """Return one of our own tiny models, "small" or "large".

    Raises:
        RuntimeError: they were not trained yet.
    """
    found = sorted(CACHE.glob(f"instrument-{size}-*.gguf"))
    if not found:
        raise RuntimeError("Train the tiny models first: ./dev instrument")
    return found[-1]
