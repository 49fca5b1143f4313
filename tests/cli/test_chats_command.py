"""Chats on the command line: listed, written into files, taken out of files, backed up."""

import argparse
import json
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.chat.test_export import carried

from inglenook.chat.archive import to_json
from inglenook.cli import command
from inglenook.main import draw, listen
from inglenook.services.services import Services


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run the command in this process, in a home of its own; return its code and output."""
    monkeypatch.setenv("INGLENOOK_HOME", str(tmp_path / "home"))

    def call(*arguments: object) -> tuple[int, str]:
        code = command.run(["--echo", *map(str, arguments)], draw, listen)
        return code, "".join(capsys.readouterr())

    return call


@pytest.fixture
def export(tmp_path: Path) -> Path:
    file = tmp_path / "in.json"
    file.write_text(to_json([carried()]))
    return file


def test_chats_come_are_listed_and_go(run, export: Path, tmp_path: Path) -> None:
    assert run("chats", "list") == (0, "There are no chats yet.\n")
    code, out = run("chats", "import", "--look", export)
    assert (code, out) == (0, "1 chat from Inglenook.\nNew: 1.\n")
    assert run("chats", "import", export) == (0, "1 chat came.\n")
    assert "of which 0 were in the trash" in run("chats", "import", export)[1]
    _, out = run("chats", "list")
    assert "On why" in out
    _, out = run("chats", "list", "--json")
    assert json.loads(out)[0]["messages"] == 3
    _, out = run("chats", "export", "--to", tmp_path / "out.json", "--json")
    assert json.loads(out)["chats"] == 1
    assert (tmp_path / "out.json").read_text() == export.read_text()
    _, out = run("chats", "export", "old", "--to", tmp_path / "out.md", "--thinking")
    assert out == f"1 chat written to {tmp_path / 'out.md'}.\n"
    assert "> Hm" in (tmp_path / "out.md").read_text()


def test_what_makes_no_sense_is_told(run, tmp_path: Path) -> None:
    code, out = run("chats", "export", "--format", "json", "--to", tmp_path)
    assert code == 2
    assert "JSON goes into one file" in out
    (tmp_path / "x.json").write_text('[{"title": "Odd", "mapping": {}}]')
    code, out = run("chats", "import", tmp_path / "x.json")
    assert (code, out) == (
        1,
        "0 chats came.\nCould not be read: 1.\n  Odd: it has no messages\n",
    )
    many = [{"title": f"T{number}" * 40, "mapping": {}} for number in range(22)]
    (tmp_path / "x.json").write_text(json.dumps(many))
    _, out = run("chats", "import", "--look", tmp_path / "x.json")
    assert "and 2 more" in out
    _, out = run("chats", "import", "--look", "--json", tmp_path / "x.json")
    assert len(json.loads(out)["refusals"]) == 22


def test_a_backup_is_made_and_restored_and_undone(run, export: Path, tmp_path: Path) -> None:
    target = tmp_path / "x.inglenook-backup"
    _, out = run("backup", target)
    assert out.startswith("0 chats with 0 messages backed up.\n")
    assert run("chats", "import", "--json", export)[0] == 0
    _, out = run("backup", "--json", tmp_path / "y.inglenook-backup")
    assert json.loads(out)["manifest"]["chats"] == 1
    assert run("restore", target)[1].startswith("Restored.\n")
    assert run("chats", "list")[1] == "There are no chats yet.\n"
    _, out = run("restore", "--undo", "--json")
    assert json.loads(out)["done"]
    assert "On why" in run("chats", "list")[1]
    with Services.open(backend="echo") as services:
        services.store.ask(lambda: services.store.conversations)
        assert "next start" in run("restore", target)[1]
    assert run("chats", "list")[1] == "There are no chats yet.\n"


def test_ctrl_c_stops_an_import(run, export: Path, monkeypatch) -> None:
    class Pressed:
        def is_set(self) -> bool:
            return True

    @contextmanager
    def pressed():
        yield Pressed()

    monkeypatch.setattr("inglenook.cli.chats.ctrl_c", pressed)
    assert run("chats", "import", export) == (130, "0 chats came.\n")


def test_the_grammar_names_every_verb() -> None:
    told = command.parser().format_help()
    for verb in ("chats", "backup", "restore"):
        assert verb in told
    with pytest.raises((SystemExit, argparse.ArgumentError)):
        command.parser().parse_args(["restore"])
