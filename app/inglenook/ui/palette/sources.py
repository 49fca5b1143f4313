"""Where the lines of the palette come from: actions, chats, messages and models."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtGui import QAction

from inglenook.core.ids import ChatId
from inglenook.services.events import ChatSummary, SearchHit
from inglenook.services.installed import InstalledModel
from inglenook.ui.actions import Actions, icon_name, keys_in_words
from inglenook.ui.palette.entries import Entry, Source, listed
from inglenook.ui.palette.fuzzy import Given, Index
from inglenook.ui.words import one_line, tr

OpenChat = Callable[[str, str], object]
_NOT_HERE = {"palette", "menu"}
"""They open the palette itself, or what has all the same lines."""


def of_actions(actions: Actions) -> Source:
    """Return everything that can be done."""
    entries = [
        _of_action(actions, group, action)
        for group, members in actions.groups().items()
        for action in members
        if action.objectName() not in _NOT_HERE
    ]
    return listed(entries, tr("What you can do"), idle=len(entries))


def _of_action(actions: Actions, group: str, action: QAction) -> Entry:
    return Entry(
        key=f"action {action.objectName()}",
        text=action.text(),
        run=action.trigger,
        detail=group,
        keys=keys_in_words(action),
        icon=icon_name(action),
        why=actions.why_not(action),
        is_on=action.isChecked(),
    )


class Chats:
    """The chats, made ready to be searched once for each list of them.

    Threads: the UI thread.
    """

    def __init__(self, open_chat: OpenChat) -> None:
        self._open = open_chat
        self._chats: Sequence[ChatSummary] = ()
        self._source: Source | None = None

    def show_chats(self, chats: Sequence[ChatSummary]) -> None:
        """Take another list; nothing is counted before it is asked for."""
        self._chats, self._source = chats, None

    def source(self) -> Source:
        """Return the chats, those changed last first."""
        if self._source is None:
            index = Index([each.title for each in self._chats])
            numbers = {f"chat {each.id}": number for number, each in enumerate(self._chats)}
            self._source = Source(tr("Chats"), index, self._entry, numbers, idle=4)
        return self._source

    def _entry(self, number: int) -> Entry:
        chat = self._chats[number]
        text = one_line(chat.title) or tr("New chat")
        return Entry(f"chat {chat.id}", text, partial(self._open, chat.id, ""), icon="chat")


def of_hits(hits: Sequence[SearchHit], open_chat: OpenChat) -> Source:
    """Return the messages that a search found; each is shown, whatever is typed."""

    def entry(number: int) -> Entry:
        hit = hits[number]
        plain = hit.snippet.replace("\x02", "").replace("\x03", "")
        run = partial(open_chat, ChatId(hit.chat), hit.node or "")
        title = one_line(hit.title, 40) or tr("New chat")
        return Entry(f"message {hit.node}", one_line(plain), run, detail=title, icon="search")

    found = Given(len(hits))
    return Source(tr("Messages"), found, entry, {}, most=min(len(hits), 20))


def of_models(models: Sequence[InstalledModel], load: Callable[[str], object]) -> Source:
    """Return the models on this computer."""
    entries = [
        Entry(
            key=f"model {model.path}",
            text=tr("Use {model}").format(model=one_line(model.name, 80)),
            run=partial(load, model.path),
            detail=one_line(model.quant, 40),
            icon="box",
        )
        for model in models
    ]
    return listed(entries, tr("Models"), idle=0)
