"""A lock ends with its process."""

import sys
from pathlib import Path

from inglenook.storage.lock import FileLock

HOLD = """
import sys
from pathlib import Path
from inglenook.storage.lock import FileLock
lock = FileLock.take(Path(sys.argv[1]))
print(lock is not None, flush=True)
sys.stdin.read()
"""


def test_one_at_a_time_holds_it(tmp_path: Path) -> None:
    first = FileLock.take(tmp_path / "lock")
    assert first is not None
    assert FileLock.take(tmp_path / "lock") is None
    first.release()
    first.release()
    second = FileLock.take(tmp_path / "lock")
    assert second is not None
    second.release(remove=True)
    assert not (tmp_path / "lock").exists()


def test_a_killed_process_holds_nothing(tmp_path: Path, program) -> None:
    child = program(HOLD, tmp_path / "lock")
    assert child.stdout.readline() == "True\n"
    assert FileLock.take(tmp_path / "lock") is None
    child.kill()
    child.wait()
    lock = FileLock.take(tmp_path / "lock")
    assert lock is not None
    lock.release()


def test_a_file_deleted_while_it_was_being_locked_is_no_lock(
    tmp_path: Path, monkeypatch
) -> None:
    path = tmp_path / "lock"
    flock = sys.modules["fcntl"].flock

    def delete_and_lock(descriptor: int, how: int) -> None:
        path.unlink()
        flock(descriptor, how)

    monkeypatch.setattr("fcntl.flock", delete_and_lock)
    assert FileLock.take(path) is None
