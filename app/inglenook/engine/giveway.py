"""Answers of programs rest while a person's is worked on, but for a share of the time."""

from collections.abc import Sequence

from inglenook.core.ids import is_program_chat
from inglenook.engine.task import Task

SHARE = 0.25
"""Of the time that a person's answer takes, so much more may go to programs meanwhile. A
token takes a quarter longer then at the most, and no program waits in vain."""

LEAST_CREDIT_S = 0.1
MOST_CREDIT_S = 0.5
_WEIGHT = 0.3


class GiveWay:
    """Decides, step by step, whether the answers of programs are worked on.

    They stay where they are while they rest: nothing has to be read again. A step with them
    costs what it takes longer than one without; on a graphics card that is little, so that
    they hardly rest there, and on a processor they go on once in a while.

    Threads: the engine's main thread only.
    """

    def __init__(self) -> None:
        self._credit_s = 0.0
        self._without_s = 0.0
        self._cost_s = LEAST_CREDIT_S
        self._is_asked = self._rests = False

    def working(self, active: Sequence[Task]) -> Sequence[Task]:
        """Return the answers that are worked on in the next step, in their order."""
        self._is_asked = any(map(_is_persons, active))
        if not self._is_asked:
            self._credit_s, self._without_s, self._cost_s = 0.0, 0.0, LEAST_CREDIT_S
            return active
        self._rests = self._credit_s < min(max(self._cost_s, 1e-9), MOST_CREDIT_S)
        if not self._rests:
            return active
        return [each for each in active if not is_program_chat(each.chat)]

    def took(self, seconds: float) -> None:
        """Learn how long the step took, or would have taken without guesses."""
        if not self._is_asked:
            return
        if self._rests:
            old = self._without_s or seconds
            self._without_s = old + _WEIGHT * (seconds - old)
            self._credit_s += SHARE * seconds
        else:
            self._cost_s = max(0.0, seconds - self._without_s)
            self._credit_s += SHARE * self._without_s - self._cost_s
        self._credit_s = min(MOST_CREDIT_S, self._credit_s)


def _is_persons(task: Task) -> bool:
    return not task.is_background and not is_program_chat(task.chat)
