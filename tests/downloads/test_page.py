"""Whatever the Hub says, what comes of it is checked."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.downloads.page import read_model, read_models, read_tree, readable
from inglenook.models.catalog import is_repository
from inglenook.models.listing import is_usable_name

words = st.text(max_size=8)
numbers = st.integers() | st.floats(allow_nan=False)
anything = st.recursive(
    st.none() | st.booleans() | numbers | words,
    lambda one: st.lists(one, max_size=3) | st.dictionaries(words, one, max_size=3),
    max_leaves=8,
)
FIELDS = ("downloads", "likes", "lastModified", "gated", "sha", "tags", "gguf", "disabled")
models = st.fixed_dictionaries(
    {"id": st.sampled_from(["org/a", "org/b", "x", "../a"]) | anything},
    optional=dict.fromkeys(FIELDS, anything),
)
files = st.fixed_dictionaries(
    {"path": st.sampled_from(["a.gguf", "x/b.gguf", "../c", "/d"]) | anything},
    optional=dict.fromkeys(("type", "size", "lfs", "oid"), anything),
)


@given(st.lists(models | anything, max_size=5))
def test_any_list_of_models_gives_models_that_can_be_shown(entries):
    found = read_models(json.dumps(entries).encode("utf-8", "surrogatepass"))
    for one in found or ():
        assert is_repository(one.repo)
        assert min(one.downloads, one.likes, one.parameters, one.context_tokens) >= 0
        assert one.updated == "" or len(one.updated) == 10
        assert all(tag.isprintable() for tag in one.tags)


@given(st.lists(files | anything, max_size=5))
def test_any_list_of_files_gives_files_that_can_be_stored(entries):
    found = read_tree(json.dumps(entries).encode("utf-8", "surrogatepass"))
    for one in found or ():
        assert is_usable_name(one.name)
        assert 0 <= one.size_bytes <= 1 << 53
        assert len(one.sha256) in {0, 64}


@given(st.binary(max_size=60))
def test_any_bytes_are_read_without_harm(raw):
    assert isinstance(readable(raw), str)
    for read in (read_model, read_models, read_tree):
        read(raw)


def test_huge_numbers_are_not_believed():
    entry = {"id": "org/a", "downloads": 2**62, "gguf": {"total": 1e300}}
    [found] = read_models(json.dumps([entry]).encode())
    assert (found.downloads, found.parameters) == (0, 0)


def test_the_size_of_a_large_file_is_that_of_its_content():
    entry = {"path": "a.gguf", "size": 135, "lfs": {"oid": "A" * 64, "size": 7}}
    [found] = read_tree(json.dumps([entry]).encode())
    assert (found.size_bytes, found.sha256) == (7, "")  # a hash is written small


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"---\nlicense: mit\n---\n# A\n", "# A"),
        (b"\xef\xbb\xbf---\r\na: b\r\n---\r\nText", "Text"),
        (b"# A\n---\nb\n---\n", "# A\n---\nb\n---"),
        (b"---\nnever closed", "---\nnever closed"),
        (b"", ""),
    ],
)
def test_only_the_machines_part_at_the_head_is_taken_away(raw, text):
    assert readable(raw) == text
