"""Repositories and recommendations as frozen values, for pictures and tests of the window."""

from dataclasses import replace

from inglenook.core.units import GIB, MIB
from inglenook.downloads.page import FoundModel
from inglenook.downloads.repository import Repository
from inglenook.models.attention import Attention
from inglenook.models.catalog import Recommendation
from inglenook.models.details import Details, TensorShare
from inglenook.models.facts import ModelFacts, Weights
from inglenook.models.listing import ListedFile
from inglenook.models.memory import MemoryPart
from inglenook.models.offers import Offer, offers_of
from inglenook.models.search import Verdict
from inglenook.models.suggestion import Rated
from inglenook.models.templatecheck import Suspicion
from inglenook.services.events import Download
from inglenook.services.installed import InstalledModel
from inglenook.services.modelpage import Looked, ModelPage

COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPO = "Qwen/Qwen3-8B-GGUF"


def found(repo: str = REPO, **more: object) -> FoundModel:
    """Return what the Hub says of a model."""
    usual = FoundModel(
        repo,
        repo.partition("/")[2].removesuffix("-GGUF").replace("-", " "),
        downloads=1_240_000,
        likes=310,
        updated="2026-10-01",
        licence="Apache 2.0",
        commit=COMMIT,
        parameters=8_190_000_000,
        architecture="qwen3",
        context_tokens=40_960,
    )
    return replace(usual, **more)  # type: ignore[arg-type]


FOUND = (
    found(),
    found("Qwen/Qwen3-4B-GGUF", parameters=4_020_000_000, downloads=860_000),
    found("bartowski/Llama-3.1-8B-Instruct-GGUF", parameters=8_030_000_000, gated=True,
          licence="Llama 3.1 Community", downloads=2_100_000, updated="2025-07-24"),
    found("unsloth/gpt-oss-120b-GGUF", parameters=116_800_000_000, downloads=431_000),
    found("HuggingFaceTB/SmolLM2-360M-Instruct-GGUF", parameters=362_000_000, downloads=9_800),
    found("somebody/An-Extraordinarily-Long-Name-Of-A-Model-That-Was-Merged-From-Eleven-"
          "Others-v2-final-GGUF", parameters=0, licence="", downloads=12, updated=""),
)  # fmt: skip
FITS = (True, True, True, False, True, None)

ATTENTION = (Attention(1024, 1024),) * 36
FACTS = ModelFacts(
    "Qwen3 8B", "qwen3", Weights((120 * MIB,) * 36, 400 * MIB, 300 * MIB, tied=False),
    ATTENTION,
    parameters=8_190_000_000, context_tokens=40_960, quant="Q4_K_M", quant_bits=4,
    has_template=True,
)  # fmt: skip
DETAILS = Details(
    FACTS,
    (TensorShare("Q4_K", 217, 3900 * MIB, 4.5), TensorShare("Q6_K", 37, 900 * MIB, 6.6)),
    licence="apache-2.0",
    author="Qwen",
    template_bytes=4_200,
)
ODD = (
    Suspicion(
        "It does something else when certain words are in a message.", ("invoice", "password")
    ),
)

_QUANTS = {
    "Q2_K": 3.1, "Q3_K_M": 3.9, "Q4_K_M": 4.7, "Q6_K": 6.3, "Q8_0": 8.1, "F16": 15.3,
}  # fmt: skip
_VERDICTS = (
    Verdict.GPU, Verdict.GPU, Verdict.GPU, Verdict.SPLIT, Verdict.TIGHT, Verdict.TOO_BIG,
)  # fmt: skip


def files(name: str = "Qwen3-8B") -> tuple[ListedFile, ...]:
    """Return the files of a repository, small to large."""
    return tuple(
        ListedFile(f"{name}-{quant}.gguf", int(size * GIB)) for quant, size in _QUANTS.items()
    )


def memory(offer: Offer) -> tuple[MemoryPart, ...]:
    """Return what a row would take."""
    card = MemoryPart("CUDA0", offer.size_bytes, GIB, 300 * MIB, 512 * MIB)
    return card, MemoryPart("CPU", 400 * MIB, 0, 60 * MIB, 0)


def page(
    repo: str = REPO,
    *,
    verdicts: tuple[Verdict, ...] = _VERDICTS,
    listed: tuple[ListedFile, ...] = (),
    suggested: str = "Q4_K_M",
    **more: object,
) -> ModelPage:
    """Return a repository that was read, its rows rated in their order."""
    name = repo.partition("/")[2].removesuffix("-GGUF")
    listed = listed or files(name)
    offers = offers_of(listed)
    speeds = (62.0, 55.0, 47.0, 14.0, 3.1, 0.0)
    rated = tuple(
        Rated(offer, verdict, "", speed, memory(offer))
        for offer, verdict, speed in zip(offers.models, verdicts, speeds, strict=False)
    )
    best = next((one.offer for one in rated if one.offer.quant == suggested), None)
    return ModelPage(
        Repository(found(repo, **more), listed), offers, rated, best, DETAILS if rated else None
    )


SPLIT_FILES = (
    *(ListedFile(f"Q4_K_M/Big-70B-Q4_K_M-0000{n}-of-00003.gguf", 14 * GIB) for n in (1, 2, 3)),
    ListedFile("Big-70B-Q2_K.gguf", 26 * GIB),
    ListedFile("Big-70B-Q8_0-00001-of-00002.gguf", 38 * GIB),
    ListedFile("mmproj-Big-70B-F16.gguf", 820 * MIB),
)


def recommendation(name: str, repo: str, *tags: str, good_at: str = "") -> Recommendation:
    """Return an entry of the catalogue."""
    return Recommendation(
        name, repo, repo.partition("/")[0], "Apache 2.0", "medium", tags or ("text",),
        good_at or "Everyday questions and summaries with little memory.",
        "https://example.org/model",
    )  # fmt: skip


def looked(entry: Recommendation, verdict: Verdict = Verdict.GPU, scale: float = 1.0) -> Looked:
    """Return a recommended model that was looked up."""
    name = entry.repo.partition("/")[2].removesuffix("-GGUF")
    listed = tuple(
        ListedFile(file.name, int(file.size_bytes * scale)) for file in files(name)[:3]
    )
    return Looked(entry, page(entry.repo, verdicts=(verdict,) * 3, listed=listed))


RECOMMENDED = (
    looked(recommendation(
        "Qwen3 8B", REPO, "text", "multilingual", "reasoning",
        good_at="Careful answers, longer texts and reasoning in many languages.",
    )),
    looked(recommendation(
        "Qwen3 4B", "Qwen/Qwen3-4B-GGUF", "text", "multilingual", "reasoning",
        good_at="A good first choice for most laptops: writing, questions, many languages.",
    ), scale=0.5),
    looked(recommendation(
        "SmolLM2 1.7B Instruct", "HuggingFaceTB/SmolLM2-1.7B-Instruct-GGUF", "text",
    ), scale=0.2),
    looked(recommendation(
        "Llama 3.1 8B Instruct", "bartowski/Meta-Llama-3.1-8B-Instruct-GGUF", "text",
        "multilingual", good_at="A well-known all-rounder that many people have tried.",
    ), Verdict.SPLIT),
    looked(recommendation(
        "Qwen2.5 Coder 7B Instruct", "Qwen/Qwen2.5-Coder-7B-Instruct-GGUF", "code",
        good_at="Writing, explaining and mending programs in most languages.",
    )),
    looked(recommendation(
        "Gemma 3 4B", "ggml-org/gemma-3-4b-it-GGUF", "vision", "text", "multilingual",
        good_at="Talks about pictures and answers in very many languages.",
    ), Verdict.CPU, scale=0.5),
    looked(recommendation(
        "Qwen3 30B-A3B", "Qwen/Qwen3-30B-A3B-GGUF", "text", "multilingual", "reasoning",
        good_at="The knowledge of a big model at the speed of a small one, if it fits.",
    ), Verdict.TIGHT, scale=3.9),
    looked(recommendation(
        "Gemma 3 27B", "ggml-org/gemma-3-27b-it-GGUF", "vision", "text",
        good_at="The most careful of its family; for graphics cards with much memory.",
    ), Verdict.TOO_BIG, scale=3.5),
)  # fmt: skip


def coming(offer: Offer, state: str = "running", repo: str = REPO, **more: object) -> Download:
    """Return the download of a row, a third of it done."""
    usual = Download(
        "JOB", "Qwen3 8B", state, "fetching" if state == "running" else "",
        offer.size_bytes // 3, offer.size_bytes, 12.0 * MIB if state == "running" else 0.0,
        None, repo, tuple(file.name for file in offer.files),
    )  # fmt: skip
    return replace(usual, **more)  # type: ignore[arg-type]


def installed(offer: Offer, repo: str = REPO) -> InstalledModel:
    """Return a row as the library has it."""
    return InstalledModel(
        f"/models/{offer.name.rpartition('/')[2]}", "Qwen3 8B", offer.quant, offer.size_bytes,
        "qwen3", 40_960, source=f"{repo}@{COMMIT}",
    )  # fmt: skip


README = """\
# Qwen3 8B

<div align="center"><img src="https://example.org/logo.png"></div>
[![Badge](https://example.org/badge.svg)](https://example.org)

Qwen3 is the latest generation of *large language models*. See [the report](https://example.org/r).

## Highlights

- **Switches** between thinking and answering at once.
- Follows instructions in more than 100 languages.

```bash
llama-cli -m Qwen3-8B-Q4_K_M.gguf --temp 0.6
```

| Setting | Thinking | Not thinking |
|---|---|---|
| Temperature | 0.6 | 0.7 |
| Top p | 0.95 | 0.8 |
"""
