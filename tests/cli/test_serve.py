"""`inglenook serve`: a server without a window, as a service manager runs it."""

import argparse
import json
import os
import signal
import stat
import sys
from types import SimpleNamespace

import openai
import pytest

from inglenook.cli.serve import Serving, add_options, goes_to_journal, key_in
from inglenook.core.errors import BadArgumentError
from inglenook.services.bus import Bus
from inglenook.services.servingnews import (
    ServingChanged,
    ServingKey,
    ServingPhase,
    ServingState,
)

WAIT_S = 60


def ask(told, key):
    with openai.OpenAI(base_url=told["address"], api_key=key, max_retries=0) as client:
        question = [{"role": "user", "content": "/echo text=From the hearth"}]
        answer = client.chat.completions.create(model="default", messages=question)
        return answer.choices[0].message.content


def first_json(child):
    """Return the first value that is printed, which has several lines."""
    text = ""
    for line in child.stdout:
        text += line
        if line.startswith("}"):
            return json.loads(text)
    raise AssertionError(child.stderr.read())


@pytest.mark.skipif(sys.platform == "win32", reason="ends by signals")
def test_it_serves_until_it_is_told_to_end(command, tmp_path):
    file = tmp_path / "key"
    with command("--echo", "serve", "--port", "0", "--key-file", str(file), "--json") as child:
        told = first_json(child)
        assert "key" not in told
        assert ask(told, file.read_text().strip()) == "From the hearth"
        child.send_signal(signal.SIGTERM)
        out, err = child.communicate(timeout=WAIT_S)
    assert (child.returncode, err) == (0, "")
    assert "hearth" not in out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="ends by signals")
def test_two_serve_side_by_side_and_the_key_is_said_once(command):
    none = {"env": {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}}
    with (
        command("--echo", "serve", "--json", **none) as first,
        command("--echo", "serve", **none) as second,
    ):
        one = first_json(first)
        line = second.stdout.readline()
        address = line.split()[1]
        assert address != one["address"]
        key = second.stdout.readline().split()[1]
        assert key.startswith("ik-")
        assert ask({"address": address}, key) == ask(one, one["key"])
        for child in (first, second):
            child.send_signal(signal.SIGINT)
            child.communicate(timeout=WAIT_S)
    assert (first.returncode, second.returncode) == (0, 0)


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("is_kept", [True, False], ids=["journal", "terminal"])
def test_the_key_is_said_but_not_into_a_journal(tmp_path, monkeypatch, is_kept, as_json):
    bus, secret = Bus(), "ik-" + "k" * 43
    with (tmp_path / "out").open("w+") as out:
        stream = os.fstat(out.fileno())
        journal = f"{stream.st_dev}:{stream.st_ino + (not is_kept)}"
        monkeypatch.setenv("JOURNAL_STREAM", journal)
        monkeypatch.setattr(sys, "stdout", out)
        serving = Serving(SimpleNamespace(bus=bus), as_json=as_json)
        bus.publish(ServingChanged(ServingState(ServingPhase.ON, "http://127.0.0.1:1/v1", 1)))
        bus.publish(ServingKey(secret, is_kept=True))
        serving._say_where()
    said = (tmp_path / "out").read_text()
    assert "http://127.0.0.1:1/v1" in said
    assert (secret in said) is not is_kept
    assert ("--key-file" in said) is (is_kept and not as_json)


def test_where_nothing_is_printed_there_is_no_journal(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    assert not goes_to_journal()


def test_a_port_that_is_taken_is_told(inglenook, tmp_path):
    import socket  # noqa: PLC0415  (only here)

    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        ended = inglenook("--echo", "serve", "--port", port, "--json")
    assert ended.code == 1
    assert ended.json["problem"]["title"] == "No port is free for other programs"


def test_a_port_that_only_an_administrator_may_use_is_refused(inglenook):
    assert inglenook("--echo", "serve", "--port", "80").code == 2


@pytest.mark.skipif(sys.platform == "win32", reason="modes of another system")
def test_the_file_of_a_key_is_nobody_elses_from_its_first_moment(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "chmod", lambda *_a, **_b: None)  # too late: it was open to all
    file = tmp_path / "key"
    key_in(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_key_of_a_file_is_used_as_it_is(tmp_path):
    file = tmp_path / "key"
    made = key_in(file)
    assert key_in(file) == made == file.read_text().strip()
    file.write_text("  a-key-of-my-own-1234\n")
    assert key_in(file) == "a-key-of-my-own-1234"


@pytest.mark.parametrize(
    "content", [b"", b"short", b"two words of a key", b"\xff" * 20, b"x" * 300]
)
def test_a_file_without_a_key_is_refused(tmp_path, content):
    file = tmp_path / "key"
    file.write_bytes(content)
    with pytest.raises(BadArgumentError):
        key_in(file)
    with pytest.raises(BadArgumentError):
        key_in(tmp_path / "nowhere" / "key")


def test_a_model_is_found_where_the_person_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    parser = argparse.ArgumentParser()
    add_options(parser)
    assert parser.parse_args(["--model", "m.gguf"]).model == str(tmp_path / "m.gguf")
