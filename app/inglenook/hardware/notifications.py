"""The notifications of a Linux desktop, asked for over the session's D-Bus.

Qt's own binding cannot send the unsigned number that the call takes, and its notifications
need an icon in a tray, which GNOME does not have.
"""

import os
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any, Protocol

from inglenook.core.errors import NotificationError

if TYPE_CHECKING:
    from jeepney import Message
    from jeepney.io.threading import DBusConnection, DBusRouter

PATIENCE_S = 5.0
"""For the session's bus to answer: it may have to start the program that shows them."""

_NAME = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"
_PRESSED = "default"  # the action of pressing the notification itself
_DEFAULT_TIME = -1


class Shows(Protocol):
    """What shows notifications."""

    def show(self, title: str, words: str) -> int:
        """Show one; return its number."""

    def close(self) -> None:
        """Listen no more."""


class DesktopNotifications:
    """Shows notifications and hears when one is pressed.

    The interface is that of the Desktop Notifications Specification, version 1.2.

    Threads: one; presses are told on a thread of the connection.
    """

    def __init__(self, pressed: Callable[[int], None], address: str = "") -> None:
        """Connect to the session's bus.

        Args:
            pressed: Told the number of a notification that was.
            address: Of the bus; ``""`` for the session's.

        Raises:
            NotificationError: there is no such bus, or nobody on it who shows them.
        """
        self._pressed = pressed
        if not (address or os.environ.get("DBUS_SESSION_BUS_ADDRESS")):
            raise _refused("no session bus")
        self._connection = _connected(address or "SESSION")
        self._router = _router(self._connection)
        try:
            self._listen()
            capabilities = self._call("GetCapabilities")[0]
        except NotificationError:
            self.close()
            raise
        self._reads_markup = "body-markup" in capabilities

    def show(self, title: str, words: str) -> int:
        """Show a notification; return its number.

        Args:
            title: Plain text.
            words: Plain text as well: what a desktop would read as a tag is shown as it is.

        Raises:
            NotificationError: it was refused.
        """
        body = escape(words, quote=False) if self._reads_markup else words
        hints = {"desktop-entry": ("s", "inglenook"), "category": ("s", "transfer.complete")}
        what = ("Inglenook", 0, "inglenook", title, body, [_PRESSED, "Open"], hints)
        return int(self._call("Notify", "susssasa{sv}i", (*what, _DEFAULT_TIME))[0])

    def close(self) -> None:
        """Listen no more; what is shown stays."""
        self._router.close()
        self._connection.close()

    def put_nowait(self, message: "Message") -> None:
        """Take a signal of the bus, as the connection hands it over."""
        if len(message.body) == 2 and message.body[1] == _PRESSED:
            self._pressed(message.body[0])

    def _listen(self) -> None:
        from jeepney import MatchRule, message_bus  # noqa: PLC0415 (Linux alone has it)

        rule = MatchRule(type="signal", interface=_NAME, member="ActionInvoked", path=_PATH)
        self._ear = self._router.filter(rule, queue=self)
        self._answer_to(message_bus.AddMatch(rule))

    def _call(
        self, method: str, signature: str | None = None, body: tuple[object, ...] = ()
    ) -> tuple[Any, ...]:
        from jeepney import DBusAddress, new_method_call  # noqa: PLC0415

        place = DBusAddress(_PATH, bus_name=_NAME, interface=_NAME)
        return self._answer_to(new_method_call(place, method, signature, body))

    def _answer_to(self, message: "Message") -> tuple[Any, ...]:
        from jeepney import MessageType  # noqa: PLC0415
        from jeepney.io.common import RouterClosed  # noqa: PLC0415

        try:
            reply = self._router.send_and_get_reply(message, timeout=PATIENCE_S)
        except (
            OSError,
            TimeoutError,
            RouterClosed,
        ) as cause:  # it went away, or sleeps
            raise _refused(type(cause).__name__) from cause
        if reply.header.message_type is not MessageType.method_return:
            raise _refused("an error was returned")
        return tuple(reply.body)


def _connected(address: str) -> "DBusConnection":
    try:
        from jeepney.io.threading import open_dbus_connection  # noqa: PLC0415
        from jeepney.wrappers import DBusErrorResponse  # noqa: PLC0415
    except ImportError as cause:  # the system is another one
        raise _refused("no D-Bus") from cause
    try:
        return open_dbus_connection(address)
    # No socket there, an address that makes no sense, or a bus that does not let us in.
    except (OSError, ValueError, RuntimeError, StopIteration, DBusErrorResponse) as cause:
        raise _refused(type(cause).__name__) from cause


def _router(connection: "DBusConnection") -> "DBusRouter":
    from jeepney.io.threading import DBusRouter  # noqa: PLC0415

    return DBusRouter(connection)


def _refused(why: str) -> NotificationError:
    return NotificationError(
        "The desktop shows no notifications", "Look into the window instead.", why=why
    )
