"""What a snapshot may be used with: one model file, one engine build, one kind of cache."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NewType

from inglenook.core.units import KIB, MIB
from inglenook.engine.context import context_params
from inglenook.engine.lib import Handle, fingerprint
from inglenook.engine.model import Model
from inglenook.engine.snapshotfile import FORMAT
from inglenook.models.fit import EngineSettings
from inglenook.models.name import parse_name, split_name

SnapshotKey = NewType("SnapshotKey", str)
"""32 hexadecimal digits, the name of a folder."""

_HEAD_BYTES = MIB
_TAIL_BYTES = 64 * KIB
# Spread over the file. Two fine-tunes of one model may have the same size, header and date;
# one that changed a thirtieth of the tensors is still told apart in 98 of 100 cases.
_SAMPLES, _SAMPLE_BYTES = 128, 4 * KIB

# How much and how fast, but not what: a field that is not named here counts, so that one
# which a newer llama.cpp brings is never forgotten. What decides whether values are stored
# transposed (flash attention, once "auto" is resolved) is in the state itself, and
# llama.cpp refuses the other kind without harm.
_HARMLESS = {
    "n_ctx", "n_batch", "n_ubatch", "n_seq_max", "n_outputs_max", "n_outputs_max_per_seq",
    "n_threads", "n_threads_batch", "cb_eval", "cb_eval_user_data", "abort_callback",
    "abort_callback_data", "offload_kqv", "no_perf", "op_offload", "samplers", "n_samplers",
    "ctx_other",
}  # fmt: skip


def snapshot_key(path: str, settings: EngineSettings, model: Model) -> SnapshotKey:
    """Say what a snapshot depends on, as one name.

    Args:
        path: The model's file; the first one of a split model.
        settings: As the context was made with.
        model: As loaded from there.

    Raises:
        OSError: the file cannot be read.
    """
    parts = {
        "format": FORMAT,
        "engine": fingerprint(),
        "files": [_identity(file) for file in _files(Path(path))],
        "context": _what_counts(context_params(settings)),
        "long": _uses_long_factors(settings, model),
    }
    text = json.dumps(parts, sort_keys=True).encode()
    return SnapshotKey(hashlib.sha256(text).hexdigest()[:32])


def _files(path: Path) -> Iterator[Path]:
    yield path
    for part in range(2, parse_name(path.name).parts + 1):
        yield path.with_name(split_name(path.name, part))


def _identity(path: Path) -> tuple[int, int, str]:
    """Return size, time of change, and a digest of header, samples and tail.

    The time is there for what samples can miss: a file that was changed in place. Its price
    is that a copy of a model starts without snapshots.
    """
    found = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        state = os.fstat(file.fileno())
        found.update(file.read(_HEAD_BYTES))
        for number in range(_SAMPLES):
            file.seek(state.st_size * number // _SAMPLES)
            found.update(file.read(_SAMPLE_BYTES))
        file.seek(max(0, state.st_size - _TAIL_BYTES))
        found.update(file.read(_TAIL_BYTES))
    return state.st_size, state.st_mtime_ns, found.hexdigest()


def _what_counts(params: Handle) -> dict[str, str]:
    return {
        name: repr(getattr(params, name))
        for name, *_type in params._fields_
        if name not in _HARMLESS
    }


def _uses_long_factors(settings: EngineSettings, model: Model) -> bool:
    """Tell which of its two sets of rotary factors a LongRoPE model uses (Phi-3 and kin).

    llama.cpp chooses by the length of the context (``llama_model::get_rope_factors``), so
    that the same tokens have other keys in a longer one.
    """
    family = model.metadata("general.architecture")
    original = model.metadata(f"{family}.rope.scaling.original_context_length")
    limit = int(original) if original.isdecimal() else model.train_context_tokens
    return settings.context_tokens > limit
