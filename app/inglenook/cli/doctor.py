"""`inglenook doctor`: check this installation and this computer."""

import platform
from collections.abc import Callable
from dataclasses import dataclass

from inglenook import __version__
from inglenook.cli.output import put, put_json
from inglenook.core.errors import InglenookError
from inglenook.services import check


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report.

    Attributes:
        facts: Name and value, each with its source where it has one.
    """

    what: str
    ok: bool
    says: str
    facts: tuple[tuple[str, str], ...] = ()


def doctor(*, as_json: bool) -> int:
    """Check everything, print what was found, and return 0 if all of it works."""
    findings = tuple(_find(what, look) for what, look in check.CHECKS.items())
    version = (
        f"Inglenook {__version__}, Python {platform.python_version()}, {platform.platform()}"
    )
    if as_json:
        put_json({"version": version, "findings": findings})
    else:
        put(version)
        for finding in findings:
            _show(finding)
    return 0 if all(finding.ok for finding in findings) else 1


def _find(what: str, look: Callable[[], check.Checked]) -> Finding:
    try:
        says, facts = look()
    except InglenookError as error:
        problem = error.problem
        return Finding(
            what, ok=False, says=problem.in_words(), facts=tuple(problem.facts.items())
        )
    return Finding(what, ok=True, says=says, facts=facts)


def _show(finding: Finding) -> None:
    put(f"{'ok     ' if finding.ok else 'PROBLEM'}  {finding.what}: {finding.says}")
    for name, value in finding.facts:
        put(f"           {name}: {value}")
