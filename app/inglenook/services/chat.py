"""Chats: send, edit, regenerate, branch, stop, find; each step is stored before it is shown."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from inglenook.chat.message import Message, Role, Status
from inglenook.chat.sampling import BALANCED, Sampling
from inglenook.chat.tree import Conversation
from inglenook.core.errors import InglenookError, Problem
from inglenook.core.ids import ChatId, NodeId, RequestId
from inglenook.engine.protocol import Delta, Done, Failed, PromptProgress, Started, Turn
from inglenook.services.bus import Bus
from inglenook.services.engine import AnswerEvent, EngineService
from inglenook.services.events import (
    ChatListChanged,
    ChatRemoved,
    ChatSummary,
    ConversationChanged,
    ConversationOpened,
    LiveText,
    ProblemArose,
    SearchFinished,
    SearchHit,
)
from inglenook.services.reply import LiveReply
from inglenook.services.stamps import Stamps
from inglenook.services.store import Store
from inglenook.storage.conversations import Conversations

SAVE_EVERY_S = 1.0
"""A crash of the whole application loses at most this much of a streaming answer."""

TITLE_CHARACTERS = 60
SEARCH_HITS = 50

_ENDINGS = {
    "end": (Status.COMPLETE, ""),
    "stopped": (Status.STOPPED, ""),
    "length": (Status.CUT, "The answer reached the length limit."),
    "context": (Status.CUT, "The model's context is full."),
}


class ChatService:
    """The conversations of one person.

    Threads: every public method returns at once and may be called from any thread; the work
    is done on the store's worker, which alone touches the open conversations.
    """

    def __init__(self, bus: Bus, engine: EngineService, store: Store) -> None:
        self._bus, self._engine, self._worker = bus, engine, store
        self._stamps = Stamps()
        self._open: dict[ChatId, Conversation] = {}
        self._unsaved: list[Callable[[], None]] = []
        self._replies: dict[RequestId, LiveReply] = {}
        self._replies_lock = threading.Lock()
        self._newest_query = ""
        self.sampling: Sampling = BALANCED

    # --- what a face may ask for ---

    def start(self, last: ChatId | None = None) -> None:
        """Mend what a crash left, list the chats, and open the last one (or a new one)."""
        self._worker.post(partial(self._start, last))

    def refresh(self) -> None:
        """Announce the list of chats."""
        self._worker.post(self._announce_list)

    def create(self) -> ChatId:
        """Open an empty chat; it is stored with its first message."""
        chat = ChatId(Stamps().new_id())
        self._worker.post(partial(self._create, chat))
        return chat

    def open(self, chat: ChatId) -> None:
        """Open a stored chat."""
        self._worker.post(
            lambda: self._bus.publish(ConversationOpened(self._conversation(chat)))
        )

    def send(self, chat: ChatId, text: str) -> None:
        """Add a question at the head and have it answered."""
        self._worker.post(lambda: self._guarded(text, partial(self._send, chat, text)))

    def edit(self, chat: ChatId, node: NodeId, text: str) -> None:
        """Grow a sibling with another text; a question is answered anew."""
        self._worker.post(lambda: self._guarded(text, partial(self._edit, chat, node, text)))

    def regenerate(self, chat: ChatId, node: NodeId) -> None:
        """Write another version of an answer, or answer a question that has none."""
        self._worker.post(partial(self._regenerate, chat, node))

    def show(self, chat: ChatId, node: NodeId) -> None:
        """Show the branch through a message."""
        self._worker.post(partial(self._show, chat, node))

    def stop(self, chat: ChatId) -> None:
        """Stop what is being written in a chat."""
        for reply in self._replies_of(chat):
            self._engine.cancel(reply.request)

    def rename(self, chat: ChatId, title: str) -> None:
        """Give a chat another title."""
        self._worker.post(partial(self._rename, chat, " ".join(title.split())))

    def remove(self, chat: ChatId) -> None:
        """Take a chat off the list; ``restore`` brings it back until the application ends."""
        self.stop(chat)
        self._worker.post(partial(self._remove, chat))

    def restore(self, chat: ChatId) -> None:
        """Bring a removed chat back and open it."""
        self._worker.post(partial(self._restore, chat))

    def search(self, query: str) -> None:
        """Find messages and titles; a newer query makes this one void."""
        self._newest_query = query
        self._worker.post(partial(self._search, query))

    def live(self, node: NodeId) -> LiveText | None:
        """Return what has been written of an answer, or None when it is not being written."""
        with self._replies_lock:
            found = [reply for reply in self._replies.values() if reply.node == node]
        return found[0].live() if found else None

    def settle(self, timeout_s: float) -> bool:
        """Wait until everything asked for so far is done; False if that took too long."""
        return self._worker.settle(timeout_s)

    def close(self) -> None:
        """Store what is unfinished."""
        self._worker.post(self._close)

    # --- on the worker ---

    @property
    def _store(self) -> Conversations:
        return self._worker.conversations

    def _start(self, last: ChatId | None) -> None:
        self._store.interrupt_unfinished()
        self._store.purge_removed()
        self._announce_list()
        if last is not None and any(row.id == last for row in self._store.summaries()):
            self._bus.publish(ConversationOpened(self._conversation(last)))
        else:
            self._create(ChatId(self._stamps.new_id()))

    def _create(self, chat: ChatId) -> None:
        self._open[chat] = Conversation(chat, created_ms=self._stamps.now_ms())
        self._bus.publish(ConversationOpened(self._open[chat]))

    def _show_opened(self, chat: ChatId) -> None:
        self._bus.publish(ConversationOpened(self._conversation(chat)))

    def _conversation(self, chat: ChatId) -> Conversation:
        if chat not in self._open:
            self._open[chat] = self._store.load(chat)
            self._stamps.follow(max(self._open[chat].nodes, default=chat))
        return self._open[chat]

    def _send(self, chat: ChatId, text: str) -> None:
        conversation = self._conversation(chat)
        question = self._question(text, conversation.head)
        self._ask(conversation.with_message(question), question)

    def _edit(self, chat: ChatId, node: NodeId, text: str) -> None:
        conversation = self._conversation(chat)
        old = conversation.message(node)
        if old.role is Role.USER:
            question = self._question(text, old.parent)
            self._ask(conversation.with_message(question), question)
            return
        new = replace(old, id=self._new_node(), text=text, status=Status.COMPLETE, note="")
        grown = conversation.with_message(replace(new, created_ms=self._stamps.now_ms()))
        self._keep(grown, grown.message(new.id))

    def _regenerate(self, chat: ChatId, node: NodeId) -> None:
        conversation = self._conversation(chat)
        asked = conversation.message(node)
        question = node if asked.role is Role.USER else asked.parent
        if question is not None:
            self._ask(replace(conversation, head=question))

    def _ask(self, conversation: Conversation, question: Message | None = None) -> None:
        """Store the question and an empty answer below the head, show both, and ask the engine."""
        self._stop_writing(conversation.id)
        turns = tuple(
            Turn(each.role, each.text)
            for each in conversation.path()
            if each.text
            or each.role is not Role.ASSISTANT  # an answer that failed says nothing
        )
        model = self._engine.state.model
        answer = Message(
            self._new_node(),
            conversation.head,
            Role.ASSISTANT,
            "",
            self._stamps.now_ms(),
            Status.WRITING,
            model=model.name if model else "",
        )
        grown = conversation.with_message(answer)
        if not grown.title:
            grown = grown.with_title(title_from(grown.first_question()))
        new = (answer,) if question is None else (question, answer)
        reply = LiveReply(RequestId(self._stamps.new_id()), grown.id, answer.id)
        self._keep(grown, *new, before_showing=partial(self._remember, reply))
        self._engine.answer(reply.request, grown.id, turns, self.sampling, self._on_answer)

    def _stop_writing(self, chat: ChatId) -> None:
        """End what is being written in a chat before something new is asked in it."""
        for reply in self._replies_of(chat):
            self._engine.cancel(reply.request)
            self._finish(reply, Status.STOPPED, "")

    def _keep(
        self,
        grown: Conversation,
        *new: Message,
        before_showing: Callable[[], None] = lambda: None,
    ) -> None:
        """Store new messages, and only then show them."""
        self._retry_unsaved()
        self._store.grow(grown, new)
        self._open[grown.id] = grown
        before_showing()
        self._bus.publish(ConversationChanged(grown))
        self._announce_list()

    def _show(self, chat: ChatId, node: NodeId) -> None:
        shown = self._conversation(chat).showing(node)
        self._open[chat] = shown
        self._bus.publish(ConversationChanged(shown))
        self._store.set_head(chat, shown.head)

    def _rename(self, chat: ChatId, title: str) -> None:
        if not title:
            return
        self._store.rename(chat, title)
        self._open[chat] = self._conversation(chat).with_title(title)
        self._bus.publish(ConversationChanged(self._open[chat]))
        self._announce_list()

    def _remove(self, chat: ChatId) -> None:
        title = self._conversation(chat).title
        self._store.remove(chat, self._stamps.now_ms())
        self._bus.publish(ChatRemoved(chat, title))
        self._announce_list()

    def _restore(self, chat: ChatId) -> None:
        self._store.restore(chat)
        self._announce_list()
        self._bus.publish(ConversationOpened(self._conversation(chat)))

    def _search(self, query: str) -> None:
        if query != self._newest_query:
            return
        rows = self._store.search(query, SEARCH_HITS) if query.strip() else ()
        hits = tuple(SearchHit(row.chat, row.title, row.node, row.snippet) for row in rows)
        self._bus.publish(SearchFinished(query, hits))

    def _announce_list(self) -> None:
        rows = self._store.summaries()
        chats = tuple(ChatSummary(row.id, row.title, row.updated_ms) for row in rows)
        self._bus.publish(ChatListChanged(chats))

    def _close(self) -> None:
        for reply in list(self._replies.values()):
            self._finish(
                reply, Status.INTERRUPTED, "Inglenook was closed while this was written."
            )
        self._retry_unsaved()
        self._store.purge_removed()

    # --- answers coming in ---

    def _on_answer(self, request: RequestId, event: AnswerEvent) -> None:
        """Take an event of an answer; runs on the engine's reader thread."""
        with self._replies_lock:
            reply = self._replies.get(request)
        if reply is None:
            return
        match event:
            case Delta():
                self._take(reply, event)
            case Started():
                reply.wait_for("Reading the prompt")
            case PromptProgress(done_tokens=done, total_tokens=total) if total:
                reply.wait_for(f"Reading the prompt, {100 * done // total} %")
            case Done():
                self._worker.post(partial(self._end, reply, event))
            case Failed(problem=problem):
                self._worker.post(partial(self._fail, reply, problem, Status.FAILED))
            case Problem():
                self._worker.post(partial(self._fail, reply, event, Status.INTERRUPTED))

    def _take(self, reply: LiveReply, delta: Delta) -> None:
        now_s = time.monotonic()
        reply.add(delta.text, delta.tokens, thinking=delta.thinking, now_s=now_s)
        if now_s - reply.saved_s >= SAVE_EVERY_S:
            reply.saved_s = now_s
            self._worker.post(partial(self._save_partial, reply))

    def _save_partial(self, reply: LiveReply) -> None:
        if reply.request in self._replies:
            live, old = reply.live(), self._open[reply.chat].message(reply.node)
            self._store.update(replace(old, text=live.text, thinking=live.thinking))

    def _end(self, reply: LiveReply, done: Done) -> None:
        status, note = _ENDINGS.get(done.reason, (Status.COMPLETE, ""))
        self._finish(reply, status, note, done)

    def _fail(self, reply: LiveReply, problem: Problem, status: Status) -> None:
        # That the engine is starting again is true now, not when this is read next year.
        is_lost = status is Status.INTERRUPTED
        self._finish(reply, status, f"{problem.title}." if is_lost else problem.in_words())

    def _finish(
        self, reply: LiveReply, status: Status, note: str, done: Done | None = None
    ) -> None:
        """Turn what was written into the message, in memory first and then on disk."""
        with self._replies_lock:
            if self._replies.pop(reply.request, None) is None:
                return
        live = reply.live()
        conversation = self._conversation(reply.chat)
        message = replace(
            conversation.message(reply.node),
            text=live.text,
            thinking=live.thinking,
            status=status,
            note=note,
            timings=done.timings if done else None,
        )
        self._open[reply.chat] = conversation.with_change(message)
        self._bus.publish(ConversationChanged(self._open[reply.chat]))
        self._unsaved.append(lambda: self._store.update(message))
        self._retry_unsaved()

    def _retry_unsaved(self) -> None:
        """Store finished answers in order; what fails stays waiting for the next occasion."""
        while self._unsaved:
            self._unsaved[0]()
            del self._unsaved[0]

    # --- small things ---

    def _guarded(self, draft: str, step: Callable[[], None]) -> None:
        """Give a text back to the person when it could not be stored."""
        try:
            step()
        except InglenookError as error:
            self._bus.publish(ProblemArose(error.problem, draft))

    def _remember(self, reply: LiveReply) -> None:
        with self._replies_lock:
            self._replies[reply.request] = reply

    def _replies_of(self, chat: ChatId) -> list[LiveReply]:
        with self._replies_lock:
            return [reply for reply in self._replies.values() if reply.chat == chat]

    def _question(self, text: str, parent: NodeId | None) -> Message:
        return Message(self._new_node(), parent, Role.USER, text, self._stamps.now_ms())

    def _new_node(self) -> NodeId:
        return NodeId(self._stamps.new_id())


def title_from(question: str) -> str:
    """Return a title: the first line of a question, cut at a word where possible."""
    line = " ".join(next((each for each in question.splitlines() if each.strip()), "").split())
    if len(line) <= TITLE_CHARACTERS:
        return line or "New chat"
    cut = line[:TITLE_CHARACTERS]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > TITLE_CHARACTERS // 2 else cut) + "…"
