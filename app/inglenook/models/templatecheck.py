"""A cautious look at a chat template: does it treat a talk differently for what is said in it?

A template that came with a model file decides what the model is told. One that was tampered
with can add orders of its own when certain words are in a question, and nobody would see it.
Nothing is run here: the source is looked at, and what honest templates have no reason to do
is named. That is a hint, not a proof, in both directions.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_TEMPLATE = 256 * 1024
"""Characters; the longest in circulation has about 20,000."""

_SET = re.compile(r"^set\s+([A-Za-z_]\w*)\s*=")
_NAME = re.compile(r"[A-Za-z_]\w*")
_CONTENT = "content"
_CONDITION = re.compile(r"^(?:if|elif)\b|\bif\b")
# Something is looked for in a text; a whole text is compared.
_LOOKS_INSIDE = re.compile(
    r"\bin\b|==|!=|\bstartswith\b|\bendswith\b|\.find\(|\.count\(|\.index\(|\bmatch\b|\bsearch\b"
)
# Words as people write them: marks of markup (<think>, [INST], ```), type names and numbers
# are what honest templates look for.
_WORDS = re.compile(r"^[^\W\d_][^\W_]*(?:[ '’-][^\W_]+)*[.?!]?$")
_OF_THE_FORMAT = {
    "content", "text", "image", "image_url", "video", "audio", "role", "type", "user", "system",
    "assistant", "tool", "developer", "model", "input_text", "document", "thinking",
    "reasoning_content", "string", "mapping", "sequence", "ipython", "function", "name",
    "arguments", "tool_calls", "tool_call", "tool_response", "file", "json", "citation",
    "chunk", "parts", "blocks", "value", "items",
}  # fmt: skip
# What people switch thinking on and off with, in words that some makers publish.
_SWITCH = re.compile(r"(?i)\b(?:thinking|reasoning)\b")
_ADDRESS = re.compile(r"(?i)\bhttps?://[\w.-]+")
_CLOCK = re.compile(r"\bstrftime_now\b(?! is )|\bnow\(\)")
_MOST_QUOTED = 5
_LONGEST_QUOTE = 40
_LONGEST_WORDING = 200
_QUOTE = re.compile("['\"]")


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Something that honest chat templates have no reason to do.

    Attributes:
        what: One sentence.
        quotes: The words concerned, as plain text.
    """

    what: str
    quotes: tuple[str, ...] = ()


def suspicions(template: str) -> tuple[Suspicion, ...]:
    """Return what is odd about a chat template; empty if nothing is.

    Args:
        template: Jinja source; nobody has checked it.
    """
    if len(template) > LONGEST_TEMPLATE:
        return (Suspicion("It is longer than any honest chat template."),)
    blocks = list(_blocks(template))
    looks = (
        (
            "It does something else when certain words are in a message.",
            _words_looked_for(blocks),
        ),
        ("It contains addresses on the internet.", _ADDRESS.findall(template)),
        ("It does something else on certain dates.", _dates_compared(blocks)),
        ("It contains characters that nobody can see.", _invisible(template)),
    )
    return tuple(Suspicion(what, _quoted(found)) for what, found in looks if found)


@dataclass(frozen=True, slots=True)
class _Block:
    """What stands between two braces of the template.

    Attributes:
        code: Without its literals.
        literals: What stood between quotation marks.
        names: Every name in it; a key ``['content']`` is one as well.
    """

    code: str
    literals: tuple[str, ...]
    names: frozenset[str]


def _blocks(template: str) -> Iterator[_Block]:
    """Yield the blocks; every character is looked at once, whatever the template is."""
    at = 0
    while (start := template.find("{", at)) >= 0:
        closing = {"{": "}}", "%": "%}"}.get(template[start + 1 : start + 2])
        at = start + 1
        if closing is None:
            continue
        end = template.find(closing, start + 2)
        if end < 0:
            return
        yield _block(template[start + 2 : end].strip("- \n\t"))
        at = end + 2


def _block(source: str) -> _Block:
    pieces, literals, at = [], [], 0
    for found in _QUOTE.finditer(source):
        if found.start() < at:
            continue
        end = _end_of_literal(source, found.start())
        pieces.append(source[at : found.start()])
        literals.append(source[found.start() + 1 : end])
        at = end + 1
    code = "''".join((*pieces, source[at:]))
    keys = {_CONTENT} & set(literals)
    return _Block(code, tuple(literals), frozenset(_NAME.findall(code)) | keys)


def _end_of_literal(source: str, start: int) -> int:
    quote, at = source[start], start + 1
    while at < len(source) and source[at] != quote:
        at += 2 if source[at] == "\\" else 1
    return min(at, len(source))


def _words_looked_for(blocks: list[_Block]) -> list[str]:
    """Return words of a language that are compared with what a message says."""
    content = _names_of_content(blocks)
    return [
        literal
        for block in blocks
        if block.names & content
        and _CONDITION.search(block.code)
        and _LOOKS_INSIDE.search(block.code)
        for literal in block.literals
        if _is_wording(literal)
    ]


def _names_of_content(blocks: list[_Block]) -> frozenset[str]:
    """Return the variables that hold what a message says, also by way of others."""
    assigned = [(found[1], block) for block in blocks if (found := _SET.match(block.code))]
    names = frozenset({_CONTENT})
    for _ in range(4):
        names |= {name for name, block in assigned if block.names & names}
    return names


def _is_wording(literal: str) -> bool:
    word = literal.strip()
    if len(word) < 3 or word.lower() in _OF_THE_FORMAT or _SWITCH.search(word):
        return False
    return len(word) <= _LONGEST_WORDING and _WORDS.match(word) is not None


def _dates_compared(blocks: list[_Block]) -> list[str]:
    return [
        block.code
        for block in blocks
        if _CONDITION.match(block.code) and _CLOCK.search(block.code)
    ]


def _invisible(template: str) -> list[str]:
    kinds = {one for one in template if unicodedata.category(one) in {"Cf", "Co", "Cn"}}
    # A mark of byte order and soft hyphens come from careless editors.
    return [f"U+{ord(one):04X}" for one in sorted(kinds - {"\ufeff", "\u00ad"})]


def _quoted(found: list[str]) -> tuple[str, ...]:
    once = dict.fromkeys(" ".join(one.split())[:_LONGEST_QUOTE] for one in found)
    return tuple(once)[:_MOST_QUOTED]
