"""The cells of the KV cache, counted as llama.cpp shares them out."""

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int32]


class Cells:
    """How many sequences use each cell; a fork shares cells and takes none.

    The numbers are ours, not llama.cpp's, but there are as many in use: one for each token
    that was decoded and is still part of some sequence.

    Threads: the engine's main thread only.

    Attributes:
        count: How many there are.
        free: How many of them are in no sequence.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self.free = count
        self._users = np.zeros(count, np.int16)
        self._stack: Places = np.arange(count, dtype=np.int32)  # the first ``free`` are free

    def take(self) -> int:
        """Return a free cell, now used once."""
        self.free -= 1
        place = int(self._stack[self.free])
        self._users[place] = 1
        return place

    def take_many(self, count: int) -> Places:
        """Return so many free cells, shape (count,), each now used once.

        Raises:
            ValueError: there are not so many.
        """
        if count > self.free:
            raise ValueError(f"{count} cells are wanted and {self.free} are free")
        self.free -= count
        places = self._stack[self.free : self.free + count].copy()
        self._users[places] = 1
        return places

    def share(self, places: Places) -> None:
        """Note one more user of each of these cells, which are in use and all different."""
        self._users[places] += 1

    def give_back(self, places: Places) -> None:
        """Note one user less of each of these cells, all different."""
        self._users[places] -= 1
        freed = places[self._users[places] == 0]
        self._stack[self.free : self.free + len(freed)] = freed
        self.free += len(freed)
