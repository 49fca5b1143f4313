"""One request that was let in, as the routes see it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from inglenook.models.kind import FileKind
from inglenook.server.api import Api
from inglenook.server.asked import Asked
from inglenook.server.gathered import Gathered
from inglenook.server.reading import Request, read
from inglenook.server.refusal import bad, from_problem
from inglenook.services.apiquestion import Question
from inglenook.services.served import USUAL, ServedModel, meant, not_found

_READS = str(FileKind.EMBEDDING)
NAME = "inglenook.exchange"
"""Under this name a scope holds it."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a route needs to answer.

    Threads: the loop's.

    Attributes:
        api: Answers.
        body: What was sent, whole.
        turn: Held while the engine is asked what it tells at once, between two steps.
        follow: Told the model, the tokens of the prompt, and those of the answer so far.
    """

    api: Api
    body: bytes
    turn: asyncio.Lock
    follow: Callable[[str, int, int], None]

    def read(self, kind: type[Request]) -> Request:
        """Return the body as a request.

        Raises:
            RefusedError: it is none.
        """
        return read(self.body, kind)

    def model(self, name: str) -> str:
        """Return the id of the model that is meant, or what was written for the usual one.

        Raises:
            RefusedError: there is no such model.
        """
        found = self.served(name)
        return found.id if found else self._usual(name)

    def served(self, name: str) -> ServedModel | None:
        """Return the model of this name; None for the usual one.

        Raises:
            RefusedError: there is no such model.
        """
        if name.strip().casefold() in {"", USUAL}:
            return None
        models = self.api.models()
        found = meant(name, models)
        if found is None:
            raise from_problem(not_found(name, models))
        return found

    def reader(self, name: str) -> str:
        """Return the same for the model that makes vectors.

        Raises:
            RefusedError: there is no such model.
        """
        found = self.served(name)
        if found is None:
            found = next((each for each in self.api.models() if each.kind == _READS), None)
        return found.id if found else name or USUAL

    def check_sight(self, name: str) -> None:
        """Refuse pictures that a model cannot be shown.

        Raises:
            RefusedError: it cannot, or there is no such model.
        """
        found = self.served(name) or self.api.usual()
        if found is not None and not found.sees:
            raise bad(f"The model {found.id} cannot be shown pictures.", "messages")

    def ask(self, questions: Sequence[Question]) -> Asked:
        """Return the questions, to be entered."""
        return Asked([partial(self.api.ask, each) for each in questions], self.api.cancel)

    def weigh(self, questions: Sequence[Question]) -> Asked:
        """Return the prompts whose odds are wanted, to be entered."""
        return Asked([partial(self.api.weigh, each) for each in questions], self.api.cancel)

    def tell(self, model: str, answers: Sequence[Gathered]) -> None:
        """Tell how far the answers are."""
        prompt = max(each.prompt_tokens for each in answers)
        self.follow(model, prompt, sum(each.answer_tokens for each in answers))

    def _usual(self, name: str) -> str:
        usual = self.api.usual()
        return usual.id if usual else name or USUAL


async def gather(
    exchange: Exchange, model: str, asked: Asked, answers: Sequence[Gathered]
) -> None:
    """Gather the answers to their end.

    Raises:
        RefusedError: one of them could not be made.
    """
    async for number, event in asked.all():
        answers[number].hear(event)
        exchange.tell(model, answers)
