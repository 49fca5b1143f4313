"""A chat as pages: headings, text, lists, code, tables and formulas, as in the window."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from inglenook.chat.message import Message, Role
from inglenook.chat.portable import PortableChat
from inglenook.ui import theme
from inglenook.ui.chat.block import Block, Kind, Span, words_of
from inglenook.ui.chat.feed import MarkdownFeed, definitions_in
from inglenook.ui.chat.markdown import harmless, plain_blocks
from inglenook.ui.portability.press import Press
from inglenook.ui.words import one_line, tr, tr_told

_BODY = theme.TypeStyle(15, 22)
_SPEAKER = theme.TypeStyle(13, 18, 600)
_CODE = theme.TypeStyle(13, 18)
_HEADINGS = (theme.TypeStyle(20, 28, 600), theme.TypeStyle(18, 26, 600), theme.H3)
_READ_AT_ONCE = 4_000
"""Characters of Markdown between two yields."""
_WIDEST, _BESIDE_WORDS = 60, 4
"""Characters that count of a cell, and those that the space beside its words takes."""
_LONGEST_PIECE = 4_000
"""Laying out one line costs the square of its length."""


def print_chat(press: Press, chat: PortableChat, *, with_thinking: bool) -> Iterator[int]:
    """Put the branch on screen on pages; yields between blocks how many messages are done.

    Args:
        press: With an empty page.
        chat: Any.
        with_thinking: Also what models wrote before their answers.
    """
    title = one_line(chat.conversation.title, 300) or tr("Chat")
    press.text([Span(title)], theme.H1)
    for done, message in enumerate(chat.conversation.path()):
        press.skip(22)
        press.keep(70)
        press.text([Span(_speaker(message))], _SPEAKER, tone="text_muted")
        press.skip(4)
        if names := [one_line(each.name, 120) for each in chat.files.get(message.id, ())]:
            told = tr("Attached: {names}").format(names=", ".join(names))
            press.text([Span(told)], theme.NOTE, tone="text_muted")
        for _ in _print_message(press, message, with_thinking=with_thinking):
            yield done


def _print_message(press: Press, message: Message, *, with_thinking: bool) -> Iterator[None]:
    for block in _plain(message.thinking) if with_thinking else ():
        for piece in _pieces(block.spans):
            press.text(piece, theme.NOTE, left=14, tone="text_muted", bar=True)
            yield
    blocks: list[Block] = []
    yield from _read(message, blocks)
    for block in blocks:
        press.skip(8)
        yield from _print(press, block)
        yield
    if message.note:
        press.skip(6)
        note = tr_told(one_line(message.note, 500))
        press.text([Span(note)], theme.NOTE, tone="text_muted")


def _speaker(message: Message) -> str:
    if message.role is Role.USER:
        return tr("You")
    name = tr("Assistant") if message.role is Role.ASSISTANT else tr("Instructions")
    return f"{name} · {one_line(message.model, 80)}" if message.model else name


def _read(message: Message, blocks: list[Block]) -> Iterator[None]:
    """Fill a list with what a message says; yields between parts, for hostile text is slow."""
    text = message.text
    if message.role is not Role.ASSISTANT:
        blocks.extend(_plain(text))
        return
    feed = MarkdownFeed(definitions=definitions_in(text))
    for start in range(0, len(text), _READ_AT_ONCE):
        change = feed.feed(text[start : start + _READ_AT_ONCE])
        blocks[change.kept :] = change.blocks
        yield


def _plain(text: str) -> Sequence[Block]:
    return plain_blocks(harmless(text))


def _print(press: Press, block: Block) -> Iterator[None]:
    left = 26 * len(block.inside)
    is_quote = any(each.quote for each in block.inside)
    match block.kind:
        case Kind.RULE:
            press.rule()
        case Kind.CODE:
            yield from _print_code(press, block, left)
        case Kind.TABLE:
            yield from _print_table(press, block)
        case Kind.HEADING:
            press.skip(6)
            press.keep(60)
            for piece in _pieces(block.spans):
                press.text(piece, _HEADINGS[min(max(block.level, 1), 3) - 1], left=left)
                yield
        case _:
            marker = next((each.marker for each in block.inside[::-1] if each.marker), "")
            for piece in _pieces(block.spans):
                press.text(
                    piece,
                    _BODY,
                    left=left,
                    tone="text_muted" if is_quote else "text",
                    bar=is_quote,
                    marker=marker,
                )
                marker = ""
                yield


def _print_code(press: Press, block: Block, left: float) -> Iterator[None]:
    for line in ("", *block.code.expandtabs(4).split("\n"), ""):
        for start in range(0, max(len(line), 1), _LONGEST_PIECE):
            piece = [Span(line[start : start + _LONGEST_PIECE])]
            press.text(piece, _CODE, left=left, ground="inset", mono=True)
        yield


def _print_table(press: Press, block: Block) -> Iterator[None]:
    columns = max((len(row) for row in block.rows), default=0)
    if columns == 0:
        return
    longest = [4] * columns
    for row in block.rows:
        for place, cell in enumerate(row):
            words = words_of(cell)
            word = max(map(len, words.split()), default=0) + _BESIDE_WORDS
            longest[place] = max(longest[place], min(max(len(words), word), _WIDEST))
    shares = [each / sum(longest) for each in longest]
    for number, row in enumerate(block.rows):
        if sum(len(words_of(cell)) for cell in row) <= _LONGEST_PIECE:
            press.row(row, shares, bold=number == 0 and not block.continued)
            yield
            continue
        for piece in (part for cell in row for part in _pieces(cell)):
            press.text(piece, _BODY)
            yield


def _pieces(spans: Sequence[Span]) -> Iterator[list[Span]]:
    """Yield spans in parts that can be laid out quickly, cut at a space where there is one."""
    part: list[Span] = []
    size = 0
    for span in spans:
        text = span.text
        while size + len(text) > _LONGEST_PIECE:
            room = _LONGEST_PIECE - size
            cut = text.rfind(" ", room // 2, room) + 1 or room
            yield [*part, replace(span, text=text[:cut])]
            text, part, size = text[cut:], [], 0
        part.append(replace(span, text=text))
        size += len(text)
    yield part
