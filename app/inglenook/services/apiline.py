"""Questions of other programs in the order in which models are loaded for them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inglenook.core.ids import RequestId
from inglenook.engine.protocol import Answer, Detokenise, Tokenise, Weigh
from inglenook.services.requests import AnswerListener

TURN_S = 10.0
"""A model that others wait for takes new questions for so long after it was loaded. Loading
takes seconds, so that a shorter turn would load more than it answers."""

Command = Answer | Weigh | Tokenise | Detokenise


@dataclass(eq=False, slots=True)
class Ask:
    """A question that has not ended.

    Threads: the line's owner; ``has_spoken`` the thread that hears the engine, while it runs.

    Attributes:
        command: What the engine is told.
        path: The file of the model that is meant.
        listener: Told what happens.
        since_s: When it came.
        has_spoken: Something of its answer was told.
        is_tried: Its model was being loaded while it waited.
        is_unwanted: Whoever asked it has gone.
    """

    command: Command
    path: str
    listener: AnswerListener
    since_s: float
    has_spoken: bool = False
    is_tried: bool = False
    is_unwanted: bool = False

    @property
    def request(self) -> RequestId:
        """Its name."""
        return RequestId(self.command.request)


class Line:
    """Who is answered by the model that is loaded, and which model is next.

    Questions for the same model are answered together. The model for which somebody waits
    longest is next, once the answers under way have ended; new questions for the loaded one
    stay outside meanwhile, if the other has waited for a turn of TURN_S.

    Threads: none of its own; one owner.

    Attributes:
        waiting: Not told to the engine, oldest first.
        running: Told to the engine, by name.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.waiting: list[Ask] = []
        self.running: dict[RequestId, Ask] = {}
        self._clock = clock
        self._ready_s = clock()

    def __len__(self) -> int:
        return len(self.waiting) + len(self.running)

    def join(self, ask: Ask) -> None:
        """Let a question wait, in the order of age."""
        self.waiting.append(ask)
        self.waiting.sort(key=lambda each: each.since_s)

    def is_ready(self, path: str) -> Sequence[Ask]:
        """Take those who have waited for a model that has just been loaded."""
        self._ready_s = self._clock()
        return self._take(path)

    def may_go(self, path: str, *, is_open: bool) -> Sequence[Ask]:
        """Take those whom the loaded model may answer.

        Args:
            path: Its file.
            is_open: It cannot be exchanged now, so nobody has to make way for another.
        """
        if is_open or not self._is_over(path):
            return self._take(path)
        return ()

    def next_path(self, loaded: str) -> str:
        """Return which model is to be loaded now; "" for none.

        Args:
            loaded: The file of the model that is there; "" for none.
        """
        if self.running:
            return ""
        return next((each.path for each in self.waiting if each.path != loaded), "")

    def try_all(self, path: str) -> None:
        """Note that a model is being loaded for those who wait for it."""
        for each in self.waiting:
            each.is_tried = each.is_tried or each.path == path

    def take_tried(self, path: str) -> Sequence[Ask]:
        """Take those who have waited for a model that could not be loaded."""
        return self._take(path, only_tried=True)

    def take_one(self, request: RequestId) -> Ask | None:
        """Take one that waits; None if it does not."""
        found = next((each for each in self.waiting if each.request == request), None)
        if found is not None:
            self.waiting.remove(found)
        return found

    def take_all(self) -> Sequence[Ask]:
        """Take everybody, running or not."""
        everybody = [*self.running.values(), *self.waiting]
        self.running.clear()
        self.waiting.clear()
        return everybody

    def _take(self, path: str, *, only_tried: bool = False) -> list[Ask]:
        def is_meant(ask: Ask) -> bool:
            return ask.path == path and (ask.is_tried or not only_tried)

        taken = [each for each in self.waiting if is_meant(each)]
        self.waiting = [each for each in self.waiting if not is_meant(each)]
        return taken

    def _is_over(self, path: str) -> bool:
        """Whether the turn of the loaded model has ended, since another is waited for."""
        others = [each.since_s for each in self.waiting if each.path != path]
        return bool(others) and self._clock() - max(min(others), self._ready_s) >= TURN_S
