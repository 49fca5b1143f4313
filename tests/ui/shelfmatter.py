"""Installed models and downloads in every state, for tests and pictures."""

import time
from typing import Any

from inglenook.core.errors import Problem
from inglenook.core.units import GIB, MIB
from inglenook.models.kind import FileKind
from inglenook.services.events import Download, EnginePhase, EngineState
from inglenook.services.installed import InstalledModel
from inglenook.services.modelnews import FolderMoved, ModelsScanned, ModelVerified, ShelfChanged
from inglenook.services.provenance import Provenance
from inglenook.services.shelved import Scanned, Shelved, Verified

_DAY_MS = 86_400_000
_NOW_MS = int(time.time() * 1000)
STARTER = InstalledModel(
    "/models/SmolLM2-135M-Instruct.gguf", "SmolLM2 135M Instruct", "4-bit (Q4_1)",
    98 * MIB, "llama", 2048, starter=True,
)  # fmt: skip


def _model(name: str, quant: str, size: float, days: int | None, **more: Any) -> InstalledModel:
    used_ms = _NOW_MS - days * _DAY_MS if days is not None else 0
    path = f"/models/{name.replace(' ', '-')}.gguf"
    size_bytes = int(size * GIB)
    return InstalledModel(path, name, quant, size_bytes, "any", 8192, used_ms=used_ms, **more)


_OURS = {"is_ours": True, "can_be_verified": True}
QWEN_HERE = Shelved(_model("Qwen3 8B", "4-bit (Q4_K_M)", 4.7, 0, licence="Apache 2.0"), **_OURS)
GEMMA = Shelved(_model("Gemma 3 12B", "4-bit (Q4_K_M)", 7.3, 1, licence="Gemma"), **_OURS)
MISTRAL = Shelved(
    _model("Mistral Small 24B Instruct", "4-bit (Q4_0)", 13.4, 9, origin="Ollama"),
    can_be_verified=True,
)
PHI = Shelved(
    _model("Phi 4 mini", "6-bit (Q6_K)", 3.2, 60, licence="MIT"),
    **_OURS,
    trouble=Problem(
        "The file of this model has changed",
        "Verify it; if it is not what it should be, get it again.",
    ),
)
GONE = Shelved(
    _model("Llama 3.1 8B", "5-bit (Q5_K_M)", 5.7, None, origin="LM Studio"),
    trouble=Problem(
        "LM Studio has this model no more", "Get it there again, or remove it from here."
    ),
    is_missing=True,
)
VECTORS = Shelved(
    _model("All MiniLM L6 v2", "16-bit (F16)", 0.04, None, kind=FileKind.EMBEDDING), **_OURS
)
SHELF = ShelfChanged(
    (QWEN_HERE, GEMMA, MISTRAL, PHI, GONE, Shelved(STARTER)),
    214 * GIB,
    "/home/ada/.local/share/inglenook/models",
)
READING = ModelVerified(GEMMA.model.path, int(3.1 * GIB), GEMMA.model.size_bytes)
RIGHT = ModelVerified(
    QWEN_HERE.model.path, 1, 1, Verified(QWEN_HERE.model, ("a" * 64,), ("a" * 64,))
)
WRONG = ModelVerified(PHI.model.path, 1, 1, Verified(PHI.model, ("a" * 64,), ("b" * 64,)))

SCANNED = ModelsScanned(
    (
        Scanned("/ollama/a", Provenance("llama3.2:3b", "Ollama"),
                _model("Llama 3.2 3B Instruct", "4-bit (Q4_K_M)", 1.9, None)),
        Scanned(MISTRAL.model.path, Provenance("mistral-small", "Ollama"), MISTRAL.model,
                is_known=True),
        Scanned("/lmstudio/b", Provenance("Qwen2.5 Coder 14B", "LM Studio"),
                _model("Qwen2.5 Coder 14B Instruct", "4-bit (Q4_K_M)", 8.4, None)),
        Scanned("/hf/c", Provenance("nomic-embed-text-v1.5", "Hugging Face cache"), None,
                problem=Problem("This model only makes embeddings", "Choose a chat model.")),
    )
)  # fmt: skip


def _coming(
    number: int, title: str, state: str, done: float, size: float, *, phase: str = "",
    speed: int = 0, problem: Problem | None = None, retry_s: int = 0,
) -> Download:  # fmt: skip
    retry_at_ms = int(time.time() * 1000) + retry_s * 1000 if retry_s else 0
    return Download(
        f"JOB{number}", title, state, phase, int(done * GIB), int(size * GIB), speed * MIB,
        problem, retry_at_ms=retry_at_ms,
    )  # fmt: skip


LINE_DOWN = Problem("The connection was lost", "It goes on by itself once the line is back.")
DISK_FULL = Problem(
    "Not enough room for this model",
    "Free 3.1 GB on the disk with the models folder, then let it go on.",
)
GATED = Problem(
    "The makers want to know who asks",
    "Agree to their terms on the model's page, then try again with your access token.",
)


def coming() -> Download:
    return _coming(1, "Gemma 3 12B", "running", 4.6, 7.3, phase="fetching", speed=48)


def queue() -> tuple[Download, ...]:
    """Return a download in every state."""
    return (
        coming(),
        _coming(2, "Qwen3 30B A3B Instruct", "running", 12.1, 18.6, phase="checking"),
        _coming(3, "Phi 4 mini", "waiting", 0, 2.5),
        _coming(4, "Mistral Small 24B", "retrying", 2.2, 13.4, problem=LINE_DOWN, retry_s=20),
        _coming(5, "SmolLM3 3B", "paused", 0.8, 1.9),
        _coming(6, "Llama 3.3 70B Instruct", "paused", 31.0, 42.5, problem=DISK_FULL),
        _coming(7, "Gemma 3 27B", "failed", 0, 16.5, problem=GATED),
    )


def full() -> tuple[Download, ...]:
    """Return one that does not fit on the disk."""
    return (_coming(6, "Llama 3.3 70B Instruct", "paused", 31.0, 42.5, problem=DISK_FULL),)


MOVING = FolderMoved("/mnt/big/models", 9 * GIB, 25 * GIB)


def engine() -> EngineState:
    """Return the engine with a model of the person's own."""
    return EngineState(EnginePhase.READY, QWEN_HERE.model)
