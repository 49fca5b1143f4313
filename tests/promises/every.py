"""All promises that have a harness, in one table."""

import importlib
import sys
from pathlib import Path

from tests.promises.table import Row, main


def rows() -> list[Row]:
    """Return the rows of every module beside this one, in order of their names."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
    found = (name for name in names if name != "every" and not name.startswith("test_"))
    modules = (importlib.import_module(f"tests.promises.{name}") for name in found)
    made = [row for module in modules for row in getattr(module, "ROWS", ())]
    return sorted(made, key=lambda row: row.promise)


if __name__ == "__main__":
    sys.exit(main("Promises", rows()))
