"""A report that is sent away has no word of a chat and no name of a person's files."""

import faulthandler
import json
import zipfile
from pathlib import Path

import pytest
from tests.services.ear import Ear

from inglenook.chat.message import Status
from inglenook.core.errors import LockedError, StorageError
from inglenook.services import logs, reportfile
from inglenook.services.report import Finding, Reports, ReportSaved
from inglenook.services.scrub import Scrub
from inglenook.services.services import Services
from inglenook.storage.paths import Folders, find_folders

CANARY = "Plumkestrel"


def no_checks() -> tuple[Finding, ...]:
    return ()


def parts_of(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


@pytest.fixture
def lived_in(home: Path) -> Folders:
    """An installation whose every text is the canary, after a crash of the engine."""
    folders = find_folders()
    with Services.open(backend="echo") as services:
        services.settings.choose("person_name", CANARY)
        services.settings.choose("proxy", f"http://ada:{CANARY}@proxy:1")
        ear = Ear(services.bus)
        chat = ear.start(services).id
        services.chat.rename(chat, f"{CANARY} in the title")
        services.assistants.create(f"{CANARY} the assistant")
        services.drafts.keep(chat, f"{CANARY} not sent")
        services.chat.send(chat, f"/echo die=kill at=2 text={CANARY} {CANARY} is said")
        ear.answer(Status.INTERRUPTED)
        services.chat.settle(10)
        services.store.settle(10)
    model = folders.models / CANARY / f"{CANARY}-7B.gguf"
    model.parent.mkdir(parents=True)
    model.write_bytes(b"GGUF")
    (folders.logs / logs.CRASHES).write_text(f'  File "/home/ada/{CANARY}/x.py", line 3\n')
    with (folders.logs / "inglenook.log").open("a") as log:
        log.write(f"WARNING “{CANARY} and more” of {model} is not a model\n")
    return folders


def test_no_byte_of_a_report_has_a_word_of_mine_after_a_crash(lived_in, tmp_path):
    path = tmp_path / "report.zip"
    facts = (("model", str(lived_in.models / CANARY / f"{CANARY}-7B.gguf")),)
    reportfile.save(
        path, lived_in, find=lambda: (Finding("models", ok=True, says="read", facts=facts),)
    )
    assert CANARY.encode() not in path.read_bytes()
    parts = parts_of(path)
    for name, text in parts.items():
        assert CANARY.casefold() not in (name + text).casefold(), name
        assert str(Path.home()) not in text
    assert "the engine ended: ended" in parts["log.txt"]
    assert "<model 1>" in parts["doctor.txt"]
    assert json.loads(parts["settings.json"])["person_name"] == "set"
    told = json.loads(parts["database.json"])
    assert told["sound"]
    assert told["rows"]["message"] == 2
    assert path.stat().st_mode & 0o777 == 0o600


def test_names_of_models_stay_where_somebody_wants_them_to(lived_in, tmp_path):
    path = tmp_path / "report.zip"
    reportfile.save(path, lived_in, names_models=True, find=no_checks)
    parts = parts_of(path)
    assert f"{CANARY}-7B.gguf is not a model" in parts["log.txt"]
    assert str(lived_in.models) not in parts["log.txt"]


def test_a_damaged_or_empty_installation_gives_a_report_too(home, tmp_path):
    folders = find_folders()
    reportfile.save(tmp_path / "one.zip", folders, find=no_checks)
    assert "problem" in json.loads(parts_of(tmp_path / "one.zip")["database.json"])
    folders.create()
    folders.database.write_bytes(f"{CANARY} ".encode() * 2000)
    folders.settings.write_text(f'{{"theme": "{CANARY}"')
    reportfile.save(tmp_path / "two.zip", folders, find=no_checks)
    parts = parts_of(tmp_path / "two.zip")
    assert "problem" in json.loads(parts["settings.json"])
    assert CANARY not in "".join(parts.values())


def test_chats_without_a_key_and_a_user_without_a_home_are_told_too(
    home, tmp_path, monkeypatch
):
    folders = find_folders()
    folders.create()

    def locked(_vault):
        raise LockedError("The chats are locked", "Type the passphrase.")

    def homeless():
        raise RuntimeError

    monkeypatch.setattr(reportfile.Vault, "key", locked)
    monkeypatch.setattr(reportfile.Path, "home", homeless)
    reportfile.save(tmp_path / "report.zip", folders, find=no_checks)
    parts = parts_of(tmp_path / "report.zip")
    assert json.loads(parts["database.json"]) == {"encrypted": True, "locked": True}


def test_how_the_saving_went_is_told(tmp_path):
    told: list[object] = []

    def refuse(_path: Path) -> None:
        raise StorageError("The disk is full", "Free some space.")

    for save in (refuse, Path.touch):
        reports = Reports(told.append, lambda: None, no_checks, save)
        reports.save(str(tmp_path / "report.zip"))
        reports.close()
    assert [type(each) for each in told] == [ReportSaved, ReportSaved]
    assert told[0].problem.title == "The disk is full"
    assert told[1].problem is None


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("/home/ada/.local/inglenook/x", "<data>/x"),
        ("chmod 700 /srv/private/y.txt.", "chmod 700 <elsewhere>"),
        (r"C:\Users\ada\m.gguf and \\host\share\a", "<elsewhere> and <elsewhere>"),
        ("/usr/lib/libcuda.so.1 is there", "/usr/lib/libcuda.so.1 is there"),
        ("tall.gguf, Tall.GGUF and tall are read", "<model 1>, <model> and <model 1> are read"),
        ("“my letter” isn't 'mine'", "“…” isn't “…”"),
        ("1/2 of 3 GB", "1/2 of 3 GB"),
    ],
)
def test_lines_lose_what_names_things_and_keep_the_rest(said, left):
    data, model = Path("/home/ada/.local/inglenook"), Path("/m/tall.gguf")
    scrub = Scrub({"<data>": data}, [model], names_models=False)
    assert scrub.clean(said) == left


def test_a_crash_of_the_window_leaves_its_place(home, capfd):
    folders = find_folders()
    folders.create()
    crashes = folders.logs / logs.CRASHES
    crashes.write_bytes(b"x" * 100_000)
    had = faulthandler.is_enabled()
    try:
        logs.watch_crashes(folders.logs)
        assert crashes.stat().st_size == 0
        logs.watch_crashes(folders.logs / "nowhere")
    finally:
        faulthandler.disable()
        if had:
            faulthandler.enable()
