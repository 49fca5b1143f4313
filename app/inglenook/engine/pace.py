"""How many prompt tokens to read in one step, so that running answers stay smooth."""

GAP_S = 0.1
"""An answer under way should not pause longer than this for another one's prompt.

Reading speed is about four words a second; a tenth of a second is less than one word.
"""
PROGRAMS_GAP_S = 2.0
"""Where only programs are answered: a program that has heard nothing yet waits for its first
word, and nobody reads the others word by word. Each time they take a turn in between, it waits
for a row of each of them: with eight, some 30 ms."""
LEAST_TOKENS = 16
STEADY_TOKENS = 64
"""For an answer that must not depend on how fast this computer is at the moment: reading so
many at once is nearly as quick as reading more, and a Stop need not wait long for it."""
_WEIGHT = 0.3


class Pace:
    """Learns from each step how fast prompts are read.

    Threads: the engine's main thread only.

    Attributes:
        tokens_per_s: How fast prompt tokens are read; 0 before the first were.
    """

    def __init__(self, most_tokens: int) -> None:
        """Never read more than so many tokens a step."""
        self._most = most_tokens
        self.tokens_per_s = 0.0

    def chunk(self, *, is_shared: bool, is_steady: bool = False, gap_s: float = GAP_S) -> int:
        """Return how many tokens of prompts the next step may read.

        Args:
            is_shared: Somebody at least as important writes at the same time.
            is_steady: It shall be the same each time, whatever was learnt.
            gap_s: How long a step may take that is shared.
        """
        if not is_shared:
            return self._most
        if is_steady:
            return min(self._most, STEADY_TOKENS)
        wanted = int(self.tokens_per_s * gap_s)
        return min(self._most, max(LEAST_TOKENS, wanted))

    def took(self, tokens: int, seconds: float) -> None:
        """Learn from a step that read so many tokens of prompts."""
        if tokens < LEAST_TOKENS or seconds <= 0.0:
            return  # what a short step costs says little about a long one
        rate = tokens / seconds
        old = self.tokens_per_s or rate
        self.tokens_per_s = old + _WEIGHT * (rate - old)
