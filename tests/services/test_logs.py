"""The log says what happened and never what was said."""

import logging
import stat
from contextlib import suppress
from pathlib import Path

import pytest

from inglenook.services import logs


@pytest.fixture(autouse=True)
def quiet():
    yield
    root = logging.getLogger("inglenook")
    for handler in list(root.handlers):
        root.removeHandler(handler)
        with suppress(OSError):  # what is still to be written to a full disk
            handler.close()
    root.propagate = True


def test_the_file_is_its_owners_alone(tmp_path):
    logs.to_file(tmp_path)
    assert stat.S_IMODE((tmp_path / "inglenook.log").stat().st_mode) == 0o600


def test_an_exception_is_logged_by_kind_and_place_without_its_text(tmp_path):
    logs.to_file(tmp_path)
    try:
        raise ValueError("my secret plan")
    except ValueError:
        logging.getLogger("inglenook.x").exception("it failed")
    text = (tmp_path / "inglenook.log").read_text()
    assert "it failed" in text
    assert "ValueError" in text
    assert "test_logs.py" in text
    assert "secret" not in text


def test_no_exception_at_hand_is_no_trouble(tmp_path):
    logs.to_file(tmp_path)
    logging.getLogger("inglenook.x").error("odd", exc_info=(None, None, None))
    assert "odd" in (tmp_path / "inglenook.log").read_text()


def test_asking_twice_writes_once(tmp_path):
    logs.to_file(tmp_path)
    logs.to_file(tmp_path)
    logging.getLogger("inglenook.x").warning("once")
    assert (tmp_path / "inglenook.log").read_text().count("once") == 1


def test_another_folder_takes_over(tmp_path):
    (tmp_path / "b").mkdir()
    logs.to_file(tmp_path)
    logs.to_file(tmp_path / "b")
    logging.getLogger("inglenook.x").warning("here")
    assert "here" not in (tmp_path / "inglenook.log").read_text()
    assert "here" in (tmp_path / "b" / "inglenook.log").read_text()


def test_without_a_place_for_the_log_the_start_goes_on(tmp_path):
    (tmp_path / "inglenook.log").mkdir()
    logs.to_file(tmp_path)
    logging.getLogger("inglenook.x").warning("nobody reads this")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no device that is full")
def test_a_full_disk_under_the_log_is_not_complained_about(tmp_path, capfd):
    (tmp_path / "inglenook.log").symlink_to("/dev/full")
    logs.to_file(tmp_path)
    logging.getLogger("inglenook.x").warning("the disk does not take this")
    assert capfd.readouterr().err == ""
