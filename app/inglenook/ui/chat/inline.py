"""Inline Markdown tokens become spans; nothing is fetched, nothing is interpreted as HTML."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from markdown_it.token import Token

from inglenook.ui.chat.block import Span
from inglenook.ui.chat.links import bare_addresses, openable

LINE_BREAK = "\u2028"
_PLAIN = Span("")


@dataclass(slots=True)
class _Style:
    """How deep the text stands in each style. Threads: the one that parses."""

    bold: int = 0
    italic: int = 0
    struck: int = 0
    link: str = ""

    def span(self, text: str) -> Span:
        return Span(text, self.bold > 0, self.italic > 0, self.struck > 0, link=self.link)

    def follow(self, token: Token) -> None:
        if token.type == "link_open":
            self.link = openable(str(token.attrGet("href") or ""))
        elif token.type == "link_close":
            self.link = ""
        elif token.tag == "strong":
            self.bold += token.nesting
        elif token.tag == "em":
            self.italic += token.nesting
        elif token.tag == "s":
            self.struck += token.nesting


def spans_of(tokens: Iterable[Token]) -> tuple[Span, ...]:
    """Return the spans of one paragraph, neighbours of the same style joined."""
    style = _Style()
    spans: list[Span] = []
    for token in tokens:
        if token.nesting:
            style.follow(token)
            continue
        for span in _leaf(token, style):
            _append(spans, span)
    return tuple(spans)


def _leaf(token: Token, style: _Style) -> Iterator[Span]:
    if token.type == "code_inline":
        yield replace(style.span(token.content), code=True)
    elif token.type == "footnote_mark":
        yield replace(style.span(token.content), raised=True)
    elif token.type == "math_inline":
        display = bool(token.meta.get("display"))
        source = token.markup.replace("\n", LINE_BREAK)
        yield replace(style.span(source), tex=token.content, display=display)
    elif token.type in {"softbreak", "hardbreak"}:
        # Models break lines where they mean it: verses, addresses, sums.
        yield style.span(LINE_BREAK)
    elif token.type == "image":
        # A picture is never loaded: its words stand in its place.
        source = style.link or openable(str(token.attrGet("src") or ""))
        yield replace(style.span(_alt(token.children or ()) or "picture"), link=source)
    elif style.link:
        yield style.span(token.content)
    else:
        yield from _with_bare_links(token.content, style)


def _alt(tokens: Sequence[Token]) -> str:
    return "".join(_alt(each.children) if each.children else each.content for each in tokens)


def _with_bare_links(text: str, style: _Style) -> Iterator[Span]:
    at = 0
    for start, end in bare_addresses(text):
        yield style.span(text[at:start])
        yield replace(style.span(text[start:end]), link=text[start:end])
        at = end
    yield style.span(text[at:])


def _append(spans: list[Span], span: Span) -> None:
    if not span.text:
        return
    same = spans and not span.tex and replace(spans[-1], text="") == replace(span, text="")
    if same:
        spans[-1] = replace(span, text=spans[-1].text + span.text)
    else:
        spans.append(span)
