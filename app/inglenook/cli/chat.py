"""`inglenook chat`: ask one question, or talk until the end of input."""

import sys
import threading

from inglenook.chat.message import Message, Role, Status
from inglenook.cli.output import put, put_json, put_problem
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId
from inglenook.services.events import (
    Announcement,
    ConversationChanged,
    EngineChanged,
    EnginePhase,
    ProblemArose,
)
from inglenook.services.services import Services

_POLL_S = 0.03
_HELP = "Ctrl+C stops an answer, Ctrl+D leaves, /new starts another chat."


class TerminalChat:
    """One chat in a terminal.

    Threads: the main thread reads and prints; announcements arrive on service threads and
    only set fields under the lock.
    """

    def __init__(self, services: Services, *, as_json: bool) -> None:
        self._services, self._as_json = services, as_json
        self._changed = threading.Condition()
        self._answer: Message | None = None
        self._problem: Problem | None = None
        self._chat: ChatId = services.chat.create()
        self._unsubscribe = services.bus.subscribe(self._hear)

    def close(self) -> None:
        """Stop listening."""
        self._unsubscribe()

    def new(self) -> None:
        """Start another chat."""
        self._chat = self._services.chat.create()

    def ask(self, question: str) -> bool:
        """Ask, print the answer as it is written, and tell whether there was one."""
        self._answer, self._problem = None, None
        self._services.chat.send(self._chat, question)
        try:
            self._follow()
        except KeyboardInterrupt:
            self._services.chat.stop(self._chat)
            self._follow()
        return self._report()

    def _hear(self, announcement: Announcement) -> None:
        with self._changed:
            match announcement:
                case ConversationChanged(conversation) if conversation.id == self._chat:
                    last = conversation.path()[-1]
                    self._answer = last if last.role is Role.ASSISTANT else None
                case ProblemArose(problem):
                    self._problem = problem
                case EngineChanged(state) if state.phase is EnginePhase.FAILED:
                    self._problem = state.problem
                case _:
                    return
            self._changed.notify_all()

    def _follow(self) -> None:
        """Print new text until the answer has ended."""
        shown = 0
        while True:
            with self._changed:
                self._changed.wait(_POLL_S)
                answer, problem = self._answer, self._problem
            if answer is None:
                if problem:
                    return
                continue
            live = self._services.chat.live(answer.id)
            text = live.text if live else answer.text
            if not self._as_json and len(text) > shown:
                put(text[shown:], end="")
                shown = len(text)
            if answer.status is not Status.WRITING and live is None:
                return

    def _report(self) -> bool:
        answer = self._answer
        if self._as_json:
            put_json({"answer": answer, "problem": self._problem})
        elif answer is not None:
            put()
            if answer.note:
                sys.stderr.write(f"({answer.note})\n")
        elif self._problem:
            put_problem(self._problem)
        return answer is not None and answer.status in {
            Status.COMPLETE,
            Status.CUT,
            Status.STOPPED,
        }


def chat(services: Services, question: str, *, as_json: bool) -> int:
    """Answer one question, or read questions until the end of input; return the exit code."""
    talk = TerminalChat(services, as_json=as_json)
    try:
        if question:
            return 0 if talk.ask(question) else 1
        return _converse(talk)
    finally:
        talk.close()


def _converse(talk: TerminalChat) -> int:
    if sys.stdin.isatty():
        put(_HELP)
    while True:
        try:
            question = input("\n> " if sys.stdin.isatty() else "").strip()
        except (EOFError, KeyboardInterrupt):
            put()
            return 0
        if question == "/new":
            talk.new()
        elif question:
            talk.ask(question)
