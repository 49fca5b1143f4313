"""Our engine in this process, step by step, without a pipe."""

from collections.abc import Iterator, Sequence

from inglenook.engine.answering import LlamaBackend
from inglenook.engine.protocol import Answer, Delta, Event, Failed
from peers.ours import limited, load_command
from peers.side import Question, Setup


class Inside:
    """A backend with a model, driven by hand.

    Threads: the one that made it.
    """

    def __init__(self, setup: Setup) -> None:
        """Load the model."""
        self.backend = LlamaBackend()
        self.backend.load(load_command(setup, None), lambda _fraction: True)

    def accept(self, questions: Sequence[Question]) -> None:
        """Put questions into the line."""
        for number, each in enumerate(questions):
            self.backend.accept(Answer(f"r{number}", each.chat, each.turns, limited(each)))

    def steps(self) -> Iterator[Sequence[Event]]:
        """Work until nothing is left to do; give what each step brought."""
        while self.backend.is_busy:
            events = self.backend.step()
            for event in events:
                assert not isinstance(event, Failed), event
            yield events

    def answer(self, question: Question) -> Iterator[int]:
        """Answer one question; give the number of tokens of each step that wrote any."""
        self.accept([question])
        for events in self.steps():
            for event in events:
                if isinstance(event, Delta) and event.tokens:
                    yield event.tokens

    def close(self) -> None:
        """Free the model."""
        self.backend.unload()
