"""Programs to paste: whatever a model is called, it arrives as it is, and does nothing else."""

import ast
import json
import os
import re
import subprocess

import pytest

from inglenook.services.snippets import KEY_VARIABLE, Program, Shell, key_line, snippet

ADDRESS = "http://127.0.0.1:11535/v1"
NAMES = (
    "Qwen3-8B-Q4_K_M",
    'it\'s $(touch gone) `touch gone` "quoted" \\ end',
    "line\nbreak\tand 模型 😀 \u202egnp",
)


def model_in_json(text: str) -> str:
    """Return the model of the one JSON object in a text."""
    return json.JSONDecoder().raw_decode(text[text.index('{"model"') :])[0]["model"]


@pytest.mark.skipif(os.name == "nt", reason="there is no shell of this kind")
@pytest.mark.parametrize("name", NAMES)
def test_a_shell_gives_curl_the_name_as_it_is_and_runs_nothing_of_it(name, tmp_path):
    line = snippet(Program.CURL, ADDRESS, name, Shell.BASH).text
    script = f"curl() {{ printf '%s\\0' \"$@\"; }}\n{key_line('ik-k', Shell.BASH).text}\n{line}"
    done = subprocess.run(
        ["/bin/sh", "-c", script], cwd=tmp_path, check=True, capture_output=True, timeout=60
    )
    heard = done.stdout.decode().split("\0")
    assert heard[0] == f"{ADDRESS}/chat/completions"
    assert "Authorization: Bearer ik-k" in heard
    assert model_in_json(heard[-2]) == name
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_powershell_reads_one_text_without_anything_to_run(name):
    text = snippet(Program.CURL, ADDRESS, name, Shell.POWERSHELL).text
    quoted = re.match(r"'((?:[^']|'')*)' \|\n", text)
    assert quoted is not None
    assert model_in_json(quoted.group(1).replace("''", "'")) == name
    assert text.isascii()
    assert f"$env:{KEY_VARIABLE}" in text
    line = key_line("ik-it's", Shell.POWERSHELL)
    assert line.text == f"$env:{KEY_VARIABLE} = 'ik-it''s'"
    assert line.language == "powershell"


@pytest.mark.parametrize("name", NAMES)
def test_python_and_javascript_read_the_name_as_it_is(name):
    program = snippet(Program.PYTHON, ADDRESS, name, Shell.BASH)
    found = [node.value for node in ast.walk(ast.parse(program.text))
             if isinstance(node, ast.Constant)]  # fmt: skip
    assert {name, ADDRESS, KEY_VARIABLE} <= set(found)
    assert program.language == "python"
    text = snippet(Program.JAVASCRIPT, ADDRESS, name, Shell.BASH).text
    literal = re.search(r'model: ("(?:[^"\\]|\\.)*")', text)
    assert literal is not None
    assert json.loads(literal.group(1)) == name
