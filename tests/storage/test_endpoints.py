from contextlib import closing
from pathlib import Path

from inglenook.chat.elsewhere import MOST_NAME_CHARS, Endpoint
from inglenook.storage.database import Database
from inglenook.storage.endpoints import Endpoints


def test_a_row_that_somebody_spoilt_is_read_as_far_as_it_makes_sense(tmp_path: Path):
    with closing(Database.open(tmp_path / "chats.db")) as database:
        endpoints = Endpoints(database)
        endpoints.put(Endpoint("E", "x" * 500, "http://box/v1", "box"))
        with database.writing() as connection:
            connection.execute("UPDATE endpoint SET models = '[[[', has_key = 7")
        (read,) = endpoints.all()
    assert (len(read.name), read.models, read.has_key) == (MOST_NAME_CHARS, (), True)
