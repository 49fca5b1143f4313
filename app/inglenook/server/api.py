"""What the routes ask of the services."""

from collections.abc import Sequence
from typing import Protocol

from inglenook.core.ids import RequestId
from inglenook.services.apiquestion import Question
from inglenook.services.requests import AnswerListener
from inglenook.services.served import ServedModel


class Api(Protocol):
    """What is used of services/api.py; every method returns at once."""

    def models(self) -> Sequence[ServedModel]:
        """Return the models that can be asked."""
        ...

    def usual(self) -> ServedModel | None:
        """Return the chat model that is meant where none is named; None if none is there."""
        ...

    def ask(self, question: Question, listener: AnswerListener) -> RequestId:
        """Have a question answered; the listener is told on any thread."""
        ...

    def weigh(self, question: Question, listener: AnswerListener) -> RequestId:
        """Have told how likely the tokens of a prompt are."""
        ...

    def cancel(self, request: RequestId) -> None:
        """Stop an answer."""
        ...

    def tokenise(self, model: str, text: str, listener: AnswerListener) -> RequestId:
        """Have text cut into a model's tokens."""
        ...

    def detokenise(
        self, model: str, tokens: tuple[int, ...], listener: AnswerListener
    ) -> RequestId:
        """Have a model's tokens put together."""
        ...

    def embed(self, model: str, texts: tuple[str, ...], listener: AnswerListener) -> RequestId:
        """Have a vector made of each text."""
        ...
