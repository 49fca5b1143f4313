"""What Markdown becomes; nothing of it can load anything."""

import pytest

from inglenook.ui.chat.block import Block, Kind, Span, words_of
from inglenook.ui.chat.feed import MarkdownFeed
from inglenook.ui.chat.markdown import harmless


def blocks(text: str) -> tuple[Block, ...]:
    return MarkdownFeed().feed(text).blocks


def test_styles_become_spans():
    spans = blocks("a **b** *c* ~~d~~ `e` ***f***")[0].spans
    assert spans == (
        Span("a "), Span("b", bold=True), Span(" "), Span("c", italic=True), Span(" "),
        Span("d", struck=True), Span(" "), Span("e", code=True), Span(" "),
        Span("f", bold=True, italic=True),
    )  # fmt: skip


def test_lines_stay_lines():
    verse, after = blocks("Ring out, **wild\nbells**,\nto the wild sky\n\nAnd then")
    assert words_of(verse.spans) == "Ring out, wild\u2028bells,\u2028to the wild sky"
    assert words_of(after.spans) == "And then"


@pytest.mark.parametrize(
    "text",
    ["![alt](/dev/zero)", "![alt](file:///etc/passwd)", "![alt](//host/share/x.png)",
     "![alt](data:image/png;base64,AAAA)", "![alt][r]\n\n[r]: /dev/zero"],
)  # fmt: skip
def test_a_picture_is_its_words_and_leads_nowhere(text):
    block = blocks(text)[0]
    assert "alt" in words_of(block.spans)
    assert not any(span.link for span in block.spans)


def test_html_is_shown_as_it_was_written():
    text = "<img src=/dev/zero> <script>x</script>"
    assert words_of(blocks(text)[0].spans) == text


def test_task_lists_have_boxes():
    done, not_done = blocks("- [x] one\n- [ ] two")
    assert done.inside[-1].marker == "[x]"
    assert not_done.inside[-1].marker == "[ ]"
    assert words_of(done.spans) == "one"


def test_a_quote_in_a_list_keeps_both_around_it():
    block = blocks("- > words")[0]
    assert [each.quote for each in block.inside] == [False, True]


def test_tables_have_alignments():
    table = blocks("| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |")[0]
    assert table.kind is Kind.TABLE
    assert table.aligns == ("left", "center", "right")


def test_harmful_characters_are_replaced_one_for_one():
    text = "a\x00b\u202ec\x07\ud800\tz\n"
    assert harmless(text) == "a\ufffdb\ufffdc\ufffd\ufffd\tz\n"
    assert len(harmless(text)) == len(text)


def test_empty_items_and_empty_text():
    assert blocks("") == ()
    assert blocks("-\n- x")[0].inside[0].marker == "•"
