"""What every strategy is given: a question, its prompt, and what drafts are made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inglenook.chat.window import reply_reserve
from inglenook.engine.draft import Draft
from inglenook.engine.model import Ids
from inglenook.engine.prompt import Prompt
from inglenook.engine.protocol import Answer, Turn
from inglenook.engine.sampling import Chain


@dataclass(frozen=True, slots=True)
class Apart:
    """Something else that the model is asked on the way to an answer.

    Attributes:
        ids: The prompt, shape (n,).
        draft: Where the reply goes.
        chain: Makes its sampler; the number gives it draws of its own.
    """

    ids: Ids
    draft: Draft
    chain: Callable[[int], Chain]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, ready to be worked on.

    Attributes:
        command: As it came.
        prompt: What every draft begins with.
        draft: Makes a new text that begins where the prompt ends.
        chain: Makes a sampler; the number gives it draws of its own.
        end_thinking: Tokens that close a thinking part; none if the model cannot think.
        judge: Returns the prompt that asks about a draft's text whether it is right; none if
            there is no room for it.
        apart: Returns a prompt of other turns, and where its reply goes. With a number of
            tokens the reply is of the likeliest ones, at most so many, without thinking;
            with None it is made like the drafts. Raises InglenookError if the last turn
            does not fit.
        yes: Tokens with which "yes" may begin, shape (n,).
        no: The same for "no".
        vocab_size: Logits a row has.
        context_tokens: Cells of the whole cache.
        begun_s: When the question came, by ``time.perf_counter``.
    """

    command: Answer
    prompt: Prompt
    draft: Callable[[], Draft]
    chain: Callable[[int], Chain]
    end_thinking: Ids
    judge: Callable[[str], Ids]
    apart: Callable[[Sequence[Turn], int | None], Apart]
    yes: Ids
    no: Ids
    vocab_size: int
    context_tokens: int
    begun_s: float

    @property
    def question(self) -> str:
        """What was asked last; ``""`` if nothing was."""
        return self.command.turns[-1].text if self.command.turns else ""

    @property
    def reserve_tokens(self) -> int:
        """Cells that one draft is likely to need besides the prompt."""
        limit = self.command.sampling.answer_limit_tokens
        return min(reply_reserve(self.context_tokens), limit or self.context_tokens)
