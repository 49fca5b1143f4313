"""The answers that are being written: from the question to the stored message."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from inglenook.chat.made import Made
from inglenook.chat.message import Message, Status
from inglenook.chat.sampling import Sampling
from inglenook.core.errors import InglenookError, Problem
from inglenook.core.ids import ChatId, NodeId, RequestId
from inglenook.effort.strategy import Strategy
from inglenook.engine.draftevents import Compared, DraftEnded, DraftProgressed, TreeGrew
from inglenook.engine.protocol import (
    Delta,
    Done,
    Failed,
    PromptOptions,
    PromptProgress,
    Queued,
    Started,
    Turn,
)
from inglenook.services.bus import Bus
from inglenook.services.energy import EnergyNotes
from inglenook.services.engine import USUAL, AnswerEvent, EngineService
from inglenook.services.engines import Engines
from inglenook.services.events import ChatsAnswering, EnginePhase, LiveText, ProblemArose
from inglenook.services.made import running
from inglenook.services.openchats import OpenChats
from inglenook.services.reply import LiveReply
from inglenook.services.sent import (
    left_out_in_words,
    messages_left_out,
    needed_context,
    start_before,
)
from inglenook.services.store import Store

SAVE_EVERY_S = 0.5
"""The promise is that a crash loses at most one second; half of it is for the disk."""

_ENDINGS = {
    "stopped": (Status.STOPPED, ""),
    "unloaded": (Status.INTERRUPTED, "The model was changed while this was written."),
    "length": (Status.CUT, "The answer reached the length limit."),
    "context": (Status.CUT, "The model's context is full."),
}


class Answers:
    """Follows each answer, saves its text while it grows, and ends it, whatever happens.

    Threads: ``live``, ``cancel`` and ``take_leading`` on any; the rest on the store's worker.
    What the engine says arrives on its reader thread.

    Attributes:
        engines: Write the answers, each chat's its own.
        energy: Notes what each answer took of this machine.
        learn: Told of every answer of this machine that came to its end and was written in
            one go, with its question.
        ended: Told of every answer that has ended, stored or not.
    """

    def __init__(self, bus: Bus, engine: EngineService, store: Store, chats: OpenChats) -> None:
        self._bus, self._engine, self._store, self._chats = bus, engine, store, chats
        self.engines = Engines(engine)
        self._lock = threading.Lock()
        self._replies: dict[RequestId, LiveReply] = {}
        self.energy = EnergyNotes()
        self.learn: Callable[[Strategy, Message, str], None] = lambda *_ended: None
        self.ended: Callable[[ChatId, Message], None] = lambda _chat, _message: None

    def add(self, reply: LiveReply) -> None:
        """Know an answer, before its message is shown."""
        if reply.choice.is_elsewhere:
            reply.wait_for("Waiting for the other engine")
        elif self._engine.state.phase is not EnginePhase.READY:
            reply.wait_for("Waiting for the model")
        with self._lock:
            self._replies[reply.request] = reply
        self._tell_which_chats()

    def ask(
        self,
        reply: LiveReply,
        turns: tuple[Turn, ...],
        sampling: Sampling,
        before: tuple[Turn, ...] = (),
        options: PromptOptions = USUAL,
    ) -> None:
        """Have a known answer written, or written on.

        Args:
            reply: The answer.
            turns: The branch as the model is given it.
            sampling: For this answer.
            before: System turns that are told first and are no part of the branch.
            options: What the chat template is told besides.
        """
        if not reply.choice.is_elsewhere:
            self.energy.begin(reply.request)
        start = start_before(self._chats.get(reply.chat).path(reply.node))
        self.engines.answer(
            reply.request,
            reply.chat,
            (*before, *turns),
            sampling,
            self._hear,
            choice=reply.choice,
            options=options,
            continues=reply.before is not None,
            last_start=start and start + len(before),
            strategy=reply.strategy,
        )

    def live(self, node: NodeId) -> LiveText | None:
        """Return what has been written, or None when it is not being written."""
        with self._lock:
            found = [reply for reply in self._replies.values() if reply.node == node]
        return found[0].live() if found else None

    def cancel(self, chat: ChatId) -> None:
        """Ask the engine to stop what is being written in a chat."""
        for reply in self._of(chat):
            self.engines.cancel(reply.request)

    def take_leading(self, chat: ChatId) -> None:
        """Have the engine choose now from the drafts of what is being written in a chat."""
        for reply in self._of(chat):
            self._engine.take_leading(reply.request)

    def is_answering(self, chat: ChatId) -> bool:
        """Tell whether something is being written in a chat, or waits to be."""
        return bool(self._of(chat))

    def end(self, chat: ChatId) -> None:
        """End what is being written in a chat now, before something new is asked in it."""
        for reply in self._of(chat):
            self.engines.cancel(reply.request)
            self._finish(reply, Status.STOPPED, "")

    def end_all(self, note: str) -> None:
        """End everything as interrupted."""
        with self._lock:
            replies = list(self._replies.values())
        for reply in replies:
            self._finish(reply, Status.INTERRUPTED, note)

    def _of(self, chat: ChatId) -> list[LiveReply]:
        with self._lock:
            return [reply for reply in self._replies.values() if reply.chat == chat]

    # --- on the engine's reader thread ---

    def _hear(self, request: RequestId, event: AnswerEvent) -> None:
        with self._lock:
            reply = self._replies.get(request)
        if reply is None:
            return
        match event:
            case Delta():
                self._take(reply, event)
            case Queued(ahead=ahead):
                reply.wait_for(_queue_in_words(ahead))
            case DraftProgressed() | DraftEnded() | TreeGrew() | Compared():
                reply.hear(event)
                self._save_soon(reply, time.monotonic())
            case Started():
                self._note_plan(reply)
                self._store.post(partial(self._note_left_out, reply, event.left_out_turns))
            case PromptProgress():
                share = 100 * event.done_tokens // max(1, event.total_tokens)
                reply.wait_for(f"Reading the prompt, {share} %")
            case Done() | Failed() | Problem():
                self._store.post(partial(self._end, reply, event))
            case _:
                pass  # no tools are offered yet, and nothing else is asked here

    def _note_plan(self, reply: LiveReply) -> None:
        """Remember how the model runs that has begun to read."""
        if reply.choice.is_elsewhere:
            return
        reply.wait_for("Reading the prompt")
        plan = self._engine.state.plan
        if plan is not None:
            reply.made = running(reply.made, plan.settings)

    def _take(self, reply: LiveReply, delta: Delta) -> None:
        now_s = time.monotonic()
        reply.add(delta.text, delta.tokens, thinking=delta.thinking, now_s=now_s)
        self._save_soon(reply, now_s)

    def _save_soon(self, reply: LiveReply, now_s: float) -> None:
        # Never two: while each waits for a locked database, the end would wait for them all.
        if now_s - reply.saved_s >= SAVE_EVERY_S and not reply.is_save_due:
            reply.saved_s, reply.is_save_due = now_s, True
            self._store.post(partial(self._save, reply))

    # --- on the store's worker ---

    def _note_left_out(self, reply: LiveReply, turns: int) -> None:
        """Show at once which messages the model is not given."""
        if reply.request not in self._replies:
            return
        conversation = self._chats.get(reply.chat)
        message = conversation.message(reply.node)
        left_out = messages_left_out(conversation.path(reply.node), turns)
        if left_out != message.left_out:
            told = replace(message, left_out=left_out)
            self._chats.change(conversation.with_change(told))

    def _save(self, reply: LiveReply) -> None:
        """Store what is written so far; trouble is told once, and the writing goes on."""
        reply.is_save_due = False  # before the text is read: what comes now asks anew
        if reply.request not in self._replies:
            return
        self._chats.store_finished()
        try:
            self._store.conversations.update(self._message(reply))
        except InglenookError as error:
            if not reply.is_save_failing:
                reply.is_save_failing = True
                self._bus.publish(ProblemArose(error.problem))

    def _end(self, reply: LiveReply, event: Done | Failed | Problem) -> None:
        match event:
            case Done():
                status, note = _ENDINGS.get(event.reason, (Status.COMPLETE, ""))
                self._finish(reply, status, note, event)
            case Failed(problem=problem):
                self._fail(reply, problem)
            case _:
                # That the engine is starting again is true now, not when this is read later.
                self._finish(reply, Status.INTERRUPTED, f"{event.title}.")

    def _fail(self, reply: LiveReply, problem: Problem) -> None:
        # What was there before is no failure: it is as unfinished as it was.
        status = reply.before.status if reply.before else Status.FAILED
        self._finish(reply, status, problem.in_words(), needs_tokens=needed_context(problem))

    def _finish(
        self,
        reply: LiveReply,
        status: Status,
        note: str,
        done: Done | None = None,
        *,
        needs_tokens: int = 0,
    ) -> None:
        if reply.request not in self._replies:
            return
        energy_j = self.energy.end(reply.request)
        message = _saying(self._chats.get(reply.chat).message(reply.node), reply.ended())
        timings = message.timings  # of what was written before, if it was continued
        if done is not None:
            timings = timings.then(done.timings) if timings else done.timings
        note = note or left_out_in_words(message.left_out)
        ended = replace(
            message, status=status, note=note, timings=timings, needs_tokens=needs_tokens,
            made=_measured(reply, energy_j, done.card_j if done else 0.0),
        )  # fmt: skip
        try:
            self._chats.finish(reply.chat, ended)
        finally:
            # Only now, so that its text is to be had at every moment.
            self._drop(reply)
        is_ours = reply.before is None and not reply.choice.is_elsewhere
        if status is Status.COMPLETE and is_ours:
            self.learn(reply.strategy, ended, self._question(reply.chat, ended))
        self.ended(reply.chat, ended)

    def _question(self, chat: ChatId, answer: Message) -> str:
        question, _answer = self._chats.get(chat).path(answer.id)[-2:]
        return question.text

    def _drop(self, reply: LiveReply) -> None:
        """Forget an answer that has ended."""
        with self._lock:
            self._replies.pop(reply.request, None)
        self._tell_which_chats()

    def _message(self, reply: LiveReply) -> Message:
        return _saying(self._chats.get(reply.chat).message(reply.node), reply.live())

    def _tell_which_chats(self) -> None:
        with self._lock:
            now = frozenset(reply.chat for reply in self._replies.values())
        self._bus.publish(ChatsAnswering(now))


def _saying(message: Message, live: LiveText) -> Message:
    """Return a message that says what was written; an older comparison stays."""
    comparison = live.comparison or message.comparison
    return replace(message, text=live.text, thinking=live.thinking, comparison=comparison)


def _measured(reply: LiveReply, host_j: float, card_j: float) -> Made:
    """Return how an answer was made, with how long was thought before it and what it took.

    Args:
        reply: It.
        host_j: Joules of processor and memory, 0 if nobody tells.
        card_j: Those of graphics cards, the same.
    """
    energy_j = host_j + card_j
    if reply.before and reply.before.made:
        energy_j += reply.before.made.energy_j
        card_j += reply.before.made.card_j
    thought_s = round(reply.thought_s, 1) or reply.made.thought_s
    return replace(
        reply.made, thought_s=thought_s, energy_j=round(energy_j, 1), card_j=round(card_j, 1)
    )


def _queue_in_words(ahead: int) -> str:
    if ahead < 1:
        return "Waiting"
    return f"Waiting for {ahead} other answers" if ahead > 1 else "Waiting for another answer"
