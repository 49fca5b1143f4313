"""The services as one request asks them, until the person ends that request."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial

from inglenook.core.errors import Problem
from inglenook.core.ids import RequestId
from inglenook.engine.protocol import Failed
from inglenook.server.api import Api
from inglenook.server.asked import LAST
from inglenook.server.refusal import ENDED, from_problem
from inglenook.services.apiquestion import Question
from inglenook.services.requests import AnswerEvent, AnswerListener
from inglenook.services.served import ServedModel

ENDED_HERE = Problem(
    "The person at Inglenook ended this request", "Ask again if it is still wanted.",
    {"kind": ENDED},
)  # fmt: skip
ROUTE_S = 0.25
"""A route has told the program by then, or its work is cancelled: half of what is promised."""


class Ending:
    """How the person ends one request: told by its route, or cancelled where that is stuck.

    Threads: the loop's, but for ``ask``.

    Attributes:
        api: What the request is to ask.
        by_person: It was over because of this.
    """

    def __init__(self, api: Api) -> None:
        self.api = EndableApi(api)
        self.by_person = False
        self._loop = asyncio.get_running_loop()
        self._patience = asyncio.timeout(None)
        self._is_over = False

    def ask(self) -> None:
        """End it; from any thread, and harmless when it is over."""
        with suppress(RuntimeError):  # the loop has ended, and with it every request
            self._loop.call_soon_threadsafe(self._end)

    async def of(self, work: Awaitable[None]) -> None:
        """Do the work, until the person ends it.

        Raises:
            RefusedError: it was ended, and no route has told the program.
        """
        try:
            async with self._patience:
                await work
        except TimeoutError:
            if not self._patience.expired():
                raise
            raise from_problem(ENDED_HERE) from None
        finally:
            self._is_over = True

    def _end(self) -> None:
        if self._is_over or self.by_person:
            return
        self.by_person = True
        wait_s = ROUTE_S if self.api.end() else 0.0
        self._patience.reschedule(self._loop.time() + wait_s)


class EndableApi:
    """Passes questions on, and ends those that have no end yet when that is wanted.

    Whoever listens is told that a question failed, as if the engine had said so: so each
    route ends its response in its own way, a stream that has begun as well.

    Threads: the loop's; listeners are told on any other.
    """

    def __init__(self, api: Api) -> None:
        self._api = api
        self._asked: list[_Listener] = []
        self._is_ended = False

    def models(self) -> Sequence[ServedModel]:
        """Return the models that can be asked."""
        return self._api.models()

    def usual(self) -> ServedModel | None:
        """Return the chat model that is meant where none is named."""
        return self._api.usual()

    def ask(self, question: Question, listener: AnswerListener) -> RequestId:
        """Have a question answered."""
        return self._begin(partial(self._api.ask, question), listener)

    def cancel(self, request: RequestId) -> None:
        """Stop an answer."""
        self._api.cancel(request)

    def tokenise(self, model: str, text: str, listener: AnswerListener) -> RequestId:
        """Have text cut into a model's tokens."""
        return self._begin(partial(self._api.tokenise, model, text), listener)

    def detokenise(
        self, model: str, tokens: tuple[int, ...], listener: AnswerListener
    ) -> RequestId:
        """Have a model's tokens put together."""
        return self._begin(partial(self._api.detokenise, model, tokens), listener)

    def embed(self, model: str, texts: tuple[str, ...], listener: AnswerListener) -> RequestId:
        """Have a vector made of each text."""
        return self._begin(partial(self._api.embed, model, texts), listener)

    def weigh(self, question: Question, listener: AnswerListener) -> RequestId:
        """Have told how likely the tokens of a prompt are."""
        return self._begin(partial(self._api.weigh, question), listener)

    def end(self) -> bool:
        """End what has no end yet; nothing more is asked. False if there is nothing."""
        self._is_ended = True
        open_ones = [each for each in self._asked if not each.is_over]
        for each in open_ones:
            self._api.cancel(each.request)
            each.hear(each.request, Failed(each.request, ENDED_HERE))
        return bool(open_ones)

    def _begin(
        self, ask: Callable[[AnswerListener], RequestId], listener: AnswerListener
    ) -> RequestId:
        if self._is_ended:
            raise from_problem(ENDED_HERE)
        asked = _Listener(listener)
        asked.request = ask(asked.hear)
        self._asked.append(asked)
        return asked.request


class _Listener:
    """Hears of one question, nothing behind its end.

    Threads: any; what comes at the same moment as the end may still be told.
    """

    def __init__(self, listener: AnswerListener) -> None:
        self._listener = listener
        self.request = RequestId("")
        self.is_over = False

    def hear(self, request: RequestId, event: AnswerEvent) -> None:
        if self.is_over:
            return
        self.is_over = isinstance(event, LAST)
        self._listener(request, event)
