"""Which names from outside are used as names of files here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.models.listing import is_usable_name


@pytest.mark.parametrize(
    "name",
    ["a.gguf", "Q8_0/a-00001-of-00002.gguf", "modèle é.gguf", "a+b (1).gguf", "console.gguf"],
)
def test_an_ordinary_name_is_used(name):
    assert is_usable_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "", "/etc/passwd", "../a.gguf", "a/../../b.gguf", "./a", "a//b", "a/", ".hidden.gguf",
        "a\\b.gguf", "C:a.gguf", "a\0b", "a\nb", "a\u202eb", "a\ud800b", "a ", " a", "a.",
        "CON", "nul.gguf", "com1.gguf", "a?b", "x" * 256, "é" * 200, "/".join("a" * 9),
        "/".join(["x" * 200] * 6),
    ],
)  # fmt: skip
def test_a_name_that_could_do_harm_somewhere_is_not(name):
    assert not is_usable_name(name)


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_usable_name_leaves_its_folder(one, other):
    for name in (f"{one}/{other}", one):
        if is_usable_name(name):
            assert ".." not in name.split("/")
            assert not name.startswith("/")
