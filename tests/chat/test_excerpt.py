"""Excerpts are read, not Markdown."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.chat.excerpt import plain


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("plain", "plain"),
        ("## A \x02heading\x03\n\n- one\n* two\n> three", "A \x02heading\x03 one two three"),
        ("**bold \x02word\x03** and *slanted*", "bold \x02word\x03 and slanted"),
        ("__both__ ~~gone~~", "both gone"),
        ("**\x02layers\x03** fit", "\x02layers\x03 fit"),
        ("…half** of it", "…half of it"),
        ("call `len(x)` now", "call len(x) now"),
        ("```python\nx = 1\n```\nend", "x = 1 end"),
        ("| a | b |\n|---|---:|\n| 1 | 2 |", "a · b 1 · 2"),
        ('see [the page](https://x.y "t") or ![a picture](p.png)', "see the page or a picture"),
        ("- [x] done\n- [ ] open", "done open"),
        ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
        ("a - b # c > d", "a - b # c > d"),
    ],
)  # fmt: skip
def test_an_excerpt_is_without_marks(text: str, read: str) -> None:
    assert plain(text) == read


@given(st.text(alphabet="ab*_`#>|-[]() \n\x02\x03", max_size=80))
def test_no_word_is_lost_and_every_match_keeps_its_signs(text: str) -> None:
    def letters(of: str) -> str:
        return "".join(each for each in of if each in "ab\x02\x03")

    if "](" not in text and "```" not in text:
        assert letters(plain(text)) == letters(text)
    assert "\n" not in plain(text)


@pytest.mark.parametrize(
    "part", ["-", "- ", "|-", "*", "**a", "[", "[a](", "`", "# ", "> ", "_"]
)
def test_no_text_takes_long(part: str) -> None:
    began_s = time.thread_time()
    plain(part * 400 + "x")
    assert time.thread_time() - began_s < 0.1
