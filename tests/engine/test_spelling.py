"""The spellings of control tokens are found wherever they could become tokens."""

from hypothesis import given
from hypothesis import strategies as st

from inglenook.engine.spelling import Spellings

SOME = ("<s>", "</s>", "<|im_start|>", "<|im_end|>", "[INST]", "[/INST]", "<|", "x<s>")
SPELLINGS = Spellings(SOME)
texts = st.lists(
    st.sampled_from([*SOME, "<", "|", ">", "[", "INST", "]", "im_", "a", " ", "s"]), max_size=9
).map("".join)


@given(texts)
def test_a_text_spells_a_token_if_one_is_in_it(text):
    assert SPELLINGS.are_in(text) is any(each in text for each in SOME)


@given(texts)
def test_what_is_found_is_a_spelling_and_nothing_overlaps(text):
    past = 0
    for begin, end in SPELLINGS.found(text):
        assert begin >= past
        assert text[begin:end] in SOME
        past = end


@given(texts)
def test_a_broken_text_spells_nothing_and_loses_nothing(text):
    broken = SPELLINGS.broken(text)
    assert not SPELLINGS.are_in(broken)
    assert broken.replace(" ", "") == text.replace(" ", "")


@given(texts, texts, texts)
def test_a_text_that_could_join_no_spelling_joins_none(before, text, after):
    if text and not SPELLINGS.are_in(text) and not SPELLINGS.could_join(text):
        around = sum(1 for part in (before, after) for _ in _every(part))
        assert sum(1 for _ in _every(before + text + after)) == around


def _every(text):
    return (1 for at in range(len(text)) for each in SOME if text.startswith(each, at))


def test_parts_of_spellings_are_known_by_their_place():
    assert SPELLINGS.could_lead("so <|im_st")
    assert SPELLINGS.could_follow("art|> so")
    assert SPELLINGS.could_join("im_start")
    assert not SPELLINGS.could_join("quite harmless words")
    assert not SPELLINGS.could_join("")


def test_a_vocabulary_without_control_tokens_has_nothing_to_find():
    nothing = Spellings([""])
    assert not nothing.are_in("<s>")
    assert not nothing.could_join("<s>")
    assert nothing.broken("<s>") == "<s>"
