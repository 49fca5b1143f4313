"""Assistants and prompts are written, arranged, deleted and brought back on a page."""

from dataclasses import replace

import assistantmatter as stock
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from inglenook.chat.assistant import Assistant, Tuning
from inglenook.services.assistantnews import AssistantsChanged, ListedAssistant
from inglenook.ui.assistants.page import AssistantsPage


@pytest.fixture
def page(room) -> AssistantsPage:
    room.actions_by_name["assistants"].trigger()
    return room.pages.shown


@pytest.fixture
def saved(page, services):
    """Return what is kept in the end."""

    def newest() -> Assistant:
        page.assistants._settled.flush()
        return services.asked("assistants.save")[-1][0]

    return newest


def test_arrow_keys_walk_along_the_list_and_the_form_follows(page):
    rows = page.assistants.column.rows
    rows["plain"].setFocus()
    QTest.keyClick(rows["plain"], Qt.Key.Key_Down)
    assert rows["writing"].isChecked()
    assert page.assistants.editor.name.text() == "Writing coach"
    assert "You are a writing coach" in page.assistants.editor.instructions.text()


def test_what_is_typed_is_kept_and_can_be_taken_back(page, saved):
    editor = page.assistants.editor
    page.assistants.choose("own")
    editor.name.setFocus()
    editor.name.selectAll()
    QTest.keyClicks(editor.name, "B")
    assert saved() == replace(stock.OWN, name="B")
    editor.name.clear()
    QTest.keyClick(editor.name, Qt.Key.Key_Backspace)
    assert saved().name == "B"  # one without a name is never kept
    editor.instructions.chips["date"].click()
    editor.icons["globe"].click()
    editor.tuning.creativity.segment("precise").click()
    editor.effort.chosen.emit("quick")
    editor.thinking.chosen.emit("short")
    editor.model.chosen.emit("")
    assert saved().icon == "globe"
    assert saved().tuning == replace(stock.OWN.tuning, temperature=0.2)
    assert (saved().effort, saved().thinking, saved().model) == ("quick", "short", "")
    assert saved().instructions.startswith("{{date}}")
    editor.undo.click()
    assert saved() == stock.OWN
    assert editor.undo.isHidden()


def test_exact_numbers_are_kept_and_wrong_ones_are_told(page, saved):
    tuning = page.assistants.editor.tuning
    tuning.more.click()
    QTest.keyClicks(tuning.numbers["min_p"], "0,2")
    assert saved().tuning == Tuning(min_p=0.2)
    tuning.numbers["temperature"].setFocus()
    for wrong, advice in (("9", "temperature must be"), ("x", "Write a number")):
        tuning.numbers["temperature"].selectAll()
        QTest.keyClicks(tuning.numbers["temperature"], wrong)
        assert advice in tuning.trouble.text()
    assert saved().tuning == Tuning(min_p=0.2)


def test_deleting_can_be_undone_and_ours_are_only_hidden(page, room, services):
    page.assistants.choose("own")
    page.assistants.editor.remove.click()
    assert services.asked("assistants.remove") == [("own",)]
    assert room.toast.words.text() == "Deleted “Letters to the council”"
    room.toast.action.click()
    assert services.asked("assistants.restore") == [("own",)]
    page.assistants.choose("code")
    assert page.assistants.editor.remove.accessibleName() == "Hide"
    page.assistants.choose("plain")
    assert page.assistants.editor.remove.isHidden()
    page.assistants.choose("summary")
    page.assistants.editor.show_it.click()
    assert services.asked("assistants.restore")[-1] == ("summary",)


def test_a_changed_one_of_ours_can_be_reset_and_that_undone(page, room, services, saved):
    page.assistants.choose("writing")
    page.assistants.editor.reset.click()
    assert services.asked("assistants.reset") == [("writing",)]
    room.toast.action.click()
    assert saved() == stock.by_id("writing")


def test_new_copied_and_imported_ones_are_shown_as_soon_as_they_are_there(page, services, tell):
    page.assistants.new.click()
    assert services.asked("assistants.create") == [("New assistant",)]
    assert page.assistants.editor.name.hasFocus()
    made = ListedAssistant(Assistant("NEW", "New assistant"))
    tell(AssistantsChanged((*stock.listed(), made)))
    assert page.assistants.column.rows["NEW"].isChecked()
    page.assistants.editor.copy.click()
    page.assistants.import_file("/tmp/coach.json")
    assert services.asked("assistants.duplicate") == [("NEW",)]
    assert services.asked("assistants.bring") == [("/tmp/coach.json",)]
    page.assistants.editor.up.click()
    assert services.asked("assistants.move") == [("NEW", -1)]
    page.assistants.editor.use.click()
    assert services.asked("briefing.choose") == [("NEW", "NEW")]


def test_where_it_is_narrow_list_and_form_take_turns(page, room, look, qtbot):
    look.set_scale(150)
    room.shell.resize(room.shell.minimumSize())
    split = page.assistants.split
    qtbot.waitUntil(split.is_narrow)
    split.show_list()
    row = page.assistants.column.rows["code"]
    assert row.isVisible()
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    assert not row.isVisible()
    assert page.assistants.editor.isVisible()
    split.back.click()
    assert row.isVisible()


def test_prompts_are_written_tried_deleted_and_brought_back(page, room, services):
    page.show_tab(1)
    pane = page.prompts
    pane.choose("p2")
    QTest.keyClicks(pane.editor.name, "!")
    pane._settled.flush()
    assert services.asked("prompts.save")[-1][0].name == "Reply!"
    pane.editor.undo.click()
    pane._settled.flush()
    assert services.asked("prompts.save")[-1][0].name == "Reply"
    pane.editor.down.click()
    assert services.asked("prompts.move") == [("p2", 1)]
    pane.editor.remove.click()
    room.toast.action.click()
    assert services.asked("prompts.restore") == services.asked("prompts.remove") == [("p2",)]
    pane.editor.test.click()
    assert room.pages.shown is None
    assert "{{message}}" in room.page.composer.text()


def test_an_empty_drawer_of_prompts_offers_examples(page, services, tell):
    tell(stock.NO_PROMPTS)
    page.show_tab(1)
    page.prompts.none.examples.click()
    assert len(services.asked("prompts.create")) == 3
    page.prompts.none.new.click()
    assert services.asked("prompts.create")[-1] == ("New prompt", "")


def test_older_news_never_takes_back_the_last_keys(page, services, tell, qtbot):
    page.assistants.choose("own")
    editor = page.assistants.editor
    editor.instructions.field.setPlainText("a")
    first = replace(stock.OWN, instructions="a")
    editor.instructions.field.setPlainText("ab")
    others = stock.listed()[:-1]
    tell(AssistantsChanged((*others, ListedAssistant(first))))
    assert editor.instructions.text() == "ab"
    qtbot.waitUntil(lambda: bool(services.asked("assistants.save")))
    newest = replace(stock.OWN, instructions="ab")
    assert services.asked("assistants.save") == [(newest,)]  # once, and not for each key
    tell(AssistantsChanged((*others, ListedAssistant(newest))))
    tell(AssistantsChanged((*others, ListedAssistant(first))))  # from elsewhere: shown
    assert editor.instructions.text() == "a"
    page.show_tab(1)
    page.prompts.choose("p1")
    page.prompts.editor.text.field.setPlainText("x")
    tell(stock.PROMPTS)
    assert page.prompts.editor.text.text() == "x"
    page.back.click()  # leaving is soon enough for what was typed last
    assert services.asked("prompts.save")[-1][0].text == "x"
