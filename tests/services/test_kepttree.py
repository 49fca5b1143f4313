"""Of a large tree the best paths are kept, whole."""

from inglenook.chat.comparison import Comparison
from inglenook.engine.draftevents import TreeNode
from inglenook.services.kepttree import MOST_NODES, kept_nodes
from inglenook.storage.comparison import comparison_from, comparison_text


def node(number, parent, score, state="dropped"):
    return TreeNode(number, parent, 0 if parent < 0 else 1, score, 9, state, "2 + 2 = 4.")


def test_a_small_tree_is_kept_and_comes_back_from_the_disk():
    tree = {0: node(0, -1, 0.5), 1: node(1, 0, None, "chosen")}
    nodes = kept_nodes(tree)
    assert [(each.node, each.parent, each.state) for each in nodes] == [
        (0, -1, "dropped"),
        (1, 0, "chosen"),
    ]
    kept = Comparison("search", 8, nodes=nodes)
    assert comparison_from(comparison_text(kept)) == kept


def test_of_a_large_tree_what_came_to_its_end_is_kept_with_all_above_it():
    many = {at: node(at, -1, at / 1000) for at in range(400)}
    many |= {400: node(400, 3, 0.1, "finished"), 401: node(401, 400, 0.0, "chosen")}
    numbers = [each.node for each in kept_nodes(many)]
    assert len(numbers) == MOST_NODES
    assert {3, 400, 401, 399} <= set(numbers)
    assert 4 not in numbers


def test_a_step_that_claims_to_grow_from_itself_ends_there():
    assert len(kept_nodes({0: node(0, 0, 0.5), 1: node(1, 2, 0.5)})) == 2
