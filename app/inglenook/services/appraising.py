"""Has other models score the drafts of an answer, and chooses by what they say."""

import logging
import threading
import time
from array import array
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from inglenook.core.errors import Problem
from inglenook.core.ids import RequestId
from inglenook.effort.appraisal import Written, choice_by, likeness
from inglenook.effort.level import Level, helped, strategy_for
from inglenook.effort.strategy import BY_OTHERS, Score, Strategy
from inglenook.effort.tally import Choice
from inglenook.engine.draftevents import Compared, DraftEnded, Vote
from inglenook.engine.protocol import Answer, Done, Embedded, Failed, Look, Ranked
from inglenook.models.kind import FileKind
from inglenook.services.installed import InstalledModel
from inglenook.services.requests import AnswerEvent, AnswerListener

log = logging.getLogger(__name__)

_KINDS = {Score.REWARD: FileKind.RANKING, Score.LIKENESS: FileKind.EMBEDDING}
_ENDS = ("end", "length", "context")
"""How drafts end that say something worth a score."""


class Readers(Protocol):
    """What is used of services/embedding.py."""

    def embed(
        self, model_path: str, texts: tuple[str, ...], listener: AnswerListener
    ) -> RequestId:
        """Have vectors made of texts."""
        ...

    def rank(
        self, model_path: str, question: str, texts: tuple[str, ...], listener: AnswerListener
    ) -> RequestId:
        """Have texts scored."""
        ...

    def cancel(self, request: RequestId) -> None:
        """End a request."""
        ...


class AppraisingService:
    """Stands between the engine and whoever listens to an answer of several drafts.

    The engine tells its own choice as it always does. Where the strategy's score is one of
    another model, that choice is held back until the model has read the drafts, and told
    with what came of it. Whatever goes wrong there, the engine's own choice stands.

    Threads: any; see ``Appraisal``.
    """

    def __init__(
        self,
        readers: Readers,
        models: Callable[[], Sequence[InstalledModel]],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Score nothing yet.

        Args:
            readers: Run embedding and reward models.
            models: Returns all that are installed, the one added last first.
            clock: Seconds that never go back.
        """
        self._readers, self._models, self._clock = readers, models, clock
        self._lock = threading.Lock()
        self._open: dict[RequestId, Appraisal] = {}

    def strategy_for(self, level: Level, question: str) -> Strategy:
        """Return the strategy of a level with the help of what is installed."""
        return helped(
            strategy_for(level, question),
            question,
            reward=self.model_for(Score.REWARD) is not None,
            embedding=self.model_for(Score.LIKENESS) is not None,
        )

    def model_for(self, score: Score) -> InstalledModel | None:
        """Return the installed model that gives a score; of several the first on the list."""
        kind = _KINDS.get(score)
        return next((each for each in self._models() if each.kind is kind), None)

    def listening(self, command: Answer | Look, listener: AnswerListener) -> AnswerListener:
        """Return who is to hear of an answer in the place of a listener."""
        if not isinstance(command, Answer) or command.strategy.score not in BY_OTHERS:
            return listener
        model = self.model_for(command.strategy.score)
        if model is None or command.strategy.is_plain:
            return listener
        request = RequestId(command.request)
        made = Appraisal(command, model, self._readers, listener, self._clock, self._close)
        with self._lock:
            self._open[request] = made
        return made.hear

    def cancel(self, request: RequestId) -> None:
        """Let the choice among an answer's drafts be told as the engine made it."""
        with self._lock:
            found = self._open.get(request)
        if found is not None:
            found.cancel()

    def _close(self, request: RequestId) -> None:
        with self._lock:
            self._open.pop(request, None)


class Appraisal:
    """One answer whose drafts another model scores.

    Threads: the engine client's and the readers' tell it what happens, ``cancel`` comes on
    any; whatever the listener is told comes in its order, and never twice.
    """

    def __init__(
        self,
        command: Answer,
        model: InstalledModel,
        readers: Readers,
        listener: AnswerListener,
        clock: Callable[[], float],
        close: Callable[[RequestId], None],
    ) -> None:
        """Wait for the drafts.

        Args:
            command: The question.
            model: Scores the drafts.
            readers: Run it.
            listener: Told of the answer.
            clock: Seconds that never go back.
            close: Told when nothing more will come.
        """
        self._command, self._model, self._readers = command, model, readers
        self._listener, self._clock, self._close = listener, clock, close
        self._request = RequestId(command.request)
        self._lock = threading.RLock()
        # The lock guards what follows.
        self._ended: dict[int, DraftEnded] = {}
        self._own: Compared | None = None  # the engine's choice, while it is held back
        self._held: list[AnswerEvent] = []  # what came after it
        self._reading = RequestId("")
        self._since_s = 0.0
        self._vectors: list[Sequence[float]] = []
        self._scores: Sequence[float] = ()
        self._read_tokens = 0
        self._is_given_up = False

    def hear(self, _request: RequestId, event: AnswerEvent) -> None:
        """Take what happens to the answer, and pass on what need not be held back."""
        with self._lock:
            if self._own is not None:
                self._held.append(event)
                return
            if isinstance(event, DraftEnded):
                self._ended[event.draft] = event
            if isinstance(event, Compared) and self._ask(event):
                return
        self._tell(event)

    def cancel(self) -> None:
        """Wait no longer."""
        with self._lock:
            self._is_given_up = True
            reading = self._reading
        if reading:
            self._readers.cancel(reading)

    # --- asking ---

    def _ask(self, own: Compared) -> bool:
        """Have the drafts scored; False if there is nothing to choose from."""
        texts = tuple(each.text for each in self._drafts())
        if len(texts) < 2 or self._is_given_up:
            return False
        self._own, self._since_s = own, self._clock()
        if self._command.strategy.score is Score.REWARD:
            question = self._command.turns[-1].text
            self._reading = self._readers.rank(self._model.path, question, texts, self._read)
        else:
            self._reading = self._readers.embed(self._model.path, texts, self._read)
        return True

    def _drafts(self) -> list[DraftEnded]:
        """Return the drafts that can be chosen, by number."""
        found = [each for _, each in sorted(self._ended.items())]
        return [each for each in found if each.text.strip() and each.why in _ENDS]

    def _read(self, _reading: RequestId, event: AnswerEvent) -> None:
        """Take what the other model says of the drafts."""
        with self._lock:
            match event:
                case Embedded(vector=vector, tokens=tokens):
                    self._vectors.append(array("f", vector))
                    self._read_tokens += tokens
                case Ranked(scores=scores, tokens=tokens):
                    self._scores, self._read_tokens = scores, tokens
                case Done(reason="end"):
                    self._scores = self._scores or likeness(self._vectors)
                    self._conclude(self._chosen())
                case Done():
                    self._conclude([])
                case Failed(problem=problem) | (Problem() as problem):
                    log.warning("drafts were not scored: %s", problem.title)
                    self._conclude([])
                case _:
                    pass

    # --- choosing ---

    def _chosen(self) -> list[AnswerEvent]:
        """Return what to tell of the drafts and of the choice among them."""
        drafts, replace = self._drafts(), msgspec.structs.replace
        if len(self._scores) != len(drafts):
            return []
        written = [
            Written(each.draft, each.text, each.why == "end", each.scores.mean)
            for each in drafts
        ]
        choice = choice_by(self._command.strategy, written, self._scores)
        scored = zip(drafts, self._scores, strict=True)
        return [*(replace(each, score=score) for each, score in scored), self._told(choice)]

    def _told(self, choice: Choice) -> Compared:
        own, chosen, is_shown = self._own, self._ended[choice.draft], not choice.draft
        assert own is not None
        groups = choice.groups
        return msgspec.structs.replace(
            own,
            chosen=choice.draft,
            votes=tuple(Vote(each.answer, each.weight, each.drafts) for each in groups),
            reason=choice.reason,
            text="" if is_shown else chosen.text,
            thinking="" if is_shown else chosen.thinking,
            judged_tokens=own.judged_tokens + self._read_tokens,
            spent_s=own.spent_s + self._clock() - self._since_s,
            scored_by=self._model.name,
        )

    def _conclude(self, told: list[AnswerEvent]) -> None:
        """Tell what was held back, with another choice or with the engine's own."""
        own, held = self._own, self._held
        assert own is not None
        for event in (*(told or [own]), *held):
            self._tell(event)
        self._own, self._held, self._reading = None, [], RequestId("")

    def _tell(self, event: AnswerEvent) -> None:
        if isinstance(event, Done | Failed | Problem):
            self._close(self._request)
        self._listener(self._request, event)
