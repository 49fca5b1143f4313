"""A desktop of its own: an X server, a window manager, and the buses of screen readers."""

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

WAIT_S = 40.0
SIZE = (1280, 860)

_REGISTRY = ("/usr/libexec/at-spi2-registryd", "/usr/lib/at-spi2-core/at-spi2-registryd")
_PROGRAMS = {
    "Xvfb": "xvfb", "openbox": "openbox", "xdotool": "xdotool", "dbus-daemon": "dbus",
}  # fmt: skip
_LOOKS_EVERY_S = 0.05

_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>{kind}</type>
  <listen>unix:dir={folder}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""

Found = TypeVar("Found")


class LateError(AssertionError):
    """Something that a person would have seen did not happen in time."""


def eventually(look: Callable[[], Found], what: str, wait_s: float = WAIT_S) -> Found:
    """Look again and again until something is there, and return it.

    Raises:
        LateError: it was not there in time; it says what was waited for.
    """
    pause = threading.Event()
    for _ in range(round(wait_s / _LOOKS_EVERY_S)):
        if found := look():
            return found
        pause.wait(_LOOKS_EVERY_S)
    raise LateError(f"it did not happen in time: {what}")


def missing() -> str:
    """Return the Debian packages that a desktop needs and that are not there; "" for none."""
    lacked = {name for program, name in _PROGRAMS.items() if not shutil.which(program)}
    if _registry() is None:
        lacked.add("at-spi2-core")
    return " ".join(sorted(lacked))


@dataclass(frozen=True, slots=True)
class Desktop:
    """Where to find the parts.

    Attributes:
        environment: What a program needs to have its window here.
        reader_bus: Address of the bus on which screen readers ask.
    """

    environment: dict[str, str]
    reader_bus: str


@contextmanager
def desktop() -> Iterator[Desktop]:
    """Have a desktop; it is gone at the end.

    The bus of screen readers is named to programs directly, as its launcher would.
    """
    with ExitStack() as stack:
        display = stack.enter_context(_screen())
        environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        stack.enter_context(_running(["openbox", "--sm-disable"], environment))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ink-bus-")))
        environment["DBUS_SESSION_BUS_ADDRESS"] = stack.enter_context(_bus(folder, "session"))
        reader_bus = stack.enter_context(_bus(folder, "accessibility"))
        environment["AT_SPI_BUS_ADDRESS"] = reader_bus
        environment["QT_LINUX_ACCESSIBILITY_ALWAYS_ON"] = "1"
        registry = _registry()
        assert registry is not None
        # It listens to the bus it calls its session; screen readers and programs meet there.
        here = {**environment, "DBUS_SESSION_BUS_ADDRESS": reader_bus}
        stack.enter_context(_running([registry], here))
        yield Desktop(environment, reader_bus)


@contextmanager
def _screen() -> Iterator[str]:
    read, write = os.pipe()
    size = f"{SIZE[0]}x{SIZE[1]}x24"
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", size, "-nolisten", "tcp"]
    with _running(command, dict(os.environ), pass_fds=(write,)):
        os.close(write)
        with os.fdopen(read) as told:
            yield f":{told.readline().strip()}"


@contextmanager
def _bus(folder: Path, kind: str) -> Iterator[str]:
    config = folder / f"{kind}.conf"
    config.write_text(_BUS.format(kind=kind, folder=folder), "utf-8")
    read, write = os.pipe()
    command = ["dbus-daemon", f"--config-file={config}", "--nofork", f"--print-address={write}"]
    with _running(command, dict(os.environ), pass_fds=(write,)):
        os.close(write)
        with os.fdopen(read) as told:
            yield told.readline().strip()


@contextmanager
def _running(
    command: list[str], environment: dict[str, str], pass_fds: tuple[int, ...] = ()
) -> Iterator[None]:
    process = subprocess.Popen(
        command, env=environment, pass_fds=pass_fds,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _registry() -> str | None:
    return next((path for path in _REGISTRY if Path(path).exists()), None)
