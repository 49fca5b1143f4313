"""Which load is wanted, and which one an engine's answer belongs to."""


class Loads:
    """Numbers loads, since the engine answers them in order and without a name.

    Threads: none of its own; its owner holds a lock around each call.

    Attributes:
        wanted: The load asked for last; 0 when no model is wanted.
    """

    def __init__(self) -> None:
        self.wanted = 0
        self._newest = 0
        self._sent: list[int] = []
        self._last_ended = 0

    @property
    def is_open(self) -> bool:
        """Whether the engine owes an answer to a load."""
        return bool(self._sent)

    def ask(self) -> int:
        """Return the number of a new load, the only one wanted from now on."""
        self._newest += 1
        self.wanted = self._newest
        return self.wanted

    def forget(self) -> None:
        """Want none."""
        self.wanted = 0

    def is_wanted(self, number: int) -> bool:
        """Tell whether a load is the one asked for last."""
        return 0 < number == self.wanted

    def sent(self, number: int) -> bool:
        """Note that a load went to the engine; tell whether an earlier one is not answered."""
        has_earlier = bool(self._sent)
        self._sent.append(number)
        return has_earlier

    def again(self) -> int:
        """Note that a new engine is loading what the last one had; return its number.

        Nothing was unanswered when the last engine died, or its model would not come back: so
        that is the one answered last, and what is unanswered now was sent later.
        """
        self._sent.insert(0, self._last_ended)
        return self._last_ended

    def ended(self) -> int:
        """Return the number of the load that the engine has just answered; 0 for none."""
        if not self._sent:
            return 0
        self._last_ended = self._sent.pop(0)
        return self._last_ended
