"""Which task makes an answer as its strategy says."""

from collections.abc import Callable
from functools import partial

from inglenook.effort.strategy import Kind
from inglenook.engine.decode.asked import Asked
from inglenook.engine.decode.beam import BeamSearch
from inglenook.engine.decode.best_of import BestOf
from inglenook.engine.decode.consistency import Consistency
from inglenook.engine.decode.mcts import MonteCarlo
from inglenook.engine.decode.plain import PlainAnswer
from inglenook.engine.decode.rawanswer import RawAnswer
from inglenook.engine.decode.synthesis import Synthesis
from inglenook.engine.decode.tree_search import TreeSearch
from inglenook.engine.decode.vote import Vote
from inglenook.engine.task import Task


def _plain(asked: Asked) -> Task:
    kind = RawAnswer if asked.prompt.is_raw else PlainAnswer
    return kind(
        asked.command,
        asked.prompt,
        asked.draft(),
        chain=partial(asked.chain, 0),
        end_thinking=asked.end_thinking,
        context_tokens=asked.context_tokens,
        begun_s=asked.begun_s,
    )


_TASKS: dict[Kind, Callable[[Asked], Task]] = {
    Kind.PLAIN: _plain,
    Kind.VOTE: Vote,
    Kind.BEST_OF: BestOf,
    Kind.SEARCH: TreeSearch,
    Kind.BEAM: BeamSearch,
    Kind.MCTS: MonteCarlo,
    Kind.CONSISTENCY: Consistency,
    Kind.SYNTHESIS: Synthesis,
}


def task_for(asked: Asked) -> Task:
    """Return the task.

    An answer that is gone on with, and one that may call tools, has one draft: what was
    written before, and what a call did, belongs to one line of text. At temperature 0 all
    drafts would be the same.
    """
    command = asked.command
    is_one_line = command.continues or bool(command.options.tools)
    is_greedy = command.sampling.temperature <= 0.0 and not command.sampling.mirostat
    if is_one_line or is_greedy:
        return _plain(asked)
    return _TASKS[command.strategy.kind](asked)
