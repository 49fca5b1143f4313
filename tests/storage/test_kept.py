"""Kept values come back, and a file that makes no sense is as good as none."""

import pytest

from inglenook.storage.kept import KeptValues


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cache" / "values.json"


def test_what_was_kept_is_there_the_next_time(path):
    values = KeptValues(path, float)
    values.keep("a", 1.5)
    values.save()
    assert KeptValues(path, float).find("a") == 1.5
    assert KeptValues(path, float).find("b") is None


@pytest.mark.parametrize(
    "content",
    ["", "[]", '{"a": "x"}', '{"a": NaN}', '{"a": Infinity}', '{"a": 1e999}', "[" * 9999],
)
def test_what_makes_no_sense_is_forgotten(path, content):
    path.parent.mkdir()
    path.write_text(content)
    values = KeptValues(path, float)
    assert values.find("a") is None
    values.keep("a", 2.0)
    values.save()
    assert KeptValues(path, float).find("a") == 2.0


def test_the_oldest_values_go_first(path):
    values = KeptValues(path, int)
    for number in range(1005):
        values.keep(str(number), number)
    values.save()
    again = KeptValues(path, int)
    assert (again.find("4"), again.find("5")) == (None, 5)
