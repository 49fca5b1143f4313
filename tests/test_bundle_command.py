"""`./dev bundle` tells how large the frozen program is and what takes most of it."""

import importlib.util
from pathlib import Path

import pytest

COMMAND = Path(__file__).resolve().parents[1] / "packaging" / "bundle.py"


@pytest.fixture(scope="module")
def bundle():
    spec = importlib.util.spec_from_file_location("bundle_command", COMMAND)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_largest_files_are_told_first_and_links_are_counted_once(bundle, tmp_path, capsys):
    (tmp_path / "small.so").write_bytes(b"x" * 1000)
    (tmp_path / "large.so").write_bytes(b"x" * (3 << 20))
    (tmp_path / "again.so").symlink_to(tmp_path / "large.so")
    assert bundle.told_sizes(tmp_path) == 3
    told = capsys.readouterr().out.splitlines()
    assert "large.so" in told[1]
    assert "again.so" not in "".join(told)


def test_a_program_that_fails_its_trial_is_told(bundle, tmp_path, capsys):
    program = tmp_path / "inglenook"
    program.write_text("#!/bin/sh\necho lost >&2\nexit 3\n")
    program.chmod(0o700)
    assert not bundle.tried(tmp_path, Path("model.gguf"))
    assert "lost" in capsys.readouterr().err
