"""What the echo engine is to do: its directives, its text and its tokens, as pure functions."""

import re
from dataclasses import dataclass, fields
from pathlib import PurePath

from inglenook.core.errors import BadArgumentError

WAYS_TO_DIE = ("kill", "abort", "exit", "garbage", "hang", "stall", "memory")

_TOKEN = re.compile(rb"[\x80-\xff]|\s?[A-Za-z]{1,6}|\s{1,4}|.", re.DOTALL)
_MOST_QUOTED = 2_000


@dataclass(frozen=True, slots=True)
class Script:
    """Directives, parsed.

    Attributes:
        text: Said instead of the usual answer.
        tokens: Length of the answer; 0 for all of the text.
        rate: Tokens per second; 0 for as fast as it goes.
        think: Tokens of thinking before the answer.
        wait: Seconds before anything happens.
        fail: Fail in words, after ``at`` tokens.
        bug: Fail by an unexpected error, after ``at`` tokens.
        die: One of WAYS_TO_DIE, after ``at`` tokens, or ``""``.
        at: Tokens before the failure.
    """

    text: str = ""
    tokens: int = 0
    rate: float = 0.0
    think: int = 0
    wait: float = 0.0
    fail: bool = False
    bug: bool = False
    die: str = ""
    at: int = 0

    def __post_init__(self) -> None:
        if self.die not in {"", *WAYS_TO_DIE}:
            raise _unknown(f"die={self.die}")
        for name in ("tokens", "rate", "think", "wait", "at"):
            if not 0 <= getattr(self, name) <= 1_000_000:
                raise _unknown(name)


_KINDS = {each.name: each.type for each in fields(Script)}


def script_from(turn: str) -> Script | None:
    """Read the directives of a turn; None if it has none.

    Raises:
        BadArgumentError: there is no such directive, or it has another kind of value.
    """
    if not re.match(r"/echo(\s|$)", turn):
        return None
    head, said, text = turn.partition("text=")
    words = (head if said else turn.partition("\n")[0]).split()[1:]
    return _script(words, text)


def load_script_from(path: str) -> Script:
    """Read the directives in a model's file name.

    Raises:
        BadArgumentError: as ``script_from``.
    """
    words = PurePath(path).name.removesuffix(".gguf").split()
    return _script(words[1:], "") if words[:1] == ["echo"] else Script()


def answer_to(turn: str, script: Script | None) -> str:
    """Return what is answered to a turn."""
    if script is None:
        return _markdown(turn)
    if script.text:
        return script.text
    if not script.tokens:
        return _markdown(turn)
    return " ".join(["hearth"] + ["ember"] * (script.tokens - 1))


def drafts_of(text: str, count: int) -> list[str]:
    """Return what each draft says: the parts between lines of ``---``, again from the first."""
    parts = [each.strip("\n") for each in re.split(r"(?m)^---$", text)]
    return [parts[number % len(parts)] for number in range(count)]


def tokens_of(text: str) -> list[bytes]:
    """Cut text into tokens; joined they are its UTF-8."""
    found: list[bytes] = _TOKEN.findall(text.encode("utf-8", "replace"))
    return found


def _script(words: list[str], text: str) -> Script:
    values: dict[str, str | float | bool] = {"text": text}
    for word in words:
        name, _, value = word.partition("=")
        values[name] = _value(word, name, value)
    return Script(**values)  # type: ignore[arg-type]  # _value gives each its own kind


def _value(word: str, name: str, value: str) -> str | float | bool:
    try:
        match _KINDS.get(name):
            case kind if kind is bool and not value:
                return True
            case kind if kind is int:
                return int(value)
            case kind if kind is float:
                return float(value)
            case kind if kind is str and name == "die" and value:
                return value
    except ValueError:
        raise _unknown(word) from None
    raise _unknown(word)


def _unknown(word: str) -> BadArgumentError:
    return BadArgumentError(
        "The echo engine does not know this directive",
        "Look at the list in engine/echo.py.",
        directive=word[:80],
    )


def _markdown(turn: str) -> str:
    quoted = turn[:_MOST_QUOTED].replace("\n", "\n> ")
    return f"""## You said

> {quoted}

I am the **echo engine**. There is *no model* behind me, so this is all I can tell:

- your message has {len(turn)} characters
- it has {len(turn.split())} words
- the café is open, 早上好, 👋

```python
def echo(words: str) -> str:
    return words
```

| Part | What it shows |
|---|---|
| Heading | the size of titles |
| Code | colours and `copy` |
"""
