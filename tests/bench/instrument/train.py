"""Trains the tiny model and writes it as GGUF: `python -m instrument.train FILE --size small`.

Runs in an environment of its own, which `./dev instrument` makes: JAX is no part of Inglenook.
"""

import argparse
import random
import sys
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from instrument import file
from instrument.network import Weights, begin, logits
from instrument.shape import SIZES, Shape
from instrument.talk import LENGTH, lesson

BATCH = 32
RATE = 2e-3
STEPS = {"small": 900, "large": 500}
"""The small one ends half learned, so that there is something to search for."""
_WARM_STEPS = 50
_DECAY = (0.9, 0.98)
_TOLD_EVERY = 50


def main() -> int:
    """Train and write; return 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--size", choices=SIZES, default="small")
    asked = parser.parse_args()
    shape = SIZES[asked.size]
    weights = train(shape, STEPS[asked.size])
    part = asked.file.with_suffix(".part")
    file.write(part, shape, {name: np.asarray(each) for name, each in weights.items()})
    part.rename(asked.file)
    return 0


def train(shape: Shape, steps: int) -> Weights:
    """Return weights after so many steps of Adam, arXiv 1412.6980."""
    weights = begin(shape, seed=7)
    first = {name: jnp.zeros_like(each) for name, each in weights.items()}
    second = dict(first)
    dice = random.Random("instrument")
    for at in range(steps):
        ids, learned = batch(dice)
        rate = RATE * min((at + 1) / _WARM_STEPS, 1.0) * (1.0 - at / steps)
        weights, first, second, loss = step(
            shape, weights, first, second, ids, learned, rate, at + 1
        )
        if at % _TOLD_EVERY == 0:
            print(f"step {at} of {steps}: {float(loss):.3f}", file=sys.stderr, flush=True)
    return weights


def batch(dice: random.Random) -> tuple[np.ndarray, np.ndarray]:
    """Return conversations side by side and which of their tokens are learned."""
    ids, learned = np.zeros((BATCH, LENGTH), np.int32), np.zeros((BATCH, LENGTH), bool)
    for row in range(BATCH):
        one = lesson(dice)
        ids[row, : len(one.ids)] = one.ids
        learned[row, one.learned_from : len(one.ids)] = True
    return ids, learned


def loss_of(weights: Weights, ids: Array, learned: Array, shape: Shape) -> Array:
    """Return the mean surprise at what is to be learned."""
    chances = jax.nn.log_softmax(logits(weights, ids[:, :-1], shape))
    said = jnp.take_along_axis(chances, ids[:, 1:, None], -1)[..., 0]
    return -jnp.sum(said * learned[:, 1:]) / jnp.sum(learned[:, 1:])


@partial(jax.jit, static_argnums=0)
def step(
    shape: Shape,
    weights: Weights,
    first: Weights,
    second: Weights,
    ids: Array,
    learned: Array,
    rate: float,
    at: int,
) -> tuple[Weights, Weights, Weights, Array]:
    """Take one step of Adam."""
    loss, slope = jax.value_and_grad(loss_of)(weights, ids, learned, shape)
    one, two = _DECAY
    first = jax.tree.map(lambda old, new: one * old + (1 - one) * new, first, slope)
    second = jax.tree.map(lambda old, new: two * old + (1 - two) * new**2, second, slope)
    weights = jax.tree.map(
        lambda each, mean, square: (
            each - rate * (mean / (1 - one**at)) / (jnp.sqrt(square / (1 - two**at)) + 1e-8)
        ),
        weights,
        first,
        second,
    )
    return weights, first, second, loss


if __name__ == "__main__":
    sys.exit(main())
