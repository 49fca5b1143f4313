"""The models that are measured: the starter, and the same weights in another type."""

from pathlib import Path

from inglenook.engine.lib import api

ROOT = Path(__file__).parents[3]
STARTER = ROOT / "resources/models/SmolLM2-135M-Instruct.Q4_1.gguf"
CACHE = ROOT / ".cache/bench"


def requantized() -> Path:
    """Return the starter model as Q4_0, made once.

    The weights pass through Q4_1, so its answers are worse than those of a true Q4_0; its
    speed is the same.

    Raises:
        RuntimeError: llama.cpp could not make it.
    """
    target = CACHE / "SmolLM2-135M-Instruct.Q4_0.gguf"
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    params = api.llama_model_quantize_default_params()
    params.ftype = api.LLAMA_FTYPE_MOSTLY_Q4_0
    params.allow_requantize = True
    if api.llama_model_quantize(str(STARTER).encode(), str(part).encode(), params):
        raise RuntimeError(f"{STARTER.name} could not be made into {target.name}")
    return part.rename(target)
