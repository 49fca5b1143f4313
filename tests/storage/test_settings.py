"""Settings survive crashes, mistakes and newer versions."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inglenook.core.errors import BadArgumentError, ReadOnlyError
from inglenook.storage.settings import Settings, SettingsFile, with_choice


@pytest.fixture
def file(tmp_path: Path) -> SettingsFile:
    return SettingsFile(tmp_path / "settings.json")


def others(file: SettingsFile) -> list[Path]:
    return sorted(each for each in file.path.parent.glob("settings-*"))


def test_the_usual_settings_apply_where_there_is_no_file(file: SettingsFile) -> None:
    assert file.read() == Settings()
    assert file.problem is None
    assert not file.path.exists()


def test_what_was_written_is_read(file: SettingsFile) -> None:
    chosen = Settings("dark", welcomed=True, last_chat="c", last_model="/m", text_scale=1.25)
    file.write(chosen)
    assert SettingsFile(file.path).read() == chosen
    assert file.path.stat().st_mode & 0o777 == 0o600


def test_the_folder_is_made_when_it_is_needed(tmp_path: Path) -> None:
    SettingsFile(tmp_path / "new" / "settings.json").write(Settings())
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_fields_of_a_newer_version_are_kept(file: SettingsFile) -> None:
    file.path.write_text('{"theme": "dark", "telepathy": {"on": true}}')
    file.write(replace(file.read(), welcomed=True))
    stored = json.loads(file.path.read_bytes())
    assert stored["telepathy"] == {"on": True}
    assert (stored["theme"], stored["welcomed"]) == ("dark", True)
    assert file.problem is None


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[1]", b"null", b"[" * 100_000])
def test_a_damaged_file_is_kept_aside(file: SettingsFile, content: bytes) -> None:
    file.path.write_bytes(content)
    assert file.read() == Settings()
    assert file.problem is not None
    [kept] = others(file)
    assert kept.read_bytes() == content
    assert str(kept) in file.problem.advice
    file.write(Settings(theme="light"))
    assert kept.read_bytes() == content
    assert file.read() == Settings(theme="light")
    assert file.problem is None


def test_one_senseless_value_costs_only_itself(file: SettingsFile) -> None:
    file.path.write_text('{"theme": "purple", "text_scale": 99, "welcomed": true}')
    assert file.read() == Settings(welcomed=True)
    assert file.problem is not None
    assert len(others(file)) == 1


def test_an_empty_object_is_no_damage(file: SettingsFile) -> None:
    file.path.write_text("{}\n")
    assert file.read() == Settings()
    assert file.problem is None


def test_a_path_that_is_no_text_comes_back_the_same(file: SettingsFile) -> None:
    chosen = Settings(last_model=os.fsdecode(b"/models/\xff.gguf"))
    file.write(chosen)
    assert file.read() == chosen


def test_a_file_that_cannot_be_opened_gives_the_usual_settings(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path)
    assert file.read() == Settings()
    assert file.problem is not None


def test_a_read_only_folder_keeps_the_old_settings(as_somebody: Callable[[], Path]) -> None:
    folder = as_somebody()
    file = SettingsFile(folder / "settings.json")
    file.write(Settings(theme="dark"))
    folder.chmod(0o500)
    with pytest.raises(ReadOnlyError):
        file.write(Settings(theme="light"))
    assert file.read().theme == "dark"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.binary()
    | st.recursive(st.none() | st.text() | st.floats(), st.lists).map(
        lambda value: json.dumps(
            {"theme": value, "text_scale": value, "offline": value}
        ).encode()
    )
)
def test_no_content_whatever_stops_the_start(tmp_path: Path, content: bytes) -> None:
    file = SettingsFile(tmp_path / "settings.json")
    file.path.write_bytes(content)
    file.read()
    file.write(Settings())
    assert file.read() == Settings()


def test_a_choice_is_taken_where_it_makes_sense() -> None:
    usual = Settings()
    assert with_choice(usual, "density", "compact") == replace(usual, density="compact")
    assert with_choice(usual, "keys", {"new_chat": "Ctrl+T"}).keys == {"new_chat": "Ctrl+T"}


@pytest.mark.parametrize(
    ("name", "value"),
    [("density", "airy"), ("trash_days", -1), ("tray", "yes"), ("keys", {"stop": 1}), ("x", 1)],
)
def test_a_choice_that_makes_no_sense_is_refused(name: str, value: object) -> None:
    with pytest.raises(BadArgumentError):
        with_choice(Settings(), name, value)
