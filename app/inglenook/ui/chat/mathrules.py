r"""Rules that find LaTeX in Markdown: ``$…$``, ``\(…\)``, ``$$…$$`` and ``\[…\]``."""

import re

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

LONGEST_BLOCK = 2_000
_INLINE = (
    # A dollar sign next to a space, or before a digit at its end, is money.
    (re.compile(r"\$(?![\s$])((?:\\.|[^\\$`\n]){1,1000}?)(?<!\s)\$(?![\d$])"), False),
    (re.compile(r"\$\$((?:\\.|[^\\$`]){1,1000}?)\$\$", re.DOTALL), True),
    (re.compile(r"\\\(([^`]{1,1000}?)\\\)"), False),
    (re.compile(r"\\\[([^`]{1,1000}?)\\\]"), True),
)
_PROSE = re.compile(r"(?<![\\A-Za-z{])[A-Za-z]{2,}[,.]?\s+[A-Za-z]{2,}")
_CLOSES = {"$$": "$$", "\\[": "\\]"}


def add_math(parser: MarkdownIt) -> None:
    """Teach a parser to find formulas; code is never looked into."""
    parser.inline.ruler.before("escape", "math_inline", _math_inline)
    interrupts: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("fence", "math_block", _math_block, interrupts)


def _math_inline(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "$\\":
        return False
    for pattern, display in _INLINE:
        match = pattern.match(state.src, state.pos)
        if match is None or not match[1].strip():
            continue
        if match[0][:2] != "$$" and match[0][0] == "$" and not _is_formula(state, match[1]):
            return False
        if not silent:
            token = state.push("math_inline", "math", 0)
            token.content, token.markup = match[1].strip(), match[0]
            token.meta = {"display": display}
        state.pos = match.end()
        return True
    return False


def _is_formula(state: StateInline, inner: str) -> bool:
    before = state.src[state.pos - 1 : state.pos]
    return not before.isalnum() and not ("\\" not in inner and _PROSE.search(inner))


def _math_block(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    start = state.bMarks[first] + state.tShift[first]
    mark = state.src[start : start + 2]
    if mark not in _CLOSES or state.is_code_block(first):
        return False
    end, is_closed = _end_of(state, first, last, _CLOSES[mark])
    if end <= first:
        return False
    if silent:
        return True
    source = state.getLines(first, end, state.blkIndent, False).strip()  # noqa: FBT003
    if is_closed:
        token = state.push("math_block", "math", 0)
        token.content, token.markup = source[2:-2].strip(), source
        token.map = [first, end]
    else:
        # While the end is still to come it reads as it is written.
        state.push("paragraph_open", "p", 1).map = [first, end]
        token = state.push("inline", "", 0)
        token.content, token.map, token.children = source, [first, end], []
        state.push("paragraph_close", "p", -1)
    state.line = end
    return True


def _end_of(state: StateBlock, first: int, last: int, close: str) -> tuple[int, bool]:
    """Return the line after a formula and whether it is closed; the first line if it is none.

    It never goes beyond an empty line, so that what follows is parsed in its turn.
    """
    at = state.bMarks[first] + state.tShift[first] + 2
    begin = at
    for line in range(first, last):
        if line > first:
            at = state.bMarks[line] + state.tShift[line]
            if state.isEmpty(line) or state.sCount[line] < state.blkIndent:
                return line, False
        if at - begin > LONGEST_BLOCK:
            return line, False
        text = state.src[at : state.eMarks[line]]
        found = text.find(close)
        if found >= 0:
            is_whole = not text[found + 2 :].strip() and state.src[begin : at + found].strip()
            if is_whole or line > first:
                # What began as one stays apart: the blocks above may be closed by now.
                return line + 1, bool(is_whole)
            return first, False
    return last, False
