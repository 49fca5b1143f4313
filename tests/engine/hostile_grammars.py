"""Tries grammars that were made to do harm, in a process that may die of them.

Usage: hostile_grammars.py MODEL
Prints for each what became of it and the seconds it took.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "app"))

import numpy as np

from inglenook.chat.sampling import Sampling
from inglenook.core.errors import InglenookError
from inglenook.engine.model import Model
from inglenook.engine.sampling import Chain
from inglenook.models.fit import EngineSettings

DOUBLING = "".join(f"r{at} ::= r{at + 1} | r{at + 1}\n" for at in range(40))
CHAIN = "".join(f"r{at} ::= r{at + 1}\n" for at in range(12_000))

HOSTILE = {
    "open-brackets": "root ::= " + "(" * 100_000,
    "brackets": "root ::= " + "(" * 60_000 + '"a"' + ")" * 60_000,
    "backwards": 'root ::= "a"{5,2}',
    "repeated": 'root ::= "a"{1,1000000}',
    "repeated-often": 'root ::= (((("a"{0,2000}){0,2000}){0,2000}){0,2000})',
    "long-repeated": 'root ::= ("' + "a" * 100_000 + '"){1900}',
    "left": 'root ::= root "a" | "b"',
    "left-hidden": 'root ::= y root "c" | "b"\ny ::= z\nz ::= "" | "a"',
    "doubling": f'root ::= r0\n{DOUBLING}r40 ::= "a"',
    "chain": f'root ::= r0\n{CHAIN}r12000 ::= "a"',
    "exponential": 'root ::= "-" root "b" | "-" root "c" | "-"',
    "stars": "root ::= " + '"-"* ' * 1000,
    "star-of-stars": 'root ::= (((("-"*)*)*)*)*',
    "wide": "root ::= " + " | ".join(f'"{at}"' for at in range(20_000)),
    "mindful": "root ::= " + " | ".join(f".* [a-m] .{{{at}}}" for at in range(50, 150)),
    "zero": 'root ::= "a\0"',
    "cut": "root ::= [",
    "surrogate": 'root ::= "\ud800"',
    "undefined": "root ::= missing",
    "nothing": "root ::= []",
    "token": "root ::= <[99999999999999999999]>",
}


def outcome(model: Model, text: str) -> str:
    """Pick a few tokens by a grammar, from logits without sense."""
    dice = np.random.default_rng(1)
    try:
        chain = Chain(Sampling(grammar=text), model)
        for _ in range(8):
            chain._pick_in_form(dice.normal(size=model.vocab_size).astype(np.float32))
    except InglenookError as refusal:
        return f"refused: {refusal.problem.title}"
    return "followed"


def main() -> None:
    """Try all."""
    settings = EngineSettings(context_tokens=64, threads=1)
    model = Model.load(sys.argv[1], settings, lambda _fraction: True)
    for name, text in HOSTILE.items():
        began_s = time.monotonic()
        print(f"{name}: {outcome(model, text)} {time.monotonic() - began_s:.3f}")
    # Not ru_maxrss: that begins with the peak of the process that started this one.
    status = Path("/proc/self/status").read_text("utf-8")
    most_kib = int(status.partition("VmHWM:")[2].split()[0])
    print(f"most MiB: {most_kib // 1024:03}")


if __name__ == "__main__":
    main()
