"""What the engine is told when it loads a model, and what a person wishes for it."""

from dataclasses import dataclass, fields

from inglenook.core.errors import BadArgumentError

KV_TYPES = ("f16", "q8_0")
# Far beyond any model or computer: what is more comes from a damaged file.
_MOST = 1 << 30
# llama.cpp's own limit of devices, and of a name in ggml's registry as we read it.
_MOST_DEVICES, _LONGEST_NAME = 16, 256


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
        sequences: Lines of text that can be worked on or kept side by side; they share the
            context. Every one costs memory of its own only in models with a sliding window
            or a recurrent state.
        op_offload: Let big prompt batches run on the GPU although the weights are in RAM.
        devices: ggml's names of the GPUs to use; none leaves the choice to llama.cpp.
        layers_on: How many of ``gpu_layers`` each device has, in the order of ``devices``;
            none leaves it to llama.cpp, which goes by free memory.
        experts_in_ram: So many layers, from the first, have their experts in main memory
            wherever the rest of the layer is.
        guesses: Try several tokens of an answer at once where its text has a precedent, as
            far as that pays; what is said stays the same.
    """

    gpu_layers: int = 0
    context_tokens: int = 4096
    threads: int = 1
    batch_tokens: int = 2048
    ubatch_tokens: int = 512
    kv_type: str = "f16"
    use_mmap: bool = True
    op_offload: bool = False
    sequences: int = 8
    devices: tuple[str, ...] = ()
    layers_on: tuple[int, ...] = ()
    experts_in_ram: int = 0
    guesses: bool = True


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person has set by hand; None leaves the choice to the plan.

    Attributes:
        context_tokens: Length of a conversation; kept unless it cannot fit at all.
        gpu_layers: Most layers on the GPU, the output layer counted; 0 for the CPU alone.
        threads: At least 1; more than there are is taken as all there are.
        kv_type: ``"f16"`` or ``"q8_0"``.
        devices: ggml's names of the GPUs that may be used; none of them for the CPU alone.
            Where not one of those named is there, it is as if none had been set.
        projector: Name of the file beside the model that lets it see; ``""`` for none.
        guesses: Whether tokens may be tried ahead.

    Raises:
        BadArgumentError: a number is too small or too large, the type is unknown, or a
            device has no name or is named twice.
    """

    context_tokens: int | None = None
    gpu_layers: int | None = None
    threads: int | None = None
    kv_type: str | None = None
    devices: tuple[str, ...] | None = None
    projector: str | None = None
    guesses: bool | None = None

    def __post_init__(self) -> None:
        _in_range(1, self.context_tokens, "The context must have at least one token")
        _in_range(0, self.gpu_layers, "The number of GPU layers cannot be negative")
        _in_range(1, self.threads, "There must be at least one thread")
        if self.kv_type is not None and self.kv_type not in KV_TYPES:
            raise BadArgumentError("This cache type is not known", "Use f16 or q8_0.")
        if self.devices is not None:
            _check_names(self.devices)

    def over(self, other: "Wish") -> "Wish":
        """Return what is set here, and for the rest what the other one sets."""
        mine = {each.name: getattr(self, each.name) for each in fields(self)}
        return Wish(
            **{
                name: getattr(other, name) if value is None else value
                for name, value in mine.items()
            }
        )


def _in_range(least: int, number: int | None, title: str) -> None:
    if number is None:
        return
    if number < least:
        raise BadArgumentError(title, f"Use {least} or more, or leave it to Inglenook.")
    if number > _MOST:
        raise BadArgumentError(
            "This number is larger than any computer", f"Use {_MOST:,} or less."
        )


def _check_names(names: tuple[str, ...]) -> None:
    lengths = [len(name) for name in names]
    if not all(0 < length <= _LONGEST_NAME for length in lengths):
        raise BadArgumentError(
            "This is no name of a graphics card", "Use names as: inglenook doctor"
        )
    if len(set(names)) < len(names) or len(names) > _MOST_DEVICES:
        raise BadArgumentError(
            "These are too many graphics cards", "Name each once, and 16 at most."
        )
