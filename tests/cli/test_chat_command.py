"""`inglenook chat`: one question or many, as text or JSON, stored like any other."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from inglenook.cli import chat
from inglenook.services.services import Services


def test_a_question_is_answered_and_kept(inglenook, home):
    answer = inglenook("--echo", "chat", "/echo", "text=Good morning")
    assert (answer.code, answer.out, answer.err) == (0, "Good morning\n", "")
    with sqlite3.connect(home / "inglenook.db") as database:
        rows = database.execute("SELECT role, text, status FROM message ORDER BY id").fetchall()
    database.close()
    assert rows == [
        ("user", "/echo text=Good morning", "complete"),
        ("assistant", "Good morning", "complete"),
    ]


def test_questions_are_read_from_input_in_one_chat_or_in_new_ones(inglenook, home):
    given = "/echo text=one\n\n/echo text=two\n/new\n/echo text=three\n"
    answer = inglenook("--echo", "chat", given=given)
    assert (answer.code, answer.out) == (0, "one\ntwo\nthree\n")
    with sqlite3.connect(home / "inglenook.db") as database:
        [(chats,)] = database.execute("SELECT count(*) FROM chat").fetchall()
    database.close()
    assert chats == 2


def test_json_has_the_whole_answer(inglenook):
    answer = inglenook("--echo", "chat", "--json", "/echo text=Grüße")
    assert answer.code == 0
    assert answer.json["problem"] is None
    assert answer.json["answer"]["text"] == "Grüße"
    assert answer.json["answer"]["status"] == "complete"
    assert answer.json["answer"]["timings"]["answer_tokens"] > 0
    assert set(answer.json["answer"]) == {
        "id", "parent", "role", "text", "created_ms", "status", "thinking", "model", "note",
        "timings", "made", "attachments",
    }  # fmt: skip


def test_who_is_before_an_answer_is_told_once_on_stderr(capsys):
    with Services.open(backend="echo") as services:
        talk = chat.TerminalChat(services, as_json=False)
        for words in ("Waiting for the model", *["Waiting for 2 other answers"] * 3):
            talk._tell_queue(words)
        talk._tell_queue("Waiting for another answer")
        talk.close()
        quiet = chat.TerminalChat(services, as_json=True)
        quiet._tell_queue("Waiting for another answer")
        quiet.close()
    told = capsys.readouterr()
    assert told.err == "(Waiting for 2 other answers)\n(Waiting for another answer)\n"
    assert told.out == ""


def test_a_failed_answer_is_an_error_with_words(inglenook):
    answer = inglenook("--echo", "chat", "/echo fail")
    assert answer.code == 1
    assert answer.err.startswith("(The echo engine was told to fail.")
    as_json = inglenook("--echo", "chat", "--json", "/echo fail")
    assert as_json.code == 1
    assert as_json.json["answer"]["status"] == "failed"


def test_one_failed_answer_among_many_is_told_by_the_exit_code(inglenook):
    answer = inglenook("--echo", "chat", given="/echo fail\n/echo text=two\n")
    assert (answer.code, answer.out.strip()) == (1, "two")


def test_an_engine_that_dies_leaves_the_partial_answer(inglenook):
    answer = inglenook("--echo", "chat", "/echo tokens=50 die=kill at=10")
    assert answer.code == 1
    assert answer.out.startswith("hearth ember")
    assert "The engine stopped unexpectedly." in answer.err


def test_nothing_in_an_answer_drives_the_terminal(inglenook):
    answer = inglenook("--echo", "chat", "/echo text=\x1b]0;title\x07\x9b31mred\u202eback")
    assert answer.out == "]0;title31mredback\n"


def test_a_file_that_is_no_model_is_told(inglenook, tmp_path):
    (tmp_path / "x.gguf").write_bytes(b"GGUF")
    answer = inglenook("chat", "--model", str(tmp_path / "x.gguf"), "Hello")
    assert (answer.code, answer.out) == (1, "\n")
    assert answer.err.startswith("(")
    as_json = inglenook("chat", "--json", "--model", str(tmp_path / "gone.gguf"), "Hello")
    assert as_json.code == 1
    assert "not there" in as_json.json["answer"]["note"]


def test_a_question_that_cannot_be_stored_is_told(inglenook, home):
    (home / "inglenook.db").mkdir(parents=True)
    answer = inglenook("--echo", "chat", "Hello")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.count("\n") == 1  # once, though the start and the question failed
    as_json = inglenook("--echo", "chat", "--json", "Hello")
    assert as_json.code == 1
    assert as_json.json.get("answer") is None
    assert as_json.json["problem"]["advice"]


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_ctrl_c_stops_the_answer_and_keeps_it(command, home):
    with command("--echo", "chat", "/echo tokens=4000 rate=200") as child:
        said = child.stdout.read(30)
        child.send_signal(signal.SIGINT)
        rest, err = child.stdout.read(), child.stderr.read()
        child.wait(30)
    assert child.returncode == 0
    assert "Traceback" not in err
    with sqlite3.connect(home / "inglenook.db") as database:
        [(text, status)] = database.execute(
            "SELECT text, status FROM message WHERE role = 'assistant'"
        ).fetchall()
    database.close()
    assert (said + rest).rstrip("\n") == text
    assert status == "stopped"


def test_a_terminal_that_knows_only_ascii_gets_what_it_can_show(inglenook):
    answer = inglenook(
        "--echo",
        "chat",
        "/echo text=Grüße",
        env={"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"},
    )
    assert (answer.code, answer.out) == (0, "Gr??e\n")


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_input_that_is_no_text_is_answered(command, locale):
    told = {"PYTHONUTF8": "0", "LC_ALL": locale, "PYTHONIOENCODING": "utf-8:strict"}
    with command("--echo", "chat", env=told, encoding=None) as child:
        out, err = child.communicate(b"/echo text=yes \xff\xfe\n", 30)
    assert (child.returncode, err) == (0, b"")
    assert out.startswith(b"yes")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")
@pytest.mark.parametrize(
    ("closed", "expected"),
    [("0>&-", (0, "yes\n", "")), ("1>&-", (0, "", "")), ("2>&-", (0, "yes\n", ""))],
)
def test_a_stream_that_was_closed_is_no_trouble(closed, expected):
    told = in_a_shell(closed)
    assert (told.returncode, told.stdout, told.stderr) == expected


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no device that is full")
def test_a_full_disk_where_the_output_goes_is_told():
    told = in_a_shell(">/dev/full")
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.startswith("The output cannot be written.")
    assert "Traceback" not in told.stderr


def in_a_shell(redirected):
    line = [sys.executable, "-m", "inglenook", "--echo", "chat", "/echo text=yes"]
    return subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {redirected}', "sh", *line],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_a_reader_that_leaves_is_no_trouble(command):
    with command("--echo", "chat", "/echo tokens=4000 rate=2000") as child:
        child.stdout.read(10)
        child.stdout.close()
        err = child.stderr.read()
        child.wait(30)
    assert child.returncode == 1
    assert err == ""


@pytest.mark.model
@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_the_starter_model_answers(command, starter, home):
    with command("chat", "Tell me a long story about a heron.") as child:
        assert child.stdout.read(1)
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=60)
    assert child.returncode == 0
    with sqlite3.connect(home / "inglenook.db") as database:
        rows = database.execute("SELECT model, text FROM message ORDER BY id").fetchall()
    database.close()
    assert rows[1][0] == "SmolLM2 135M Instruct"
    assert rows[1][1]


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal")
def test_in_a_terminal_it_says_how_to_leave(command):
    ours, theirs = os.openpty()
    with command("--echo", "chat", stdin=theirs) as child:
        assert child.stdout.readline().startswith("Ctrl+C stops")
        os.write(ours, b"\x04")  # Ctrl+D
        child.wait(30)
    os.close(ours)
    os.close(theirs)
    assert child.returncode == 0
