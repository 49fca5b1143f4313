"""An answer that is read again: how likely its tokens were, and what else could stand there."""

import codecs
from collections.abc import Callable, Sequence

import msgspec

from inglenook.chat.message import Timings
from inglenook.core.errors import ComputeError, Problem
from inglenook.engine.branch import Branch
from inglenook.engine.model import Ids
from inglenook.engine.protocol import Done, Failed, TokenOdds, Weigh, Weighed
from inglenook.engine.sampling import Chain
from inglenook.engine.task import Task


class Weighing(Task):
    """Reads a prompt, then an answer, and looks at the logits in front of each token of it.

    It is done in the background; the batch has few rows of logits, so that a step reads few
    tokens of the answer and no other chat waits long.

    Threads: the engine's main thread only.
    """

    def __init__(
        self,
        command: Weigh,
        prompt: Ids,
        answer: Ids,
        *,
        chain: Callable[[], Chain],
        spell: Callable[[int], bytes],
    ) -> None:
        """Prepare; nothing is read yet.

        Args:
            command: What was asked.
            prompt: All before the answer, shape (n,).
            answer: Its tokens, shape (m,), m at least 1.
            chain: Makes what tells the odds; nothing is picked with it.
            spell: Returns the bytes of a token.
        """
        super().__init__(
            command.request,
            "",
            prompt,
            reserve_tokens=len(answer),
            is_background=True,
        )
        self._answer, self._chain, self._spell = answer, chain, spell
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._new: list[TokenOdds] = []

    def begin(self) -> None:
        """Open the branch and say how much there is to do."""
        self.desk.open(self, self._chain(), self.prompt)
        self.emit(Weighed(self.request, (), len(self._answer)))

    def ready(self, branch: Branch) -> None:
        """Go on from the prompt to the answer."""
        self.desk.score(branch, self._answer)

    def looked(self, branch: Branch, row: int, token: int) -> None:
        """Note the odds of one token of the answer.

        A sign of several tokens is told with the last of them; the others have no text.
        """
        odds = branch.chain.odds(self.desk.handle, row, token)
        text = self._decoder.decode(self._spell(token))
        self._new.append(msgspec.structs.replace(odds, text=text))

    def progressed(self, branch: Branch) -> None:  # noqa: ARG002 (there is only one)
        """Tell what is new."""
        self._tell()

    def scored(self, branch: Branch, scores: Sequence[float]) -> None:  # noqa: ARG002 (its own odds say more)
        """End, with the last tokens."""
        self._tell()
        self._end("end")

    def picked(self, branch: Branch, token: int) -> None:  # noqa: ARG002 (the Task's)
        """End: nothing is to be written."""
        self._end("end")

    def run_out(self) -> None:
        """Fail: what was written with more room has none now."""
        self.fail(
            ComputeError(
                "There is no room to read this answer again",
                "Wait until other chats are answered, or load the model with a longer context.",
            ).problem
        )

    def fail(self, problem: Problem) -> None:
        """End with a problem; what was told stays true."""
        self.is_over = True
        self.emit(Failed(self.request, problem))

    def stop(self) -> None:
        """End, because nobody wants it any more."""
        self._end("stopped")

    def _tell(self) -> None:
        if self._new:
            self.emit(Weighed(self.request, tuple(self._new), len(self._answer)))
            self._new.clear()

    def _end(self, reason: str) -> None:
        self.is_over = True
        self.emit(Done(self.request, reason, Timings()))
