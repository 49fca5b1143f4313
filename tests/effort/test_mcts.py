"""A small Monte Carlo tree search grows where it pays and remembers what came of it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.effort.mcts import NOBODY, ROOT, Tree


def test_the_root_grows_until_it_has_all_its_children():
    tree = Tree(children=2)
    assert tree.chosen() == ROOT
    tree = tree.grown(ROOT, 0.2)
    assert tree.chosen() == ROOT
    assert tree.grown(ROOT, 0.8).chosen() != ROOT


def test_a_result_counts_for_the_node_and_all_above_it():
    tree = Tree(children=1).grown(ROOT, 0.4).grown(1, 0.8)
    assert [(each.parent, each.visits) for each in tree.nodes] == [(NOBODY, 2), (0, 2), (1, 1)]
    assert tree.nodes[ROOT].mean == pytest.approx(0.6)
    assert list(tree.above(2)) == [1, ROOT]


def test_the_better_child_is_tried_next_and_the_first_of_equals():
    assert Tree(children=2).grown(ROOT, 0.2).grown(ROOT, 0.8).chosen() == 2
    assert Tree(children=2).grown(ROOT, 0.5).grown(ROOT, 0.5).chosen() == 1


def test_a_child_that_was_seldom_tried_is_tried_again_by_the_formula():
    # After 1 (0.9), 2 (0.5) and below 1 a third (0.6): node 1 has a mean of 0.75 in 2
    # visits, node 2 has 0.5 in 1; c · sqrt(ln 3 / visits) is 1.04 and 1.47 for c = 1.4.
    tree = Tree(children=2).grown(ROOT, 0.9).grown(ROOT, 0.5).grown(1, 0.6)
    assert tree.chosen() == 2
    still = Tree(children=2, exploration=0.1).grown(ROOT, 0.9).grown(ROOT, 0.5).grown(1, 0.6)
    assert still.chosen() == 1


def test_what_is_finished_does_not_grow():
    tree = Tree(children=2).grown(ROOT, 0.9, is_finished=True).grown(ROOT, 0.1)
    assert tree.chosen() == 2
    with pytest.raises(ValueError, match="another child"):
        tree.grown(1, 0.5)


def test_nothing_is_chosen_when_all_is_finished():
    tree = Tree(children=1).grown(ROOT, 0.5).grown(1, 0.5, is_finished=True)
    assert tree.chosen() is None


def test_a_node_with_all_its_children_has_no_more():
    with pytest.raises(ValueError, match="another child"):
        Tree(children=1).grown(ROOT, 0.5).grown(ROOT, 0.5)


@pytest.mark.parametrize("result", [-0.1, 1.1, math.nan])
def test_a_result_that_is_none_is_refused(result):
    with pytest.raises(ValueError, match="result"):
        Tree().grown(ROOT, result)


def test_a_tree_that_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="child"):
        Tree(children=0)
    with pytest.raises(ValueError, match="child"):
        Tree(exploration=math.nan)


def test_a_node_nobody_has_tried_has_a_mean_of_nothing():
    assert Tree().nodes[ROOT].mean == 0.0


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=25), st.integers(1, 4))
def test_visits_and_totals_are_those_of_what_lies_below(results, children):
    tree = Tree(children=children)
    done = 0
    for result, is_finished in results:
        at = tree.chosen()
        if at is None:
            break
        tree, done = tree.grown(at, result, is_finished=is_finished), done + 1
    assert tree.nodes[ROOT].visits == done
    assert len(tree.nodes) == done + 1
    for number, node in enumerate(tree.nodes):
        own = int(number != ROOT)
        assert node.visits == own + sum(tree.nodes[each].visits for each in node.children)
        assert len(node.children) <= children
