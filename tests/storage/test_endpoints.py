from contextlib import closing
from pathlib import Path

from inglenook.chat.elsewhere import MOST_NAME_CHARS, Endpoint
from inglenook.storage.database import Database
from inglenook.storage.endpoints import EndpointKeys, Endpoints


def test_a_row_that_somebody_spoilt_is_read_as_far_as_it_makes_sense(tmp_path: Path):
    with closing(Database.open(tmp_path / "chats.db")) as database:
        endpoints = Endpoints(database)
        endpoints.put(Endpoint("E", "x" * 500, "http://box/v1", "box"))
        with database.writing() as connection:
            connection.execute("UPDATE endpoint SET models = '[[[', has_key = 7")
        (read,) = endpoints.all()
    assert (len(read.name), read.models, read.has_key) == (MOST_NAME_CHARS, (), True)


class Keyring(dict):
    """Keeps as the system's does."""

    def get(self, name: str) -> str:
        return super().get(name, "")

    def keep(self, name: str, secret: str) -> bool:
        self[name] = secret
        return True


def test_a_key_is_for_the_address_it_was_given_for():
    keyring = Keyring()
    moved = Endpoint("E", "Box", "http://new/v1", "new", has_key=True)
    EndpointKeys(keyring).keep(moved, "secret")
    assert EndpointKeys(keyring).get(moved) == "secret"
    # As a backup of before it moved would have it.
    restored = Endpoint("E", "Box", "http://old/v1", "old", has_key=True)
    assert EndpointKeys(keyring).get(restored) == ""
