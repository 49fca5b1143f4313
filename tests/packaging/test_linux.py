"""What is packed for Linux: its texts, its icons, and the scripts of the archive."""

import gzip
import hashlib
import importlib.util
import os
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtGui import QImage

from inglenook import __version__

FOLDER = Path(__file__).resolve().parents[2] / "packaging"
LINUX = FOLDER / "linux"
WORDS = {
    "version": __version__, "arch": "amd64", "glibc": "2.36", "date": "2026-11-22",
    "rfcdate": "Sun, 22 Nov 2026 12:00:00 -0000", "time": "2026-11-22T12:00:00Z",
    "epoch": "1795348800", "maintainer": "Somebody <somebody@localhost>", "tree": "/the/tree",
}  # fmt: skip


@pytest.fixture(scope="module")
def package():
    spec = importlib.util.spec_from_file_location("package_command", FOLDER / "package.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """What stands in for a frozen program."""
    folder = tmp_path_factory.mktemp("frozen") / "inglenook"
    (folder / "_internal").mkdir(parents=True)
    (folder / "inglenook").write_text("#!/bin/sh\necho hello\n")
    (folder / "inglenook").chmod(0o700)
    (folder / "_internal" / "one.so").write_bytes(b"\0GLIBC_2.30\0")
    (folder / "_internal" / "two.so").symlink_to("one.so")
    return folder


@pytest.fixture(scope="module")
def tree(package, program, tmp_path_factory):
    tree = tmp_path_factory.mktemp("packed") / "tree"
    package.lay_out(program, tree, WORDS)
    return tree


@pytest.mark.parametrize("name", ["install.sh", "uninstall.sh", "AppRun"])
def test_a_script_is_understood_by_a_plain_shell(name):
    subprocess.run(["dash", "-n", LINUX / name], check=True)


def test_the_desktop_and_its_catalogue_are_content_with_what_they_are_told(package, tree):
    assert package.validate(tree / "usr" / "share")


def test_files_of_models_open_with_it_and_are_known_by_how_they_begin(tree):
    share = tree / "usr" / "share"
    kinds = ElementTree.parse(share / "mime" / "packages" / "inglenook.xml").getroot()
    told = kinds.find("{*}mime-type")
    assert told.find("{*}glob").get("pattern") == "*.gguf"
    assert told.find("{*}magic/{*}match").get("value") == "GGUF"
    entry = (share / "applications" / "inglenook.desktop").read_text("utf-8")
    assert f"MimeType={told.get('type')};" in entry
    assert "Exec=inglenook %F" in entry


def test_everything_is_where_it_lies_on_a_system_and_may_be_read_by_all(tree):
    usr = tree / "usr"
    command = usr / "bin" / "inglenook"
    assert command.resolve() == usr / "lib" / "inglenook" / "inglenook"
    assert os.access(command, os.X_OK)
    assert (usr / "lib" / "inglenook" / "_internal" / "two.so").is_symlink()
    for each in usr.rglob("*"):
        if not each.is_symlink():
            assert each.stat().st_mode & 0o777 in {0o755, 0o644}, each
    manual = gzip.decompress((usr / "share" / "man" / "man1" / "inglenook.1.gz").read_bytes())
    assert f"Inglenook {__version__}".encode() in manual


def test_the_icon_is_drawn_in_every_size(package, tree):
    folder = tree / "usr" / "share" / "icons" / "hicolor"
    for size in package.ICON_SIZES:
        image = QImage(str(folder / f"{size}x{size}" / "apps" / "inglenook.png"))
        assert (image.width(), image.height()) == (size, size)
        assert image.pixelColor(size // 2, size // 8).name() == "#b0461a"
        assert image.pixelColor(0, 0).alpha() < 40
    assert "currentColor" not in (folder / "scalable" / "apps" / "inglenook.svg").read_text()


def test_both_package_formats_ask_for_what_the_program_needs(package):
    recipe = package.filled("nfpm.yaml", WORDS)
    assert f'version: "{__version__}"' in recipe
    assert "- libc6 (>= 2.36)" in recipe
    assert "- libc.so.6(GLIBC_2.36)(64bit)" in recipe
    assert 'src: "/the/tree/usr/"' in recipe
    assert not re.search(r"\$\w", recipe)


def test_the_newest_c_library_that_is_asked_for_is_found(package, program, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", WORDS["epoch"])
    assert package.words_for(program)["date"] == WORDS["date"]
    assert package.words_for(program)["glibc"] == "2.30"


def test_sums_are_as_the_usual_tool_reads_them(package, tmp_path):
    (tmp_path / "a.deb").write_bytes(b"x")
    package.write_sums(tmp_path, [tmp_path / "a.deb"])
    assert (tmp_path / "SHA256SUMS").read_text().split() == [
        hashlib.sha256(b"x").hexdigest(),
        "a.deb",
    ]
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], check=True, cwd=tmp_path)


# --- the archive, as an ordinary person uses it ---


@pytest.fixture
def archive(package, tree, tmp_path):
    """What the archive unpacks to."""
    (tmp_path / "work").mkdir()
    made = package.archive(tree, tmp_path, tmp_path / "work", WORDS)
    subprocess.run(["tar", "-C", tmp_path, "-I", "zstd", "-xf", made], check=True)
    return tmp_path / f"inglenook-{__version__}"


def shell(script, *arguments, home):
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}
    command = ["dash", str(script), *map(str, arguments)]
    return subprocess.run(
        command, env=environment, check=False, capture_output=True, text=True, timeout=60
    )


def everything(folder):
    return {str(each.relative_to(folder)) for each in folder.rglob("*")}


def test_it_is_installed_and_removed_without_root_and_leaves_the_chats(archive, tmp_path):
    home = tmp_path / "a home"
    chats = home / ".local" / "share" / "inglenook" / "inglenook.db"
    chats.parent.mkdir(parents=True)
    chats.write_text("chats")
    before = everything(home)
    done = shell(archive / "install.sh", home=home)
    assert done.returncode == 0, done.stderr
    command = home / ".local" / "bin" / "inglenook"
    assert subprocess.run([command], capture_output=True, check=True).stdout == b"hello\n"
    entry = home / ".local" / "share" / "applications" / "inglenook.desktop"
    assert f'Exec="{command}" %F' in entry.read_text()
    subprocess.run(["desktop-file-validate", entry], check=True)
    done = shell(home / ".local" / "lib" / "inglenook" / "uninstall.sh", home=home)
    assert done.returncode == 0, done.stderr
    assert everything(home) == before
    assert chats.read_text() == "chats"


def test_a_newer_one_replaces_all_of_an_older_one(archive, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    prefix = tmp_path / "elsewhere"
    assert shell(archive / "install.sh", "--prefix", prefix, home=home).returncode == 0
    (prefix / "lib" / "inglenook" / "_internal" / "gone.so").write_text("old")
    assert shell(archive / "install.sh", "--prefix", prefix, home=home).returncode == 0
    assert not (prefix / "lib" / "inglenook" / "_internal" / "gone.so").exists()
    assert shell(prefix / "lib" / "inglenook" / "uninstall.sh", home=home).returncode == 0
    assert everything(home) == set()
    assert not prefix.exists() or everything(prefix) == set()


def test_one_that_does_not_run_here_leaves_the_older_one_as_it_was(archive, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    assert shell(archive / "install.sh", home=home).returncode == 0
    before = everything(home)
    (archive / "inglenook" / "inglenook").write_text("#!/bin/sh\necho no GLIBC >&2\nexit 1\n")
    done = shell(archive / "install.sh", home=home)
    assert done.returncode == 1
    assert "does not run on this system" in done.stderr
    assert "no GLIBC" in done.stderr
    assert everything(home) == before
    command = home / ".local" / "bin" / "inglenook"
    assert subprocess.run([command], capture_output=True, check=True).stdout == b"hello\n"
    assert shell(archive / "install.sh", "--prefix", home / "new", home=home).returncode == 1
    assert everything(home) == before


def test_what_the_scripts_do_not_understand_changes_nothing(archive, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    assert shell(archive / "install.sh", "--frobnicate", home=home).returncode == 2
    assert shell(archive / "uninstall.sh", home=home).returncode == 1
    assert everything(home) == set()
