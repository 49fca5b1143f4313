"""Why a model did not load, in words, from what llama.cpp wrote before it gave up."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from inglenook.core.errors import InglenookError, ModelFileError, ModelLoadError
from inglenook.models.stepdown import memory_trouble


class _Cause(NamedTuple):
    pattern: re.Pattern[str]
    error: type[InglenookError]
    title: str
    advice: str
    lacks_memory: bool


def _cause(
    pattern: str,
    error: type[InglenookError],
    title: str,
    advice: str,
    *,
    lacks_memory: bool = False,
) -> _Cause:
    return _Cause(re.compile(pattern, re.IGNORECASE), error, title, advice, lacks_memory)


# The first match wins, so what names the reason most exactly comes first.
_CAUSES = (
    _cause(
        r"(unknown|unsupported) model architecture|cannot be used as main model",
        ModelLoadError,
        "This kind of model is not supported",
        "Choose another model, or update Inglenook if the model is new.",
    ),
    _cause(
        r"unable to allocate|failed to allocate|out of memory|cannot allocate|bad_alloc|"
        r"alloc\w* failed|failed to reserve",
        ModelLoadError,
        "There is not enough memory for this model",
        "Close other programs, choose a shorter context, or choose a smaller model.",
        lacks_memory=True,
    ),
    _cause(
        r"not within the file bounds|is corrupted or incomplete|unexpectedly reached end|"
        r"read error|failed to read tensor data|data is not within",
        ModelFileError,
        "This model file is cut short",
        "Download it again and compare its size with the original.",
    ),
    _cause(
        r"invalid magic|unsupported.* version|bad GGUF version|failed to read magic",
        ModelFileError,
        "This file is not a GGUF model",
        "Choose a file that ends in .gguf and comes from a model page.",
    ),
    _cause(
        r"error loading model vocabulary|unknown tokenizer|cannot find tokenizer",
        ModelFileError,
        "This model has no usable vocabulary",
        "Download the model again, or choose another conversion of it.",
    ),
    _cause(
        r"missing tensor|tensor '.*' not found|wrong number of tensors|wrong shape|split|"
        r"duplicated",
        ModelFileError,
        "Parts of this model are missing",
        "Download all of its files into one folder and open the first.",
    ),
    _cause(
        r"gguf_init|key not found|invalid|corrupt|hyperparameters",
        ModelFileError,
        "This model file is damaged",
        "Download it again, or choose another conversion of the model.",
    ),
)


def load_failure(path: str, lines: Sequence[str]) -> InglenookError:
    """Return the error that explains a failed load.

    When memory is what was lacking, its fact ``lacks`` says which, as a Trouble.

    Args:
        path: The model's file, for the details.
        lines: What llama.cpp wrote, oldest first.
    """
    complaints = [line for line in lines if _COMPLAINT.search(line)]
    text = "\n".join(complaints)
    facts = {"path": path, "engine": " | ".join(complaints[-6:])[:2000]}
    for cause in _CAUSES:
        if cause.pattern.search(text):
            if cause.lacks_memory:
                facts["lacks"] = memory_trouble(text).value
            return cause.error(cause.title, cause.advice, **facts)
    return ModelLoadError(
        "The model could not be loaded",
        "Try another model; the details say what the engine reported.",
        **facts,
    )


_COMPLAINT = re.compile(
    r"error|fail|invalid|unknown|unsupported|missing|corrupt|bounds|unable|memory|magic|cannot",
    re.IGNORECASE,
)
