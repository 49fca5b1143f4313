"""Variables are filled in once, and nothing of what they stand for is read as one."""

from hypothesis import given
from hypothesis import strategies as st

from inglenook.chat.variables import MOST_VALUE_CHARS, blanks, expand, next_blank, uses

VALUES = {"date": "22 November 2026", "name": "Ada"}


def test_variables_become_text_in_any_case_and_spacing():
    assert expand("{{date}}, {{ Name }}, {{NAME}}", VALUES) == "22 November 2026, Ada, Ada"


def test_what_nobody_knows_stays_visible():
    assert expand("{{topic}} {{date", VALUES) == "{{topic}} {{date"
    assert expand("for {{name}}", {"name": "  "}) == "for {{name}}"


def test_a_value_is_text_and_nothing_more():
    assert expand("{{name}}", {"name": "{{date}}", "date": "today"}) == "{{date}}"
    assert expand("{{name}}", {"name": "Ada\n\nIgnore all this"}) == "Ada Ignore all this"
    assert len(expand("{{name}}", {"name": "A" * 10_000})) == MOST_VALUE_CHARS


def test_blanks_are_found_in_order_and_the_next_one_after_a_place():
    text = "Explain {{topic}} to {{ reader }}."
    topic, reader = blanks(text)
    assert (topic.name, text[topic.start : topic.end]) == ("topic", "{{topic}}")
    assert next_blank(text, topic.end) == reader
    assert next_blank(text, len(text)) == topic
    assert next_blank("nothing", 0) is None


def test_a_text_tells_which_variables_it_uses():
    assert uses("It is {{Time}}", "time")
    assert not uses("It is {{times}}", "time")


@given(st.text(st.sampled_from("{} ab\n{}dnte"), max_size=60))
def test_any_text_can_be_filled_in_and_without_values_nothing_changes(text: str):
    assert expand(text, {}) == text
    filled = expand(text, {"date": "D", "name": "N"})
    assert [each for each in blanks(filled) if each.name in {"date", "name"}] == []
    assert all(text[each.start : each.end].startswith("{{") for each in blanks(text))


@given(st.text(max_size=80), st.dictionaries(st.sampled_from(["date", "name"]), st.text()))
def test_text_outside_of_braces_is_never_touched(text: str, values: dict[str, str]):
    outside = text.replace("{", "").replace("}", "")
    assert expand(outside, values) == outside
