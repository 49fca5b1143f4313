"""Excerpts of Markdown as plain text: what a person reads, without the marks around it."""

import re

_FENCE = re.compile(r"^[ \t]*(?:`{3,}|~{3,})[^\n`\x02]*$", re.MULTILINE)
_RULE = re.compile(r"^[|: \t-]*---[|: \t-]*$", re.MULTILINE)
_LEADS = re.compile(
    r"^[ \t]*(?:>[ \t]?|#{1,6}[ \t]+|[*+-][ \t]+(?:\[[ xX]\][ \t]+)?)+", re.MULTILINE
)
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^()\s]*(?:[ \t]+\"[^\"\n]*\")?\)")
_STRONG = re.compile(r"(\*\*|__|~~)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![\w*])")
_CODE = re.compile(r"`+")
_CELLS = re.compile(r"[ \t]*\|[ \t]*")
_ROW = re.compile(r"^[ \t]*\|(.*)\|[ \t]*$", re.MULTILINE)
_LEFT_OVER = re.compile(r"\*\*")
"""Half of a pair whose other half lies outside the excerpt."""


def plain(text: str) -> str:
    r"""Return an excerpt on one line without Markdown; the signs around matches stay.

    It may begin and end anywhere, so half of a pair of marks may be all there is. Of words only
    the addresses of links and the names of a code block's language are dropped.

    Args:
        text: With ``\x02`` and ``\x03`` around matches.
    """
    for pattern in (_FENCE, _RULE, _LEADS):
        text = pattern.sub("", text)
    text = _ROW.sub(lambda row: _CELLS.sub(" · ", row[1].strip()), text)
    text = _LINK.sub(r"\1", text)
    text = _EMPHASIS.sub(r"\1", _STRONG.sub(r"\2", text))
    return " ".join(_LEFT_OVER.sub("", _CODE.sub("", text)).split())
