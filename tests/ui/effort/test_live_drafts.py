"""Drafts while they are written: dots, votes, the tree, and taking the leading answer."""

from dataclasses import replace

import effortmatter as effort
import pytest
from pressed import press, target_of
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from inglenook.engine.draftevents import TreeNode
from inglenook.services.events import ConversationOpened
from inglenook.ui.chat.target import Act
from inglenook.ui.effort.card import ComparedCard
from inglenook.ui.effort.livecard import LiveCard
from inglenook.ui.effort.standing import standing_of
from inglenook.ui.effort.tree import MOST_LEVELS, TreePicture, best_path, score_words


def test_the_leading_answer_is_counted_in_words():
    standing = standing_of(effort.LEADING)
    assert standing.done == 6
    assert standing.words == "4 of 5 agree on 12"
    assert [(row.answer, row.count, row.leads) for row in standing.rows] == [
        ("12", 4, True),
        ("13", 1, False),
    ]


def test_equal_answers_count_together_however_they_are_written():
    drafts = (
        effort.draft(0, "end", "12", "The answer is 12."),
        effort.draft(1, "end", "12.0", "The answer is 12.0."),
        effort.draft(2, "end", "twelve", "The answer is twelve."),
    )
    assert [row.count for row in standing_of(effort.live(*drafts)).rows] == [3]


def test_nothing_leads_while_answers_are_even():
    standing = standing_of(effort.HALF)
    assert not any(row.leads for row in standing.rows)
    assert standing.words == "No two drafts agree yet."


def test_nothing_can_be_taken_before_a_draft_has_ended():
    assert not standing_of(effort.BEGUN).may_take
    assert standing_of(effort.HALF).may_take


def test_the_state_of_each_draft_is_spoken():
    spoken = standing_of(effort.LEADING).spoken()
    assert "draft 1: finished" in spoken
    assert "draft 6: dropped" in spoken
    assert "draft 8: thinking" in spoken
    assert "draft 9" not in spoken


def test_a_card_stands_over_the_answer_and_makes_room_for_it(view):
    view.show_conversation(effort.writing())
    item = view.column.views[1]
    view.stream(effort.NODE, effort.BEGUN)
    before = item.body_top
    assert isinstance(item.card, LiveCard)
    view.stream(effort.NODE, effort.LEADING)
    assert item.body_top > before  # two rows of votes, and the button
    assert item.body_top >= item.card_top + item.card.height


def test_an_answer_of_one_draft_has_no_card(view):
    view.show_conversation(effort.writing())
    view.stream(effort.NODE, effort.live(most=1))
    assert view.column.views[1].card is None
    assert view.column.views[1].card_room == 0


def test_an_answer_that_was_to_have_drafts_and_has_one_shows_no_vote(view):
    view.show_conversation(effort.writing())
    view.stream(effort.NODE, effort.live(most=4))
    assert view.column.views[1].card is None


def test_more_tokens_alone_lay_nothing_out_again(view):
    view.show_conversation(effort.writing())
    view.stream(effort.NODE, effort.HALF)
    card = view.column.views[1].card
    more = tuple(replace(each, tokens=each.tokens + 9) for each in effort.HALF.drafts)
    view.stream(effort.NODE, replace(effort.HALF, drafts=more, text="3 + 5 = 8. 8 + 4 = 12. T"))
    assert view.column.views[1].card is card
    assert not view.column.views[1].is_card_new


def test_the_comparison_takes_the_place_of_the_votes_once_it_is_made(view):
    view.show_conversation(effort.writing())
    view.stream(effort.NODE, effort.HALF)
    done = replace(effort.HALF, text=effort.RIGHT, comparison=effort.CHANGED)
    view.stream(effort.NODE, done)
    assert isinstance(view.column.views[1].card, ComparedCard)
    view.show_conversation(effort.answered(effort.CHANGED))
    assert isinstance(view.column.views[1].card, ComparedCard)


def shown_text(view) -> str:
    blocks = view.column.views[1].blocks
    return "\n".join("".join(span.text for span in each.spans) for each in blocks)


def test_nothing_of_the_first_draft_stays_in_the_text_of_the_chosen_one(view):
    view.show_conversation(effort.writing())
    view.stream(effort.NODE, effort.live(*effort.HALF.drafts, text="Short and wrong."))
    chosen = "A longer answer, of another draft.\n\nThe answer is 12."
    done = replace(effort.HALF, text=chosen, comparison=effort.CHANGED)
    view.stream(effort.NODE, done)
    assert shown_text(view) == "A longer answer, of another draft.\nThe answer is 12."
    view.show_conversation(effort.answered(effort.CHANGED, chosen))
    assert shown_text(view) == "A longer answer, of another draft.\nThe answer is 12."


def test_the_leading_answer_is_taken_by_keyboard(window, services, qtbot):
    services.chat.lives[effort.NODE] = effort.LEADING
    services.bus.publish(ConversationOpened(effort.writing()))
    qtbot.waitUntil(lambda: window.page._view is not None)
    view = window.page._view
    qtbot.waitUntil(lambda: view.column.views[1].card is not None)
    view.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(5):
        if view._keyboard.target is not None and view._keyboard.target.act is Act.LEADING:
            break
        QTest.keyClick(view, Qt.Key.Key_Tab)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert services.asked("chat.take_leading") == [("c",)]


def test_a_screen_reader_hears_how_the_vote_stands(view):
    view.show_conversation(effort.writing())
    view.stream(effort.NODE, effort.LEADING)
    item = QAccessible.queryAccessibleInterface(view).child(1)
    said = item.text(QAccessible.Text.Name)
    assert "6 of 12 done" in said
    assert "4 of 5 agree on 12" in said


# The tree


def test_the_best_path_leads_from_the_first_step_to_the_best_end():
    nodes = {each.node: each for each in effort.TREE}
    assert best_path(nodes) == {1, 5, 10}
    chosen = {**nodes, 8: replace_state(nodes[8], "chosen")}
    assert best_path(chosen) == {0, 4, 8}


def replace_state(node: TreeNode, state: str) -> TreeNode:
    return effort.node(node.node, node.parent, node.depth, node.score, state)


@pytest.mark.parametrize(
    "nodes",
    [
        (),
        (effort.node(3, 3, 0, 0.5, "growing"),),
        (effort.node(1, 2, 0, 0.5, "growing"), effort.node(2, 1, 1, 0.4, "growing")),
        (effort.node(5, 99, 0, float("nan"), "dropped"),),
    ],
    ids=["empty", "its own parent", "a circle", "no such parent"],
)
def test_a_tree_that_makes_no_sense_is_drawn_all_the_same(nodes, view):
    picture = TreePicture(nodes, view.ink, 600)
    assert picture.height > 0
    assert len(picture.pills) == len(nodes)


def test_a_deep_and_wide_tree_keeps_its_size(view):
    deep = [effort.node(n, n - 1, n, 0.5, "growing") for n in range(40)]
    picture = TreePicture(deep, view.ink, 300)
    assert len(picture.pills) == MOST_LEVELS
    wide = [effort.node(n, -1, 0, n / 100, "growing") for n in range(64)]
    picture = TreePicture(wide, view.ink, 300)
    assert all(pill.rect.right() <= 300 for pill in picture.pills.values())
    assert 63 in picture.pills  # the best one stays


def test_scores_are_short():
    assert [score_words(each) for each in (0.81, 1.0, 0.0, None)] == [".81", "1.0", ".00", "…"]


def test_a_tree_is_spoken_as_its_best_path(view):
    view.show_conversation(effort.writing())
    view.stream(effort.NODE, effort.SEARCHING)
    assert "Best steps so far: .81, .86, .91" in view.column.views[1].card.spoken


def test_the_button_stays_below_the_words_where_there_is_little_room(view):
    view.resize(360, 700)
    view.show_conversation(effort.writing())
    view.stream(effort.NODE, effort.LEADING)
    target = target_of(view, Act.LEADING)
    assert target.rect.right() <= view.column_width()
    press(view, Act.LEADING)
