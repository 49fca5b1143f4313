"""Whether the probability of a step tells if it is right: what a search goes by."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from inglenook.chat.sampling import BALANCED
from inglenook.effort.families.working import worked_out
from inglenook.effort.questions import QuestionSet
from inglenook.effort.strategy import Strategy
from inglenook.engine.answering import LlamaBackend
from inglenook.engine.draftevents import TreeGrew, TreeNode
from inglenook.engine.protocol import Answer, Load
from inglenook.models.settings import EngineSettings
from inglenook.services.evaluation import turns_of
from parts.effort.bench import CONTEXT_TOKENS, DRAFTS, Bench, Subject
from peers.figure import Figure

QUESTIONS = 100
_ORDER = re.compile(r"(Start with|Add|Take away) (\d+)")


@dataclass(frozen=True, slots=True)
class Judged:
    """One step below others that are all right.

    Attributes:
        reward: As the search saw it.
        is_right: All of the path up to its end is as it is worked out.
    """

    reward: float
    is_right: bool


def informed(
    bench: Bench, subject: Subject, asked: QuestionSet, strategy: Strategy
) -> Iterator[Figure]:
    """Tell how often a right step has a better reward than a wrong one."""
    steps = list(judged(bench, subject, asked, strategy))
    right = [each.reward for each in steps if each.is_right]
    wrong = [each.reward for each in steps if not each.is_right]
    yield Figure("steps looked at, below right ones", len(steps), "")
    yield Figure("of these, wrong", len(wrong) / len(steps), "")
    yield Figure("a right step has the better reward (AUC)", area(right, wrong), "")
    yield Figure("reward of a right step, median", middle(right), "")
    yield Figure("reward of a wrong step, median", middle(wrong), "")


def area(right: Sequence[float], wrong: Sequence[float]) -> float:
    """Return the chance that a right one is above a wrong one; half for nothing known.

    The area under the receiver operating characteristic, as in Hanley and McNeil (1982).
    """
    pairs = len(right) * len(wrong)
    won = sum((one > other) + 0.5 * (one == other) for one in right for other in wrong)
    return won / pairs if pairs else 0.5


def middle(values: Sequence[float]) -> float:
    """Return the median; 0 for none."""
    return sorted(values)[len(values) // 2] if values else 0.0


def judged(
    bench: Bench, subject: Subject, asked: QuestionSet, strategy: Strategy
) -> Iterator[Judged]:
    """Search in this process, and look at the trees."""
    backend = LlamaBackend()
    settings = EngineSettings(
        context_tokens=CONTEXT_TOKENS, threads=bench.threads, sequences=DRAFTS
    )
    backend.load(Load(str(subject.model), settings), lambda _fraction: True)
    sampling = replace(
        BALANCED, temperature=subject.temperature, answer_limit_tokens=asked.most_tokens
    )
    marked = replace(strategy, step_mark=asked.step_mark)
    try:
        for question in asked.questions[:QUESTIONS]:
            turns = turns_of(asked, question)
            backend.accept(Answer(question.name, "bench", turns, sampling, strategy=marked))
            nodes: dict[int, TreeNode] = {}
            while backend.is_busy:
                grown = [each for each in backend.step() if isinstance(each, TreeGrew)]
                nodes |= {node.node: node for each in grown for node in each.nodes}
            yield from told_apart(nodes.values(), working_of(question.text))
    finally:
        backend.unload()


def working_of(question: str) -> str:
    """Return how a question of the family "run" is worked out."""
    numbers = [
        -int(number) if order == "Take away" else int(number)
        for order, number in _ORDER.findall(question)
    ]
    return worked_out(numbers)[0]


def told_apart(nodes: Iterable[TreeNode], working: str) -> Iterator[Judged]:
    """Give every step with a reward whose path was right before it."""
    written: dict[int, str] = {-1: ""}
    for node in sorted(nodes, key=lambda each: each.node):  # parents first
        before = written.get(node.parent)
        if before is None or node.score is None:
            continue
        text = before + node.text
        is_right = working.startswith(text)
        if is_right:
            written[node.node] = text
        yield Judged(node.score, is_right)
