"""How an answer was made: what to know to make it again, or to tell why it is as it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Made:
    """The settings an answer was written with, as they were when its prompt was read.

    Attributes:
        seed: The fixed seed; None if every answer was to be a new one.
        temperature: As in Sampling, like the next ones.
        top_k: Candidates that were kept, 0 for all.
        top_p: 1 for off.
        min_p: 0 for off.
        effort: The level asked for, as ``effort.level.Level``; "" if nobody knows.
        assistant: Name of the assistant; "" for none.
        context_tokens: Of the model as it was loaded; 0 if nobody knows, like the next ones.
        devices: Names of what computed; none for the processor alone.
        gpu_layers: Of the model, on those devices.
        threads: Of the processor.
        thought_s: Seconds from the first thought to the first word of the answer; 0 for none.
        energy_j: Joules that processor, memory and graphics cards took from the question to
            the end, with all else that ran meanwhile; 0 if the machine does not tell.
        card_j: What graphics cards took of it.
        kv_type: Type of the cache's values: ``"f16"`` or ``"q8_0"``.
        elsewhere: Model and host of the engine elsewhere that wrote it, or went on with it;
            it sampled by habits of its own. "" for this computer.
    """

    seed: int | None = None
    temperature: float = 0.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0
    effort: str = ""
    assistant: str = ""
    context_tokens: int = 0
    devices: tuple[str, ...] = ()
    gpu_layers: int = 0
    threads: int = 0
    kv_type: str = ""
    thought_s: float = 0.0
    energy_j: float = 0.0
    elsewhere: str = ""
    card_j: float = 0.0
