"""Markdown in pieces gives the blocks of the whole; no input is slow or lost."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inglenook.ui.chat import feed as feed_module
from inglenook.ui.chat.block import Block, Kind, words_of
from inglenook.ui.chat.feed import MarkdownFeed, definitions_in

FRAGMENTS = st.sampled_from(
    [
        "a",
        "word word",
        "- ",
        "1. ",
        "2. ",
        "10) ",
        "> ",
        "# ",
        "#",
        "`",
        "```",
        "```py\n",
        "~~~",
        "\n",
        "\n\n",
        "    ",
        "  ",
        " ",
        "\t",
        "|",
        "|-|-|\n",
        "| a | b |\n",
        "| 1 | 2 |\n",
        "*",
        "**",
        "_",
        "---",
        "===",
        "[",
        "]",
        "(http://a.b)",
        "!",
        "\\",
        "&amp;",
        "<b>",
        "+ ",
        "[ ] ",
        "é",
        "😀",
        "\r\n",
        "\x00",
        "\u202e",
        "שלום",
    ]
)
TEXTS = st.lists(FRAGMENTS, max_size=30).map("".join)


def whole(text: str, longest: int = 8_000) -> tuple[Block, ...]:
    return MarkdownFeed(longest_open=longest).feed(text).blocks


def in_pieces(text: str, cuts: list[int], longest: int = 8_000) -> tuple[Block, ...]:
    feed, blocks, before = MarkdownFeed(longest_open=longest), [], 0
    for cut in [*sorted(cuts), len(text)]:
        change = feed.feed(text[before:cut])
        blocks[change.kept :] = change.blocks
        before = cut
    return tuple(blocks)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.data())
def test_any_cutting_gives_the_blocks_of_the_whole(text, data):
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=len(text)))
    assert in_pieces(text, cuts) == whole(text)


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.sampled_from([12, 30, 60]), st.data())
def test_blocks_cut_for_their_length_do_not_depend_on_the_pieces(text, longest, data):
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=len(text)))
    assert in_pieces(text, cuts, longest) == whole(text, longest)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_taken_letter_by_letter(text):
    assert in_pieces(text, list(range(len(text)))) == whole(text)


def test_rows_of_a_long_table_close_together(monkeypatch):
    monkeypatch.setattr(feed_module, "MOST_ROWS", 3)
    text = "| a | b |\n|---|--:|\n" + "".join(f"| {n} | x |\n" for n in range(10))
    parts = whole(text)
    assert [len(part.rows) - 1 for part in parts] == [3, 3, 3, 1]
    assert [part.continued for part in parts] == [False, True, True, True]
    assert in_pieces(text, list(range(len(text)))) == parts


def test_parts_of_a_wide_table_have_fewer_rows():
    text = "|" + "h|" * 40 + "\n|" + "-|" * 40 + "\n" + ("|" + "c|" * 40 + "\n") * 20
    parts = whole(text)
    assert [len(part.rows) - 1 for part in parts] == [8, 8, 4]
    assert in_pieces(text, list(range(0, len(text), 50))) == parts


def test_closed_blocks_are_never_touched_again():
    feed = MarkdownFeed()
    feed.feed("# One\n\nTwo\nlines\n\n")
    change = feed.feed("Three\nand\n\nfour")
    assert change.kept >= 1
    assert [words_of(block.spans) for block in change.blocks][-1] == "four"


def test_items_of_a_list_close_one_by_one_and_keep_their_numbers():
    feed = MarkdownFeed()
    text = "".join(f"{number}. item\n" for number in (3, 3, 3, 3, 3))
    blocks: list[Block] = []
    for letter in text:
        change = feed.feed(letter)
        blocks[change.kept :] = change.blocks
    assert [block.inside[0].marker for block in blocks] == ["3.", "4.", "5.", "6.", "7."]


def test_an_open_fence_grows_and_closes():
    feed = MarkdownFeed()
    assert feed.feed("```py\nx = 1\n``").blocks[0].code == "x = 1"
    block = feed.feed("`\nafter").blocks[0]
    assert (block.kind, block.code, block.closed, block.language) == (
        Kind.CODE,
        "x = 1",
        True,
        "py",
    )


def test_definitions_apply_when_the_text_is_whole():
    text = "See [the page][p].\n\n[p]: https://example.com/x\n"
    blocks = MarkdownFeed(definitions=definitions_in(text)).feed(text).blocks
    assert [span.link for span in blocks[0].spans] == ["", "https://example.com/x", ""]


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000_000,
        "hello world " * 80_000,
        "[" * 300_000,
        "*a " * 100_000,
        "> " * 4_000 + "x",
        "".join("  " * n + "- x\n" for n in range(200)),
        "`" * 100_000,
        "[a](" * 50_000,
        "```\n" + "x y\n" * 100_000,
        "|" * 50_000,
        "<" * 100_000,
        "\x00" * 100_000,
        "_a" * 100_000,
    ],
    ids=lambda text: text[:6],
)
def test_hostile_text_is_taken_in_linear_time(text):
    begin = time.thread_time()
    blocks = whole(text)
    assert time.thread_time() - begin < 4
    assert blocks


def test_nesting_without_end_loses_no_words():
    assert "deep" in words_of(whole("> " * 200 + "deep")[0].spans)


def test_a_feed_of_an_open_block_costs_what_is_open_and_not_what_is_there():
    feed = MarkdownFeed()
    costs = []
    for number in range(400):
        begin = time.thread_time()
        feed.feed(f"Paragraph {number} with *some* words.\n\n")
        costs.append(time.thread_time() - begin)
    assert sum(costs[-100:]) < 3 * sum(costs[:100]) + 0.02
