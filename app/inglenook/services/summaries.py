"""A summary of a chat, to go on with in a new one that has room again."""

import threading
from collections.abc import Callable
from functools import partial

from inglenook.chat.elsewhere import HERE, Choice
from inglenook.chat.message import Role
from inglenook.chat.sampling import Sampling
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId, RequestId
from inglenook.engine.protocol import Delta, Done, Failed, PromptOptions, Turn
from inglenook.services.bus import Bus
from inglenook.services.engines import Engines
from inglenook.services.messagenews import SummaryWritten
from inglenook.services.openchats import OpenChats
from inglenook.services.requests import AnswerEvent
from inglenook.services.sent import turns_of
from inglenook.services.stamps import Stamps
from inglenook.services.store import Store

MOST_TOKENS = 600
_ASK = (
    "Summarise our conversation so far, so that we can go on in a new one: what it is about,"
    " what was found out or decided, and what is open. Use short sentences."
)
_SAMPLING = Sampling(temperature=0.3, answer_limit_tokens=MOST_TOKENS)
_OPTIONS = PromptOptions(thinking=False)
_CUT = Problem("The summary was not finished", "Try again.")


class SummaryService:
    """Has the model sum up what was said; one summary at a time.

    Threads: ``write`` and ``stop`` on any; turns are put together on the store's worker, and
    the engine is heard on its reader thread.
    """

    def __init__(
        self,
        bus: Bus,
        engine: Engines,
        store: Store,
        chats: OpenChats,
        choice: Callable[[ChatId], Choice] = lambda _chat: HERE,
    ) -> None:
        """Ask nothing yet.

        Args:
            bus: Told the summary.
            engine: Writes it.
            store: Has the thread on which chats are looked at.
            chats: Those in memory.
            choice: Returns which engine a chat has.
        """
        self._choice = choice
        self._bus, self._engine, self._store, self._chats = bus, engine, store, chats
        self._stamps = Stamps()
        self._lock = threading.Lock()
        self._asked: RequestId | None = None  # guarded by the lock
        self._text: list[str] = []  # guarded by the lock

    def write(self, chat: ChatId) -> None:
        """Sum up the branch of a chat that is on screen; SummaryWritten follows."""
        self.stop()
        self._store.post(partial(self._write, chat), partial(self._fail, chat))

    def stop(self) -> None:
        """Write no further; nothing is told then."""
        with self._lock:
            request, self._asked = self._asked, None
        if request is not None:
            self._engine.cancel(request)

    def _write(self, chat: ChatId) -> None:
        turns = (*turns_of(self._chats.get(chat).path()), Turn(Role.USER, _ASK))
        request = RequestId(self._stamps.new_id())
        with self._lock:
            self._asked, self._text = request, []
        self._engine.answer(
            request, chat, turns, _SAMPLING, partial(self._hear, chat),
            choice=self._choice(chat), options=_OPTIONS,
        )  # fmt: skip

    def _fail(self, chat: ChatId, problem: Problem) -> None:
        self._bus.publish(SummaryWritten(chat, problem=problem))

    def _hear(self, chat: ChatId, request: RequestId, event: AnswerEvent) -> None:
        with self._lock:
            if request != self._asked:
                return
            if isinstance(event, Delta) and not event.thinking:
                self._text.append(event.text)
            if isinstance(event, Done | Failed | Problem):
                self._asked = None
            text = "".join(self._text).strip()
        match event:
            case Done(reason="end" | "length") if text:
                self._bus.publish(SummaryWritten(chat, text))
            case Done():
                self._fail(chat, _CUT)
            case Failed(problem=problem):
                self._fail(chat, problem)
            case Problem():
                self._fail(chat, event)
            case _:
                pass
