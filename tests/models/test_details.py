"""What a header tells to a person who wants to know."""

import io

from tests.data.gguf_files import F32, LLAMA, Q4_0, TENSORS, gguf

from inglenook.models.details import WANTED, details_from
from inglenook.models.gguf import LONGEST_WANTED_TEXT, read_header


def details(**values):
    raw = gguf(
        {**LLAMA, **{key.replace("__", "."): one for key, one in values.items()}}, TENSORS
    )
    return details_from(read_header(io.BytesIO(raw), len(raw), wanted=WANTED))


def test_the_tensors_are_summed_up_by_number_format():
    found = details().tensors
    assert {share.type: share.tensors for share in found} == {
        "F32": sum(kind == F32 for _, _, kind in TENSORS),
        "Q4_0": sum(kind == Q4_0 for _, _, kind in TENSORS),
    }
    assert [share.size_bytes for share in found] == sorted(
        (share.size_bytes for share in found), reverse=True
    )


def test_licence_and_author_are_plain_text():
    found = details(general__license="apache-2.0\x1b[31m", general__author="Some\u202ebody")
    assert found.licence == "apache-2.0 [31m"
    assert found.author == "Some body"
    assert details(general__organization="Org").author == "Org"


def test_a_template_is_measured_and_looked_at():
    long = "{{ messages }}" + "x" * 5000
    found = details(tokenizer__chat_template=long)
    assert (found.template_bytes, found.suspicions) == (len(long), ())
    evil = "{% if 'which bank' in message.content %}x{% endif %}"
    [one] = details(tokenizer__chat_template=evil).suspicions
    assert one.quotes == ("which bank",)


def test_a_template_too_long_to_keep_is_odd_in_itself():
    found = details(tokenizer__chat_template="x" * (LONGEST_WANTED_TEXT + 1))
    assert found.template_bytes == LONGEST_WANTED_TEXT + 1
    assert found.suspicions


def test_no_template_is_no_suspicion():
    values = {key: one for key, one in LLAMA.items() if key != "tokenizer.chat_template"}
    raw = gguf(values, TENSORS)
    found = details_from(read_header(io.BytesIO(raw), len(raw), wanted=WANTED))
    assert (found.template_bytes, found.suspicions) == (0, ())
