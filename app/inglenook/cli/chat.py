"""`inglenook chat`: ask one question, or talk until the end of input."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from types import FrameType

from inglenook.chat.comparison import Comparison
from inglenook.chat.elsewhere import HERE, Choice
from inglenook.chat.message import Message, Role, Status
from inglenook.cli.output import put, put_json, put_problem, safe
from inglenook.cli.vote import vote_lines
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId
from inglenook.effort.level import Level
from inglenook.services.events import (
    Announcement,
    ConversationChanged,
    LiveText,
    ProblemArose,
)
from inglenook.services.services import Services

_POLL_S = 0.03
_HELP = "Ctrl+C stops an answer, Ctrl+D leaves, /new starts another chat."
_GOOD = {Status.COMPLETE, Status.CUT, Status.STOPPED}


class TerminalChat:
    """One chat in a terminal.

    Threads: the main thread reads and prints; announcements arrive on service threads and
    only set fields under the lock.
    """

    def __init__(
        self,
        services: Services,
        *,
        as_json: bool,
        effort: Level | None = None,
        choice: Choice = HERE,
    ) -> None:
        self._services, self._as_json, self._effort = services, as_json, effort
        self._changed = threading.Condition()
        self._question = ""
        self._answer: Message | None = None
        self._refusal: Problem | None = None
        self._notices: list[Problem] = []
        self._told: list[Problem] = []
        self._shown = 0
        self._waited_for = ""
        self._choice = choice
        self._chat = self._create()
        self._unsubscribe = services.bus.subscribe(self._hear)

    def close(self) -> None:
        """Stop listening."""
        self._unsubscribe()

    def new(self) -> None:
        """Start another chat."""
        self._chat = self._create()

    def _create(self) -> ChatId:
        chat = self._services.chat.create()
        # Said even where it is this computer: what new chats in the window begin with is no
        # answer to what was typed here.
        self._services.briefing.use(chat, self._choice)
        return chat

    def ask(self, question: str) -> bool:
        """Ask, print the answer as it is written, and tell whether there was one."""
        with self._changed:
            self._question, self._answer, self._refusal = question, None, None
            self._shown = 0
            self._waited_for = ""
            self._told = []
        self._services.chat.send(self._chat, question, effort=self._effort)
        with _ctrl_c() as pressed:
            self._follow(pressed)
        return self._report()

    def _hear(self, announcement: Announcement) -> None:
        with self._changed:
            match announcement:
                case ConversationChanged(conversation) if conversation.id == self._chat:
                    last = conversation.path()[-1]
                    self._answer = last if last.role is Role.ASSISTANT else None
                case ProblemArose(problem, draft) if draft == self._question and draft:
                    self._refusal = problem
                case ProblemArose(problem):
                    self._notices.append(problem)
                case _:
                    return
            self._changed.notify_all()

    def _follow(self, stop_asked: threading.Event) -> None:
        """Print new text until the answer has ended or the question was refused."""
        while True:
            if stop_asked.is_set():
                self._services.chat.stop(self._chat)
            with self._changed:
                self._changed.wait(_POLL_S)
                answer, refusal = self._answer, self._refusal
            self._tell_notices()
            if refusal is not None:
                return
            if answer is None:
                continue
            live = self._services.chat.live(answer.id)
            is_over = answer.status is not Status.WRITING
            if live and not is_over:
                self._tell_queue(live.waiting_for)
            self._show(_shown(live) if live and not is_over else _first_draft(answer))
            if is_over:
                return

    def _show(self, text: str) -> None:
        if not self._as_json and len(text) > self._shown:
            put(text[self._shown :], end="")
            self._shown = len(text)

    def _tell_queue(self, waiting_for: str) -> None:
        """Print who is before the answer, once for each place in the queue."""
        is_queue = "answer" in waiting_for
        if is_queue and waiting_for != self._waited_for and not self._as_json:
            sys.stderr.write(f"({waiting_for})\n")
            sys.stderr.flush()
            self._waited_for = waiting_for

    def _tell_notices(self) -> None:
        with self._changed:
            notices, self._notices = self._notices, []
        for problem in notices:
            self._tell(problem)

    def _tell(self, problem: Problem) -> None:
        """Print a problem, once for each question: a full disk fails at every step."""
        if problem not in self._told:
            self._told.append(problem)
            put_problem(problem)

    def _report(self) -> bool:
        answer, refusal = self._answer, self._refusal
        if self._as_json:
            put_json({"answer": _public(answer), "problem": refusal})
        elif refusal is not None:
            self._tell(refusal)
        elif answer is not None:
            put()
            if answer.comparison is not None:
                self._tell_vote(answer, answer.comparison)
            if answer.note:
                sys.stderr.write(f"({safe(answer.note)})\n")
        return answer is not None and answer.status in _GOOD

    @staticmethod
    def _tell_vote(answer: Message, comparison: Comparison) -> None:
        """Print the chosen draft if it is another one, and how the drafts answered."""
        if comparison.is_changed:
            put(f"\n{safe(answer.text)}")
        sys.stderr.write("".join(f"{safe(each)}\n" for each in vote_lines(comparison)))
        sys.stderr.flush()


def _shown(live: LiveText) -> str:
    """Return the text that grows: that of draft 0, even when another one has been chosen."""
    return _text_of_first(live.comparison) or live.text


def _first_draft(answer: Message) -> str:
    return _text_of_first(answer.comparison) or answer.text


def _text_of_first(comparison: Comparison | None) -> str:
    if comparison is None or not comparison.is_changed:
        return ""
    return next((each.text for each in comparison.drafts if not each.number), "")


def _public(answer: Message | None) -> dict[str, object] | None:
    """Return an answer as it is printed: without what only the window has a use for."""
    if answer is None:
        return None
    fields = asdict(answer)
    del fields["left_out"], fields["needs_tokens"]
    if answer.comparison is None:
        del fields["comparison"]
    return fields


@contextmanager
def _ctrl_c() -> Iterator[threading.Event]:
    """Give an event that Ctrl+C sets; pressed again, it interrupts as usual.

    An exception in the middle of printing would leave unknown how much was printed.
    """
    pressed = threading.Event()

    def press(number: int, frame: FrameType | None) -> None:
        if pressed.is_set():
            signal.default_int_handler(number, frame)
        pressed.set()

    before = signal.signal(signal.SIGINT, press)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)


def chat(
    services: Services,
    question: str,
    *,
    as_json: bool,
    effort: Level | None = None,
    choice: Choice = HERE,
) -> int:
    """Answer one question, or read questions until the end of input.

    Args:
        services: Everything.
        question: Empty to read questions.
        as_json: Print JSON.
        effort: Of each answer; None for the usual one.
        choice: The engine that answers.

    Returns:
        The exit code: 1 if a question had no answer.
    """
    talk = TerminalChat(services, as_json=as_json, effort=effort, choice=choice)
    try:
        return int(not talk.ask(question)) if question.strip() else _converse(talk)
    finally:
        talk.close()


def _converse(talk: TerminalChat) -> int:
    is_terminal = sys.stdin.isatty()
    if is_terminal:
        put(_HELP)
    code = 0
    while True:
        try:
            question = input("\n> " if is_terminal else "").strip()
        except (EOFError, KeyboardInterrupt):
            return code
        if question == "/new":
            talk.new()
        elif question and not talk.ask(question):
            code = 1
