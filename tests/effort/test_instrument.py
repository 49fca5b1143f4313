"""The tiny model of the benchmark: it is read by llama.cpp as it was taught."""

import random
import sys
from contextlib import closing
from pathlib import Path

import jinja2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))

from inglenook.effort.families.runs import make
from inglenook.engine.model import Model
from inglenook.models.settings import EngineSettings
from instrument import file
from instrument.shape import SIZES, Shape
from instrument.talk import (
    DIFFICULTY,
    LENGTH,
    TEMPLATE,
    lesson,
    pieces,
    vocabulary,
)

SMALL = Shape(8, 1, 1, 8, len(vocabulary()))


class TinyModel:
    """A file of the instrument, loaded as any other."""

    def __init__(self, path):
        settings = EngineSettings(context_tokens=128, threads=1)
        self.model = Model.load(str(path), settings, lambda _fraction: True)

    def close(self):
        self.model.free()


def weights():
    """Return the weights of a model that says nothing sensible."""
    wide, inner, words = SMALL.width, SMALL.inner, SMALL.vocabulary
    shapes = {
        "token_embd.weight": (words, wide),
        "output_norm.weight": (wide,),
        "output.weight": (words, wide),
        **{f"blk.0.attn_{each}.weight": (wide, wide) for each in ("q", "k", "v", "output")},
        "blk.0.ffn_gate.weight": (inner, wide),
        "blk.0.ffn_up.weight": (inner, wide),
        "blk.0.ffn_down.weight": (wide, inner),
        "blk.0.attn_norm.weight": (wide,),
        "blk.0.ffn_norm.weight": (wide,),
    }
    return {name: np.full(shape, 0.01) for name, shape in shapes.items()}


def conversations():
    dice = random.Random(3)
    return [lesson(dice) for _ in range(20)]


def test_llama_cpp_reads_the_pieces_the_model_has_learned(tmp_path):
    path = tmp_path / "tiny.gguf"
    file.write(path, SMALL, weights())
    known = vocabulary()
    with closing(TinyModel(path)) as tiny:
        for each in conversations():
            text = "".join(known[piece] for piece in each.ids)
            assert tiny.model.tokens(text, special=True).tolist() == each.ids


def test_a_lesson_is_what_the_template_writes():
    dice = random.Random(3)
    example = make(dice, DIFFICULTY)
    said = [
        {"role": "user", "content": example.text},
        {"role": "assistant", "content": example.working},
    ]
    template = jinja2.Environment(keep_trailing_newline=True).from_string(TEMPLATE)
    written = template.render(messages=said)
    known, one = vocabulary(), lesson(random.Random(3))
    assert "".join(known[each] for each in one.ids) + "\n" == written
    asked = template.render(messages=said[:1], add_generation_prompt=True)
    assert one.ids[: one.learned_from] == pieces(asked)


def test_the_longest_conversation_has_room_in_a_lesson():
    dice = random.Random(1)
    every = [lesson(dice) for _ in range(500)]
    assert max(len(each.ids) for each in every) <= LENGTH


def test_the_heads_of_both_sizes_divide_their_width():
    assert all(each.head * each.heads == each.width for each in SIZES.values())
