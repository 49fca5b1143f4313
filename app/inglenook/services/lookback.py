"""Looking back at an answer: its prompt word for word, and how likely its tokens were."""

import threading
from collections.abc import Callable
from functools import partial

from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId, NodeId, RequestId
from inglenook.engine.lookback import Render, Rendered, TokenOdds, Weigh, Weighed
from inglenook.engine.protocol import Done, Failed
from inglenook.services.briefing import Briefing
from inglenook.services.bus import Bus
from inglenook.services.engine import AnswerEvent, EngineService
from inglenook.services.messagenews import OddsRead, PromptRendered
from inglenook.services.openchats import OpenChats
from inglenook.services.sent import start_before, turns_of, turns_to_go_on
from inglenook.services.stamps import Stamps
from inglenook.services.store import Store

OTHERS = 5
"""So many alternatives are told at each place."""


class LookbackService:
    """Asks the engine about answers that are there; nothing of it is stored or logged.

    One answer at a time is read again: a newer wish ends the one before.

    Threads: every public method returns at once and may be called from any thread. Turns are
    put together on the store's worker; the engine is heard on its reader thread.
    """

    def __init__(
        self,
        bus: Bus,
        engine: EngineService,
        store: Store,
        chats: OpenChats,
        brief: Callable[[ChatId], Briefing],
    ) -> None:
        """Ask nothing yet.

        Args:
            bus: Told what comes out.
            engine: Knows the model.
            store: Has the thread on which chats are looked at.
            chats: Those in memory.
            brief: Returns what the model is told before a chat.
        """
        self._bus, self._engine, self._store = bus, engine, store
        self._chats, self._brief = chats, brief
        self._stamps = Stamps()
        self._lock = threading.Lock()
        # The lock guards what follows.
        self._reading: RequestId | None = None
        self._odds: tuple[TokenOdds, ...] = ()
        self._total = 0

    def render(self, chat: ChatId, node: NodeId) -> None:
        """Tell the prompt that an answer would have if it was asked for now."""
        self._store.post(partial(self._render, chat, node), partial(self._cannot_render, node))

    def weigh(self, chat: ChatId, node: NodeId) -> None:
        """Read an answer again for how likely its tokens are."""
        self.stop()
        self._store.post(partial(self._weigh, chat, node), partial(self._cannot_weigh, node))

    def stop(self) -> None:
        """Read no further."""
        with self._lock:
            request, self._reading = self._reading, None
        if request is not None:
            self._engine.cancel(request)

    # --- on the store's worker ---

    def _render(self, chat: ChatId, node: NodeId) -> None:
        branch = self._chats.get(chat).path(node)
        before = self._brief(chat).turns
        start = start_before(branch[:-1])
        command = Render(
            RequestId(self._stamps.new_id()),
            (*before, *turns_of(branch[:-1])),
            last_start=start and start + len(before),
        )
        self._engine.look(command, partial(self._hear_prompt, node))

    def _weigh(self, chat: ChatId, node: NodeId) -> None:
        branch = self._chats.get(chat).path(node)
        before = self._brief(chat).turns
        start = start_before(branch[:-1])
        request = RequestId(self._stamps.new_id())
        command = Weigh(
            request,
            (*before, *turns_to_go_on(branch)),
            OTHERS,
            last_start=start and start + len(before),
        )
        with self._lock:
            self._reading, self._odds, self._total = request, (), 0
        self._engine.look(command, partial(self._hear_odds, node))

    def _cannot_render(self, node: NodeId, problem: Problem) -> None:
        self._bus.publish(PromptRendered(node, problem=problem))

    def _cannot_weigh(self, node: NodeId, problem: Problem) -> None:
        self._bus.publish(OddsRead(node, (), 0, is_over=True, problem=problem))

    # --- on the engine's reader thread ---

    def _hear_prompt(self, node: NodeId, _request: RequestId, event: AnswerEvent) -> None:
        model = self._engine.state.model
        name = model.name if model is not None else ""
        match event:
            case Rendered(_, text, tokens, left_out, problem):
                told = PromptRendered(node, text, tokens, left_out, name, problem)
                self._bus.publish(told)
            case Failed(problem=problem):
                self._cannot_render(node, problem)
            case Problem():
                self._cannot_render(node, event)
            case _:
                pass

    def _hear_odds(self, node: NodeId, request: RequestId, event: AnswerEvent) -> None:
        with self._lock:
            if request != self._reading:
                return
            if isinstance(event, Weighed):
                self._odds, self._total = (*self._odds, *event.odds), event.total
            odds, total = self._odds, self._total
            if isinstance(event, Done | Failed | Problem):
                self._reading = None
        match event:
            case Weighed():
                self._bus.publish(OddsRead(node, odds, total))
            case Done():
                self._bus.publish(OddsRead(node, odds, total, is_over=True))
            case Failed(problem=problem):
                self._bus.publish(OddsRead(node, odds, total, is_over=True, problem=problem))
            case Problem():
                self._bus.publish(OddsRead(node, odds, total, is_over=True, problem=event))
            case _:
                pass
