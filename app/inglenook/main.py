"""Build everything once and choose a face: the window, the command line, or a child's work."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inglenook.services.services import Services

# Heavy parts are imported where they are needed: `inglenook --version` loads no Qt, and the
# engine child loads neither Qt nor the services.


def main(argv: Sequence[str] | None = None) -> int:
    """Run Inglenook and return the exit code.

    Args:
        argv: Arguments without the program's name; None for this process's own.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["--engine-host"]:
        from inglenook.engine import host  # noqa: PLC0415

        return host.main(arguments[1:])
    if arguments[:1] == ["--device-probe"]:
        from inglenook.engine import devices  # noqa: PLC0415

        return devices.main()
    from inglenook.cli import command  # noqa: PLC0415

    return command.run(arguments, open_window)


def open_window(services: "Services", arguments: Sequence[str]) -> int:
    """Open the window; return the exit code when it is closed."""
    from inglenook.ui import app  # noqa: PLC0415

    return app.run(services, arguments)


if __name__ == "__main__":
    sys.exit(main())
