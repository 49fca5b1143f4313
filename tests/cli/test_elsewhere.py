"""`inglenook chat --endpoint`: a terminal's chat that an engine elsewhere answers."""

import json
import sqlite3

from tests.data.fake_engine import JSON_HEAD, FakeEngine, refused

ON = {"INGLENOOK_OFFLINE": ""}
"""On loopback alone; the suite is offline otherwise."""


def test_an_engine_elsewhere_answers_with_its_first_model_and_says_where_it_goes(
    inglenook, home
):
    with FakeEngine() as fake:
        key = {**ON, "INGLENOOK_ENDPOINT_KEY": "secret"}
        answer = inglenook("chat", "--endpoint", fake.url, given="Hello\n/new\nHi\n", env=key)
    assert (answer.code, answer.out) == (0, "Good day\nGood day\n")
    assert answer.err == (
        f"(Asking big-model at 127.0.0.1:{fake.port}. This chat leaves this computer.)\n"
    )
    assert {each.headers["authorization"] for each in fake.heard} == {"Bearer secret"}
    with sqlite3.connect(home / "inglenook.db") as database:
        rows = database.execute("SELECT engine_model FROM chat").fetchall()
        kept = database.execute("SELECT count(*) FROM endpoint").fetchall()
    database.close()
    assert rows == [("big-model",)] * 2
    assert kept == [(0,)]  # it was used once; nothing was set up


def test_an_engine_that_cannot_be_asked_is_told_in_a_sentence(inglenook):
    with FakeEngine(says=refused(404)) as fake:
        answer = inglenook(
            "chat", "--endpoint", fake.url, "--endpoint-model", "none", "Hello", env=ON
        )
        assert (answer.code, answer.out) == (1, "\n")
        assert "does not know this model" in answer.err
        fake.lists = JSON_HEAD + b'{"data": []}'
        answer = inglenook("chat", "--endpoint", fake.url, "Hello", env=ON)
    assert answer.code == 1
    assert "has no model for chats" in answer.err
    gone = inglenook("chat", "--endpoint", fake.url, "Hello", env=ON)
    assert "cannot be reached" in gone.err


def test_what_new_chats_of_the_window_begin_with_is_nothing_to_a_terminal(inglenook, home):
    home.mkdir(parents=True, exist_ok=True)
    chosen = {"new_chats": {"endpoint": "BOX", "model": "big-model"}, "welcomed": True}
    (home / "settings.json").write_text(json.dumps(chosen))
    answer = inglenook("--echo", "chat", "/echo", "text=here")
    assert (answer.code, answer.out) == (0, "here\n")
    with sqlite3.connect(home / "inglenook.db") as database:
        assert database.execute("SELECT engine FROM chat").fetchall() == [("",)]
    database.close()
