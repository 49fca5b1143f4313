"""What of a document is sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.chat.document import Document, in_ranges, pages_from
from inglenook.chat.tokens import about_tokens

BOOK = Document("b.pdf", "application/pdf", 9, ("One.", "Two.\nmore", "Three."), pages=3)
ESSAY = Document(
    "e.txt", "text/plain", 9, ("\n\n".join(f"Paragraph {n} of it." for n in range(400)),)
)


def test_all_of_a_document_is_sent_with_the_numbers_of_its_pages():
    whole = BOOK.whole()
    assert whole.text == "[Page 1]\nOne.\n\n[Page 2]\nTwo.\nmore\n\n[Page 3]\nThree."
    assert (whole.name, whole.media_type, whole.size_bytes, whole.note) == (
        "b.pdf", "application/pdf", 9, "",
    )  # fmt: skip
    assert BOOK.lines == 4


def test_a_document_that_was_cut_says_so():
    cut = Document("b.pdf", "application/pdf", 9, ("One.",), pages=3, is_cut=True)
    assert cut.whole().note == "Pages 1–1 of 3"
    text = Document("a.txt", "text/plain", 9, ("One.",), is_cut=True)
    assert text.whole().note == "The first part of it"


def test_the_beginning_fits_and_ends_at_a_line():
    given_ = ESSAY.beginning(300)
    assert about_tokens(given_.text) <= 300
    assert ESSAY.text.startswith(given_.text)
    assert given_.text.endswith(("it.", "\n"))
    assert given_.note == "The first 9 % of it"
    assert ESSAY.beginning(10**6).text == ESSAY.text


def test_one_line_is_cut_at_a_word_or_anywhere():
    words = Document("w", "text/plain", 9, ("bread " * 4000,))
    assert words.beginning(100).text.endswith("bread")
    run = Document("w", "text/plain", 9, ("x" * 9000,))
    assert 0 < len(run.beginning(100).text) < 9000


def test_chosen_pages_are_sent_and_named():
    given_ = BOOK.of_pages((3, 1, 9))
    assert given_.text == "[Page 1]\nOne.\n\n[Page 3]\nThree."
    assert given_.note == "Pages 1, 3 of 3"


def test_the_passages_that_match_are_sent_in_their_order_with_gaps():
    paragraphs = [("filler words " * 60).strip() for _ in range(9)]
    paragraphs[7], paragraphs[2] = "Rye bread " + "a " * 300, "Rye flour " + "b " * 300
    text = Document("r", "text/plain", 9, ("\n\n".join(paragraphs),))
    given_ = text.about("rye", 700)
    assert given_ is not None
    assert given_.text.index("Rye flour") < given_.text.index("Rye bread")
    assert given_.text.startswith("[…]")
    assert given_.text.endswith("[…]")
    assert given_.note == "The parts that match"
    assert text.about("zeppelin", 700) is None
    assert text.about("rye", 5) is None


def test_a_match_at_both_ends_has_no_gap_there():
    text = Document("r", "text/plain", 9, ("rye " * 290 + "\n\n" + "rye " * 290,))
    given_ = text.about("rye", 5000)
    assert given_ is not None
    assert "[…]" not in given_.text


@pytest.mark.parametrize(
    ("words", "pages"),
    [
        ("1-3, 7", (1, 2, 3, 7)),
        ("2", (2,)),
        ("8-", (8, 9)),
        ("3–1", ()),
        ("0; 2", (2,)),
        ("99", ()),
        ("1-999999999", tuple(range(1, 10))),
        ("", ()),
        ("one", ()),
        ("-3", ()),
    ],
)
def test_pages_are_read_as_people_write_them(words: str, pages: tuple[int, ...]):
    assert pages_from(words, 9) == pages


@given(st.sets(st.integers(1, 40)))
def test_ranges_name_every_page_once(numbers: set[int]):
    ordered = tuple(sorted(numbers))
    assert pages_from(in_ranges(ordered), 40) == ordered
