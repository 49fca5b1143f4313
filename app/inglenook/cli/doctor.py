"""`inglenook doctor`: check this installation and this computer, or write a report of it."""

import argparse
from pathlib import Path

from inglenook.cli.output import put, put_json
from inglenook.core.errors import BadArgumentError
from inglenook.services import report, reportfile
from inglenook.storage.paths import find_folders


def add_options(verb: argparse.ArgumentParser) -> None:
    """Add what the verb understands."""
    about = "write a report for others into a zip file; it has no word of a chat"
    verb.add_argument("--bundle", metavar="FILE", type=Path, help=about)
    about = "with --bundle: leave the names of model files in it"
    verb.add_argument("--model-names", action="store_true", help=about)


def run(chosen: argparse.Namespace) -> int:
    """Do what was asked for."""
    if chosen.bundle is not None:
        return bundle(chosen.bundle, names_models=chosen.model_names, as_json=chosen.json)
    return doctor(as_json=chosen.json)


def doctor(*, as_json: bool) -> int:
    """Check everything, print what was found, and return 0 if all of it works."""
    found = report.findings()
    if as_json:
        put_json({"version": report.version_line(), "findings": found})
    else:
        put(report.in_lines(found))
    return 0 if all(one.ok for one in found) else 1


def bundle(path: Path, *, names_models: bool, as_json: bool) -> int:
    """Write a report and say where it is.

    Raises:
        BadArgumentError: there is a file of this name.
        StorageError: it cannot be written.
    """
    if path.exists():
        raise BadArgumentError("There is a file of this name", "Choose another name.")
    reportfile.save(path, find_folders(), names_models=names_models)
    if as_json:
        put_json({"bundle": str(path.absolute())})
    else:
        put(f"The report is in {path}. It is plain text: read it before you send it.")
    return 0
