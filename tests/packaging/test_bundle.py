"""`./dev bundle` tells how large the frozen program is, tries it, and leaves nothing astray."""

import importlib.util
import json
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "packaging"
HEALTHY = {
    "findings": [{"what": "files", "ok": True, "says": "here", "facts": []}],
    "answer": {"timings": {"tokens_per_s": 100.0}},
}


def command(name):
    spec = importlib.util.spec_from_file_location(f"{name}_command", FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def bundle():
    return command("bundle")


def program(folder, script):
    file = folder / "inglenook"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o700)
    return folder


def test_the_largest_files_are_told_first_links_once_and_models_not(bundle, tmp_path, capsys):
    (tmp_path / "small.so").write_bytes(b"x" * 1000)
    (tmp_path / "large.so").write_bytes(b"x" * (3 << 20))
    (tmp_path / "starter.gguf").write_bytes(b"x" * (4 << 20))
    (tmp_path / "again.so").symlink_to(tmp_path / "large.so")
    assert bundle.told_sizes(tmp_path) == 3
    told = capsys.readouterr().out
    assert "large.so" in told.splitlines()[1]
    assert "again.so" not in told
    assert "starter" not in told


def test_the_fonts_that_the_window_writes_with_are_laid_in_and_no_more(tmp_path, capsys):
    faces = command("faces")
    (tmp_path / "given").mkdir()
    for name in (*faces.FACES, "Inter-Thin"):
        (tmp_path / "given" / f"{name}.otf").write_bytes(b"x")
    assert faces.lay_fonts(tmp_path / "here", [tmp_path / "none", tmp_path / "given"]) == ()
    assert {each.stem for each in (tmp_path / "here").iterdir()} == set(faces.FACES)
    assert faces.lay_fonts(tmp_path / "there", [tmp_path / "none"]) == faces.FACES
    assert "MISSING Inter-Regular" in capsys.readouterr().out


def test_a_program_that_fails_its_trial_is_told(bundle, tmp_path, capsys):
    assert not bundle.tried(program(tmp_path, "echo lost >&2\nexit 3"))
    assert "lost" in capsys.readouterr().err


@pytest.fixture
def server():
    """What a server of ours says of its models, to whoever has the key."""

    class Models(BaseHTTPRequestHandler):
        def do_GET(self):
            body = b'{"data": [{"id": "starter"}]}'
            self.send_response(200 if self.headers["Authorization"] == "Bearer k" else 401)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said):
            pass

    with HTTPServer(("127.0.0.1", 0), Models) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()
        thread.join()


def a_well_one(folder, server, key="k"):
    served = json.dumps({"address": server, "others": [], "key": key}, indent=2)
    lines = f"if [ $1 = serve ]; then echo '{served}'; exec sleep 60; fi"
    return program(folder, f"{lines}\necho '{json.dumps(HEALTHY)}'")


def test_a_program_that_is_well_answers_and_serves_is_good(bundle, tmp_path, server, capsys):
    assert bundle.tried(a_well_one(tmp_path, server))
    told = capsys.readouterr().out
    assert "100 tokens/s" in told
    assert "server: starter" in told
    assert not bundle.tried(a_well_one(tmp_path, server, key="another"))
    assert "no answer" in capsys.readouterr().out


def test_one_that_finds_something_ill_is_not(bundle, tmp_path, capsys):
    said = json.dumps({**HEALTHY, "findings": [{**HEALTHY["findings"][0], "ok": False}]})
    assert not bundle.tried(program(tmp_path, f"echo '{said}'"))
    assert "PROBLEM files" in capsys.readouterr().out


def test_it_is_tried_without_anything_of_this_environment(bundle, tmp_path, monkeypatch):
    monkeypatch.setenv("INGLENOOK_RUNTIME", "/somewhere")
    script = (
        'echo "{\\"runtime\\": \\"$INGLENOOK_RUNTIME\\", \\"home\\": \\"$INGLENOOK_HOME\\"}"'
    )
    found = bundle.said([str(program(tmp_path, script) / "inglenook")], "/a/home")
    assert found == {"runtime": "", "home": "/a/home"}


def test_the_newest_version_of_glibc_that_is_named_counts(bundle, tmp_path):
    old, new = tmp_path / "old.so", tmp_path / "new.so.1"
    old.write_bytes(b"\0GLIBC_2.4\0GLIBC_2.17\0")
    new.write_bytes(b"\0GLIBC_2.36\0GLIBCXX_3.4.99\0GLIBC_2.9\0")
    assert max(bundle.newest_of([old, new])) == (2, 36)
    assert set(bundle.libraries(tmp_path)) == {old, new}


def test_less_is_tried_in_a_copy_that_takes_no_room(tmp_path):
    prove = command("prove")
    (tmp_path / "whole").mkdir()
    (tmp_path / "whole" / "part.so").write_text("x")
    copy = prove.linked_copy(tmp_path / "whole", tmp_path / "less")
    assert (copy / "part.so").samefile(tmp_path / "whole" / "part.so")
    (copy / "part.so").unlink()
    assert (tmp_path / "whole" / "part.so").exists()


def test_what_was_set_for_the_program_alone_is_not_handed_on():
    start = command("start")
    environment = {
        "LD_LIBRARY_PATH": "/ours:/mine",
        "LD_LIBRARY_PATH_ORIG": "/mine",
        "_PYI_ARCHIVE_FILE": "x",
        "HOME": "/home/me",
    }
    start.give_back(environment)
    assert environment == {"LD_LIBRARY_PATH": "/mine", "HOME": "/home/me"}
    environment = {"LD_LIBRARY_PATH": "/ours"}
    start.give_back(environment)
    assert environment == {}


def test_folders_of_the_computer_that_built_a_library_are_not_searched(bundle, tmp_path):
    library = tmp_path / "libone.so"
    source = tmp_path / "one.c"
    source.write_text("int one(void) { return 1; }\n")
    linking = ["gcc", "-shared", "-fPIC", "-o", str(library), str(source)]
    subprocess.run([*linking, "-Wl,-rpath,/home/builder/lib"], check=True)
    bundle.slim(tmp_path)
    told = subprocess.run(
        ["patchelf", "--print-rpath", library], capture_output=True, check=True
    )
    assert told.stdout.strip() == b""
