"""Answers by engines elsewhere, told as the engine of this computer tells its own."""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Protocol

from inglenook.chat.elsewhere import Choice, Endpoint
from inglenook.chat.message import Timings
from inglenook.chat.sampling import BALANCED, Sampling
from inglenook.chat.tokens import about_tokens
from inglenook.chat.window import reply_reserve, window
from inglenook.core.errors import Problem, RemoteError
from inglenook.core.ids import RequestId
from inglenook.engine.protocol import Delta, Done, Failed, PromptOptions, Started, Turn
from inglenook.remote.address import address_from
from inglenook.remote.body import Ask, Told
from inglenook.remote.chunk import Ended, Piece, Usage
from inglenook.remote.offline import switched_off
from inglenook.services.events import Announcement, SettingsChanged
from inglenook.services.requests import AnswerEvent, AnswerListener
from inglenook.services.tasks import Worker

if TYPE_CHECKING:
    from inglenook.remote.call import Call, Way

PICTURE_TOKENS = 800
"""What a picture takes in usual models that see: 256 to 1,500, by their papers."""

_KNOBS = ("temperature", "top_p", "frequency_penalty", "presence_penalty", "seed")


class SetUp(Protocol):
    """What is used of services/endpoints.py."""

    def find(self, endpoint: str) -> Endpoint | None:
        """Return an engine by its id; None if there is none."""
        ...

    def key(self, endpoint: Endpoint) -> str:
        """Return the key that is sent along; "" for none."""
        ...


class _Asked:
    """A question that is under way.

    Threads: its worker writes it; ``call``, ``is_over``, ``news`` and ``is_telling`` under
    the service's lock.
    """

    def __init__(
        self,
        request: RequestId,
        choice: Choice,
        listener: AnswerListener,
    ) -> None:
        self.request, self.choice, self.listener = request, choice, listener
        self.began_s = time.monotonic()
        self.first_s = self.last_s = 0.0
        self.pieces = 0
        self.usage = Usage()
        self.call: Call | None = None
        self.is_over = self.is_telling = False
        self.news: deque[AnswerEvent] = deque()

    def hear(self, said: Piece | Usage) -> None:
        """Note when something came, and what was counted."""
        if isinstance(said, Usage):
            self.usage = said
        else:
            self.last_s = time.monotonic()
            self.first_s = self.first_s or self.last_s
            self.pieces += 1

    def timings(self) -> Timings:
        """Return what the answer cost, by our clock and the other side's count.

        Where that side counts nothing each piece is taken for a token, as most send them.
        """
        tokens = self.usage.answer_tokens or self.pieces
        spent_s = self.last_s - self.first_s
        return Timings(
            self.usage.prompt_tokens,
            self.usage.reused_tokens,
            tokens,
            max(0.0, self.first_s - self.began_s),
            (tokens - 1) / spent_s if tokens > 1 and spent_s > 0 else 0.0,
        )


class RemoteService:
    """Has answers written by engines elsewhere; one draft each.

    Threads: every public method returns at once and may be called from any thread. Each
    answer has a worker of its own while it is written, on which its listener is told; of an
    end that comes from elsewhere it may be told on the thread that it comes on. It is told
    of one thing after the other, and of nothing behind the end.
    """

    def __init__(
        self,
        endpoints: SetUp,
        way: Callable[[], "Way"],
        also: Mapping[str, object] | None = None,
    ) -> None:
        """Ask nobody yet.

        Args:
            endpoints: Know the engines.
            way: Returns how requests leave this computer.
            also: Asked for with every answer, by the names of the API.
        """
        self._endpoints, self._way, self._also = endpoints, way, also or {}
        self._lock = threading.Lock()
        # The lock guards what follows.
        self._asked: dict[RequestId, _Asked] = {}
        self._free: list[Worker] = []
        self._workers: list[Worker] = []

    def answer(
        self,
        request: RequestId,
        choice: Choice,
        turns: tuple[Turn, ...],
        sampling: Sampling,
        listener: AnswerListener,
        *,
        options: PromptOptions,
        continues: bool,
        last_start: int,
    ) -> None:
        """Have turns answered elsewhere.

        Args:
            request: Names this answer; never used before.
            choice: By whom.
            turns: The branch, oldest first.
            sampling: What differs from the usual is asked for.
            listener: Told what happens; the last is Done, Failed, or a Problem if the line
                broke while something was written.
            options: Whether to think.
            continues: The last turn is the beginning of the answer.
            last_start: Which turn came first when the branch was answered before.
        """
        asked = _Asked(request, choice, listener)
        worker = self._take_worker(asked)
        job = partial(self._run, asked, worker, turns, sampling, options, continues, last_start)
        worker.post(job, partial(self._fail, asked, worker))

    def cancel(self, request: RequestId) -> None:
        """Stop one answer: its connection is closed, and its end is told at once."""
        with self._lock:
            asked = self._asked.get(request)
        if asked is not None:
            self._end(asked, Done(request, "stopped", asked.timings()))

    def told(self, announcement: Announcement) -> None:
        """End everything when the network is switched off."""
        if isinstance(announcement, SettingsChanged) and announcement.offline:
            with self._lock:
                asked = list(self._asked.values())
            for each in asked:
                self._end(each, _failure(each, switched_off().problem))

    def close(self) -> None:
        """Close every connection and end the workers."""
        with self._lock:
            asked, workers = list(self._asked), list(self._workers)
        for each in asked:
            self.cancel(each)
        for worker in workers:
            worker.close()

    # --- on the worker of an answer ---

    def _run(
        self,
        asked: _Asked,
        worker: Worker,
        turns: tuple[Turn, ...],
        sampling: Sampling,
        options: PromptOptions,
        continues: bool,
        last_start: int,
    ) -> None:
        from inglenook.remote import engine  # noqa: PLC0415  (with the HTTP client)
        from inglenook.remote.call import Call, StoppedCall  # noqa: PLC0415

        endpoint = self._allowed(asked.choice)
        way = self._way()
        context = endpoint.model(asked.choice.model).context_tokens
        kept, left_out = fitting(turns, context, last_start, stays=1 + continues)
        call = Call(way, address_from(endpoint.base), self._endpoints.key(endpoint))
        with self._lock:
            asked.call = call
        self._tell(asked, Started(asked.request, 0, 0, left_out))
        ask = Ask(
            asked.choice.model,
            tuple(Told(each.role, each.text, each.pictures) for each in kept),
            {**knobs_of(sampling), **self._also},
            continues,
            options.thinking,
        )
        with suppress(StoppedCall):  # its end has been told then
            ended = self._answered(engine.answer, call, way, ask, asked)
            self._end(asked, Done(asked.request, ended.reason, asked.timings()))
        self._give_back(worker)

    def _answered(
        self,
        answer: Callable[["Call", "Way", Ask, Callable[[Piece | Usage], None]], Ended],
        call: "Call",
        way: "Way",
        ask: Ask,
        asked: _Asked,
    ) -> Ended:
        with self._lock:
            if asked.is_over:
                call.hang_up()

        def hear(said: Piece | Usage) -> None:
            asked.hear(said)
            if isinstance(said, Piece):
                self._tell(asked, Delta(asked.request, said.text, 1, said.thinking))

        return answer(call, way, ask, hear)

    def _allowed(self, choice: Choice) -> Endpoint:
        """Return the engine that a chat has, if the person lets chats go there.

        Raises:
            RemoteError: it is gone, or nobody has agreed.
        """
        endpoint = self._endpoints.find(choice.endpoint)
        if endpoint is None:
            raise RemoteError(
                "This chat's engine is no longer set up", "Choose another one for this chat."
            )
        if not endpoint.is_agreed:
            raise RemoteError(
                "Nobody has allowed this engine yet",
                "Choose it once more for this chat, and allow it.",
                host=endpoint.host,
            )
        return endpoint

    def _fail(self, asked: _Asked, worker: Worker, problem: Problem) -> None:
        self._give_back(worker)
        self._end(asked, _failure(asked, problem))

    # --- on any thread ---

    def _take_worker(self, asked: _Asked) -> Worker:
        with self._lock:
            self._asked[asked.request] = asked
            if self._free:
                return self._free.pop()
            worker = Worker("remote answer", lambda _problem: None)
            self._workers.append(worker)
            return worker

    def _give_back(self, worker: Worker) -> None:
        with self._lock:
            self._free.append(worker)

    def _tell(self, asked: _Asked, event: AnswerEvent) -> None:
        with self._lock:
            if asked.is_over:
                return
            asked.news.append(event)
        self._pass_on(asked)

    def _end(self, asked: _Asked, event: Done | Failed | Problem) -> None:
        with self._lock:
            call = asked.call
            if not asked.is_over:
                asked.is_over = True
                del self._asked[asked.request]
                asked.news.append(event)
        if call is not None:
            call.hang_up()
        self._pass_on(asked)

    def _pass_on(self, asked: _Asked) -> None:
        """Tell what is new, if nobody is about to do so: without a lock, but in its order."""
        while True:
            with self._lock:
                if asked.is_telling or not asked.news:
                    return
                asked.is_telling, event = True, asked.news.popleft()
            try:
                asked.listener(asked.request, event)
            finally:
                with self._lock:
                    asked.is_telling = False


def _failure(asked: _Asked, problem: Problem) -> Failed | Problem:
    """Return the end of an answer: what was written of it stays, as when an engine dies."""
    return problem if asked.pieces else Failed(asked.request, problem)


def fitting(
    turns: tuple[Turn, ...], context_tokens: int, last_start: int = 0, *, stays: int = 1
) -> tuple[tuple[Turn, ...], int]:
    """Return the turns that a context has room for, and how many are left out.

    Nobody here knows the other side's vocabulary, so tokens are estimated.

    Args:
        turns: The branch, oldest first.
        context_tokens: 0 if nobody knows; all of them are sent then.
        last_start: As ``chat.window.window`` has it.
        stays: How many of the last always stay.
    """
    if not context_tokens:
        return turns, 0
    tokens = [about_tokens(each.text) + PICTURE_TOKENS * len(each.pictures) for each in turns]
    chosen = window(
        [each.role for each in turns],
        budget_tokens=context_tokens - reply_reserve(context_tokens),
        count=lambda kept: sum(tokens[at] for at in kept),
        last_start=last_start,
        stays=stays,
    )
    return tuple(turns[at] for at in chosen.kept), chosen.left_out


def knobs_of(sampling: Sampling) -> dict[str, object]:
    """Return what of sampling somebody chose, by the names of the API.

    All else is left to the engine, which knows the habits of its model.
    """
    knobs: dict[str, object] = {
        name: getattr(sampling, name)
        for name in _KNOBS
        if getattr(sampling, name) != getattr(BALANCED, name)
    }
    if sampling.answer_limit_tokens is not None:
        knobs["max_tokens"] = sampling.answer_limit_tokens
    if sampling.stop:
        knobs["stop"] = list(sampling.stop)
    return knobs
