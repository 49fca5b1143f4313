"""Chats into files and out of files, and the whole of it into a backup."""

import time
from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path
from typing import Literal

from inglenook import __version__
from inglenook.chat.archive import pieces
from inglenook.chat.export import to_markdown
from inglenook.chat.filename import file_name
from inglenook.chat.importing.reading import Arrival, Refusal, read_all
from inglenook.chat.portable import PortableChat
from inglenook.core.errors import (
    BadArgumentError,
    BusyDatabaseError,
    DiskFullError,
    ReadOnlyError,
    StorageError,
)
from inglenook.core.ids import ChatId
from inglenook.services.portabilitynews import Haul, ImportReport
from inglenook.services.store import Store
from inglenook.storage import backup
from inglenook.storage.documents import chosen_place, documents, write_pieces
from inglenook.storage.files import write_whole
from inglenook.storage.paths import Folders
from inglenook.storage.portable import PortableChats

Form = Literal["markdown", "json"]
ENDINGS: dict[Form, str] = {"markdown": ".md", "json": ".json"}
_HOPELESS = (DiskFullError, ReadOnlyError, BusyDatabaseError)
"""What befalls one chat will befall the next."""

OnStep = Callable[[int, int], None]


class Portability:
    """Export, import and backup, done before a call returns.

    Threads: any but the store's worker; the database is touched on that alone, a chat at a
    time, so that chatting goes on meanwhile.
    """

    def __init__(self, store: Store, folders: Folders) -> None:
        self._store, self._folders = store, folders

    def load(self, chats: Sequence[ChatId]) -> tuple[PortableChat, ...]:
        """Return whole chats.

        Raises:
            NotFoundError: one is not there.
            StorageError: they cannot be read.
        """
        return tuple(self._store.ask(partial(self._load, chat)) for chat in chats)

    def every(self) -> tuple[ChatId, ...]:
        """Return all chats that are not in the trash, archived ones too, the oldest first."""
        return self._store.ask(lambda: PortableChats(self._store.database).every())

    # --- export ---

    def write_json(self, chats: Sequence[ChatId], target: Path) -> int:
        """Write chats into one file; return how many.

        Raises:
            NotFoundError: one is not there; nothing was written.
            StorageError: nothing was written.
        """
        one_by_one = (whole for chat in chats for whole in self.load([chat]))
        with chosen_place(target):
            write_pieces(target, pieces(one_by_one))
        return len(chats)

    def write_markdown(
        self, chats: Sequence[ChatId], target: Path, *, with_thinking: bool = False
    ) -> int:
        """Write a chat into a file, or each of several into one of its own in a folder.

        Args:
            chats: In their order.
            target: A folder that exists gets a file a chat, never in the place of another.
            with_thinking: Also what models wrote before their answers.

        Raises:
            BadArgumentError: several chats, and no folder.
            StorageError: a file could not be written; those before it stay.
        """
        if target.is_dir():
            taken = [each.name for each in target.iterdir()]
            for chat in chats:
                (whole,) = self.load([chat])
                name = file_name(whole.conversation.title, ENDINGS["markdown"], taken)
                taken.append(name)
                with chosen_place(target):
                    write_whole(target / name, _markdown(whole, with_thinking=with_thinking))
            return len(chats)
        if len(chats) != 1:
            raise BadArgumentError(
                "Several chats need a folder", "Choose a folder that exists."
            )
        content = _markdown(*self.load(chats), with_thinking=with_thinking)
        with chosen_place(target):
            write_whole(target, content)
        return 1

    # --- import ---

    def look(self, path: Path) -> Haul:
        """Return what is in an exported file; nothing is stored.

        Raises:
            BadArgumentError: there are no chats in it.
            StorageError: it cannot be read.
        """
        arrivals: dict[ChatId, Arrival] = {}
        refusals: list[Refusal] = []
        twice = 0
        for each in read_all(documents(path), _now_ms()):
            if isinstance(each, Refusal):
                refusals.append(each)
            elif (chat := each.chat.conversation.id) in arrivals:
                twice += 1
            else:
                arrivals[chat] = each
        if not arrivals and not refusals:
            raise BadArgumentError(
                "No chats were found in this file",
                "Choose an export of Inglenook, ChatGPT, Claude, LM Studio or Jan.",
            )
        listed = self._store.ask(lambda: PortableChats(self._store.database).every())
        known = frozenset(listed).intersection(arrivals)
        return Haul(str(path), tuple(arrivals.values()), tuple(refusals), known, twice)

    def take(
        self,
        haul: Haul,
        chosen: Collection[ChatId] | None = None,
        *,
        on_step: OnStep = lambda _done, _total: None,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> ImportReport:
        """Store what was found, each chat wholly or not at all.

        Args:
            haul: As :meth:`look` has found it.
            chosen: Only these; None for all.
            on_step: Told how many are done, of how many.
            is_stopped: Asked before each chat.
        """
        wanted = [
            each.chat
            for each in haul.arrivals
            if chosen is None or each.chat.conversation.id in chosen
        ]
        came: list[ChatId] = []
        refusals = list(haul.refusals)
        known = restored = 0
        for done, chat in enumerate(wanted):
            on_step(done, len(wanted))
            if is_stopped():
                return ImportReport(tuple(came), known, restored, tuple(refusals), True)  # noqa: FBT003
            try:
                outcome = self._store.ask(partial(self._add, chat))
            except StorageError as error:
                refusals.append(Refusal(chat.conversation.title, str(error)))
                if isinstance(error, _HOPELESS):
                    break
                continue
            if outcome == "new":
                came.append(chat.conversation.id)
            else:
                known += 1
                restored += outcome == "restored"
        return ImportReport(tuple(came), known, restored, tuple(refusals))

    # --- backup ---

    def back_up(self, target: Path) -> backup.Backup:
        """Write everything but models into one file and check it; return what it holds.

        Raises:
            StorageError: it could not be written; what was there before is as it was.
        """
        with backup.room_for(self._folders) as room:
            copied = self._store.ask(lambda: backup.copy(self._store.database, room))
            with chosen_place(target):
                return backup.write(
                    copied, self._folders, target, app=__version__, now_ms=_now_ms()
                )

    # --- on the store's worker ---

    def _load(self, chat: ChatId) -> PortableChat:
        return PortableChats(self._store.database).load(chat)

    def _add(self, chat: PortableChat) -> Literal["new", "known", "restored"]:
        stored = PortableChats(self._store.database)
        name = chat.conversation.id
        if not stored.known([name]):
            stored.add(chat)
            return "new"
        return "restored" if self._store.organised.restore([name]) else "known"


def _markdown(chat: PortableChat, *, with_thinking: bool) -> bytes:
    told = to_markdown(chat.conversation, chat.files, with_thinking=with_thinking)
    return told.encode("utf-8", "replace")


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
