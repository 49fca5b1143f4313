r"""Rules that find footnotes in Markdown: ``[^1]`` in a text, and ``[^1]: …`` below it.

Neither looks for the other: while an answer streams, what is above has been drawn long before
the note below it comes, and it must not change then.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

_MARK = re.compile(r"\[\^([^\s\[\]^]{1,40})\](?!:)")
_NOTE = re.compile(r"\[\^([^\s\[\]^]{1,40})\]:[ \t]*")
_DEEPEST_INDENT = 3


def add_footnotes(parser: MarkdownIt) -> None:
    """Teach a parser to find footnotes; code is never looked into."""
    parser.inline.ruler.before("link", "footnote_mark", _mark)
    interrupts: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("reference", "footnote", _note, interrupts)


def _mark(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "[":
        return False
    match = _MARK.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        token = state.push("footnote_mark", "sup", 0)
        token.content, token.markup = match[1], match[0]
    state.pos = match.end()
    return True


def _note(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    start = state.bMarks[first] + state.tShift[first]
    match = _NOTE.match(state.src, start, state.eMarks[first])
    if match is None or state.sCount[first] - state.blkIndent > _DEEPEST_INDENT:
        return False
    if silent:
        return True
    end = _end_of(state, first, last)
    lines = [state.src[match.end() : state.eMarks[first]]]
    if end > first + 1:
        rest = state.getLines(first + 1, end, state.blkIndent, False)  # noqa: FBT003
        lines += [line.strip() for line in rest.splitlines()]
    token = state.push("footnote_open", "li", 1)
    token.content, token.map = match[1], [first, end]
    state.push("paragraph_open", "p", 1).map = [first, end]
    inside = state.push("inline", "", 0)
    inside.content, inside.map, inside.children = "\n".join(lines).strip(), [first, end], []
    state.push("paragraph_close", "p", -1)
    state.push("footnote_close", "li", -1)
    state.line = end
    return True


def _end_of(state: StateBlock, first: int, last: int) -> int:
    """Return the line after a note: an empty one, or where the next note begins."""
    for line in range(first + 1, last):
        start = state.bMarks[line] + state.tShift[line]
        is_next = _NOTE.match(state.src, start, state.eMarks[line]) is not None
        if is_next or state.isEmpty(line) or state.sCount[line] < state.blkIndent:
            return line
    return last
