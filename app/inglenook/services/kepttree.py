"""Which steps of a tree search are kept with the answer, and how much of each."""

from collections.abc import Iterable, Mapping

from inglenook.chat.comparison import KeptNode
from inglenook.engine.draftevents import TreeNode

MOST_NODES = 160
"""With 200 characters each, some 40 KB in the database; the picture has room for fewer."""
_ENDED = {"chosen": 2, "finished": 1}


def kept_nodes(nodes: Mapping[int, TreeNode]) -> tuple[KeptNode, ...]:
    """Return the steps to keep, by number: whole paths, those to the end first.

    No step is kept without those above it.
    """
    kept: dict[int, TreeNode] = {}
    for leaf in sorted(nodes.values(), key=_worth):
        path = list(_path(nodes, leaf))
        if len(kept.keys() | {each.node for each in path}) <= MOST_NODES:
            kept |= {each.node: each for each in path}
    return tuple(
        KeptNode(e.node, e.parent, e.depth, e.score, e.tokens, e.state, e.text)
        for _, e in sorted(kept.items())
    )


def _worth(node: TreeNode) -> tuple[int, float, int]:
    score = -1.0 if node.score is None else node.score
    return -_ENDED.get(node.state, 0), -score, node.node


def _path(nodes: Mapping[int, TreeNode], leaf: TreeNode) -> Iterable[TreeNode]:
    """Give a step and all above it; parents have lower numbers, so there is an end."""
    here: TreeNode | None = leaf
    while here is not None:
        yield here
        above = nodes.get(here.parent)
        here = above if above is not None and above.node < here.node else None
