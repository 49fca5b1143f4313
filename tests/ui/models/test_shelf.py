from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import shelfmatter as goods
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from standin import StandIn

from inglenook.core.errors import Problem
from inglenook.models.kind import FileKind
from inglenook.services.events import EngineChanged, EnginePhase, EngineState
from inglenook.services.modelnews import ModelsScanned, ModelVerified, ShelfChanged
from inglenook.services.shelved import Verified
from inglenook.ui.models.page import INSTALLED
from inglenook.ui.models.shelf import ShelfPane
from inglenook.ui.models.shelfrow import ShelfRow
from inglenook.ui.models.shelfwords import used_in_words
from inglenook.ui.room import Room

Tell = Callable[..., None]


@pytest.fixture
def tell(services: StandIn) -> Tell:
    def publish(*announcements: object) -> None:
        for announcement in announcements:
            services.bus.publish(announcement)
        QApplication.processEvents()

    return publish


@pytest.fixture
def pane(window: Room, services: StandIn, tell: Tell) -> ShelfPane:
    window.models.open(INSTALLED)
    tell(goods.SHELF)
    return window.models.page.pane(INSTALLED)


def names(pane: ShelfPane) -> list[str]:
    return [row.name.accessibleName() for row in pane.list.rows.values()]


def entry(row: ShelfRow, words: str) -> None:
    next(each for each in row.menu().actions() if each.text() == words).trigger()


def offered(row: ShelfRow) -> list[str]:
    return [each.text() for each in row.menu().actions() if each.text()]


def test_the_library_is_looked_at_when_it_is_opened(pane: ShelfPane, services: StandIn):
    assert services.asked("shelf.refresh") == [()]
    assert names(pane)[0] == "Qwen3 8B"
    assert len(names(pane)) == 6


def test_models_are_sorted_by_use_name_or_size(pane: ShelfPane):
    assert names(pane)[:3] == ["Qwen3 8B", "Gemma 3 12B", "Mistral Small 24B Instruct"]
    pane.sort.segment("name").click()
    assert names(pane)[:2] == ["Gemma 3 12B", "Llama 3.1 8B"]
    pane.sort.segment("size").click()
    assert names(pane)[:2] == ["Mistral Small 24B Instruct", "Gemma 3 12B"]


def test_a_model_can_be_used_and_the_one_in_use_is_marked(
    pane: ShelfPane, services: StandIn, tell: Tell
):
    row = pane.row(goods.GEMMA.model.path)
    row.use.click()
    assert services.asked("engine.load") == [(goods.GEMMA.model.path,)]
    row.use.setFocus()
    tell(EngineChanged(EngineState(EnginePhase.LOADING, goods.GEMMA.model)))
    assert row.state.word() == "Loading"
    assert not row.use.isVisible()
    assert row.more.hasFocus()
    tell(EngineChanged(EngineState(EnginePhase.READY, goods.GEMMA.model)))
    assert row.state.word() == "In use"
    tell(EngineChanged(EngineState(EnginePhase.FAILED, goods.GEMMA.model)))
    assert row.use.isVisible()


def test_the_model_in_use_is_marked_in_a_pane_that_is_opened_later(window: Room, tell: Tell):
    tell(EngineChanged(EngineState(EnginePhase.READY, goods.GEMMA.model)))
    window.models.open(INSTALLED)
    tell(goods.SHELF)
    row = window.models.page.pane(INSTALLED).row(goods.GEMMA.model.path)
    assert row.state.word() == "In use"


def test_our_own_files_are_deleted_and_all_others_leave_the_list_only(
    pane: ShelfPane, services: StandIn
):
    ours, borrowed = goods.QWEN_HERE.model.path, goods.MISTRAL.model.path
    assert "Delete" in offered(pane.row(ours))
    assert "Delete" not in offered(pane.row(borrowed))
    assert pane.row(borrowed).origin.word() == "from Ollama, stays there"
    entry(pane.row(ours), "Delete")
    entry(pane.row(borrowed), "Remove from list")
    assert services.asked("shelf.remove") == [(ours,), (borrowed,)]


def test_a_model_that_only_reads_says_so_and_is_not_offered_to_chat_with(pane, tell):
    for kind, words in ((FileKind.EMBEDDING, "compares texts"), (FileKind.RANKING, "scores")):
        model = replace(goods.GEMMA.model, kind=kind)
        tell(ShelfChanged((replace(goods.GEMMA, model=model),)))
        row = pane.row(model.path)
        assert words in row.facts.accessibleName()
        assert not row.use.isVisible()
        assert "How it runs…" not in offered(row)


def test_the_model_that_came_with_the_program_stays(pane: ShelfPane, services: StandIn):
    row = pane.row(goods.STARTER.path)
    assert offered(row) == ["How it runs…", "Show in folder"]
    QTest.keyClick(row.use, Qt.Key.Key_Delete)
    assert services.asked("shelf.remove") == []


def test_the_delete_key_deletes_the_row_it_is_pressed_in(pane: ShelfPane, services: StandIn):
    QTest.keyClick(pane.row(goods.GEMMA.model.path).use, Qt.Key.Key_Delete)
    assert services.asked("shelf.remove") == [(goods.GEMMA.model.path,)]


def test_a_model_whose_file_is_gone_says_so_and_is_not_offered(pane: ShelfPane):
    row = pane.row(goods.GONE.model.path)
    assert "LM Studio has this model no more" in row.check.words.text()
    assert not row.use.isVisible()
    assert "Verify the file" not in offered(row)


def test_how_a_model_runs_is_asked_for_by_its_path(pane: ShelfPane):
    asked: list[str] = []
    pane.running_asked.connect(asked.append)
    entry(pane.row(goods.GEMMA.model.path), "How it runs…")
    assert asked == [goods.GEMMA.model.path]


def test_verifying_shows_how_far_it_is_and_can_be_stopped(
    pane: ShelfPane, services: StandIn, tell: Tell
):
    row = pane.row(goods.GEMMA.model.path)
    entry(row, "Verify the file")
    tell(goods.READING)
    assert services.asked("shelf.verify") == [(row.path,)]
    assert row.check.bar.isVisible()
    assert row.check.words.text() == "Reading, 3.1 of 7.3 GB"
    tell(replace(goods.SHELF, free_bytes=1))
    assert row.check.bar.isVisible()
    row.check.stop.click()
    assert services.asked("shelf.stop_verifying") == [(row.path,)]


@pytest.mark.parametrize(
    ("verified", "words"),
    [
        (goods.RIGHT.verified, "every byte is as it should be"),
        (goods.WRONG.verified, "damaged or was changed"),
        (Verified(goods.GEMMA.model, ("a",), ()), "Nobody has said what it should be"),
    ],
)
def test_what_verifying_has_shown_stands_in_the_row(
    pane: ShelfPane, tell: Tell, verified: Verified, words: str
):
    path = goods.GEMMA.model.path
    tell(goods.READING, ModelVerified(path, 1, 1, verified))
    assert words in pane.row(path).check.words.text()
    assert not pane.row(path).check.bar.isVisible()


def test_a_file_that_cannot_be_read_to_its_end_says_why(pane: ShelfPane, tell: Tell):
    path = goods.GEMMA.model.path
    tell(ModelVerified(path, 1, 2, problem=Problem("It is cut off", "Get it again.")))
    assert pane.row(path).check.words.text() == "It is cut off. Get it again."


def test_the_keyboard_goes_on_when_its_model_is_removed(pane: ShelfPane, tell: Tell):
    pane.row(goods.QWEN_HERE.model.path).more.setFocus()
    tell(replace(goods.SHELF, models=goods.SHELF.models[1:]))
    assert pane.row(goods.GEMMA.model.path).use.hasFocus()


def test_an_empty_library_says_what_to_do(window: Room, tell: Tell):
    window.models.open(INSTALLED)
    pane = window.models.page.pane(INSTALLED)
    assert not pane.empty.isVisible()  # nobody knows yet
    tell(ShelfChanged(()))
    assert pane.empty.isVisible()


# --- other programs ---


def test_models_of_other_programs_are_used_where_they_lie(
    pane: ShelfPane, services: StandIn, tell: Tell
):
    pane.scan.look_for.click()
    assert services.asked("shelf.scan") == [((),)]
    assert pane.scan.words.text() == "Looking…"
    tell(goods.SCANNED)
    rows = pane.scan.list.rows
    assert not rows[goods.MISTRAL.model.path].use.isVisible()  # on the list already
    assert not rows["/hf/c"].use.isVisible()  # no chat model
    assert "only makes embeddings" in rows["/hf/c"].facts.accessibleName()
    rows["/ollama/a"].use.click()
    assert services.asked("shelf.borrow") == [(goods.SCANNED.found[0],)]


def test_a_borrowed_model_is_marked_as_on_the_list(pane: ShelfPane, tell: Tell):
    tell(goods.SCANNED)
    found = goods.SCANNED.found[0]
    shelved = replace(goods.MISTRAL, model=replace(found.model, path=found.path))
    pane.scan.list.rows[found.path].use.setFocus(Qt.FocusReason.MouseFocusReason)
    tell(replace(goods.SHELF, models=(*goods.SHELF.models, shelved)))
    assert not pane.scan.list.rows[found.path].use.isVisible()
    assert pane.scan.look_for.hasFocus()
    assert not pane.scan.look_for.wears_ring()


def test_a_folder_can_be_looked_through_by_name(pane: ShelfPane, services: StandIn):
    pane.scan._scan_folder("/mnt/models")
    assert services.asked("shelf.scan") == [(("/mnt/models",),)]


def test_a_look_that_finds_nothing_or_fails_says_so(pane: ShelfPane, tell: Tell):
    tell(ModelsScanned(()))
    assert "No models of other programs" in pane.scan.words.text()
    tell(ModelsScanned((), Problem("The list cannot be read", "Try again.")))
    assert pane.scan.words.text() == "The list cannot be read. Try again."


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "used today"), (1, "used yesterday"), (3, "used 3 days ago")],
)
def test_the_last_use_is_told_in_days(days: int, words: str):
    noon_ms = 1_800_000_000_000
    today = datetime.fromtimestamp(noon_ms / 1000).astimezone().date() + timedelta(days)
    assert used_in_words(noon_ms, today) == words


def test_of_the_starter_no_use_is_told_as_none_is_written_down(pane: ShelfPane):
    [told] = [
        row.facts.accessibleName()
        for row in pane.list.rows.values()
        if "came with" in row.facts.accessibleName()
    ]
    assert "used" not in told


def test_a_press_on_use_leaves_no_ring_behind(pane: ShelfPane, tell: Tell):
    row = pane.row(goods.GEMMA.model.path)
    for reason, has_ring in (
        (Qt.FocusReason.MouseFocusReason, False),
        (Qt.FocusReason.TabFocusReason, True),
    ):
        row.use.setFocus(reason)
        tell(EngineChanged(EngineState(EnginePhase.LOADING, goods.GEMMA.model)))
        assert row.more.hasFocus()
        assert row.more.wears_ring() is has_ring
        tell(EngineChanged(EngineState(EnginePhase.NO_MODEL)))


def test_what_was_never_used_or_long_ago_is_told_as_such():
    assert used_in_words(0, date(2026, 11, 22)) == "never used"
    assert "2020" in used_in_words(1_600_000_000_000, date(2026, 11, 22))
    # A clock that was wrong must not look broken.
    assert used_in_words(1_900_000_000_000, date(2026, 11, 22)) == "used today"


def test_a_reading_that_was_stopped_leaves_no_complaint(pane: ShelfPane, tell: Tell):
    row = pane.row(goods.GEMMA.model.path)
    tell(goods.READING)
    row.check.stop.click()
    stopped = Problem("This was stopped", "The file is as it was.")
    tell(ModelVerified(row.path, 0, 0, problem=stopped))
    assert not row.check.isVisible()


def test_what_ends_a_later_reading_is_told_after_one_was_stopped(pane: ShelfPane, tell: Tell):
    row = pane.row(goods.GEMMA.model.path)
    tell(goods.READING)
    row.check.stop.click()
    tell(ModelVerified(row.path, 0, 0, problem=Problem("This was stopped", "All is well.")))
    tell(goods.READING)
    tell(ModelVerified(row.path, 0, 0, problem=Problem("The disk reported an error", "Check.")))
    assert "The disk reported an error" in row.check.words.text()


def test_the_list_takes_no_keyboard_from_one_who_has_moved_on(window: Room, tell: Tell):
    window.models.open(INSTALLED)
    pane = window.models.page.pane(INSTALLED)
    window.side.search.setFocus()
    tell(goods.SHELF)
    assert window.side.search.hasFocus()
    window.models.close()
    window.models.open(INSTALLED)
    assert pane.row(goods.QWEN_HERE.model.path).use.hasFocus()
