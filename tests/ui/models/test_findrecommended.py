"""What is recommended: one suggestion, the others by what they are for, and problems."""

from dataclasses import replace

import findmatter as hub
import pytest
from finder import Finder
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from inglenook.core.errors import Problem
from inglenook.models.search import Verdict
from inglenook.services.events import DownloadsChanged, ModelsChanged
from inglenook.services.modelnews import RecommendationsLookedUp
from inglenook.ui.models.findget import Deed
from inglenook.ui.models.recommended import Recommended
from inglenook.ui.models.recommendedwords import Group, group_of, quant_words

ALL = RecommendationsLookedUp(hub.RECOMMENDED, is_complete=True)
NO_NETWORK = Problem("The Hub cannot be reached", "Check the connection.")


@pytest.fixture
def shown(finder: Finder) -> Recommended:
    finder.tell(ALL)
    return finder.home.recommended


def repos(shown: Recommended) -> list[str]:
    return [row.looked.recommendation.name for row in shown.rows]


def test_coming_forward_asks_once_and_not_again_when_all_is_known(finder: Finder):
    assert finder.asked("recommend") == [()]
    finder.tell(ALL)
    finder.pane.leave()
    finder.pane.come_forward()
    assert finder.asked("recommend") == [()]


def test_one_model_is_suggested_in_plain_words(shown: Recommended):
    assert shown.title.text() == "Recommended for this computer"
    assert shown.card.title.text() == "Qwen3 8B"
    words = shown.card._quant.text()
    assert words == "4-bit: half the size of 8-bit, nearly the same answers (Q4_K_M)"
    assert shown.card._figures.text() == "4.7 GB · about 47 tokens/s · Apache 2.0"
    assert shown.card.get.accessibleName() == "Get Qwen3 8B"


def test_the_others_stand_by_what_they_are_for_and_what_is_too_big_last(shown: Recommended):
    assert repos(shown) == [
        "Qwen3 4B", "SmolLM2 1.7B Instruct", "Llama 3.1 8B Instruct",
        "Qwen2.5 Coder 7B Instruct", "Gemma 3 4B", "Qwen3 30B-A3B", "Gemma 3 27B",
    ]  # fmt: skip
    assert shown.rows[-1].accessibleName() == "Gemma 3 27B, 16.4 GB, Too big"
    assert "weights" in shown.rows[0].accessibleDescription()


@pytest.mark.parametrize(
    ("tags", "group"),
    [
        (("text",), Group.TEXT),
        (("text", "multilingual"), Group.MULTILINGUAL),
        (("text", "multilingual", "reasoning"), Group.TEXT),
        (("code",), Group.CODE),
        (("text", "code", "reasoning"), Group.TEXT),
        (("vision", "text", "multilingual"), Group.VISION),
    ],
)
def test_a_model_stands_where_one_would_look_for_it(tags: tuple[str, ...], group: Group):
    entry = hub.recommendation("A", "org/A-GGUF", *tags)
    assert group_of(hub.looked(entry)) is group
    assert group_of(hub.looked(entry, Verdict.TIGHT)) is Group.TOO_BIG


def test_a_file_whose_name_says_nothing_is_called_by_it():
    offer = hub.page().offers.models[0]
    assert quant_words(offer).title == "2-bit (Q2_K)"
    assert quant_words(replace(offer, words="")).title == "Qwen3-8B-Q2_K.gguf"


def test_rows_stay_the_same_while_more_comes(finder: Finder):
    finder.tell(RecommendationsLookedUp(hub.RECOMMENDED[:2]))
    row = finder.home.recommended.rows[0]
    row.setFocus()
    assert finder.home.recommended.title.text() == "The best so far"
    finder.tell(ALL)
    assert finder.home.recommended.rows[0] is row
    assert row.hasFocus()


def test_get_asks_for_the_suggested_file(finder: Finder, shown: Recommended):
    shown.card.get.click()
    page = hub.RECOMMENDED[0].page
    assert finder.asked("get") == [(page, page.suggestion)]


def test_the_suggestion_shows_its_download_and_then_can_be_used(
    finder: Finder, shown: Recommended
):
    offer = hub.RECOMMENDED[0].page.suggestion
    finder.tell(DownloadsChanged((hub.coming(offer),)))
    assert shown.card.get.accessibleName() == "Pause Qwen3 8B"
    shown.card.get.click()
    assert finder.services.asked("downloads.pause") == [("JOB",)]
    finder.tell(DownloadsChanged((hub.coming(offer, "paused"),)))
    shown.card.get.click()
    assert finder.services.asked("downloads.resume") == [("JOB",)]
    finder.tell(DownloadsChanged(()), ModelsChanged((hub.installed(offer),)))
    assert shown.card.get.deed is Deed.USE
    shown.card.get.click()
    assert finder.services.asked("engine.load") == [("/models/Qwen3-8B-Q4_K_M.gguf",)]


def test_a_download_under_way_is_known_from_the_start(make_finder, services):
    services.downloads.rows = (hub.coming(hub.RECOMMENDED[0].page.suggestion),)
    finder = make_finder(services)
    finder.tell(ALL)
    assert finder.home.recommended.card.get.deed is Deed.PAUSE


def test_shapes_appear_only_when_looking_takes_a_while(finder: Finder, qtbot: QtBot):
    skeleton = finder.home.recommended._skeleton
    skeleton.hide()
    skeleton.show()  # it begins to wait now, however long the window took to come
    assert not skeleton.is_due
    qtbot.waitUntil(lambda: skeleton.is_due)
    finder.tell(ALL)
    assert not skeleton.isVisible()


def test_no_network_is_said_in_place_with_a_way_to_try_again(finder: Finder):
    finder.tell(RecommendationsLookedUp((), is_complete=True, problem=NO_NETWORK))
    note = finder.home.recommended.note
    assert note.isVisible()
    assert note.title.text() == "The Hub cannot be reached"
    note.action.click()
    assert finder.asked("recommend") == [(), (True,)]


def test_what_was_looked_up_before_the_network_failed_stays(finder: Finder):
    finder.tell(RecommendationsLookedUp(hub.RECOMMENDED[:3], problem=NO_NETWORK))
    assert finder.home.recommended.strip.isVisible()
    assert finder.home.recommended.card.isVisible()
    assert not finder.home.recommended.note.isVisible()


def test_when_nothing_fits_there_is_no_suggestion_but_the_truth(finder: Finder):
    finder.tell(RecommendationsLookedUp(hub.RECOMMENDED[-2:], is_complete=True))
    shown = finder.home.recommended
    assert not shown.card.isVisible()
    assert shown.title.text() == "Nothing we recommend fits this computer well"
    assert len(shown.rows) == 2


def test_a_catalogue_without_any_model_on_the_hub_says_so(finder: Finder):
    finder.tell(RecommendationsLookedUp((), is_complete=True))
    assert "on the Hub" in finder.home.recommended.note.title.text()


def test_the_keyboard_walks_the_rows_and_comes_back_to_the_one_it_left(
    finder: Finder, shown: Recommended
):
    QTest.keyClick(finder.pane.bar.field, Qt.Key.Key_Down)
    assert finder.focus is shown.card.get
    QTest.keyClick(finder.focus, Qt.Key.Key_Tab)
    QTest.keyClick(finder.focus, Qt.Key.Key_Tab)
    assert finder.focus is shown.rows[0]
    QTest.keyClick(finder.focus, Qt.Key.Key_Down)
    assert finder.focus is shown.rows[1]
    QTest.keyClick(finder.focus, Qt.Key.Key_Return)
    assert finder.asked("look") == [("HuggingFaceTB/SmolLM2-1.7B-Instruct-GGUF",)]
    QTest.keyClick(finder.focus, Qt.Key.Key_Escape)
    assert finder.focus is shown.rows[1]


def test_the_page_of_the_suggestion_leads_back_to_the_card(finder: Finder, shown: Recommended):
    shown.card.more.click()
    finder.pane.page.back.click()
    assert finder.focus is shown.card.more
