"""`inglenook doctor`: check this installation and this computer."""

from inglenook.cli.output import put, put_json
from inglenook.services import report


def doctor(*, as_json: bool) -> int:
    """Check everything, print what was found, and return 0 if all of it works."""
    found = report.findings()
    if as_json:
        put_json({"version": report.version_line(), "findings": found})
    else:
        put(report.in_lines(found))
    return 0 if all(one.ok for one in found) else 1
