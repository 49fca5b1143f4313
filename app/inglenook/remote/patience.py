"""How long an engine elsewhere is waited for, and how much is taken from it."""

from dataclasses import dataclass

from inglenook.core.units import KIB, MIB


@dataclass(frozen=True, slots=True)
class Patience:
    """The numbers of a question; tests choose smaller ones.

    Attributes:
        connect_s: Until a connection stands.
        first_s: From there to the first piece: a big machine may load the model first, and
            reads a long chat for minutes.
        quiet_s: Between two pieces.
        list_s: For the list of models, in all.
        list_bytes: Of that list, and of a refusal.
        whole_bytes: Of an answer that comes as one JSON object, which takes some thirty times
            as much memory while it is read.
        answer_chars: Of one answer; ten times what any model writes.
        answer_bytes: Of what comes for it, wrapping included.
        models: So many are listed.
    """

    connect_s: float = 10.0
    first_s: float = 600.0
    quiet_s: float = 120.0
    list_s: float = 20.0
    list_bytes: int = 4 * MIB
    refusal_bytes: int = 64 * KIB
    whole_bytes: int = 8 * MIB
    answer_chars: int = 4_000_000
    answer_bytes: int = 512 * MIB
    models: int = 500


USUAL = Patience()
