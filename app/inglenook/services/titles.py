"""Names for new chats, made by the loaded model while nobody asks it for anything."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from inglenook.chat.message import Message, Role, Status
from inglenook.chat.sampling import Sampling
from inglenook.chat.title import request_for_title, title_from, title_in
from inglenook.chat.tree import Conversation
from inglenook.core.errors import NotFoundError, Problem
from inglenook.core.ids import ChatId, RequestId
from inglenook.engine.protocol import Delta, Done, Failed, PromptOptions, Turn
from inglenook.services.alarm import Countdown, SetAlarm, set_alarm
from inglenook.services.bus import Bus
from inglenook.services.engine import AnswerEvent, EngineService
from inglenook.services.events import (
    Announcement,
    ChatsAnswering,
    EngineChanged,
    EnginePhase,
)
from inglenook.services.openchats import OpenChats
from inglenook.services.stamps import Stamps
from inglenook.services.store import Store

IDLE_S = 4.0
"""So long nobody must have asked anything: the next question often follows at once."""

LEAST_BYTES = 10**9
"""Of a model that is asked for titles. Smaller ones give worse names than the first question:
of twelve asked of a 135M model one was a name, the others
repeated the answer or the request, measured 2026-11."""

MOST_TOKENS = 32
_SAMPLING = Sampling(temperature=0.0, answer_limit_tokens=MOST_TOKENS)
_OPTIONS = PromptOptions(thinking=False)
_MEMORY = ChatId("titles")
"""A memory of its own in the engine, so that what it knows of the chats stays as it is."""


@dataclass(slots=True)
class _Asked:
    """A title that is being made."""

    request: RequestId
    chat: ChatId
    question: str
    answer: str
    text: list[str] = field(default_factory=list)


class Titles:
    """Asks for one title at a time, in the background; any question of a person ends it.

    A chat is named once: after its first whole answer, if it is still called by its first
    question. Names given by hand are never replaced.

    Threads: it hears announcements on any; titles are asked for and stored on the store's
    worker; what the engine says arrives on its reader thread.

    Attributes:
        is_wanted: Asked whether chats should be named.
        least_bytes: Models with smaller files are not asked.
    """

    def __init__(
        self,
        bus: Bus,
        engine: EngineService,
        store: Store,
        chats: OpenChats,
        announce: Callable[[], None],
        *,
        set_alarm: SetAlarm = set_alarm,
    ) -> None:
        """Ask for nothing yet.

        Args:
            bus: Says when chats are being answered.
            engine: Makes the titles.
            store: Keeps them.
            chats: Those in memory.
            announce: Announces the list of chats.
            set_alarm: Sets an alarm.
        """
        self._engine, self._store, self._chats = engine, store, chats
        self._announce = announce
        self._stamps = Stamps()
        self._lock = threading.Lock()
        # The lock guards what follows.
        self._idle = Countdown(set_alarm, self._ring)
        self._answering: frozenset[ChatId] = frozenset()
        self._untitled: dict[ChatId, None] = {}
        self._asked: _Asked | None = None
        self._is_closed = False
        self.is_wanted: Callable[[], bool] = lambda: False
        self.least_bytes = LEAST_BYTES
        self._leave = bus.subscribe(self._hear)

    def close(self) -> None:
        """Ask for nothing more."""
        self._leave()
        with self._lock:
            self._is_closed = True
            self._untitled.clear()
        self._give_way()

    def _hear(self, announcement: Announcement) -> None:
        if isinstance(announcement, ChatsAnswering):
            self._follow(announcement.chats)
        elif (
            isinstance(announcement, EngineChanged)
            and announcement.state.phase is EnginePhase.READY
        ):
            self._begin_waiting(())

    def _follow(self, answering: frozenset[ChatId]) -> None:
        with self._lock:
            ended, self._answering = self._answering - answering, answering
        if answering:
            with self._lock:
                self._untitled |= dict.fromkeys(ended)
            self._give_way()
        else:
            self._begin_waiting(ended)

    def _begin_waiting(self, ended: Iterable[ChatId]) -> None:
        """Remember chats in which an answer has ended; count from now if there are any."""
        with self._lock:
            self._untitled |= dict.fromkeys(ended)
            is_free = not self._answering and self._asked is None and not self._is_closed
            if self._untitled and is_free and not self._idle.is_running:
                self._idle.start(IDLE_S)

    def _give_way(self) -> None:
        """Leave the engine to whoever waits for it; the title is asked for again later."""
        with self._lock:
            self._idle.cancel()
            asked = self._asked
            if asked is not None:
                self._untitled[asked.chat] = None
                self._asked = None
        if asked is not None:
            self._engine.cancel(asked.request)

    # --- on the alarm's thread ---

    def _ring(self, number: int) -> None:
        with self._lock:
            is_due = self._idle.is_due(number)
            if is_due:
                self._idle.cancel()
        if is_due:
            self._store.post(self._ask_next)

    # --- on the store's worker ---

    def _ask_next(self) -> None:
        state = self._engine.state
        is_ready = state.phase is EnginePhase.READY and state.model is not None
        if not is_ready or not self.is_wanted():
            return
        if state.model is not None and state.model.size_bytes < self.least_bytes:
            return
        while (chat := self._take_untitled()) is not None:
            said = self._to_be_named(chat)
            if said is not None:
                self._ask(chat, *said)
                return

    def _take_untitled(self) -> ChatId | None:
        """Return the chat answered last that has no title; None if the engine is not free."""
        with self._lock:
            is_free = not self._answering and self._asked is None
            return self._untitled.popitem()[0] if is_free and self._untitled else None

    def _to_be_named(self, chat: ChatId) -> tuple[str, str] | None:
        """Return the first question and its answer, if the chat has no other name yet."""
        try:
            conversation = self._chats.get(chat)
        except NotFoundError:  # it was erased meanwhile
            return None
        return first_exchange(conversation)

    def _ask(self, chat: ChatId, question: str, answer: str) -> None:
        asked = _Asked(RequestId(self._stamps.new_id()), chat, question, answer)
        with self._lock:
            if self._answering or self._is_closed:  # somebody was quicker
                self._untitled[chat] = None
                return
            self._asked = asked
        turns = (Turn(Role.USER, request_for_title(question, answer)),)
        self._engine.answer(
            asked.request, _MEMORY, turns, _SAMPLING, partial(self._take, asked),
            options=_OPTIONS, background=True,
        )  # fmt: skip
        with self._lock:
            is_late = self._asked is not asked
        if is_late:  # somebody asked something before the engine knew of this one
            self._engine.cancel(asked.request)

    def _name(self, asked: _Asked) -> None:
        with self._lock:
            if self._asked is not asked:
                return
            self._asked = None
        self._engine.forget(_MEMORY)
        title = title_in("".join(asked.text), asked.question, asked.answer)
        if title and self._store.organised.name(asked.chat, title, "model", over=("",)):
            self._chats.change(self._chats.get(asked.chat).with_title(title))
            self._announce()
        self._begin_waiting(())

    # --- on the engine's reader thread ---

    def _take(self, asked: _Asked, _request: RequestId, event: AnswerEvent) -> None:
        match event:
            case Delta(text=text, thinking=False):
                asked.text.append(text)
            case Done() | Failed() | Problem():
                if not isinstance(event, Done):
                    asked.text.clear()
                self._store.post(partial(self._name, asked))
            case _:
                pass


def first_exchange(conversation: Conversation) -> tuple[str, str] | None:
    """Return a chat's first question and its whole answer, if it is still called by that."""
    path = conversation.path()
    said = [each for each in path if each.role is not Role.SYSTEM][:2]
    if [each.role for each in said] != [Role.USER, Role.ASSISTANT]:
        return None
    question, answer = said
    is_unnamed = conversation.title == title_from(conversation.first_question())
    return (question.text, answer.text) if is_unnamed and _is_whole(answer) else None


def _is_whole(answer: Message) -> bool:
    return answer.status is Status.COMPLETE and bool(answer.text.strip())
