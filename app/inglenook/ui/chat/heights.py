"""Heights of many messages: sums and positions in logarithmic time."""

from collections.abc import Iterable


class Heights:
    """A Fenwick tree of heights in pixels.

    Threads: the window's.
    """

    def __init__(self, heights: Iterable[float] = ()) -> None:
        self._each = list(heights)
        self._tree = [0.0, *self._each]
        for index in range(1, len(self._tree)):
            parent = index + (index & -index)
            if parent < len(self._tree):
                self._tree[parent] += self._tree[index]

    def __len__(self) -> int:
        return len(self._each)

    def __getitem__(self, index: int) -> float:
        return self._each[index]

    def set(self, index: int, height: float) -> float:
        """Give one message a height and return by how much it grew."""
        grown = height - self._each[index]
        if grown:
            self._each[index] = height
            at = index + 1
            while at < len(self._tree):
                self._tree[at] += grown
                at += at & -at
        return grown

    def top(self, index: int) -> float:
        """Return the sum of all heights before a message."""
        total, at = 0.0, index
        while at:
            total += self._tree[at]
            at &= at - 1
        return total

    def total(self) -> float:
        """Return the sum of all heights."""
        return self.top(len(self._each))

    def at(self, y: float) -> int:
        """Return the message that covers a position: the last that begins at or above it."""
        index, rest = 0, y
        step = 1 << len(self._each).bit_length()
        while step:
            following = index + step
            if following < len(self._tree) and self._tree[following] <= rest:
                index = following
                rest -= self._tree[following]
            step >>= 1
        return max(0, min(index, len(self._each) - 1))
