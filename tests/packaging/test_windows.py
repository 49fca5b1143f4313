"""The installer for Windows compiles, keeps what is a person's, and says what it installs."""

import importlib.util
import re
import struct
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest
from platformdirs.windows import Windows

from inglenook import __version__

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "packaging" / "windows"


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def make():
    return load(FOLDER / "make.py")


@pytest.fixture(scope="module")
def icon(qapp):
    return load(ROOT / "packaging" / "icon.py")


@pytest.fixture
def payload(tmp_path):
    """Return a stand-in for the frozen program."""
    folder = tmp_path / "inglenook"
    (folder / "_internal" / "deep").mkdir(parents=True)
    (folder / "inglenook.exe").write_bytes(b"MZ stand-in")
    (folder / "_internal" / "deep" / "part.dll").write_bytes(b"part")
    return folder


def test_the_script_compiles_to_an_installer_that_tells_its_version(
    make, icon, payload, tmp_path
):
    drawn = tmp_path / "inglenook.ico"
    drawn.write_bytes(icon.ico())
    setup = tmp_path / "inglenook-1.2.3-windows-setup.exe"
    make.compile_script(payload, setup, drawn, "1.2.3")  # a warning would be an error
    made = setup.read_bytes()
    assert made.startswith(b"MZ")
    assert "1.2.3".encode("utf-16-le") in made
    assert b"longPathAware" in made
    assert b'level="asInvoker"' in made.replace(b"'", b'"')  # never an administrator


def test_chats_and_models_go_only_when_that_is_chosen():
    script = (FOLDER / "inglenook.nsi").read_text("utf-8")
    sections = re.findall(r"^Section (.*?)$(.*?)^SectionEnd", script, re.MULTILINE | re.DOTALL)
    removing = [head for head, body in sections if "${DATA}" in body]
    assert removing == ['/o "un.$(TheData)"']  # /o: not chosen, in a silent run neither
    assert "${DATA}" not in script.split("Section", 1)[0].replace('!define DATA "', "", 1)


def test_the_installer_means_the_folder_that_the_program_uses(monkeypatch):
    monkeypatch.setenv("LOCALAPPDATA", "C:\\Local")
    monkeypatch.setattr("platformdirs.windows.get_win_folder", lambda _name: "C:\\Local")
    used = Windows("inglenook", appauthor=False).user_data_dir
    script = (FOLDER / "inglenook.nsi").read_text("utf-8")
    meant = re.search(r'!define DATA "(.*?)"', script)[1]
    assert meant.replace("$LOCALAPPDATA", "C:\\Local") == used.replace("/", "\\")


def test_every_sentence_of_the_installer_is_there_in_both_languages():
    script = (FOLDER / "inglenook.nsi").read_text("utf-8")
    said = re.findall(r"^LangString (\w+) \$\{LANG_(\w+)\} \"(.+)\"", script, re.MULTILINE)
    german, english = ({name for name, of, _ in said if of == each} for each in
                       ("GERMAN", "ENGLISH"))  # fmt: skip
    assert german == english == set(re.findall(r"\$\((\w+)\)", script))


def test_the_portable_archive_is_the_program_with_its_mark(make, payload, tmp_path):
    archive = make.portable(payload, tmp_path / "portable.zip")
    with zipfile.ZipFile(archive) as packed:
        assert set(packed.namelist()) == {
            "Inglenook/inglenook.exe",
            "Inglenook/_internal/deep/part.dll",
            "Inglenook/inglenook-portable.txt",
        }


def test_without_a_certificate_nothing_is_signed_and_that_is_said(
    make, payload, monkeypatch, capsys
):
    monkeypatch.delenv("INGLENOOK_WINDOWS_CERTIFICATE", raising=False)
    assert not make.sign(payload / "inglenook.exe")
    assert "not signed" in capsys.readouterr().out
    assert (payload / "inglenook.exe").read_bytes() == b"MZ stand-in"


def test_the_program_asks_for_long_paths_and_no_administrator():
    manifest = ET.parse(FOLDER / "inglenook.exe.manifest")
    found = {each.tag.rpartition("}")[2]: each for each in manifest.iter()}
    assert found["longPathAware"].text == "true"
    assert found["requestedExecutionLevel"].get("level") == "asInvoker"


def test_the_icons_hold_a_picture_of_every_size(icon):
    ico, icns = icon.ico(), icon.icns()
    _, kind, count = struct.unpack_from("<HHH", ico)
    rows = [struct.unpack_from("<BBBBHHII", ico, 6 + 16 * row) for row in range(count)]
    assert kind == 1
    assert tuple(row[0] or 256 for row in rows) == icon.ICO_SIZES
    for row in rows:
        picture = ico[row[7] : row[7] + row[6]]
        assert struct.unpack_from(">II", picture, 16) == (row[0] or 256,) * 2
    assert icns[:4] == b"icns"
    assert struct.unpack_from(">I", icns, 4)[0] == len(icns)


def test_the_version_is_one_that_windows_can_show():
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)
