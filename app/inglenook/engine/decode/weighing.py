"""A text that is read for how likely its tokens were, and what else could stand there."""

import codecs
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from inglenook.chat.message import Timings
from inglenook.core.errors import ComputeError, Problem
from inglenook.engine.branch import Branch
from inglenook.engine.model import Ids
from inglenook.engine.protocol import Done, Failed, TokenOdds, Weigh, Weighed
from inglenook.engine.sampling import Chain
from inglenook.engine.task import Task


@dataclass(frozen=True, slots=True)
class Weighable:
    """What is read.

    Attributes:
        ids: Shape (n,), n at least 1.
        begins: The place of the first token whose odds are told, at least 1.
        is_opened: The token before it is part of the text, and told without odds.
    """

    ids: Ids
    begins: int
    is_opened: bool = False


class Weighing(Task):
    """Reads a prompt, then an answer, and looks at the logits in front of each token of it.

    It is done in the background. The batch has few rows of logits, as many as there are
    sequences: a step reads as many tokens of the answer as leave one to everybody else who is
    being answered, so that nobody waits for its end.

    Threads: the engine's main thread only.
    """

    def __init__(
        self,
        command: Weigh,
        text: Weighable,
        *,
        chain: Callable[[], Chain],
        spell: Callable[[int], bytes],
        spare: Callable[[], int],
    ) -> None:
        """Prepare; nothing is read yet.

        Args:
            command: What was asked.
            text: What is read.
            chain: Makes what tells the odds; nothing is picked with it.
            spell: Returns the bytes of a token.
            spare: Returns how many sequences nobody holds.
        """
        answer = text.ids[text.begins :]
        super().__init__(
            command.request,
            command.chat,
            text.ids[: text.begins],
            reserve_tokens=len(answer),
            is_background=not command.chat,
        )
        self._answer, self._is_opened = answer, text.is_opened
        self._chain, self._spell, self._spare = chain, spell, spare
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._left = len(answer)
        self._new: list[TokenOdds] = []

    def begin(self) -> None:
        """Open the branch and say how much there is to do."""
        opening = self._text(int(self.prompt[-1])) if self._is_opened else None
        self.emit(Weighed(self.request, (), len(self._answer), opening))
        self.desk.open(self, self._chain(), self.prompt)

    def ready(self, branch: Branch) -> None:
        """Go on from the prompt to the answer, if there is any."""
        self._read_on(branch)

    def looked(self, branch: Branch, row: int, token: int) -> None:
        """Note the odds of one token of the answer.

        A sign of several tokens is told with the last of them; the others have no text.
        """
        odds = branch.chain.odds(self.desk.handle, row, token)
        self._left -= 1
        self._new.append(msgspec.structs.replace(odds, text=self._text(token)))

    def progressed(self, branch: Branch) -> None:  # noqa: ARG002 (there is only one)
        """Tell what is new."""
        self._tell()

    def scored(self, branch: Branch, scores: Sequence[float]) -> None:  # noqa: ARG002 (its own odds say more)
        """Tell what is new, and go on until the last token."""
        self._tell()
        self._read_on(branch)

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

    def _read_on(self, branch: Branch) -> None:
        at = len(self._answer) - self._left
        if self._left:
            self.desk.score(branch, self._answer[at : at + 1 + self._spare()])
        else:
            self._end("end")

    def _text(self, token: int) -> str:
        """Return a token's part of the text; half a sign at the very end is not lost."""
        return self._decoder.decode(self._spell(token), final=not self._left)

    def _tell(self) -> None:
        if self._new:
            self.emit(Weighed(self.request, tuple(self._new), len(self._answer)))
            self._new.clear()

    def _end(self, reason: str) -> None:
        self.is_over = True
        self.emit(Done(self.request, reason, Timings()))
