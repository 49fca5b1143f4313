"""What was asked of the network is told at once, newest first, until it is cleared."""

from inglenook.downloads.connections import Connection
from inglenook.services.connections import ConnectionLog, ConnectionsChanged
from inglenook.storage.connections import LineFile


def test_connections_are_told_kept_and_cleared(tmp_path):
    heard: list[ConnectionsChanged] = []
    log = ConnectionLog(LineFile(tmp_path / "c.jsonl"), heard.append)
    first = Connection(1, "hub.example", "search", 100, 200)
    second = Connection(2, "hub.example", "file", 0, 0)
    log.add(first)
    log.add(second)
    assert log.newest_first() == (second, first)
    log.clear()
    assert log.newest_first() == ()
    assert len(heard) == 3
