"""Settings that a model ran with where larger ones had failed."""

from dataclasses import dataclass, replace

from inglenook.core.errors import BadArgumentError
from inglenook.models.memory import CELLS_STEP
from inglenook.models.settings import KV_TYPES, EngineSettings


@dataclass(frozen=True, slots=True)
class Proven:
    """As much as a model has been seen to run with; the meanings are the settings'.

    Raises:
        BadArgumentError: no settings could be like that.
    """

    gpu_layers: int
    context_tokens: int
    ubatch_tokens: int
    sequences: int
    experts_in_ram: int
    kv_type: str
    use_mmap: bool
    op_offload: bool

    def __post_init__(self) -> None:
        least = min(self.ubatch_tokens, self.sequences)
        is_possible = (
            self.context_tokens >= CELLS_STEP and self.context_tokens % CELLS_STEP == 0
        )
        if min(self.gpu_layers, self.experts_in_ram) < 0 or least < 1 or not is_possible:
            raise _impossible()
        if self.kv_type not in KV_TYPES:
            raise _impossible()

    @classmethod
    def of(cls, settings: EngineSettings) -> "Proven":
        """Return what is to be remembered of settings that worked."""
        return cls(
            settings.gpu_layers,
            settings.context_tokens,
            settings.ubatch_tokens,
            settings.sequences,
            settings.experts_in_ram,
            settings.kv_type,
            settings.use_mmap,
            settings.op_offload,
        )

    def within(self, settings: EngineSettings) -> EngineSettings:
        """Return the settings with nothing asked for beyond what has worked."""
        layers = min(settings.gpu_layers, self.gpu_layers)
        return replace(
            settings,
            gpu_layers=layers,
            context_tokens=min(settings.context_tokens, self.context_tokens),
            ubatch_tokens=min(settings.ubatch_tokens, self.ubatch_tokens),
            sequences=min(settings.sequences, self.sequences),
            experts_in_ram=max(settings.experts_in_ram, self.experts_in_ram) if layers else 0,
            kv_type=self.kv_type,
            use_mmap=settings.use_mmap and self.use_mmap,
            op_offload=settings.op_offload and self.op_offload and layers > 0,
        )


def _impossible() -> BadArgumentError:
    return BadArgumentError("These settings make no sense", "Let Inglenook plan anew.")
