"""Says which token an answer picks next, in the place of llama.cpp's samplers."""

from collections.abc import Callable

from inglenook.engine import sampling
from inglenook.engine.lib import Handle
from inglenook.engine.sampling import Chain

Pick = Callable[[Handle, Handle, int], int]


def let_pick(monkeypatch, pick: Pick) -> None:
    """Have a function pick each token, given the chain, the context and the row."""
    monkeypatch.setattr(sampling, "_sample", pick)

    def likeliest(chain: Chain, context: Handle, row: int, *_biases: object) -> int:
        return pick(chain.handle, context, row)

    monkeypatch.setattr(Chain, "_pick_likeliest", likeliest)
