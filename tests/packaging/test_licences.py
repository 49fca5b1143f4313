"""What is in a bundle belongs to somebody, and the notices say to whom."""

import importlib.util
import re
import shutil
import sys
from importlib import metadata
from pathlib import Path

import pytest

from inglenook.services.licences import Licence, needed

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("p", ROOT / "packaging" / "licences.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def program(tmp_path):
    """Return a frozen program with a library of each kind, and one distribution."""
    inside = tmp_path / "inglenook" / "_internal"
    shutil.copytree(ROOT / "resources" / "licences", inside / "resources" / "licences")
    for name in (
        "PySide6/Qt/lib/libQt6Core.so.6", "llama_cpp/lib/libggml-cpu-haswell.so",
        "lib-dynload/_ssl.cpython-311-x86_64-linux-gnu.so", "msgspec/_core.so",
        "libgomp.so.1", "_bz2.pyd",
    ):  # fmt: skip
        (inside / name).parent.mkdir(parents=True, exist_ok=True)
        (inside / name).touch()
    about = inside / "msgspec-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.4\nName: msgspec\nVersion: 1\n")
    (about / "RECORD").write_text("msgspec/_core.so,,\n")
    return inside.parent


def test_every_library_has_an_owner(tool, program):
    inside = tool.inside_of(program)
    assert tool.unclaimed(inside, tool.libraries(inside)) == set()


def test_a_library_that_nobody_brought_is_found(tool, program):
    inside = tool.inside_of(program)
    (inside / "libstray.so.2").touch()
    (inside / "libagain.so").symlink_to(inside / "libstray.so.2")
    (inside / "msgspec" / "extra.so").touch()
    assert tool.unclaimed(inside, tool.libraries(inside)) == {
        "libstray.so.2",
        "msgspec/extra.so",
    }


def test_a_font_without_terms_of_its_own_is_found(tool, program):
    inside = tool.inside_of(program)
    fonts = inside / "resources" / "fonts"
    fonts.mkdir(parents=True)
    for name in ("Inter-Bold.otf", "InterDisplay-Bold.otf", "JetBrainsMono-Italic.ttf"):
        (fonts / name).touch()
    (fonts / "Stray-Regular.ttf").touch()
    assert tool.unclaimed_fonts(inside) == {"resources/fonts/Stray-Regular.ttf"}


def test_a_module_without_a_licence_in_the_bundle_is_found(tool, program):
    inside = tool.inside_of(program)
    found = {"msgspec", "json", "inglenook", "numpy", "pyimod02_importers"}
    assert tool.missing_modules(inside, found) == ["module numpy"]


def test_qt_that_could_not_be_replaced_is_found(tool, program):
    inside = tool.inside_of(program)
    assert tool.has_replaceable_qt(inside)
    (inside / "PySide6" / "Qt" / "lib" / "libQt6Core.so.6").unlink()
    assert not tool.has_replaceable_qt(inside)


def test_the_notices_have_every_text_once_and_the_offer_of_the_source(tool, program):
    same = "Permission is granted."
    python = Licence("Python", "3.11", "PSF-2.0", same)
    told = tool.write(program, (python, Licence("zlib (Debian)", "1.2", "Zlib", same)))
    notices = (program / tool.NOTICES).read_text("utf-8")
    assert {"Python", "zlib (Debian)", "llama.cpp"} <= {one.name for one in told}
    assert notices.count(same) == 1
    assert "As for Python." in notices
    assert "at least three years" in notices
    assert "GNU LESSER GENERAL PUBLIC LICENSE" not in notices  # there is no Qt binding in it
    assert told == tool.licences(tool.inside_of(program))  # as the window will show them


@pytest.mark.skipif(not Path("/var/lib/dpkg").exists(), reason="asks Debian's packages")
def test_a_library_of_a_debian_package_brings_the_licence_of_its_package(tool):
    owned = tool.debian_packages({"libstdc++.so.6", "libnobodys.so.9"})
    assert list(owned) == ["libstdc++.so.6"]
    said = tool.of_debian(owned["libstdc++.so.6"])
    assert "Runtime Library Exception" in said.text or "GCC" in said.text
    assert "Version 3, 29 June 2007" in said.text  # the GPL, which it only refers to


def test_everything_that_the_program_imports_is_told_of(tool):
    """The same as is asked of a bundle, asked of the source."""
    told = {one.metadata["Name"].casefold() for one in needed()}
    makers = metadata.packages_distributions()
    pattern = re.compile(r"^\s*(?:from|import) (\w+)", re.MULTILINE)
    used = set()
    for path in (ROOT / "app").rglob("*.py"):
        used.update(pattern.findall(path.read_text("utf-8")))
    # The last stands in an example of ours for other programs.
    outside = {name for name in used if name in makers} - {"inglenook", "openai"}
    assert {"PySide6", "msgspec", "numpy"} <= outside - sys.stdlib_module_names
    untold = {each for each in outside if not told & {x.casefold() for x in makers[each]}}
    assert untold == set()
