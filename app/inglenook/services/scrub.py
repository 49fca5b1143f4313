"""Takes out of lines what names a person's things: folders, files, models, quoted words."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

# A path in any system's writing; those below _SYSTEM name the system's own files.
_PATH = re.compile(r"(?:\b[A-Za-z]:[\\/]|\\\\|(?<![\w>~])/)[^\s'\"“”‘’«»<>|:;,()]+")
_SYSTEM = ("/usr/", "/lib", "/proc/", "/sys/", "/dev/", "/opt/")
_QUOTED = re.compile(r"“[^”\n]*”|‘[^’\n]*’|«[^»\n]*»|\"[^\"\n]*\"|(?<!\w)'[^'\n]*'(?!\w)")
_MODEL_FILE = re.compile(r"[^\s'\"“”/\\<>]+\.gguf\b", re.IGNORECASE)
_SHORTEST_NAME = 4
"""Shorter names would be found inside ordinary words."""


class Scrub:
    """Replaces names the same way wherever they stand, so that lines can still be compared.

    Args:
        folders: What stands for which folder, such as ``"<data>"``.
        models: Paths of model files.
        names_models: Leave the names of model files; their folders go all the same.

    Threads: any.
    """

    def __init__(
        self, folders: Mapping[str, Path], models: Iterable[Path], *, names_models: bool
    ) -> None:
        self._names_models = names_models
        known = {str(folder): sign for sign, folder in folders.items()}
        for number, path in enumerate(sorted(set(models)), 1):
            sign = path.name if names_models else f"<model {number}>"
            known[str(path)] = sign
            if not names_models:
                known.update({path.name: sign, path.stem: sign})
        # The longest first: a folder of ours may lie in the person's own.
        self._known = sorted(
            ((name, sign) for name, sign in known.items() if len(name) >= _SHORTEST_NAME),
            key=lambda pair: -len(pair[0]),
        )

    def clean(self, text: str) -> str:
        """Return text without what names things of the person."""
        for name, sign in self._known:
            text = text.replace(name, sign)
        text = _QUOTED.sub("“…”", text)
        text = _PATH.sub(_place, text)
        return text if self._names_models else _MODEL_FILE.sub("<model>", text)


def _place(match: re.Match[str]) -> str:
    return match[0] if match[0].startswith(_SYSTEM) else "<elsewhere>"
