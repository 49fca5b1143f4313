"""Picks the next tokens of a branch from the rows that a step computed for it."""

from inglenook.core.errors import InglenookError
from inglenook.engine.branch import NO_TOKEN, Branch
from inglenook.engine.lib import Handle
from inglenook.engine.speculation import Speculation


class Picker:
    """Lets branches pick: one token, and then from the rows of a guess while it is right.

    Threads: the engine's main thread only.
    """

    def __init__(self, context_handle: Handle, speculation: Speculation) -> None:
        """Pick from the rows of a context, and tell the speculation how guesses turn out."""
        self._context_handle = context_handle
        self._speculation = speculation

    def pick(self, branch: Branch) -> None:
        """Pick from a branch's row, and go on with the next while it picks what was guessed.

        Its task is told of each token as if it had been picked in a step of its own. What is
        left of the guess is still to be dropped.
        """
        guess, right = branch.guess, 0
        tried = guess.ids.tolist() if guess is not None else ()
        token = NO_TOKEN
        for guessed in (*tried, NO_TOKEN):
            token = self._picked(branch)
            if token == NO_TOKEN or not _may_go_on(branch, guessed):
                break
            branch.held.grew(guessed)
            branch.token = NO_TOKEN
            branch.row += 1
            branch.task.guessed_tokens += 1
            right += 1
        if guess is not None:
            was_wrong = right < len(tried) and token not in {NO_TOKEN, tried[right]}
            self._speculation.settle(guess, right, was_wrong=was_wrong)

    def _picked(self, branch: Branch) -> int:
        """Return what a branch picks, NO_TOKEN if it cannot; its task knows either."""
        try:
            token = branch.chain.pick(self._context_handle, branch.row)
        except InglenookError as error:
            branch.task.cannot_go_on(branch, error.problem)
            return NO_TOKEN
        branch.token = token
        branch.task.picked(branch, token)
        return token


def _may_go_on(branch: Branch, guessed: int) -> bool:
    """Whether a branch stands behind its guessed token, which is decoded, and picks again."""
    is_there = branch.sequence is not None and branch.token == guessed != NO_TOKEN
    return is_there and not branch.is_paused and not branch.task.is_over
