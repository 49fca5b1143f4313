"""Answers on their way to a program: what the engine tells becomes frames of a stream."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from inglenook.server.asked import Told
from inglenook.server.exchange import Exchange
from inglenook.server.gathered import Gathered, Pieces
from inglenook.server.refusal import RefusedError
from inglenook.server.sse import AGAIN_S, FIRST_S, WAITING
from inglenook.services.apiquestion import Question

Frames = Sequence[bytes]


class Script(Protocol):
    """How one kind of response is written as a stream."""

    def told(self, number: int, answer: Gathered, pieces: Pieces, /) -> Frames:
        """Return what is sent when an answer went on.

        Args:
            number: Which answer, from 0.
            answer: As far as it is.
            pieces: What is new of it.
        """
        ...

    def ended(self) -> Frames:
        """Return what is sent when all answers have their end."""
        ...

    def failed(self, error: RefusedError) -> Frames:
        """Return what is sent last when one of them cannot be made."""
        ...


async def frames(
    exchange: Exchange,
    model: str,
    questions: Sequence[Question],
    answers: Sequence[Gathered],
    script: Script,
) -> AsyncGenerator[bytes, None]:
    """Ask, and give what is to be sent.

    Raises:
        RefusedError: there is no answer, and nothing was sent yet.
    """
    now_s = asyncio.get_running_loop().time
    sent_s, has_begun = now_s(), False
    try:
        with exchange.ask(questions) as asked:
            while not asked.is_over:
                due_s = sent_s + (AGAIN_S if has_begun else FIRST_S)
                told = await asked.next(max(0.0, due_s - now_s()))
                found = () if told is None else _told(exchange, model, told, answers, script)
                # A call that is being written is heard of, and nothing is sent until it ends.
                for each in found or ([WAITING] if now_s() >= due_s else ()):
                    yield each
                    sent_s, has_begun = now_s(), True
    except RefusedError as error:
        if not has_begun:
            raise
        last = script.failed(error)
    else:
        last = script.ended()
    for each in last:
        yield each


def _told(
    exchange: Exchange, model: str, told: Told, answers: Sequence[Gathered], script: Script
) -> Frames:
    number, event = told
    answer = answers[number]
    pieces = answer.hear(event)
    exchange.tell(model, answers)
    return script.told(number, answer, pieces)
