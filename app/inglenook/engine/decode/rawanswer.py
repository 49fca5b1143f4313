"""The answer to a prompt as it stands: a plain one, whose odds hold the token at its end."""

from inglenook.engine.branch import Branch
from inglenook.engine.decode.plain import PlainAnswer
from inglenook.engine.protocol import Delta


class RawAnswer(PlainAnswer):
    """One answer that goes on with a text.

    Programs that measure a model leave out the odds of the last token, which they count on
    even where it only ends the answer: so OpenAI's completions have it.

    Threads: the engine's main thread only.
    """

    def picked(self, branch: Branch, token: int) -> None:
        """Write a token, or tell the odds of the one that ends the answer."""
        if self._wants_odds and self._draft.is_ended_by(token):
            self.emit(Delta(self.request, "", 0, odds=self._odds(branch, token)))
        super().picked(branch, token)
