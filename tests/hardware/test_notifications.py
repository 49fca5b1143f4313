"""Notifications over a real session bus, shown by a small server that speaks the protocol."""

import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from inglenook.core.errors import NotificationError

if sys.platform != "linux":
    pytest.skip("desktops on Linux only", allow_module_level=True)

from jeepney import MessageType, new_error, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection
from jeepney.wrappers import DBusAddress

from inglenook.hardware.notifications import DesktopNotifications

NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
WAIT_S = 60


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    assert shutil.which("dbus-daemon"), "./dev test installs what this needs; here lacks: dbus"
    config = tmp_path / "bus.conf"
    config.write_text(
        f"<busconfig><type>session</type><listen>unix:dir={tmp_path}</listen>"
        '<auth>EXTERNAL</auth><policy context="default">'
        '<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>'
        '<allow own="*"/></policy></busconfig>'
    )
    command = ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        yield daemon.stdout.readline().strip()
        daemon.terminate()


class Server:
    """Shows what it is told to, as a desktop does."""

    def __init__(self, address: str, *, capabilities: list[str], refuses: bool = False) -> None:
        self.shown: queue.SimpleQueue[tuple] = queue.SimpleQueue()
        self._capabilities, self._refuses = capabilities, refuses
        self._connection = open_dbus_connection(address)
        self._connection.send_and_get_reply(message_bus.RequestName(NAME))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def press(self, number: int, action: str = "default") -> None:
        place = DBusAddress(PATH, interface=NAME)
        self._connection.send(new_signal(place, "ActionInvoked", "us", (number, action)))

    def close(self) -> None:
        self._thread.join(WAIT_S)
        self._connection.close()

    def _serve(self) -> None:
        for _ in range(2):
            message = self._connection.receive(timeout=WAIT_S)
            while message.header.message_type is not MessageType.method_call:
                message = self._connection.receive(timeout=WAIT_S)
            if message.header.fields.get(3) == "GetCapabilities":
                reply = new_method_return(message, "as", (self._capabilities,))
            elif self._refuses:
                reply = new_error(message, "org.freedesktop.DBus.Error.LimitsExceeded")
            else:
                self.shown.put(message.body)
                reply = new_method_return(message, "u", (7,))
            self._connection.send(reply)


def test_a_notification_is_shown_and_its_press_is_heard(address: str) -> None:
    pressed: queue.SimpleQueue[int] = queue.SimpleQueue()
    with (
        closing(Server(address, capabilities=["body-markup"])) as server,
        closing(DesktopNotifications(pressed.put, address)) as desktop,
    ):
        number = desktop.show("The answer is there", "<b>Tea</b> & milk")
        name, _, _, title, body, actions, hints, _ = server.shown.get(timeout=WAIT_S)
        assert (name, title, actions[0], number) == (
            "Inglenook",
            "The answer is there",
            "default",
            7,
        )
        assert body == "&lt;b&gt;Tea&lt;/b&gt; &amp; milk"
        assert hints["desktop-entry"] == ("s", "inglenook")
        server.press(7, "other")
        server.press(7)
        assert pressed.get(timeout=WAIT_S) == 7
        assert pressed.empty()


def test_what_is_refused_is_told_and_plain_text_stays_plain(address: str) -> None:
    with (
        closing(Server(address, capabilities=[], refuses=True)),
        closing(DesktopNotifications(lambda _number: None, address)) as desktop,
        pytest.raises(NotificationError),
    ):
        desktop.show("Tea", "1 < 2")


def test_without_a_bus_or_anybody_on_it_there_are_none(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotificationError):
        DesktopNotifications(print, address)
    with pytest.raises(NotificationError):
        DesktopNotifications(print, "unix:path=/nowhere/at/all")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    with pytest.raises(NotificationError):
        DesktopNotifications(print)
