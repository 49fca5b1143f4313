"""The tries to get one model going, each with smaller settings than the one before."""

from dataclasses import replace

from inglenook.core.errors import Problem
from inglenook.engine.breaker import Breaker
from inglenook.models.fit import EngineSettings, Plan, lessened
from inglenook.models.stepdown import MOST_TRIES, Trouble, given_up, step_down

_TWICE = Breaker(most_deaths=2)


class Tries:
    """Counts the tries of one model and knows what the next one is.

    Threads: none of its own; its owner holds a lock around each call.

    Attributes:
        smaller: The settings that are tried instead of the planned ones; None for those.
        notice: What to tell once the model is there with less than was planned.
    """

    def __init__(self, smaller: EngineSettings | None = None) -> None:
        """Begin anew; with smaller settings when others have failed before."""
        self.smaller = smaller
        self.notice: Problem | None = None
        self._count = 1
        self._has_answered = False
        self._deaths = _TWICE

    def applied(self, plan: Plan) -> Plan:
        """Return a fresh plan with the settings that have proved to be small enough."""
        if self.smaller is None:
            return plan
        return lessened(plan, self.smaller, "It runs with less, since more failed before.")

    @property
    def has_found(self) -> bool:
        """Whether the settings that are tried now are none that were planned or known."""
        return self._count > 1

    def answered(self) -> None:
        """Note that the model has written an answer to its end."""
        self._has_answered = True

    def died(self, now_s: float, *, at_work: bool) -> bool:
        """Note that the engine died with the model loaded; tell whether the plan is at fault.

        It is when the first answer ends so, and when it becomes a habit.

        Args:
            now_s: The time, in seconds.
            at_work: An answer was being written.
        """
        self._deaths = self._deaths.after_death(now_s)
        return self._deaths.is_open or (at_work and not self._has_answered)

    def next(self, plan: Plan, trouble: Trouble, why: str) -> Plan | None:
        """Return the plan to try now; None when it is time to give up.

        Args:
            plan: The one that failed.
            trouble: How.
            why: The same in words, as a clause.
        """
        if self._count >= MOST_TRIES:
            return None
        is_last = self._count == MOST_TRIES - 1
        smaller = step_down(plan.settings, trouble, is_last=is_last, limits=plan.limits)
        if smaller is None:
            return None
        self._count += 1
        self._deaths = _TWICE
        self.smaller = smaller
        how = given_up(plan.settings, smaller)
        reason = f"It runs {how} than planned: before that, {why}."
        if how.startswith(("on", "by", "in")):
            reason = f"It runs {how}, other than planned: before that, {why}."
        advice = f"You can write now; as first planned, the engine stopped: {why}."
        self.notice = Problem(f"Loaded {how}", advice)
        return lessened(plan, smaller, reason)

    def in_the_end(self, problem: Problem) -> Problem:
        """Return why the last try failed, and that there were others."""
        if self._count == 1:
            return problem
        facts = {**problem.facts, "tries": f"{self._count}, each with less than the one before"}
        return replace(problem, facts=facts)
