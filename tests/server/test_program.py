"""What a program calls itself, read from what anybody could have written."""

import pytest

from inglenook.server.program import program_of

OBSIDIAN = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "obsidian/1.5.3 Chrome/120.0.1 Electron/28.1 Safari/537.36"
)


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("OpenAI/Python 2.8.0", "OpenAI/Python"),
        ("AsyncOpenAI/Python 1.99.1", "AsyncOpenAI/Python"),
        ("curl/8.5.0", "curl"),
        ("node", "node"),
        ("python-requests/v2.32", "python-requests"),
        (OBSIDIAN, "obsidian"),
        ("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox"),
        ("", ""),
        ("\u202eevil <b>x</b> ((", ""),
        ("x" * 5000, "x" * 40),
        ("(" * 900 + ")" * 900, ""),
    ],
)
def test_a_program_is_called_by_its_own_name(sent, name):
    assert program_of(sent) == name
