"""Errors carry words for people and facts for the log."""

import pytest

from inglenook.core import errors
from inglenook.core.errors import InglenookError, Problem, StorageError


def test_an_error_speaks_in_one_line_with_its_advice() -> None:
    error = InglenookError("The disk is full", "Free some space.", path="/x", missing=12)
    assert str(error) == "The disk is full. Free some space."
    assert error.problem == Problem(
        "The disk is full", "Free some space.", {"path": "/x", "missing": "12"}
    )


def test_a_problem_without_facts_is_whole() -> None:
    assert Problem("A", "B").facts == {}
    assert Problem("A", "B").in_words() == "A. B"


def test_every_error_is_in_the_family_tree_of_the_module() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    family = [kind.__name__ for kind in kinds if issubclass(kind, InglenookError)]
    assert errors.__doc__ is not None
    assert [name for name in family if name not in errors.__doc__] == []


@pytest.mark.parametrize(
    "kind",
    [
        errors.NewerSchemaError,
        errors.BusyDatabaseError,
        errors.DamagedDatabaseError,
        errors.ReadOnlyError,
        errors.DiskFullError,
    ],
)
def test_whoever_catches_storage_errors_catches(kind: type[InglenookError]) -> None:
    assert issubclass(kind, StorageError)


def test_a_busy_hub_says_how_long_it_asks_to_wait() -> None:
    error = errors.BusyHubError("The Hub is busy", "Wait a minute.", wait_s=60.0, code=429)
    assert isinstance(error, errors.DownloadError)
    assert error.wait_s == 60.0
    assert error.problem.facts == {"wait_s": "60.0", "code": "429"}
