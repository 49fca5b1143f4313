"""The catalogue is read strictly, and the one that we ship has no mistake."""

import json
from pathlib import Path

import pytest

from inglenook.models.catalog import CatalogueError, is_repository, read_catalogue, together

SHIPPED = Path(__file__).parents[2] / "resources" / "catalog"
ENTRY = {
    "name": "M 1B", "repo": "org/M-1B-GGUF", "maker": "Org", "licence": "MIT", "size": "tiny",
    "tags": ["text"], "good_at": "Short answers.", "link": "https://example.org/m",
}  # fmt: skip


def catalogue(*entries, **more):
    return json.dumps({"format": 1, "models": list(entries), **more}).encode()


def test_an_entry_is_read():
    [found] = read_catalogue(catalogue(ENTRY))
    assert (found.repo, found.tags) == ("org/M-1B-GGUF", ("text",))


@pytest.mark.parametrize(
    "change",
    [
        {"repo": "no slash"}, {"repo": "a/.."}, {"tags": []}, {"tags": ["cooking"]},
        {"link": "http://example.org"}, {"name": ""}, {"good_at": "x" * 301}, {"name": 1},
        {"size_bytes": 5}, {"tags": "text"}, {"size": "4 GB"},
    ],
)  # fmt: skip
def test_a_mistake_in_an_entry_is_named_with_its_place(change):
    with pytest.raises(CatalogueError) as refusal:
        read_catalogue(catalogue(ENTRY, {**ENTRY, **change}), "text.json")
    assert "text.json, entry 2" in str(refusal.value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"[" * 100_000,
        catalogue(),
        catalogue(ENTRY, format=2),
        catalogue("M"),
    ],
)
def test_what_is_no_catalogue_is_refused(content):
    with pytest.raises(CatalogueError):
        read_catalogue(content)


def test_no_place_is_recommended_twice_and_the_smallest_come_first():
    big = read_catalogue(catalogue({**ENTRY, "size": "large", "repo": "org/big"}))
    small = read_catalogue(catalogue(ENTRY))
    assert [one.size for one in together([big, small])] == ["tiny", "large"]
    with pytest.raises(CatalogueError):
        together([small, small])


def test_the_shipped_catalogue_is_sound_and_covers_every_need():
    files = sorted(SHIPPED.glob("*.json"))
    found = together(read_catalogue(file.read_bytes(), file.name) for file in files)
    assert {tag for one in found for tag in one.tags} >= {
        "text",
        "code",
        "vision",
        "multilingual",
    }
    assert {one.size for one in found} == {"tiny", "small", "medium", "large", "huge"}


@pytest.mark.parametrize("name", ["org", "org/", "a/b/c", "org/a b", "örg/a", "-a/b", "a/con"])
def test_what_names_no_repository(name):
    assert not is_repository(name)
