"""Chats: send, edit, regenerate, branch, stop, find; each step is stored before it is shown."""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from inglenook.chat.attachment import Attachment
from inglenook.chat.comparison import Foretold
from inglenook.chat.message import Message, Role, Status
from inglenook.chat.sampling import Sampling, usual_for
from inglenook.chat.title import title_from
from inglenook.chat.tree import Conversation
from inglenook.core.errors import InglenookError, Problem
from inglenook.core.ids import ChatId, NodeId, RequestId
from inglenook.effort.level import Level, strategy_for
from inglenook.effort.strategy import Strategy
from inglenook.models.fit import Wish
from inglenook.services.answers import Answers
from inglenook.services.branches import BranchService
from inglenook.services.briefing import NOTHING, Briefing
from inglenook.services.bus import Bus
from inglenook.services.chatsearch import ChatSearch
from inglenook.services.engine import EngineService
from inglenook.services.events import LiveText, ProblemArose
from inglenook.services.lookback import LookbackService
from inglenook.services.made import gone_on
from inglenook.services.openchats import OpenChats
from inglenook.services.organising import Organising
from inglenook.services.reply import LiveReply
from inglenook.services.sent import turns_of, turns_to_go_on
from inglenook.services.stamps import Stamps
from inglenook.services.store import Store
from inglenook.services.terms import context_for, for_drafts
from inglenook.services.titles import Titles
from inglenook.storage.text import storable

log = logging.getLogger(__name__)

CLOSED = "Inglenook was closed while this was written."


class ChatService:
    """The conversations of one person.

    A text that could not be stored comes back as the draft of a ProblemArose; nothing of it
    is shown then.

    Threads: every public method returns at once and may be called from any thread; the work
    is done on the store's worker, which alone touches the open conversations.

    Attributes:
        sampling: For the next answers; None for what is usual with the model.
        effort: Asked for the level of effort of each answer that names none.
        foresee: Asked what an answer will cost; None if nobody can tell.
        brief: Asked on the store's worker, before each answer, how to ask for it.
        has_draft: Asked whether something was being written in a chat that is not stored.
        organising: Folders, pins, archive and trash.
        titles: Names chats when the engine has nothing else to do.
        chats: The conversations in memory, for others on the store's worker.
        answers: What is being written.
        branches: Takes out, brings back and copies more than one message.
        lookback: Tells prompts word for word, and how likely the tokens of answers are.
    """

    def __init__(
        self,
        bus: Bus,
        engine: EngineService,
        store: Store,
        remember: Callable[[ChatId], None] = lambda _chat: None,
        effort: Callable[[], Level] = lambda: Level.QUICK,
    ) -> None:
        """Read nothing yet.

        Args:
            bus: Told what happened.
            engine: Writes the answers.
            store: Keeps the chats; closed by its owner.
            remember: Told on the store's worker which chat is on screen.
            effort: Returns the usual level of effort.
        """
        self._bus, self._engine, self._store = bus, engine, store
        self._remember = remember
        self._stamps = Stamps()
        self.chats = OpenChats(bus, store, self._stamps)
        self.answers = Answers(bus, engine, store, self.chats)
        self.organising = Organising(bus, store, self.chats, self.answers, self._show_opened)
        self.titles = Titles(bus, engine, store, self.chats, self.organising.announce)
        self.branches = BranchService(
            bus, store, self.chats, self.answers, self._stamps,
            self._show_opened, self.refresh,
        )  # fmt: skip
        self.lookback = LookbackService(bus, engine, store, self.chats, self._brief)
        self._search = ChatSearch(bus, store)
        self.sampling: Sampling | None = None
        self.effort = effort
        self.strategy_for: Callable[[Level, str], Strategy] = strategy_for
        self.foresee: Callable[[Strategy, str], Foretold | None] = lambda *_asked: None
        self.brief: Callable[[ChatId], Briefing] = lambda _chat: NOTHING
        self.has_draft: Callable[[ChatId], bool] = lambda _chat: False

    # --- what a face may ask for ---

    def start(self, last: ChatId | None = None) -> None:
        """List the chats and open the last one, or a new one."""
        self.organising.announce()
        self._store.post(partial(self._start, last))

    def refresh(self) -> None:
        """Announce the list of chats."""
        self.organising.announce()

    def create(self) -> ChatId:
        """Open an empty chat; it is stored with its first message."""
        chat = ChatId(Stamps().new_id())
        self._store.post(partial(self._create, chat))
        return chat

    def open(self, chat: ChatId) -> None:
        """Open a stored chat."""
        self._store.post(partial(self._show_opened, chat))

    def send(
        self,
        chat: ChatId,
        text: str,
        *,
        effort: Level | None = None,
        attachments: tuple[Attachment, ...] = (),
    ) -> None:
        """Add a question at the head and have it answered, with the usual effort or another."""
        job = partial(self._send, chat, storable(text), effort, attachments)
        self._store.post(job, partial(self._give_back, text))

    def edit(
        self,
        chat: ChatId,
        node: NodeId,
        text: str,
        *,
        attachments: tuple[Attachment, ...] | None = None,
    ) -> None:
        """Grow a sibling with another text; a question is answered anew.

        Args:
            chat: Where.
            node: The message that is edited.
            text: What it says now.
            attachments: What goes with it now; None for what went with it before.
        """
        job = partial(self._edit, chat, node, storable(text), attachments)
        self._store.post(job, partial(self._give_back, text))

    def regenerate(
        self,
        chat: ChatId,
        node: NodeId,
        *,
        effort: Level | None = None,
        seed: int | None = None,
    ) -> None:
        """Write another version of an answer, or answer a question that has none.

        Args:
            chat: Where.
            node: The answer, or the question.
            effort: None for the usual one.
            seed: To make it with this fixed seed; None for what is set.
        """
        self._store.post(partial(self._regenerate, chat, node, effort, seed))

    def go_on(self, chat: ChatId, node: NodeId) -> None:
        """Write on, in its place, an answer that stopped short of its end."""
        self._store.post(partial(self._go_on, chat, node))

    def lengthen(self, chat: ChatId, node: NodeId) -> None:
        """Load the model with room for a message that was too long, and answer it."""
        self._store.post(partial(self._lengthen, chat, node))

    def show(self, chat: ChatId, node: NodeId) -> None:
        """Show the branch through a message."""
        self._store.post(partial(self._show, chat, node))

    def stop(self, chat: ChatId) -> None:
        """Stop what is being written in a chat."""
        # Now, since the store may be busy; and again after what was asked for before.
        self.answers.cancel(chat)
        self._store.post(partial(self.answers.cancel, chat))

    def take_leading(self, chat: ChatId) -> None:
        """Choose now from the drafts of what is being written in a chat."""
        self.answers.take_leading(chat)

    def rename(self, chat: ChatId, title: str) -> None:
        """Give a chat another title; an empty one changes nothing."""
        self._store.post(partial(self._rename, chat, " ".join(storable(title).split())))

    def search(self, query: str) -> None:
        """Find messages and titles; a newer query makes this one void."""
        self._search.search(query)

    def live(self, node: NodeId) -> LiveText | None:
        """Return what has been written of an answer, or None when it is not being written."""
        return self.answers.live(node)

    def settle(self, timeout_s: float) -> bool:
        """Wait until everything asked for so far is done; False if that took too long."""
        return self._store.settle(timeout_s)

    def close(self) -> None:
        """Store what is unfinished, as interrupted."""
        self.titles.close()
        self._store.post(self._close)

    # --- on the store's worker ---

    def _start(self, last: ChatId | None) -> None:
        try:
            listed = any(row.id == last for row in self._store.conversations.summaries())
            if last is not None and listed:
                self._show_opened(last)
                return
        except InglenookError as error:
            self._bus.publish(ProblemArose(error.problem))
        is_begun = last is not None and self.has_draft(last)
        self._create(last if last and is_begun else ChatId(self._stamps.new_id()))

    def _create(self, chat: ChatId) -> None:
        self._put_on_screen(Conversation(chat, created_ms=self._stamps.now_ms()))

    def _show_opened(self, chat: ChatId) -> None:
        self._put_on_screen(self.chats.get(chat))

    def _put_on_screen(self, conversation: Conversation) -> None:
        # The engine first: from now on its answers are waited for.
        self._engine.front(conversation.id)
        self.chats.open(conversation)
        self._remember(conversation.id)

    def _send(
        self,
        chat: ChatId,
        text: str,
        effort: Level | None,
        attachments: tuple[Attachment, ...],
    ) -> None:
        self.answers.end(chat)
        conversation = self.chats.get(chat)
        self._ask_question(conversation, conversation.head, text, attachments, effort)

    def _edit(
        self,
        chat: ChatId,
        node: NodeId,
        text: str,
        attachments: tuple[Attachment, ...] | None,
    ) -> None:
        self.answers.end(chat)
        conversation = self.chats.get(chat)
        old = conversation.message(node)
        if old.role is Role.USER:
            kept = old.attachments if attachments is None else attachments
            self._ask_question(conversation, old.parent, text, kept)
            return
        new = Message(
            self._new_node(), old.parent, old.role, text, self._stamps.now_ms(), model=old.model
        )
        grown = conversation.with_message(new)
        self.chats.store(grown, new)
        self.chats.change(grown)
        self.refresh()

    def _regenerate(
        self,
        chat: ChatId,
        node: NodeId,
        effort: Level | None = None,
        seed: int | None = None,
    ) -> None:
        self.answers.end(chat)
        conversation = self.chats.get(chat)
        asked = conversation.message(node)
        question = node if asked.role is Role.USER else asked.parent
        if question is not None:
            self._answer(replace(conversation, head=question), effort=effort, seed=seed)

    def _go_on(self, chat: ChatId, node: NodeId) -> None:
        if self.chats.get(chat).message(node).status is Status.WRITING:
            return  # it was pressed twice
        self.answers.end(chat)
        conversation = self.chats.get(chat)
        before = conversation.message(node)
        grown = conversation.continuing(node)
        brief = self.brief(chat)
        request = RequestId(self._stamps.new_id())
        reply = LiveReply(request, chat, node, before, choice=brief.choice)
        self.chats.go_on(before)
        self.answers.add(reply)
        self.chats.change(grown)
        sampling = self.sampling or brief.tuning.over(self._usual(brief))
        reply.made = gone_on(before.made, brief.made(sampling))
        self.answers.ask(
            reply, turns_to_go_on(grown.path()), sampling, brief.turns, brief.options
        )

    def _lengthen(self, chat: ChatId, node: NodeId) -> None:
        message, state = self.chats.get(chat).message(node), self._engine.state
        if state.model is None or state.plan is None:
            return
        tokens = context_for(message.needs_tokens, state.plan.longest_context_tokens)
        if tokens > state.plan.settings.context_tokens:
            self._engine.load(state.model.path, Wish(context_tokens=tokens))
        # Asked for now, it waits for the model.
        act = self._go_on if message.is_open_ended else self._regenerate
        act(chat, node)

    def _ask_question(
        self,
        conversation: Conversation,
        parent: NodeId | None,
        text: str,
        attachments: tuple[Attachment, ...],
        effort: Level | None = None,
    ) -> None:
        now_ms = self._stamps.now_ms()
        question = Message(
            self._new_node(), parent, Role.USER, text, now_ms, attachments=attachments
        )
        self._answer(conversation.with_message(question), question, effort=effort)

    def _answer(
        self,
        asked: Conversation,
        *question: Message,
        effort: Level | None = None,
        seed: int | None = None,
    ) -> None:
        """Store the question and an empty answer below the head, show both, ask the engine."""
        brief = self.brief(asked.id)
        answer = Message(
            self._new_node(), asked.head, Role.ASSISTANT, "", self._stamps.now_ms(),
            Status.WRITING, model=brief.engine or self._model_name(),
        )  # fmt: skip
        grown = asked.with_message(answer)
        if not grown.title:
            grown = grown.with_title(title_from(grown.first_question()))
        level = brief.level(effort, self.effort)
        strategy = self.strategy_for(level, asked.path()[-1].text)
        request = RequestId(self._stamps.new_id())
        foretold = None if brief.engine else self.foresee(strategy, asked.path()[-1].text)
        reply = LiveReply(request, grown.id, answer.id, None, strategy, foretold, brief.choice)
        self.chats.store(grown, *question, answer)
        self.answers.add(reply)
        self.chats.change(grown)
        sampling = self.sampling or for_drafts(brief.tuning.over(self._usual(brief)), strategy)
        if seed is not None:
            sampling = replace(sampling, seed=seed)
        reply.made = brief.made(sampling, level.value)
        self.answers.ask(reply, turns_of(asked.path()), sampling, brief.turns, brief.options)
        # A job of its own: if the list cannot be read, the question was sent all the same.
        self.refresh()

    def _show(self, chat: ChatId, node: NodeId) -> None:
        shown = self.chats.get(chat).showing(node)
        self.chats.change(shown)
        self._store.conversations.set_head(chat, shown.head)

    def _rename(self, chat: ChatId, title: str) -> None:
        if not title:
            return
        conversation = self.chats.get(chat)
        if conversation.nodes:  # else it is not stored yet
            self._store.organised.name(chat, title, "person", over=("", "model", "person"))
        self.chats.change(conversation.with_title(title))
        self.organising.announce()

    def _close(self) -> None:
        self.answers.end_all(CLOSED)
        problem = self.chats.store_finished()
        if problem is not None:
            log.error("an answer was not stored in full: %s", problem.title)

    def _usual(self, brief: Briefing) -> Sampling:
        model = None if brief.engine else self._engine.state.model
        return usual_for(model.size_bytes if model else 0)

    def _model_name(self) -> str:
        model = self._engine.state.model
        return model.name if model else ""

    def _brief(self, chat: ChatId) -> Briefing:
        return self.brief(chat)

    def _give_back(self, draft: str, problem: Problem) -> None:
        self._bus.publish(ProblemArose(problem, draft))

    def _new_node(self) -> NodeId:
        return NodeId(self._stamps.new_id())
