"""`inglenook --self-test`: try every part of an installation and say what was found."""

from collections.abc import Callable, Mapping, Sequence

from inglenook.cli.output import prepare, put, put_json
from inglenook.services import report
from inglenook.services.check import Checked
from inglenook.services.selftest import CHECKS


def run(arguments: Sequence[str], more: Mapping[str, Callable[[], Checked]]) -> int:
    """Print what was found; return 0 if everything is there and works, else 1.

    Args:
        arguments: ``--json`` prints JSON; nothing else is understood.
        more: Checks besides those of the services.
    """
    prepare()
    found = report.findings({**CHECKS, **more})
    if "--json" in arguments:
        put_json({"version": report.version_line(), "findings": found})
    else:
        put(report.in_lines(found))
    return 0 if all(one.ok for one in found) else 1
