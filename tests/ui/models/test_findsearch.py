"""Searching: as one types, with filters, without a network, and by keyboard alone."""

import time
from dataclasses import replace

import findmatter as hub
import pytest
from finder import Finder
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inglenook.core.errors import Problem
from inglenook.downloads.query import Sort
from inglenook.services.events import HubSearched, SettingsChanged
from inglenook.ui.models.results import ROW_ROLE

NO_NETWORK = Problem("The Hub cannot be reached", "Check the connection.")
ONLINE = SettingsChanged("light", welcomed=True)
OFFLINE = replace(ONLINE, offline=True)


def names(finder: Finder) -> list[str]:
    model = finder.home.results.list.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_words_are_searched_once_typing_stops(finder: Finder, qtbot: QtBot):
    QTest.keyClicks(finder.pane.bar.field, "qwen")
    assert finder.asked("search") == []
    qtbot.waitUntil(lambda: len(finder.asked("search")) == 1)
    assert finder.asked("search")[0][0].words == "qwen"


def test_results_say_what_is_known_of_each_model(finder: Finder):
    finder.find()
    assert finder.home.results.isVisible()
    assert finder.home.results.count.text() == "6 models"
    row = finder.home.results.rows[4]
    assert row.in_words() == (
        "SmolLM2 360M Instruct, by HuggingFaceTB, 362M, 9.8k downloads, Apache 2.0, "
        "1 Oct 2026, probably fits, installed"
    )


def test_answers_to_an_older_search_are_not_shown(finder: Finder):
    old = finder.type("qwen")
    finder.type("qwen3")
    finder.tell(HubSearched(old, hub.FOUND, None, hub.FITS))
    assert names(finder) == []


def test_filters_sort_out_at_once_without_asking_again(finder: Finder):
    finder.find()
    finder.pane.bar.fits.click()
    assert names(finder) == [
        "Qwen3 8B", "Qwen3 4B", "Llama 3.1 8B Instruct", "SmolLM2 360M Instruct"
    ]  # fmt: skip
    assert finder.home.results.count.text() == "4 of 6 models"
    assert len(finder.asked("search")) == 1


def test_order_and_gated_ones_are_for_the_hub(finder: Finder):
    finder.find()
    finder.pane.bar.choose_sort(Sort.UPDATED)
    finder.pane.bar.gated.click()
    query = finder.asked("search")[-1][0]
    assert (query.words, query.sort, query.with_gated) == ("qwen", Sort.UPDATED, False)
    assert finder.pane.bar.sort.accessibleName() == "Order: Newest"


def test_when_no_model_passes_the_filters_they_can_be_cleared(finder: Finder):
    finder.find(models=hub.FOUND[3:4], fits=(False,))
    finder.pane.bar.fits.click()
    note = finder.home.results.note
    assert note.isVisible()
    assert note.title.text() == "No model passes the filters"
    note.action.click()
    assert names(finder) == ["gpt oss 120b"]


def test_nothing_found_says_so(finder: Finder):
    finder.find("xylophone", models=(), fits=())
    assert "xylophone" in finder.home.results.note.title.text()
    assert not finder.home.results.note.action.isVisible()


def test_what_was_found_stays_when_the_network_fails(finder: Finder):
    finder.find()
    finder.find("qwen3", problem=NO_NETWORK)
    assert len(names(finder)) == 6
    strip = finder.home.results.strip
    assert strip.isVisible()
    assert strip.title.text() == "The Hub cannot be reached"
    strip.action.click()
    assert [query.words for (query,) in finder.asked("search")] == ["qwen", "qwen3", "qwen3"]


def test_an_emptied_field_leads_back_to_what_is_recommended(finder: Finder):
    finder.find()
    QTest.keyClick(finder.pane.bar.field, Qt.Key.Key_Escape)
    assert finder.home.recommended.isVisible()
    assert finder.asked("cancel_search") == [()]


def test_leaving_the_page_gives_the_search_up(finder: Finder):
    finder.type("qwen")
    finder.pane.leave()
    assert finder.asked("cancel_search") == [()]


def test_a_search_by_keyboard_leads_to_a_page_and_back_to_its_row(finder: Finder):
    finder.find()
    field, found = finder.pane.bar.field, finder.home.results.list
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert finder.focus is found
    QTest.keyClick(found, Qt.Key.Key_Down)
    QTest.keyClick(found, Qt.Key.Key_Return)
    assert finder.asked("look") == [("Qwen/Qwen3-4B-GGUF",)]
    assert finder.asked("read_readme") == [("Qwen/Qwen3-4B-GGUF",)]
    assert finder.focus is finder.pane.page.back
    assert finder.pane.page.back.wears_ring()
    QTest.keyClick(finder.focus, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert finder.focus is found
    assert found.currentIndex().data(ROW_ROLE).found.repo == "Qwen/Qwen3-4B-GGUF"


def test_a_page_opened_by_mouse_wears_no_ring(finder: Finder):
    finder.find()
    found = finder.home.results.list
    place = found.visualRect(found.model().index(1, 0)).center()
    QTest.mouseClick(found.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert finder.asked("look") == [("Qwen/Qwen3-4B-GGUF",)]
    assert not finder.pane.page.back.wears_ring()


def test_typing_goes_on_in_the_field(finder: Finder):
    finder.find()
    found = finder.home.results.list
    found.enter()
    QTest.keyClicks(found, "3")
    assert finder.pane.bar.field.text() == "qwen3"
    assert finder.focus is finder.pane.bar.field
    found.enter()
    QTest.keyClick(found, Qt.Key.Key_Backspace)
    assert finder.pane.bar.field.text() == "qwen"


def test_arrow_up_on_the_first_row_leads_to_the_field(finder: Finder):
    finder.find()
    finder.home.results.list.enter()
    QTest.keyClick(finder.home.results.list, Qt.Key.Key_Up)
    assert finder.focus is finder.pane.bar.field


def test_offline_is_said_where_one_would_search_and_can_be_ended(finder: Finder):
    finder.tell(OFFLINE)
    finder.pane.bar.field.setText("qwen")
    finder.pane.bar.field._ask()
    note = finder.home.results.note
    assert note.title.text() == "Inglenook is offline"
    assert finder.asked("search") == []
    note.action.click()
    assert finder.services.asked("settings.set_offline") == [(False,)]
    finder.tell(ONLINE)
    assert [query.words for (query,) in finder.asked("search")] == ["qwen"]


def test_offline_by_the_environment_is_told_apart(finder: Finder):
    finder.tell(OFFLINE)
    finder.home.recommended.note.action.click()
    finder.tell(OFFLINE)
    assert "INGLENOOK_OFFLINE" in finder.home.recommended.note.advice.text()
    assert not finder.home.recommended.note.action.isVisible()


def test_names_from_outside_are_shown_as_plain_short_lines(finder: Finder):
    evil = hub.found(
        "evil/x-GGUF", name="<b>Good\u202egpj.exe\n" + "A" * 5000, licence="<i>" * 99
    )
    finder.find(models=(evil,), fits=(None,))
    row = finder.home.results.rows[0]
    assert "\u202e" not in row.in_words()
    assert len(row.in_words()) < 400
    assert names(finder)[0].startswith("<b>Good")


@pytest.mark.parametrize("count", [100])
def test_a_hundred_rows_are_painted_in_no_time(finder: Finder, count: int):
    many = tuple(hub.found(f"org/Model-{number}-GGUF") for number in range(count))
    finder.find(models=many, fits=(True,) * count)
    view = finder.home.results.list
    picture = QPixmap(view.size())
    view.render(picture)
    before = time.thread_time()
    for row in range(0, count, 10):
        view.scrollTo(view.model().index(row, 0))
        view.render(picture)
    QApplication.processEvents()
    assert time.thread_time() - before < 0.25
