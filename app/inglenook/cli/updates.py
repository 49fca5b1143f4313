"""`inglenook update-check`: look at a release file, by path or by address; never by itself."""

import argparse

from inglenook import __version__
from inglenook.cli.output import put, put_json
from inglenook.services.updates import UpdateService


def add_options(verb: argparse.ArgumentParser) -> None:
    """Add what the verb understands."""
    about = "release.json on this computer, or its https:// address, which is asked once"
    verb.add_argument("place", metavar="FILE|URL", help=about)


def run(chosen: argparse.Namespace) -> int:
    """Say whether there is a newer version; the exit code is 0 in either case.

    Raises:
        InglenookError: the file is not to be believed, or cannot be had.
    """
    found = UpdateService.alone().check(chosen.place)
    release = found.release
    assert release is not None
    if chosen.json:
        put_json({"running": __version__, "is_newer": found.is_newer, "release": release})
        return 0
    if not found.is_newer:
        put(f"Inglenook {__version__} is the newest that this file tells of.")
        return 0
    put(f"Inglenook {release.version} is there, of {release.published}; this is {__version__}.")
    if release.notes:
        put(release.notes)
    for file in release.files:
        put(f"{file.sha256}  {file.name}")
    return 0
