"""File names that a hostile or careless repository may have."""

import random

_UP = ("..", "../..", "a/../..", "./..", "..\\..", "a\\..\\..")
_ABSOLUTE = ("/etc", "/tmp", "//host/share", "\\\\host\\share", "C:", "C:\\", "\\\\?\\C:")
_DEVICES = ("CON", "prn", "AUX.gguf", "nul", "COM1", "lpt9.gguf", "CONIN$", "COM\u00b9")
_ENDS = ("model.", "model ", "model.gguf.part", "m.part.json", "m.part.lock", " model.gguf")
_SIGNS = (
    "\0",
    "\n",
    "\x1b[2J",
    "\x7f",
    "\u202e",
    "\u200b",
    "\ud800",
    "<",
    ">",
    ":",
    "|",
    "?",
    "*",
)
_EMPTY = ("", "/", "a//b", "a/", "/a", ".", "a/./b", "a/.")
_LONG = ("x" * 256, "\u00e9" * 128, "a/" * 20 + "b", "x" * 5000)


def hostile_names(count: int) -> list[str]:
    """Return so many names, none of which may be stored; the first are the classic ones."""
    dice = random.Random(11)
    names = [*(f"{up}/evil.gguf" for up in _UP), *(f"{root}/evil.gguf" for root in _ABSOLUTE)]
    names += [*_DEVICES, *_ENDS, *_EMPTY, *_LONG, *(f"a{sign}b.gguf" for sign in _SIGNS)]
    while len(names) < count:
        inner = "/".join(dice.choice(("a", "b.gguf", "deep")) for _ in range(dice.randrange(3)))
        bad = dice.choice((*_UP, *_DEVICES, *_ENDS, *(f"x{sign}" for sign in _SIGNS)))
        names.append("/".join(each for each in (inner, bad, "z.gguf") if each))
    return names[:count]
