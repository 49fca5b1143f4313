"""A model on a desk of its own, and what it says after reading the same tokens afresh."""

from pathlib import Path

import numpy as np
from tests.data.tiny_llama import write
from tests.data.tiny_recurrent import write_jamba, write_lfm2, write_mamba

from inglenook.engine.lib import AbortFlag, api
from inglenook.engine.memory import Memory, MemoryKind
from inglenook.engine.model import Ids, Model
from inglenook.models.settings import EngineSettings

WINDOW = 16
CELLS, UBATCH, SEQUENCES = 1024, 32, 4
WRITERS = {
    "attention": write,
    "window": lambda path: write(path, arch="gemma3", window=WINDOW),
    "recurrent": write_mamba,
    "hybrid": write_lfm2,
    "hybrid with a large state": write_jamba,
    "hybrid with a window": lambda path: write_lfm2(path, window=WINDOW),
}
NEEDS_CHECKPOINTS = [name for name in WRITERS if name != "attention"]
HAS_STATE = [name for name in WRITERS if name not in {"attention", "window"}]

# Twice what was seen in some thousand comparisons. One other token, ten places before, moves
# a logit by 0.36, 0.71, 1.6 and 0.1 at the least.
ROUNDING = {
    MemoryKind.ATTENTION: 0.2,
    MemoryKind.WINDOW: 0.1,
    MemoryKind.RECURRENT: 0.03,
    MemoryKind.HYBRID: 0.03,
}


class Desk:
    """A model with a context of its own, and the tokens each sequence is thought to hold."""

    def __init__(
        self, model: Model, sequences: int = SEQUENCES, cells: int = CELLS, **knobs: int
    ) -> None:
        self.model = model
        params = api.llama_context_default_params()
        params.n_ctx, params.n_batch, params.n_ubatch = cells, CELLS, UBATCH
        params.n_seq_max = params.n_outputs_max = sequences
        params.n_threads = params.n_threads_batch = 1
        params.kv_unified, params.swa_full = True, False
        self.flag = AbortFlag()
        self.handle = api.llama_init_from_model(model.handle, params)
        api.llama_set_abort_callback(self.handle, self.flag.callback, self.flag.address)
        self.memory = Memory(model, self.handle, sequences=sequences, **knobs)
        self.held: list[list[int]] = [[] for _ in range(sequences)]
        self._batch = api.llama_batch_init(CELLS, 0, 1)

    def free(self) -> None:
        api.llama_batch_free(self._batch)
        api.llama_free(self.handle)

    def decode(self, *rows: tuple[int, int, int, bool]) -> int:
        """Decode rows of token, position, sequence and whether logits are wanted."""
        batch = self._batch
        batch.n_tokens = len(rows)
        for at, (token, position, sequence, wanted) in enumerate(rows):
            batch.token[at], batch.pos[at] = token, position
            batch.n_seq_id[at], batch.seq_id[at][0] = 1, sequence
            batch.logits[at] = wanted
        return api.llama_decode(self.handle, batch)

    def rows(self, sequence: int, ids: Ids) -> list[tuple[int, int, int, bool]]:
        start = len(self.held[sequence])
        last = len(ids) - 1
        return [(int(each), start + at, sequence, at == last) for at, each in enumerate(ids)]

    def read(self, *parts: tuple[int, Ids]) -> list[np.ndarray]:
        """Decode some tokens of several sequences; logits of the last of each."""
        while sum(len(part) for _, part in parts) > self.memory.most_at_once:
            sequence, part = max(parts, key=lambda each: len(each[1]))
            few = min(len(part) - 1, self.memory.most_at_once)
            self.read((sequence, part[:few]))
            parts = tuple((one, each[few:] if one == sequence else each) for one, each in parts)
        rows = [row for part in parts for row in self.rows(*part)]
        assert self.decode(*rows) == 0
        for sequence, ids in parts:
            self.held[sequence] += [int(each) for each in ids]
        return [self.logits(at) for at, row in enumerate(rows) if row[3]]

    def logits(self, row: int) -> np.ndarray:
        pointer = api.llama_get_logits_ith(self.handle, row)
        return np.ctypeslib.as_array(pointer, (self.model.vocab_size,)).copy()

    def greedy(self, sequence: int, logits: np.ndarray, count: int) -> list[int]:
        """Continue with the likeliest token each time."""
        answer = []
        for _ in range(count):
            answer.append(int(logits.argmax()))
            (logits,) = self.read((sequence, np.array(answer[-1:])))
        return answer

    def keep(self, sequence: int, count: int) -> int:
        left = self.memory.keep(sequence, count)
        del self.held[sequence][left:]
        return left

    def copy(self, source: int, target: int, count: int) -> int:
        got = self.memory.copy(source, target, count)
        self.held[target] = self.held[source][:got]
        return got

    def drop(self, sequence: int) -> None:
        self.memory.drop(sequence)
        self.held[sequence] = []

    def abort(self, *parts: tuple[int, Ids]) -> None:
        """Have a decode aborted at once, and follow what is left."""
        self.flag.set(on=True)
        assert self.decode(*(row for part in parts for row in self.rows(*part))) == 2
        self.flag.set(on=False)
        self.memory.recover()
        self.held = [
            held[: self.memory.length(sequence)] for sequence, held in enumerate(self.held)
        ]

    def step(self, count: int, seed: int = 0) -> int:
        """Write tokens to every sequence, one a batch; return how many times there was room."""
        for done in range(count):
            parts = [(sequence, ids(1, seed + done + sequence)) for sequence in range(4)]
            if self.decode(*(row for part in parts for row in self.rows(*part))):
                return done
            for sequence, each in parts:
                self.held[sequence] += [int(each[0])]
        return count

    def lengths(self) -> list[int]:
        return [self.memory.length(each) for each in range(self.memory.sequences)]


def ids(count: int, seed: int = 1) -> Ids:
    return np.random.default_rng(seed).integers(270, 350, count).astype(np.int32)


def fresh(desk: Desk, tokens: list[int] | Ids) -> np.ndarray:
    """Return the logits after tokens that an untouched context has read alone."""
    other = Desk(desk.model, 1, len(tokens) + UBATCH)
    *before, last = np.split(np.asarray(tokens, np.int32), range(CELLS, len(tokens), CELLS))
    for part in before:
        other.read((0, part))
    (logits,) = other.read((0, last))
    other.free()
    return logits


def agrees(desk: Desk, sequence: int, tail: Ids) -> bool:
    """Read a tail and tell whether its logits are those of a fresh reading of everything."""
    (logits,) = desk.read((sequence, tail))
    return is_same(desk, logits, fresh(desk, desk.held[sequence]))


def continues_as_afresh(desk: Desk, sequence: int, logits: np.ndarray) -> bool:
    """Write a greedy answer and tell whether a fresh reading would have picked its tokens."""
    before = list(desk.held[sequence])
    answer = desk.greedy(sequence, logits, 12)
    other = Desk(desk.model, 1)
    (expected,) = other.read((0, np.array(before)))
    loss = []
    for token in answer:
        loss.append(expected.max() - expected[token])
        (expected,) = other.read((0, np.array([token])))
    other.free()
    return max(loss) < 0.1


def is_same(desk: Desk, one: np.ndarray, other: np.ndarray) -> bool:
    """Tell whether logits differ by no more than batches of other shapes round otherwise."""
    return bool(np.allclose(one, other, atol=ROUNDING[desk.memory.kind]))


def opened(path: Path) -> Model:
    """Load a model."""
    return Model.load(str(path), EngineSettings(threads=1), lambda _fraction: True)


def all_kinds(folder: Path) -> dict[str, Model]:
    """Write and load one model of every kind, by its name."""
    return {
        name: opened(write_one(folder / f"{name}.gguf")) for name, write_one in WRITERS.items()
    }
