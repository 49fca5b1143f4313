"""A server over the starter model, for the files that ask it as other programs do."""

import json
import os
import subprocess
import sys

import openai
import pytest


@pytest.fixture(scope="module")
def client(starter, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    key = home / "key"
    child = subprocess.Popen(
        [sys.executable, "-m", "inglenook", "serve", "--model", str(starter), "--port", "0",
         "--key-file", key, "--json"],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "INGLENOOK_HOME": str(home)},
    )  # fmt: skip
    told = ""
    while not told.endswith("}\n"):
        told += child.stdout.readline()
    address = json.loads(told)["address"]
    with openai.OpenAI(base_url=address, api_key=key.read_text().strip(), timeout=60) as made:
        yield made
    child.terminate()
    child.communicate(timeout=60)
    assert child.returncode == 0
