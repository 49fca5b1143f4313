"""Build everything once and choose a face: the window, the command line, or a child's work."""

import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook.services.streams import open_missing
from inglenook.storage.beside import keep_beside

if TYPE_CHECKING:
    from inglenook.effort.ladder import Ladder
    from inglenook.effort.report import SetReport
    from inglenook.services.api import ApiService
    from inglenook.services.listening import Door, Listener, Watch
    from inglenook.services.services import Services

# Heavy parts are imported where they are needed: the window is painted before the services
# are loaded, the command line loads no Qt, and the engine child loads neither.

ECHO = "--echo"
_WINDOW_FLAGS = {ECHO, "--new-chat", "--quit-after-first-paint", "--quit-when-furnished"}
_SCREENS = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run Inglenook and return the exit code.

    Args:
        argv: Arguments without the program's name; None for this process's own.
    """
    open_missing()
    keep_beside()
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["--engine-host"]:
        from inglenook.engine import host  # noqa: PLC0415

        return host.main(arguments[1:])
    if arguments[:1] == ["--device-probe"]:
        from inglenook.engine import devices  # noqa: PLC0415

        return devices.main()
    if arguments[:1] == ["--bandwidth-probe"]:
        from inglenook.hardware import bandwidth  # noqa: PLC0415

        return bandwidth.main()
    if arguments[:1] == ["--memory-probe"]:
        from inglenook.engine import probe  # noqa: PLC0415

        return probe.main()
    if arguments[:1] == ["--document-reader"]:
        from inglenook.documents import child  # noqa: PLC0415

        return child.main()
    if arguments[:1] == ["--self-test"]:
        return self_test(arguments[1:])
    if all(each in _WINDOW_FLAGS or _is_model(each) for each in arguments):
        return open_window(arguments)
    from inglenook.cli import command  # noqa: PLC0415

    return command.run(arguments, draw, listen)


def self_test(arguments: Sequence[str]) -> int:
    """Try every part of this installation; return 0 if all of them work."""
    from inglenook.cli import selftest  # noqa: PLC0415
    from inglenook.ui.selftest import check_offscreen  # noqa: PLC0415

    return selftest.run(arguments, {"window": check_offscreen})


def open_window(arguments: Sequence[str]) -> int:
    """Open the window; return the exit code when it is closed."""
    if sys.platform == "linux" and not _SCREENS & os.environ.keys():
        sys.stderr.write("There is no display here. Type: inglenook chat\n")
        return 1
    from inglenook.ui import app  # noqa: PLC0415

    opens = partial(open_services, "echo" if ECHO in arguments else "llama")
    return app.run(opens, arguments, data_folder)


def draw(found: "SetReport | Ladder", model: str, target: Path) -> None:
    """Draw what an evaluation found; Qt is loaded only for that."""
    from inglenook.ui.evaluation.pictures import save  # noqa: PLC0415

    save(found, model, target)


def listen(api: "ApiService", door: "Door", watch: "Watch") -> "Listener":
    """Listen for other programs; what that takes is loaded when it is switched on."""
    from inglenook.server.listener import HttpListener  # noqa: PLC0415

    return HttpListener(api, door, watch)


def data_folder() -> Path:
    """Return where the data is; imported only now, after the window's first paint."""
    from inglenook.storage.paths import find_folders  # noqa: PLC0415

    return find_folders().data


def _is_model(argument: str) -> bool:
    """Tell whether an argument is a model file to open, as a file manager passes it."""
    return argument.lower().endswith(".gguf") and not argument.startswith("-")


def open_services(backend: str) -> "Services":
    """Build the services; imported only now, after the window's first paint."""
    from inglenook.services import logs  # noqa: PLC0415
    from inglenook.services.services import Services  # noqa: PLC0415

    services = Services.open(backend=backend, listen=listen)
    logs.watch_crashes(services.folders.logs)
    return services


if __name__ == "__main__":
    sys.exit(main())
