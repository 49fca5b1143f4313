"""Vectors and scores of texts, from a model in an engine process beside that of the chat."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from inglenook.chat.message import Timings
from inglenook.core.errors import InglenookError, Problem
from inglenook.core.ids import RequestId
from inglenook.engine.death import Death
from inglenook.engine.protocol import (
    Cancel,
    Done,
    Embed,
    Embedded,
    Event,
    Failed,
    Load,
    Loaded,
    LoadFailed,
    Rank,
    Ranked,
)
from inglenook.hardware.machine import measure_host
from inglenook.hardware.modelfile import read_model_facts
from inglenook.models.reader import reader_settings
from inglenook.models.settings import EngineSettings
from inglenook.services.alarm import Countdown, SetAlarm, set_alarm
from inglenook.services.engineclient import MakeClient
from inglenook.services.requests import AnswerListener
from inglenook.services.stamps import Stamps
from inglenook.services.tasks import Worker

FREED_AFTER_S = 300.0
"""So long after the last text, the process ends and its memory is free again."""

_CLOSED = Problem("Inglenook is closing", "Ask again when it runs again.")
_STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What was asked of a model, and who hears of it."""

    path: str
    command: Embed | Rank
    listener: AnswerListener

    @property
    def request(self) -> RequestId:
        return RequestId(self.command.request)


def plan_reader(path: str) -> EngineSettings:
    """Return how a model reads texts beside whatever runs now.

    Raises:
        ModelFileError: it is not a usable model.
        ModelLoadError: there is no memory left for it.
    """
    return reader_settings(read_model_facts(Path(path), chats=False), measure_host())


class EmbeddingService:
    """One model at a time, loaded when it is asked and freed when nobody asks for long.

    Who asks for the loaded model is answered at once; a question to another model waits until
    what was asked before it has ended, in the order of arrival.

    Threads: every public method returns at once and may be called from any. Models are
    planned on the worker "reader planner"; listeners are told on the client's threads, on the
    worker, or on the caller's when it is at its end already.
    """

    def __init__(
        self,
        make_client: MakeClient,
        plan: Callable[[str], EngineSettings] = plan_reader,
        *,
        set_alarm: SetAlarm = set_alarm,
    ) -> None:
        """Start the worker, not the process: that starts with the first text.

        Args:
            make_client: Makes the handle on the engine, given its two callbacks.
            plan: Reads a model file's header and plans; may take a moment, and raise an
                InglenookError.
            set_alarm: Sets an alarm.
        """
        self._plan = plan
        self._client = make_client(self._heard, self._died)
        self._worker = Worker("reader planner", _say_nothing)
        self._lock = threading.RLock()
        # The lock guards what follows; no listener is called under it.
        self._stamps = Stamps()
        self._idle = Countdown(set_alarm, self._free)
        self._waiting: deque[_Wanted] = deque()
        self._asked: dict[RequestId, _Wanted] = {}
        self._path = ""  # of the model that is loaded or on its way
        self._is_ready = self._is_closed = False

    def embed(
        self, model_path: str, texts: tuple[str, ...], listener: AnswerListener
    ) -> RequestId:
        """Have vectors made of texts.

        Args:
            model_path: An embedding model's file.
            texts: At least one.
            listener: Told Embedded for each, then Done; or Failed, or a Problem if the
                engine died.
        """
        return self._ask(model_path, Embed("", texts), listener)

    def rank(
        self, model_path: str, question: str, texts: tuple[str, ...], listener: AnswerListener
    ) -> RequestId:
        """Have texts scored by how well they answer a question.

        Args:
            model_path: The file of a reranker or a reward model.
            question: Whatever the texts are to answer.
            texts: At least one.
            listener: Told Ranked, then Done; or Failed, or a Problem if the engine died.
        """
        return self._ask(model_path, Rank("", question, texts), listener)

    def cancel(self, request: RequestId) -> None:
        """End a request; harmless when it has ended, and for what is not ours."""
        with self._lock:
            found = next((each for each in self._waiting if each.request == request), None)
            if found is not None:
                self._waiting.remove(found)
            elif request in self._asked:
                self._client.send(Cancel(request))
        if found is not None:
            found.listener(request, Done(request, _STOPPED, Timings()))

    def settle(self, timeout_s: float) -> bool:
        """Wait until every model asked for so far is planned; False if that took too long."""
        return self._worker.settle(timeout_s)

    def close(self) -> None:
        """End the process and the worker; what has not ended fails."""
        with self._lock:
            self._is_closed = True
            self._idle.cancel()
            left = self._take_all()
        self._client.close()
        self._worker.close()
        self._fail(left, _CLOSED)

    def _ask(self, path: str, command: Embed | Rank, listener: AnswerListener) -> RequestId:
        with self._lock:
            request = RequestId(self._stamps.new_id())
            command = msgspec.structs.replace(command, request=request)
            wanted = _Wanted(path, command, listener)
            is_closed = self._is_closed
            if not is_closed:
                self._waiting.append(wanted)
        if is_closed:
            self._fail([wanted], _CLOSED)
        else:
            self._go_on()
        return request

    # --- on any thread ---

    def _go_on(self) -> None:
        """Send what the loaded model is asked next, or load the next model."""
        refused: list[tuple[_Wanted, Problem]] = []
        with self._lock:
            while self._is_ready and self._waiting and self._waiting[0].path == self._path:
                wanted = self._waiting.popleft()
                try:
                    self._client.send(wanted.command)
                    self._asked[wanted.request] = wanted
                except InglenookError as error:
                    refused.append((wanted, error.problem))
            self._count_idleness()
            if self._waiting and not self._asked and (self._is_ready or not self._path):
                self._path, self._is_ready = self._waiting[0].path, False
                self._worker.post(
                    partial(self._load, self._path), partial(self._could_not_load, self._path)
                )
        for wanted, problem in refused:
            self._fail([wanted], problem)

    def _count_idleness(self) -> None:
        if self._asked or self._waiting or not self._path:
            self._idle.cancel()
        elif self._is_ready and not self._idle.is_running:
            self._idle.start(FREED_AFTER_S)

    def _take_all(self, path: str | None = None) -> list[_Wanted]:
        """Take what waits for a model, or for any."""
        taken = [each for each in self._waiting if path in {None, each.path}]
        if path is None:
            taken += self._asked.values()
            self._asked.clear()
        self._waiting = deque(each for each in self._waiting if each not in taken)
        return taken

    def _fail(self, wanted: list[_Wanted], problem: Problem) -> None:
        for each in wanted:
            each.listener(each.request, Failed(each.request, problem))

    # --- on the worker ---

    def _load(self, path: str) -> None:
        settings = self._plan(path)
        with self._lock:
            if not self._is_closed:
                self._client.start()
                self._client.send(Load(path, settings, embeds=True))

    def _could_not_load(self, path: str, problem: Problem) -> None:
        """Fail what waited for a model, and go on with what waits for another."""
        with self._lock:
            self._path = ""
            left = self._take_all(path)
        self._fail(left, problem)
        self._go_on()

    # --- on an alarm's thread ---

    def _free(self, number: int) -> None:
        with self._lock:
            if self._idle.is_due(number):
                self._idle.cancel()
                self._path, self._is_ready = "", False
                self._client.stop()

    # --- on the client's threads ---

    def _heard(self, event: Event) -> None:
        match event:
            case Loaded():
                with self._lock:
                    self._is_ready = True
                self._go_on()
            case LoadFailed(problem=problem):
                self._could_not_load(self._path, problem)
            case Embedded() | Ranked():
                self._tell(event)
            case Done() | Failed():
                self._tell(event)
                self._go_on()
            case _:
                pass

    def _tell(self, event: Embedded | Ranked | Done | Failed) -> None:
        request = RequestId(event.request)
        with self._lock:
            is_last = isinstance(event, Done | Failed)
            wanted = self._asked.get(request)
            if is_last:
                self._asked.pop(request, None)
        if wanted is not None:
            wanted.listener(request, event)

    def _died(self, death: Death, restarting: bool) -> None:
        with self._lock:
            lost, self._asked = list(self._asked.values()), {}
            self._is_ready = False
            if not (restarting or death.loading):
                self._path = ""
        for each in lost:
            each.listener(each.request, death.problem)
        self._go_on()


def _say_nothing(_problem: Problem) -> None:
    """Leave it to the log: whoever asked is told."""
