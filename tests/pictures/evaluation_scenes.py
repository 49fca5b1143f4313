"""The scenes of the page "Does effort pay?": before, while it runs, and what it found."""

import random
from functools import cache

from scenes import Stage, scene

from inglenook.core.errors import Problem
from inglenook.effort.report import Live, SetReport, report_on
from inglenook.effort.trials import Sample, Trial
from inglenook.services.evaluationnews import (
    EvaluationChanged,
    EvaluationOrder,
    EvaluationPhase,
    EvaluationState,
)

ORDER = EvaluationOrder(("sum3", "story"), questions=100, drafts=8, also=("search",))
NARROW = (640, 900)


@cache
def found(name: str, ease: float, count: int = 100) -> SetReport:
    """Return what a model that is right so often would have answered."""
    dice = random.Random(name)
    trials = [_trial(at, ease, dice) for at in range(count)]
    live = [
        Live("Search", str(at), 300, 20, 2.4, is_right=dice.random() < ease + 0.08)
        for at in range(count)
    ]
    seconds = {1: 0.6, 2: 0.8, 4: 1.2, 8: 2.1}
    return report_on(name, trials, live, parameters=135_000_000, seconds=seconds, greedy_s=0.6)


def _trial(at: int, ease: float, dice: random.Random) -> Trial:
    hard = min(0.98, max(0.05, dice.gauss(ease, 0.3)))
    drafts = tuple(_draft(hard, dice) for _ in range(8))
    return Trial(str(at), "7", _draft(hard + 0.05, dice), drafts)


def _draft(ease: float, dice: random.Random) -> Sample:
    is_right = dice.random() < ease
    answer = "7" if is_right else str(dice.choice((4, 5, 6, 8, 9)))
    logprob = -dice.uniform(1, 5) - (0 if is_right else 2)
    return Sample(answer, dice.randint(30, 44), logprob, mean=logprob / 38)


def _show(stage: Stage, state: EvaluationState, most_s: float | None = 740.0) -> None:
    stage.services.evaluating.most_s = most_s
    stage.window.actions_by_name["evaluation"].trigger()
    stage.tell(EvaluationChanged(state))


_ASKING = EvaluationState(
    EvaluationPhase.ASKING, ORDER, "SmolLM2 135M Instruct", 212, 528, 395.0,
    (found("sum3", 0.6, 60),),
)  # fmt: skip
_STATES = {
    "begin": EvaluationState(),
    "asking": _ASKING,
    "waiting": EvaluationState(
        EvaluationPhase.WAITING, ORDER, "SmolLM2 135M Instruct", 12, 528
    ),
    "done": EvaluationState(
        EvaluationPhase.DONE, ORDER, "SmolLM2 135M Instruct", 528, 528, None,
        (found("sum3", 0.6), found("story", 0.4)),
    ),
    "failed": EvaluationState(
        EvaluationPhase.FAILED, ORDER,
        problem=Problem(
            "No model is loaded", "Load the model you want to know about, then start."
        ),
    ),
}  # fmt: skip


def _add() -> None:
    for name, state in _STATES.items():

        def show(stage: Stage, state: EvaluationState = state) -> None:
            _show(stage, state)

        scene(f"95-evaluation-{name}", (1180, 1000))(show)
        if name in {"asking", "done"}:
            scene(f"95-evaluation-{name}-narrow", NARROW)(show)
        if name == "done":
            scene(f"95-evaluation-{name}-200", (1180, 1000), 200)(show)


_add()
