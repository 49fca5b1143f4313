"""Who has the database open shows, and so does who died with it open."""

from pathlib import Path

import pytest

from inglenook.core.errors import BusyDatabaseError
from inglenook.storage import presence
from inglenook.storage.lock import FileLock
from inglenook.storage.presence import Presence


def test_the_living_are_seen_until_they_end(tmp_path: Path) -> None:
    database = tmp_path / "x.db"
    one, two = Presence.begin(database), Presence.begin(database)
    assert presence.living(database) == {one.token, two.token}
    one.end(clean=True)
    assert presence.living(database) == {two.token}
    assert not presence.sweep(database)
    two.end(clean=True)
    assert presence.living(database) == frozenset()
    assert list(tmp_path.glob("x.db*")) == []


def test_an_unclean_end_is_found_once(tmp_path: Path) -> None:
    Presence.begin(tmp_path / "x.db").end(clean=False)
    assert presence.living(tmp_path / "x.db") == frozenset()
    assert presence.sweep(tmp_path / "x.db")
    assert not presence.sweep(tmp_path / "x.db")


def test_a_folder_that_is_not_there_has_nobody(tmp_path: Path) -> None:
    assert presence.living(tmp_path / "no" / "x.db") == frozenset()


def test_where_nothing_can_be_locked_the_person_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FileLock, "take", lambda _path: None)
    with pytest.raises(BusyDatabaseError, match="local disk"):
        Presence.begin(tmp_path / "x.db")
