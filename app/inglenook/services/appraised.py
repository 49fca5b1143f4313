"""What the engine service uses of whoever has drafts scored by other models."""

from typing import Protocol

from inglenook.core.ids import RequestId
from inglenook.engine.protocol import Answer, Look
from inglenook.services.requests import AnswerListener


class Appraiser(Protocol):
    """What is used of services/appraising.py."""

    def listening(self, command: Answer | Look, listener: AnswerListener) -> AnswerListener:
        """Return who is to hear of an answer in the place of a listener."""
        ...

    def cancel(self, request: RequestId) -> None:
        """Let the choice among an answer's drafts be told as it is."""
        ...


class Unappraised:
    """Leaves every choice as the engine makes it.

    Threads: any.
    """

    def listening(self, _command: Answer | Look, listener: AnswerListener) -> AnswerListener:
        """Return the listener itself."""
        return listener

    def cancel(self, request: RequestId) -> None:
        """Do nothing: nothing is held back."""
