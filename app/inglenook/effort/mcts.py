"""A small Monte Carlo tree search: which end to grow next, and what a result changes.

Source: UCT, Kocsis and Szepesvári, "Bandit based Monte-Carlo Planning" (2006): of the
children of a node, the one with the highest mean + c · sqrt(ln(visits of the node) / own
visits) is tried next; one that was never tried comes first.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

ROOT = 0
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Node:
    """One step of a path.

    Attributes:
        parent: Its number in the tree; NOBODY for the root.
        children: Numbers, in the order in which they grew.
        visits: How many results have come through it.
        total: Sum of these results, each from 0 to 1.
        is_finished: It cannot grow.
    """

    parent: int
    children: tuple[int, ...] = ()
    visits: int = 0
    total: float = 0.0
    is_finished: bool = False

    @property
    def mean(self) -> float:
        """Return the mean result; 0 before the first."""
        return self.total / self.visits if self.visits else 0.0


@dataclass(frozen=True, slots=True)
class Tree:
    """All nodes, by number; a new value for every change.

    Attributes:
        nodes: The root is the first.
        children: How many a node may have, at least 1.
        exploration: The constant c of UCT, at least 0; 1.4 is the square root of 2 that is
            usual for results from 0 to 1.
    """

    nodes: tuple[Node, ...] = (Node(NOBODY),)
    children: int = 4
    exploration: float = 1.4

    def __post_init__(self) -> None:
        if self.children < 1 or not self.exploration >= 0.0:
            raise ValueError("a node has at least one child, and c is at least 0")

    def chosen(self) -> int | None:
        """Return the node to grow next; None if nothing can grow any more.

        Going down from the root, the first node on the way that may have another child.
        """
        at = ROOT
        if not self._can_grow(at):
            return None
        while len(self.nodes[at].children) == self.children:
            open_ = [each for each in self.nodes[at].children if self._can_grow(each)]
            parent = self.nodes[at]
            at = max(open_, key=lambda each: (self._worth(parent, self.nodes[each]), -each))
        return at

    def grown(self, parent: int, result: float, *, is_finished: bool = False) -> "Tree":
        """Return the tree with another child, whose result counts for all above it.

        Args:
            parent: The node that ``chosen`` named.
            result: How good the path seems, 0 to 1.
            is_finished: The path has ended.

        Raises:
            ValueError: the result is out of its range, or the node cannot have a child.
        """
        if not 0.0 <= result <= 1.0:  # also refuses "not a number"
            raise ValueError(f"a result must be from 0 to 1, not {result}")
        if self.nodes[parent].is_finished or len(self.nodes[parent].children) == self.children:
            raise ValueError(f"node {parent} cannot have another child")
        nodes = [*self.nodes, Node(parent, is_finished=is_finished)]
        number = len(nodes) - 1
        nodes[parent] = replace(nodes[parent], children=(*nodes[parent].children, number))
        for at in (number, *self.above(number, nodes)):
            here = nodes[at]
            nodes[at] = replace(here, visits=here.visits + 1, total=here.total + result)
        return replace(self, nodes=tuple(nodes))

    def above(self, number: int, nodes: list[Node] | None = None) -> Iterator[int]:
        """Give the nodes from the parent of one up to the root."""
        where = self.nodes if nodes is None else nodes
        while (number := where[number].parent) != NOBODY:
            yield number

    def _can_grow(self, number: int) -> bool:
        node = self.nodes[number]
        if node.is_finished:
            return False
        return len(node.children) < self.children or any(map(self._can_grow, node.children))

    def _worth(self, parent: Node, child: Node) -> float:
        return child.mean + self.exploration * math.sqrt(math.log(parent.visits) / child.visits)
