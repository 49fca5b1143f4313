"""Short programs that ask the local server, ready to be pasted: page and manual share them."""

import json
import shlex
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

KEY_VARIABLE = "INGLENOOK_API_KEY"
"""The environment variable that the programs read the key from."""
QUESTION = "Why do cats purr?"


class Program(StrEnum):
    """What a program is written in."""

    CURL = "curl"
    PYTHON = "python"
    JAVASCRIPT = "javascript"


class Shell(StrEnum):
    """Where it is pasted: they quote differently."""

    BASH = "bash"
    POWERSHELL = "powershell"


class Snippet(NamedTuple):
    """A program.

    Attributes:
        language: Whose colours it wears.
        text: What is pasted; without an end of line.
    """

    language: str
    text: str


def key_line(key: str, shell: Shell) -> Snippet:
    """Return the line that puts the key where the programs look for it."""
    if shell is Shell.POWERSHELL:
        return Snippet(shell, f"$env:{KEY_VARIABLE} = {_powershell(key)}")
    return Snippet(shell, f"export {KEY_VARIABLE}={shlex.quote(key)}")


def snippet(program: Program, address: str, model: str, shell: Shell) -> Snippet:
    """Return a program that asks one question and prints the answer.

    Args:
        program: What it is written in.
        address: Of the server, ``"http://127.0.0.1:11535/v1"``.
        model: As the server names it; it may be any file name, and is quoted everywhere.
        shell: Where a command is pasted.
    """
    make: dict[Program, Callable[[str, str, Shell], Snippet]] = {
        Program.CURL: _curl,
        Program.PYTHON: _python,
        Program.JAVASCRIPT: _javascript,
    }
    return make[program](address, model, shell)


def _curl(address: str, model: str, shell: Shell) -> Snippet:
    # ASCII only: a terminal may have another encoding than UTF-8.
    message = json.dumps({"role": "user", "content": QUESTION})
    body = f'{{"model": {json.dumps(model)}, "messages": [{message}]}}'
    place = f"{address}/chat/completions"
    if shell is Shell.POWERSHELL:
        # By a pipe: until 7.3, PowerShell drops the quotes within an argument.
        lines = [
            f"{_powershell(body)} |",
            f"  curl.exe {_powershell(place)} `",
            f'  -H "Authorization: Bearer $env:{KEY_VARIABLE}" `',
            '  -H "Content-Type: application/json" `',
            '  -d "@-"',
        ]
    else:
        lines = [
            f"curl {shlex.quote(place)} \\",
            f'  -H "Authorization: Bearer ${KEY_VARIABLE}" \\',
            '  -H "Content-Type: application/json" \\',
            f"  -d {shlex.quote(body)}",
        ]
    return Snippet(shell, "\n".join(lines))


def _python(address: str, model: str, _shell: Shell) -> Snippet:
    return Snippet(
        "python",
        f"""\
# Once: pip install openai
import os

from openai import OpenAI

client = OpenAI(
    base_url={_literal(address)},
    api_key=os.environ["{KEY_VARIABLE}"],
)
answer = client.chat.completions.create(
    model={_literal(model)},
    messages=[{{"role": "user", "content": {_literal(QUESTION)}}}],
)
print(answer.choices[0].message.content)""",
    )


def _javascript(address: str, model: str, _shell: Shell) -> Snippet:
    return Snippet(
        "javascript",
        f"""\
// Save it as ask.mjs, then: node ask.mjs
const response = await fetch({json.dumps(f"{address}/chat/completions")}, {{
  method: "POST",
  headers: {{
    "Authorization": `Bearer ${{process.env.{KEY_VARIABLE}}}`,
    "Content-Type": "application/json",
  }},
  body: JSON.stringify({{
    model: {json.dumps(model)},
    messages: [{{ role: "user", content: {json.dumps(QUESTION)} }}],
  }}),
}});
const answer = await response.json();
console.log(answer.error?.message ?? answer.choices[0].message.content);""",
    )


def _literal(text: str) -> str:
    """Return a string as Python reads it; JSON's escapes are no Python beyond 16 bits."""
    return json.dumps(text) if text.isascii() and text.isprintable() else ascii(text)


def _powershell(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
