"""The placement plan: which device runs what, how much context, and why."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How well a model fits, worst last."""

    GPU = "gpu"
    SPLIT = "split"
    CPU = "cpu"
    TIGHT = "tight"
    TOO_BIG = "too big"


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """What the engine is told when it loads a model.

    Attributes:
        gpu_layers: Layers on the GPU, the output layer counted; 0 for the CPU alone.
        context_tokens: Cells of the KV cache, a multiple of 256.
        threads: Threads for one token at a time; prompts use the same number.
        batch_tokens: Most tokens in one decode call.
        ubatch_tokens: Most tokens in one compute graph.
        kv_type: ``"f16"`` or ``"q8_0"``.
        use_mmap: Map the file instead of reading it.
        op_offload: Let big prompt batches run on the GPU although the weights are in RAM.
    """

    gpu_layers: int = 0
    context_tokens: int = 4096
    threads: int = 1
    batch_tokens: int = 2048
    ubatch_tokens: int = 512
    kv_type: str = "f16"
    use_mmap: bool = True
    op_offload: bool = False


@dataclass(frozen=True, slots=True)
class MemoryPart:
    """Memory on one device, in bytes."""

    device: str
    weights_bytes: int
    kv_bytes: int
    compute_bytes: int
    margin_bytes: int

    @property
    def total_bytes(self) -> int:
        """What the model will take there, the safety margin not counted."""
        return self.weights_bytes + self.kv_bytes + self.compute_bytes


@dataclass(frozen=True, slots=True)
class Plan:
    """How this machine runs this model.

    Attributes:
        summary: A few words for the model pill: ``"Running on CPU"``.
        reasons: Sentences, in the order the choices were made.
    """

    verdict: Verdict
    settings: EngineSettings
    memory: tuple[MemoryPart, ...]
    summary: str
    reasons: tuple[str, ...]
