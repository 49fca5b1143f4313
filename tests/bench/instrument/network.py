"""The tiny model as a function of its weights: llama.cpp's architecture "llama", in JAX."""

import jax
import jax.numpy as jnp
from jax import Array

from instrument.shape import Shape

Weights = dict[str, Array]
"""By their names in a GGUF file; matrices have the shape (to, from)."""

_EPSILON = 1e-5
_ROPE_BASE = 10_000.0


def begin(shape: Shape, seed: int) -> Weights:
    """Return random weights."""
    keys = iter(jax.random.split(jax.random.key(seed), 9 * shape.layers + 2))

    def matrix(to: int, source: int) -> Array:
        return jax.random.normal(next(keys), (to, source)) * source**-0.5

    made: Weights = {
        "token_embd.weight": jax.random.normal(next(keys), (shape.vocabulary, shape.width)),
        "output_norm.weight": jnp.ones(shape.width),
        "output.weight": matrix(shape.vocabulary, shape.width),
    }
    for layer in range(shape.layers):
        part = f"blk.{layer}."
        made |= {
            f"{part}attn_{each}.weight": matrix(shape.width, shape.width) for each in "qkv"
        }
        made |= {
            f"{part}attn_output.weight": matrix(shape.width, shape.width),
            f"{part}ffn_gate.weight": matrix(shape.inner, shape.width),
            f"{part}ffn_up.weight": matrix(shape.inner, shape.width),
            f"{part}ffn_down.weight": matrix(shape.width, shape.inner),
            f"{part}attn_norm.weight": jnp.ones(shape.width),
            f"{part}ffn_norm.weight": jnp.ones(shape.width),
        }
    return made


def logits(weights: Weights, ids: Array, shape: Shape) -> Array:
    """Return the scores of what comes next; (batch, length) to (batch, length, vocabulary)."""
    state = weights["token_embd.weight"][ids]
    turns = _turns(ids.shape[1], shape)
    for layer in range(shape.layers):
        part = {
            name.split(".")[2]: value
            for name, value in weights.items()
            if name.startswith(f"blk.{layer}.")
        }
        state += _attention(part, _norm(state, part["attn_norm"]), turns, shape)
        state += _feed(part, _norm(state, part["ffn_norm"]))
    return _norm(state, weights["output_norm.weight"]) @ weights["output.weight"].T


def _norm(state: Array, scale: Array) -> Array:
    return state * jax.lax.rsqrt(jnp.mean(state**2, -1, keepdims=True) + _EPSILON) * scale


def _turns(length: int, shape: Shape) -> tuple[Array, Array]:
    """Return cosines and sines of how far each pair is turned at each place."""
    speeds = _ROPE_BASE ** (-jnp.arange(0, shape.head, 2) / shape.head)
    angles = jnp.arange(length)[:, None] * speeds
    return jnp.cos(angles), jnp.sin(angles)


def _turned(state: Array, turns: tuple[Array, Array]) -> Array:
    cosine, sine = (each[:, None, :] for each in turns)
    even, odd = state[..., 0::2], state[..., 1::2]
    both = (even * cosine - odd * sine, even * sine + odd * cosine)
    return jnp.stack(both, -1).reshape(state.shape)


def _attention(part: Weights, state: Array, turns: tuple[Array, Array], shape: Shape) -> Array:
    batch, length, _ = state.shape
    query, key, value = (
        (state @ part[f"attn_{each}"].T).reshape(batch, length, shape.heads, shape.head)
        for each in "qkv"
    )
    query, key = _turned(query, turns), _turned(key, turns)
    scores = jnp.einsum("bqhd,bkhd->bhqk", query, key) * shape.head**-0.5
    scores = jnp.where(jnp.tril(jnp.ones((length, length), bool)), scores, -1e9)
    mixed = jnp.einsum("bhqk,bkhd->bqhd", jax.nn.softmax(scores), value)
    return mixed.reshape(batch, length, shape.width) @ part["attn_output"].T


def _feed(part: Weights, state: Array) -> Array:
    gate = jax.nn.silu(state @ part["ffn_gate"].T)
    return (gate * (state @ part["ffn_up"].T)) @ part["ffn_down"].T
