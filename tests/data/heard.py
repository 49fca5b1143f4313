"""What a backend says, gathered step by step, for tests that drive one without a loop."""

from dataclasses import replace

from inglenook.chat.message import Role
from inglenook.chat.sampling import EXACT, Sampling
from inglenook.engine.answering import LlamaBackend
from inglenook.engine.protocol import Answer, Delta, Done, Event, Failed, Started, Turn

SHORT = replace(EXACT, answer_limit_tokens=20)
MOST_STEPS = 5_000


def question(
    *texts: str,
    request: str = "request",
    chat: str = "chat",
    sampling: Sampling = SHORT,
    background: bool = False,
    last_start: int = 0,
) -> Answer:
    """Return a question at the end of turns that alternate, a user's first."""
    roles = (Role.USER, Role.ASSISTANT)
    turns = tuple(Turn(roles[at % 2], text) for at, text in enumerate(texts))
    return Answer(request, chat, turns, sampling, background=background, last_start=last_start)


class Heard:
    """A backend and all that it has said.

    Attributes:
        backend: The backend.
        events: Everything, in order.
    """

    def __init__(self, backend: LlamaBackend) -> None:
        self.backend = backend
        self.events: list[Event] = []

    def ask(self, *commands: Answer) -> "Heard":
        """Put questions into the line."""
        for each in commands:
            self.backend.accept(each)
        return self

    def step(self) -> list[Event]:
        """Step once; return what happened."""
        happened = list(self.backend.step())
        self.events += happened
        return happened

    def until(self, *kinds: type, request: str | None = None) -> Event:
        """Step until something happens; return it."""
        for _ in range(MOST_STEPS):
            for each in self.step():
                if isinstance(each, kinds) and request in {None, each.request}:
                    return each
        raise AssertionError(f"none of {kinds} in {MOST_STEPS} steps")

    def stop(self, request: str = "request") -> list[Event]:
        """Stop an answer; return what happened."""
        happened = list(self.backend.stop(request))
        self.events += happened
        return happened

    def run(self) -> "Heard":
        """Step until nothing is to be done."""
        for _ in range(MOST_STEPS):
            if not self.backend.is_busy:
                return self
            self.step()
        raise AssertionError(f"not done in {MOST_STEPS} steps")

    # --- by request ---

    def of(self, kind: type, request: str = "request") -> list[Event]:
        """Return the events of a kind that concern an answer."""
        return [
            each for each in self.events if isinstance(each, kind) and each.request == request
        ]

    def started(self, request: str = "request") -> Started:
        """Return how an answer began."""
        (event,) = self.of(Started, request)
        return event

    def end(self, request: str = "request") -> Done | Failed:
        """Return how an answer ended."""
        (event,) = self.of(Done | Failed, request)
        return event

    def text(self, request: str = "request") -> str:
        """Return the text of an answer."""
        return "".join(each.text for each in self.of(Delta, request))


def answered(backend: LlamaBackend, command: Answer) -> tuple[Started, str, Done | Failed]:
    """Ask one question and wait for its end."""
    heard = Heard(backend).ask(command).run()
    name = command.request
    return heard.started(name), heard.text(name), heard.end(name)
