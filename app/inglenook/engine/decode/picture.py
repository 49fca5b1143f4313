"""What a window is told of a growing tree: steps that are new or have changed."""

from inglenook.engine.draftevents import TreeNode

INTERVAL_S = 0.1
"""Between two TreeGrew of an answer."""

MOST_TEXT = 200


class Picture:
    """Gathers changes, so that they are told together and not too often.

    Threads: the engine's main thread only.
    """

    def __init__(self) -> None:
        self._nodes: dict[int, TreeNode] = {}
        self._changed: dict[int, TreeNode] = {}
        self._told_s = 0.0

    def __len__(self) -> int:
        return len(self._nodes)

    def put(self, node: TreeNode) -> None:
        """Note a node, new or changed."""
        self._nodes[node.node] = self._changed[node.node] = node

    def __getitem__(self, number: int) -> TreeNode:
        return self._nodes[number]

    def path_to(self, number: int) -> list[TreeNode]:
        """Return a node and all above it."""
        path = []
        while number >= 0:
            path.append(self._nodes[number])
            number = path[-1].parent
        return path

    def news(self, now_s: float, *, is_last: bool = False) -> tuple[TreeNode, ...]:
        """Return what has changed, by number; nothing while that would be too soon.

        Args:
            now_s: By any clock that never goes back.
            is_last: Nothing will come after it.
        """
        if not self._changed or (not is_last and now_s < self._told_s + INTERVAL_S):
            return ()
        told = tuple(self._changed[each] for each in sorted(self._changed))
        self._told_s = now_s
        self._changed.clear()
        return told
