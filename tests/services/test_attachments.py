"""Whether documents fit, and what is sent of those that do not."""

from dataclasses import replace

from inglenook.chat.document import Document
from inglenook.chat.tokens import about_tokens
from inglenook.services.attachments import (
    about_tokens_of,
    beginnings,
    longer_context,
    matching,
    room_for_documents,
    shares,
)
from inglenook.services.echo import echo_plan

SHORT = Document("s.txt", "text/plain", 9, ("A short note.",))
LONG = Document("l.txt", "text/plain", 9, ("\n\n".join(["bread and salt " * 40] * 30),))


def test_the_answer_and_the_question_keep_their_room():
    free = room_for_documents("", 8192)
    assert 0.7 * 8192 < free < 8192 - 1024
    assert room_for_documents("word " * 100, 8192) == free - 100
    assert room_for_documents("", 0) == 0


def test_short_documents_keep_all_and_long_ones_share_the_rest():
    assert shares((10, 500, 900), 610) == (10, 300, 300)
    assert shares((10, 20), 100) == (10, 20)
    assert shares((), 100) == ()


def test_beginnings_fit_together_and_leave_short_documents_whole():
    first, second = beginnings((SHORT, LONG), 400)
    assert first == SHORT.whole()
    assert about_tokens_of("", (first, second)) <= 400


def test_matching_parts_fit_and_nothing_is_sent_where_nothing_matches():
    found = matching((SHORT, LONG), "bread", 900)
    assert found is not None
    assert found[0] == SHORT.whole()
    assert about_tokens_of("", found) <= 900
    assert matching((SHORT, LONG), "zeppelin", 900) is None


def test_the_cost_of_a_question_counts_its_documents_and_what_is_said_of_them():
    assert about_tokens_of("What?", (SHORT.whole(),)) > about_tokens(SHORT.text) + 20


def test_a_longer_context_is_told_where_there_is_one():
    _, plan = echo_plan("/m.gguf")
    short = replace(plan, settings=replace(plan.settings, context_tokens=1024))
    long = Document("a.txt", "text/plain", 1, ("bread and butter " * 900,))
    roomy = replace(short, longest_context_tokens=65_536)
    tokens = longer_context(roomy, "Who?", [long])
    assert 1024 < tokens < 65_536
    assert room_for_documents("", tokens) >= about_tokens_of("Who?", [long.whole()])
    assert longer_context(replace(short, longest_context_tokens=1024), "Who?", [long]) == 0
    assert longer_context(None, "Who?", [long]) == 0
