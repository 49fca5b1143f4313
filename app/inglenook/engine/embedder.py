"""A model that was loaded to make vectors or scores, and the texts that wait for it."""

from collections import deque
from collections.abc import Callable, Sequence

import numpy as np

from inglenook.chat.message import Timings
from inglenook.core.errors import BadArgumentError, InglenookError, ModelLoadError, Problem
from inglenook.engine.inquiry import check_texts, too_long
from inglenook.engine.lib import AbortFlag
from inglenook.engine.model import Ids, Model
from inglenook.engine.protocol import Done, Embed, Embedded, Event, Failed, Load, Rank, Ranked
from inglenook.engine.textform import TextForm
from inglenook.engine.vectorcontext import MOST_TEXTS, Numbers, VectorContext

_SHARED_TOKENS = 512
"""Texts share a batch up to here: what llama.cpp sets aside grows with every token, and
whoever else asks waits for a batch."""


class _Texts:
    """What one Embed or Rank asks for, and how far it is."""

    def __init__(self, command: Embed | Rank, ids: list[Ids]) -> None:
        self.request = command.request
        self.ranks = isinstance(command, Rank)
        self.at = 0
        self.scores: list[float] = []
        self._ids = ids

    @property
    def is_done(self) -> bool:
        return self.at == len(self._ids)

    def next(self, most_tokens: int) -> list[Ids]:
        """Return the texts that are read in one go, at least one."""
        found: list[Ids] = []
        for ids in self._ids[self.at : self.at + MOST_TEXTS]:
            if found and sum(map(len, found)) + len(ids) > most_tokens:
                break
            found.append(ids)
        return found

    def end(self, reason: str) -> Done:
        return Done(self.request, reason, Timings(prompt_tokens=self.tokens))

    @property
    def tokens(self) -> int:
        return sum(map(len, self._ids[: self.at]))


class Embedder:
    """One model and what is asked of it; those who ask take turns.

    Threads: the engine's main thread only.

    Attributes:
        model: The weights and the vocabulary.
        context: Where texts are read.
    """

    def __init__(self, model: Model, context: VectorContext) -> None:
        self.model, self.context = model, context
        self._form = TextForm(model)
        self._score_at = _label_of_yes(model, context.width)
        self._waiting: deque[_Texts] = deque()

    @staticmethod
    def opened(
        command: Load, flag: AbortFlag, on_progress: Callable[[float], bool]
    ) -> "Embedder":
        """Load a model and warm it up.

        Raises:
            ModelFileError: the file is missing, damaged or no model.
            ModelLoadError: it did not load, or was given up.
        """
        model = Model.load(command.path, command.settings, on_progress)
        context: VectorContext | None = None
        try:
            model.check_it_can_read(command.path)
            context = VectorContext(model, command.settings, flag)
            embedder = Embedder(model, context)
            context.read([embedder.form("a", None)])
        except InglenookError:
            if context is not None:
                context.free()
            model.free()
            raise
        return embedder

    @property
    def is_busy(self) -> bool:
        """Whether any text waits."""
        return bool(self._waiting)

    def add(self, command: Embed | Rank) -> None:
        """Take texts.

        Raises:
            ModelLoadError: the model makes only the other of vectors and scores.
            PromptTooLongError: a text is too long.
            BadArgumentError: there is no text, too much, or an empty one.
        """
        question = command.question if isinstance(command, Rank) else None
        if self.context.ranks is (question is None):
            raise _other_kind(ranks=self.context.ranks)
        check_texts(command.texts, beside_each=len(question or ""))
        ids = [self.form(each, question) for each in command.texts]
        for each in ids:
            if len(each) > self.context.most_tokens:
                raise too_long(len(each), self.context.most_tokens)
        self._waiting.append(_Texts(command, ids))

    def form(self, text: str, question: str | None) -> Ids:
        """Return a text, or a question with it, as the model wants it; at least one token.

        Raises:
            BadArgumentError: nothing is left of it.
        """
        form = self._form
        ids = form.alone(text) if question is None else form.pair(question, text)
        if not len(ids):
            raise BadArgumentError("This text is empty", "Leave it out, or write something.")
        return ids

    def step(self) -> list[Event]:
        """Read some texts of who comes next."""
        work = self._waiting.popleft()
        texts = work.next(min(self.context.most_tokens, _SHARED_TOKENS))
        try:
            found = self.context.read(texts)
        except InglenookError as error:
            return [Failed(work.request, error.problem)]
        if found is None:  # whoever is to end is ended next
            self._waiting.appendleft(work)
            return []
        events = self._told(work, texts, found)
        if not work.is_done:
            self._waiting.append(work)
            return events
        if work.ranks:
            events.append(Ranked(work.request, tuple(work.scores), work.tokens))
        return [*events, work.end("end")]

    def stop(self, request: str) -> list[Event]:
        """End one request now."""
        for work in [each for each in self._waiting if each.request == request]:
            self._waiting.remove(work)
            return [work.end("stopped")]
        return []

    def fail_all(self, problem: Problem) -> list[Event]:
        """End every request with a problem."""
        waiting, self._waiting = self._waiting, deque()
        return [Failed(each.request, problem) for each in waiting]

    def free(self) -> None:
        """Give the memory back."""
        self.context.free()
        self.model.free()

    def _told(self, work: _Texts, texts: Sequence[Ids], found: Numbers) -> list[Event]:
        first, work.at = work.at, work.at + len(texts)
        if work.ranks:
            work.scores += found[:, self._score_at].tolist()
            return []
        return [
            Embedded(work.request, first + at, _unit(row), len(ids))
            for at, (ids, row) in enumerate(zip(texts, found, strict=True))
        ]


def _unit(row: Numbers) -> bytes:
    """Return a vector of length 1; one of zeros stays as it is."""
    length = float(np.linalg.norm(row.astype(np.float64)))
    scaled = row / length if length > 0 else row
    return scaled.astype("<f4").tobytes()


def _label_of_yes(model: Model, count: int) -> int:
    """Return which number of a head is the score: the one labelled "yes", else the first."""
    for at in range(count):
        label = model.label(at)
        if label.lower() == "yes":
            return at
    return 0


def _other_kind(*, ranks: bool) -> ModelLoadError:
    if ranks:
        return ModelLoadError(
            "This model scores texts and makes no vectors", "Choose an embedding model."
        )
    return ModelLoadError(
        "This model makes vectors and no scores", "Choose a reranker or a reward model."
    )
