"""The models of this computer for other programs: what there is, and questions to it."""

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from inglenook.chat.message import Role
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId, RequestId
from inglenook.effort.level import Level, strategy_for
from inglenook.effort.strategy import PLAIN, Strategy
from inglenook.engine.protocol import Answer, Detokenise, Failed, Tokenise, Turn, Weigh
from inglenook.models.kind import FileKind
from inglenook.services.alarm import SetAlarm, set_alarm
from inglenook.services.apiconversations import Conversations
from inglenook.services.apiline import Ask, Command
from inglenook.services.apiproblems import (
    CANNOT_CHAT,
    NO_CHAT,
    NO_EMBEDDING,
    NOTHING_ASKED,
    told,
)
from inglenook.services.apiquestion import Question
from inglenook.services.bus import Bus
from inglenook.services.engine import EngineService
from inglenook.services.events import Announcement, EngineChanged, EnginePhase
from inglenook.services.installed import InstalledModel
from inglenook.services.programs import Programs
from inglenook.services.requests import AnswerEvent, AnswerListener
from inglenook.services.served import USUAL, ServedModel, ids_of, meant, not_found
from inglenook.services.stamps import Stamps
from inglenook.services.tasks import Worker

__all__ = ["ApiService", "Question", "ServedModel"]

_CHAT, _EMBEDDING = str(FileKind.CHAT), str(FileKind.EMBEDDING)
_SERVED = {FileKind.CHAT, FileKind.EMBEDDING}


class Embedding(Protocol):
    """What is used of services/embedding.py."""

    def embed(
        self, model_path: str, texts: tuple[str, ...], listener: AnswerListener
    ) -> RequestId:
        """Make a vector of each text."""
        ...

    def cancel(self, request: RequestId) -> None:
        """Stop; harmless when it has ended, and for what is not its own."""
        ...

    def close(self) -> None:
        """End what has not ended, and take nothing any more."""
        ...


class Installed(Protocol):
    """What is used of services/models.py."""

    @property
    def models(self) -> tuple[InstalledModel, ...]:
        """What is installed, as announced last."""
        ...

    def sees(self, path: str) -> bool:
        """Tell whether a model is to be loaded with what lets it see."""
        ...

    def first_choice(self, last: str | None) -> str | None:
        """Return the last model if it is still there, or the starter."""
        ...


class ApiService:
    """Answers other programs, with the model of the window or one that is loaded for them.

    Threads: every public method returns at once and may be called from any; listeners are
    told on the engine client's threads and on the worker "programs".
    """

    def __init__(
        self,
        bus: Bus,
        engine: EngineService,
        installed: Installed,
        embedding: Embedding,
        *,
        last: Callable[[], str | None] = lambda: None,
        strategy_for: Callable[[Level, str], Strategy] = strategy_for,
        clock: Callable[[], float] = time.monotonic,
        set_alarm: SetAlarm = set_alarm,
    ) -> None:
        """Have nothing to answer.

        Args:
            bus: Tells how the engine is.
            engine: Answers, and loads.
            installed: Knows the models.
            embedding: Makes vectors; closed with this.
            last: Returns the file of the model that the person used last.
            strategy_for: Returns how an effort is spent on a question.
            clock: Seconds that never go back.
            set_alarm: Sets an alarm.
        """
        self._engine, self._installed, self._embedding = engine, installed, embedding
        self._last, self._clock, self._strategy_for = last, clock, strategy_for
        self._worker = Worker("programs", _say_nothing)
        self._programs = Programs(engine, self._worker.post, clock=clock, set_alarm=set_alarm)
        self._lock = threading.Lock()
        # The lock guards what follows.
        self._stamps = Stamps()
        self._conversations = Conversations(engine.forget)
        self._unsubscribe = bus.subscribe(self._heard)

    def models(self) -> tuple[ServedModel, ...]:
        """Return what programs can ask: what is installed, and what is loaded."""
        state = self._engine.state
        known = {each.path: each for each in self._installed.models}
        if state.model is not None:
            known.setdefault(state.model.path, state.model)
        ids = ids_of(known)
        loaded = state.model.path if state.model and state.phase is EnginePhase.READY else ""
        context = state.plan.settings.context_tokens if state.plan else 0
        return tuple(
            ServedModel(
                ids[path],
                each.name,
                path,
                each.size_bytes,
                context if path == loaded and context else each.context_tokens,
                path == loaded,
                str(each.kind),
                state.sees if path == loaded else self._installed.sees(path),
            )
            for path, each in known.items()
            if each.kind in _SERVED
        )

    def usual(self) -> ServedModel | None:
        """Return the chat model that answers who names none: the loaded one, or the last.

        It may not be loaded yet. None if no chat model is installed.
        """
        found = self._usual(self.models(), _CHAT)
        return found if isinstance(found, ServedModel) else None

    def ask(self, question: Question, listener: AnswerListener) -> RequestId:
        """Have a question answered; its model is loaded first if it is another one.

        Args:
            question: What is asked.
            listener: Told what happens; the last is Done, Failed or Problem, whose problem
                has the fact ``kind``.

        Returns:
            The name of the answer, by which it can be cancelled.
        """
        request = self._new_request()
        if not (question.turns or question.prompt or question.tokens):
            return self._refuse(request, NOTHING_ASKED, listener)
        command = _command(request, self._chat(question), question, self._strategy_for)
        return self._enter(request, question.model, command, listener)

    def weigh(self, question: Question, listener: AnswerListener) -> RequestId:
        """Have told how likely the tokens of a question's prompt are, as they stand.

        Args:
            question: What is asked, without turns; its ``sampling.odds`` says how many of the
                likeliest are told at each place.
            listener: Told what happens: Weighed…, and last Done, Failed or Problem.

        Returns:
            The name of the request, by which it can be cancelled.
        """
        request = self._new_request()
        command = Weigh(
            request,
            _raw_turns(question),
            question.sampling.odds,
            raw=True,
            ids=question.tokens,
            chat=self._chat(question),
        )
        return self._enter(request, question.model, command, listener)

    def cancel(self, request: RequestId) -> None:
        """End an answer, a count or an embedding; harmless when it has ended."""
        # Each knows its own and passes over the others.
        self._embedding.cancel(request)
        self._worker.post(partial(self._programs.cancel, request))

    def tokenise(
        self, model: str, text: str, listener: AnswerListener, *, special: bool = True
    ) -> RequestId:
        """Have the tokens of a text told; the last is Tokenised or Failed."""
        request = self._new_request()
        return self._enter(request, model, Tokenise(request, text, special), listener)

    def detokenise(
        self, model: str, tokens: tuple[int, ...], listener: AnswerListener
    ) -> RequestId:
        """Have the text of tokens told; the last is Detokenised or Failed."""
        request = self._new_request()
        return self._enter(request, model, Detokenise(request, tokens), listener)

    def embed(self, model: str, texts: tuple[str, ...], listener: AnswerListener) -> RequestId:
        """Have vectors made of texts; Embedded for each, then Done or Failed."""
        found = self._model(model, _EMBEDDING)
        if isinstance(found, Problem):
            return self._refuse(self._new_request(), found, listener)

        def hear(request: RequestId, event: AnswerEvent) -> None:
            listener(request, told(event))

        return self._embedding.embed(found.path, texts, hear)

    def leave_no_spare_time(self) -> None:
        """Exchange models as soon as nobody is being answered: there is no window."""
        self._programs.spare_s = 0.0

    def settle(self, timeout_s: float) -> bool:
        """Wait until the worker has done all it was given; False if that took too long."""
        return self._worker.settle(timeout_s)

    def close(self) -> None:
        """End every answer and the worker, and those of the vectors."""
        self._unsubscribe()
        self._worker.post(self._programs.close)
        self._worker.close()
        self._embedding.close()

    # --- on any thread ---

    def _heard(self, told: Announcement) -> None:
        if isinstance(told, EngineChanged):
            self._worker.post(partial(self._programs.follow, told.state))

    def _chat(self, question: Question) -> ChatId:
        with self._lock:
            return self._conversations.of(question)

    def _new_request(self) -> RequestId:
        with self._lock:
            return RequestId(self._stamps.new_id())

    def _enter(
        self, request: RequestId, name: str, command: Command, listener: AnswerListener
    ) -> RequestId:
        found = self._model(name, _CHAT)
        if isinstance(found, Problem):
            return self._refuse(request, found, listener)
        ask = Ask(command, found.path, listener, self._clock())
        self._worker.post(partial(self._programs.enter, ask))
        return request

    def _refuse(
        self, request: RequestId, problem: Problem, listener: AnswerListener
    ) -> RequestId:
        # Not before the name is known to who asks.
        self._worker.post(lambda: listener(request, Failed(request, problem)))
        return request

    def _model(self, name: str, kind: str) -> ServedModel | Problem:
        models = self.models()
        if name.strip().casefold() in {"", USUAL}:
            return self._usual(models, kind)
        found = meant(name, models)
        if found is None:
            return not_found(name, models)
        return CANNOT_CHAT if kind == _CHAT != found.kind else found

    def _usual(self, models: Sequence[ServedModel], kind: str) -> ServedModel | Problem:
        fitting = [each for each in models if each.kind == kind]
        if kind == _EMBEDDING:
            return fitting[0] if fitting else NO_EMBEDDING
        here = self._engine.state.model
        path = here.path if here is not None else self._installed.first_choice(self._last())
        first = next((each for each in fitting if each.path == path), None)
        return first or (fitting[0] if fitting else NO_CHAT)


def _command(
    request: RequestId,
    chat: ChatId,
    question: Question,
    strategy_for: Callable[[Level, str], Strategy],
) -> Answer:
    return Answer(
        request,
        chat,
        question.turns or _raw_turns(question),
        question.sampling,
        question.options,
        continues=question.continues,
        strategy=_strategy(question, strategy_for),
        raw=not question.turns,
        ids=question.tokens,
        suffix=question.suffix,
    )


def _raw_turns(question: Question) -> tuple[Turn, ...]:
    return (Turn(Role.USER, question.prompt),)


def _strategy(question: Question, strategy_for: Callable[[Level, str], Strategy]) -> Strategy:
    """Return how many drafts there are: one where they could not be compared."""
    sampling = question.sampling
    is_one_line = question.continues or not question.turns or bool(question.options.tools)
    has_form = bool(sampling.json_schema or sampling.grammar)
    if question.effort is None or is_one_line or has_form or question.turns[-1].result_of:
        return PLAIN
    return strategy_for(question.effort, question.turns[-1].text)


def _say_nothing(_problem: Problem) -> None:
    """Leave a fault of our own to the log."""
