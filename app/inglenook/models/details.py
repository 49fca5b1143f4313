"""What can be told of a model from its header, for a person who wants to know."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from inglenook.models.facts import ModelFacts, facts_from
from inglenook.models.gguf import Header, Skipped
from inglenook.models.name import plain_text
from inglenook.models.quant import TENSOR_TYPES
from inglenook.models.templatecheck import Suspicion, suspicions

TEMPLATE_KEY = "tokenizer.chat_template"
WANTED = (TEMPLATE_KEY, "general.license")
"""Texts to keep when the header is read, however long they are."""
_MOST_LICENCE = 60


@dataclass(frozen=True, slots=True)
class TensorShare:
    """How much of a model is stored in one number format.

    Attributes:
        type: ``"Q4_K"``.
        bits: Bits per number, its share of the scales counted.
    """

    type: str
    tensors: int
    size_bytes: int
    bits: float


@dataclass(frozen=True, slots=True)
class Details:
    """Everything of a header that a person may want to know.

    Attributes:
        tensors: By number format, the one with most bytes first.
        licence: As the file says; "" if it does not.
        author: As the file says; "" if it does not.
        template_bytes: Length of the chat template; 0 if there is none.
        suspicions: What is odd about the template.
    """

    facts: ModelFacts
    tensors: tuple[TensorShare, ...]
    licence: str = ""
    author: str = ""
    template_bytes: int = 0
    suspicions: tuple[Suspicion, ...] = ()


def details_from(header: Header, *more_parts: Header, file_name: str = "") -> Details:
    """Draw the details from a model's header.

    Args:
        header: Of the file, or of the first part; read with ``WANTED`` texts kept.
        more_parts: Headers of the other parts when the model is split.
        file_name: Gives the name unless it says nothing.

    Raises:
        ModelFileError: it is no chat model, or its numbers are impossible.
    """
    template = header.values.get(TEMPLATE_KEY, "")
    too_long = isinstance(template, Skipped)
    text = template if isinstance(template, str) else ""
    return Details(
        facts=facts_from(header, *more_parts, file_name=file_name, chats=False),
        tensors=_shares((header, *more_parts)),
        licence=plain_text(header.text("general.license"), most=_MOST_LICENCE),
        author=plain_text(header.text("general.author") or header.text("general.organization")),
        template_bytes=template.count if isinstance(template, Skipped) else len(text.encode()),
        suspicions=_TOO_LONG if too_long else suspicions(text),
    )


_TOO_LONG = (Suspicion("It is longer than any honest chat template."),)


def _shares(headers: Sequence[Header]) -> tuple[TensorShare, ...]:
    counts: Counter[int] = Counter()
    sizes: Counter[int] = Counter()
    for header in headers:
        for tensor in header.tensors:
            counts[tensor.type_id] += 1
            sizes[tensor.type_id] += tensor.size_bytes
    return tuple(
        TensorShare(TENSOR_TYPES[kind].name, counts[kind], size, TENSOR_TYPES[kind].bits)
        for kind, size in sizes.most_common()
    )
