"""Files that are named on the command line."""

from pathlib import Path


def whole_path(text: str) -> str:
    """Return the path of a file wherever it is opened: the engine works in another folder."""
    return str(Path(text).expanduser().absolute())
