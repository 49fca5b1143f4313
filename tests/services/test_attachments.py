"""Whether documents fit, and what is sent of those that do not."""

from inglenook.chat.document import Document
from inglenook.chat.tokens import about_tokens
from inglenook.services.attachments import (
    about_tokens_of,
    beginnings,
    matching,
    room_for_documents,
    shares,
)

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
