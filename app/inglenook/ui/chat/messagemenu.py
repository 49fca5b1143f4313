"""The menu of one message: everything that can be done with it."""

from collections.abc import Callable

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu

from inglenook.chat.message import Message, Role
from inglenook.ui.chat.target import Act
from inglenook.ui.words import tr

Do = Callable[[Act], None]


def fill(
    menu: QMenu, message: Message, icon: Callable[[str], QIcon], do: Do, *, versions: int
) -> None:
    """Add what can be done with a message that is not being written.

    Args:
        menu: Where to.
        message: Which one.
        icon: Returns an icon for a menu.
        do: Called with what was chosen.
        versions: How many versions of the message there are.
    """
    for group in _groups(message, versions):
        if not menu.isEmpty():
            menu.addSeparator()
        for act, words in group:
            action = menu.addAction(words)
            name = _ICONS.get(act, "")
            if name:
                action.setIcon(icon(name))
            action.setObjectName(act.value)
            action.triggered.connect(_bound(do, act))


def _groups(message: Message, versions: int) -> list[list[tuple[Act, str]]]:
    mine = message.role is Role.USER
    first = [(Act.COPY, tr("Copy message") if mine else tr("Copy answer"))]
    first.append((Act.QUOTE_ALL, tr("Quote in the message field")))
    return [first, _changes(message, mine=mine), *_looks(message, mine=mine), _goings(versions)]


def _changes(message: Message, *, mine: bool) -> list[tuple[Act, str]]:
    found = [(Act.EDIT, tr("Edit…"))]
    words = tr("Answer this again") if mine else tr("Regenerate answer")
    found.append((Act.REGENERATE, words))
    if message.made is not None and message.made.seed is not None:
        found.append((Act.SAME_SEED, tr("Answer again with the same seed")))
    if message.is_open_ended:
        found.append((Act.CONTINUE, tr("Continue")))
    return found


def _looks(message: Message, *, mine: bool) -> list[list[tuple[Act, str]]]:
    if mine:
        return []
    found = [
        (Act.DETAILS, tr("About this answer")),
        (Act.PROMPT, tr("Show the exact prompt")),
    ]
    if message.text:
        found.append((Act.ODDS, tr("Show token probabilities")))
    return [found]


def _goings(versions: int) -> list[tuple[Act, str]]:
    words = tr("Delete this version and all below it")
    if versions < 2:
        words = tr("Delete from here on")
    return [(Act.FORK, tr("Continue in a new chat")), (Act.REMOVE, words)]


_ICONS = {
    Act.COPY: "copy",
    Act.QUOTE_ALL: "quote",
    Act.EDIT: "pencil",
    Act.REGENERATE: "refresh",
    Act.CONTINUE: "continue",
    Act.DETAILS: "info",
    Act.FORK: "branch",
    Act.REMOVE: "trash",
}


def _bound(do: Do, act: Act) -> Callable[[], None]:
    """Keep ``triggered``'s "checked" away from what takes an act."""

    def slot() -> None:
        do(act)

    return slot
