"""docs/serving.md: its programs are those of the page, and they do what they say."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from inglenook.services.snippets import KEY_VARIABLE, Program, Shell, key_line, snippet

MANUAL = (Path(__file__).resolve().parents[1] / "docs" / "serving.md").read_text("utf-8")
ADDRESS, MODEL = "http://127.0.0.1:11535/v1", "SmolLM2-135M-Instruct.Q4_1"
FENCES = re.findall(r"```(\w+)\n(.*?)\n```", MANUAL, re.DOTALL)


def test_every_program_is_the_one_of_the_page():
    for shell in Shell:
        line = key_line("ik-YOUR-KEY", shell)
        assert (line.language, line.text) in FENCES
        for program in Program:
            told = snippet(program, ADDRESS, MODEL, shell)
            assert (told.language, told.text) in FENCES


def test_editors_are_told_the_same_address_and_model():
    (zed,) = (json.loads(text) for language, text in FENCES if language == "json")
    (provider,) = zed["language_models"]["openai_compatible"].items()
    assert f"{provider[0].upper()}_API_KEY" == KEY_VARIABLE
    assert provider[1]["api_url"] == ADDRESS
    assert provider[1]["available_models"][0]["name"] == MODEL
    (yaml,) = (text for language, text in FENCES if language == "yaml")
    assert f"apiBase: {ADDRESS}\n" in yaml
    assert f"model: {MODEL}\n" in yaml


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address and the key of a server with the echo engine."""
    home = tmp_path_factory.mktemp("serving")
    command = [sys.executable, "-m", "inglenook", "--echo", "serve", "--port", "0", "--json"]
    place = {**os.environ, "INGLENOOK_HOME": str(home)}
    with subprocess.Popen(
        command, env=place, stdout=subprocess.PIPE, encoding="utf-8"
    ) as child:
        told = ""
        for line in child.stdout:
            told += line
            if line == "}\n":
                break
        found = json.loads(told)
        yield found["address"], found["key"]
        child.terminate()


def output_of(script: str, *interpreter: str) -> str:
    done = subprocess.run(
        interpreter, input=script, capture_output=True, encoding="utf-8", timeout=60,
        check=True,
    )  # fmt: skip
    return done.stdout


@pytest.mark.skipif(not shutil.which("curl") or os.name == "nt", reason="needs curl and sh")
def test_curl_has_an_answer_as_pasted(server):
    address, key = server
    lines = key_line(key, Shell.BASH).text, snippet(
        Program.CURL, address, "default", Shell.BASH
    ).text  # fmt: skip
    told = json.loads(output_of("\n".join(lines), "/bin/sh"))
    assert told["choices"][0]["message"]["content"]


def test_python_has_an_answer_as_pasted(server, monkeypatch):
    address, key = server
    monkeypatch.setenv(KEY_VARIABLE, key)
    program = snippet(Program.PYTHON, address, "default", Shell.BASH).text
    assert output_of(program, sys.executable, "-").strip()


@pytest.mark.skipif(not shutil.which("node"), reason="Node.js is not installed")
def test_javascript_has_an_answer_as_pasted_and_says_what_is_wrong(server, monkeypatch):
    address, key = server
    program = snippet(Program.JAVASCRIPT, address, "default", Shell.BASH).text
    monkeypatch.setenv(KEY_VARIABLE, key)
    assert output_of(program, "node", "--input-type=module").strip()
    monkeypatch.setenv(KEY_VARIABLE, "ik-wrong")
    assert "key" in output_of(program, "node", "--input-type=module")
