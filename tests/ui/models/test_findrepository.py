"""A model's page: rows with badges, what is done with them, gates, facts and the readme."""

import time
from collections.abc import Callable
from dataclasses import replace

import findmatter as hub
import pytest
from finder import Finder
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from standin import StandIn

from inglenook.core.errors import NotFoundError, Problem
from inglenook.services.events import DownloadsChanged, ModelsChanged, SettingsChanged
from inglenook.services.modelnews import ReadmeRead, RepositoryRead
from inglenook.ui.models.findget import Deed
from inglenook.ui.models.repositoryfacts import TemplateWarning
from inglenook.ui.models.repositoryreadme import LONGEST, readable

GATED = Problem("This model asks who you are", "Agree to its terms.")
NO_NETWORK = Problem("The Hub cannot be reached", "Check the connection.")
SETTINGS = SettingsChanged("light", welcomed=True)


def shut(finder: Finder) -> None:
    page = hub.page(verdicts=(), gated=True)
    finder.open(replace(page, problem=GATED))


def labels(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel)]


def words(finder: Finder) -> list[str]:
    return [row._badge.accessibleName() for row in finder.rows]


def test_every_file_has_its_badge_and_the_parts_of_its_memory(finder: Finder):
    finder.open()
    assert words(finder) == [
        "Runs on GPU", "Runs on GPU", "Runs on GPU", "Runs, partly on CPU", "Tight", "Too big"
    ]  # fmt: skip
    assert "work space" in finder.rows[0]._badge.accessibleDescription()
    assert finder.rows[2].get.accessibleName() == "Get 4-bit (Q4_K_M), 4.7 GB"
    assert "about 47 tokens/s" in finder.rows[2]._note.text()
    assert "tokens/s" not in finder.rows[5]._note.text()


def test_one_row_is_recommended(finder: Finder):
    finder.open()
    assert [row.facts.is_suggested for row in finder.rows] == [False, False, True] + [False] * 3


def test_get_asks_for_the_row(finder: Finder):
    page = finder.open()
    finder.rows[2].get.click()
    assert finder.asked("get") == [(page, page.offers.models[2])]


def test_what_will_not_run_is_asked_about_first(finder: Finder):
    page = finder.open()
    row = finder.rows[5]
    row.get.click()
    assert finder.asked("get") == []
    assert finder.focus is row.question.no
    QTest.keyClick(finder.focus, Qt.Key.Key_Escape)
    assert finder.focus is row.get
    assert finder.pane.is_on_page
    row.get.click()
    row.question.yes.click()
    assert finder.asked("get") == [(page, page.offers.models[5])]


def test_a_row_shows_its_download_in_place_of_what_it_is(finder: Finder):
    page = finder.open()
    finder.tell(DownloadsChanged((hub.coming(page.offers.models[1]),)))
    row = finder.rows[1]
    assert row.get.deed is Deed.PAUSE
    assert row.coming.isVisible()
    assert not row._under.isVisible()
    row.get.click()
    assert finder.services.asked("downloads.pause") == [("JOB",)]
    assert not finder.rows[0].coming.isVisible()


@pytest.mark.parametrize(("order", "state"), [("pause", "running"), ("resume", "paused")])
def test_a_press_on_a_download_that_has_just_ended_does_no_harm(
    make_finder: Callable[[StandIn], Finder], services: StandIn, order: str, state: str
):
    def refuse(job: str) -> None:
        asked.append(job)
        raise NotFoundError("There is no such download", "Look at the list again.")

    asked: list[str] = []
    setattr(services.downloads, order, refuse)
    finder = make_finder(services)
    page = finder.open()
    finder.tell(DownloadsChanged((hub.coming(page.offers.models[1], state),)))
    finder.rows[1].get.click()
    assert asked == ["JOB"]


def test_a_failed_download_says_why_and_can_be_tried_again(finder: Finder):
    page = finder.open()
    full = Problem("The disk is full", "Free 3.1 GB.")
    finder.tell(DownloadsChanged((hub.coming(page.offers.models[0], "failed", problem=full),)))
    row = finder.rows[0]
    assert row.get.text() == "Try again"
    assert "The disk is full" in row.coming._trouble.text()
    row.get.click()
    assert finder.services.asked("downloads.resume") == [("JOB",)]


def test_an_installed_row_can_be_used(finder: Finder):
    page = finder.open()
    finder.tell(ModelsChanged((hub.installed(page.offers.models[3]),)))
    finder.rows[3].get.click()
    assert finder.services.asked("engine.load") == [("/models/Qwen3-8B-Q6_K.gguf",)]


def test_the_keyboard_stays_on_a_button_whose_meaning_changes(finder: Finder):
    page = finder.open()
    finder.rows[1].get.setFocus()
    finder.tell(DownloadsChanged((hub.coming(page.offers.models[1]),)))
    assert finder.focus is finder.rows[1].get


def test_split_files_are_one_row_and_what_is_not_whole_is_named(finder: Finder):
    finder.open(hub.page("Big/Big-70B-GGUF", listed=hub.SPLIT_FILES))
    assert len(finder.rows) == 2
    texts = [
        label.text() for label in finder.pane.page.findChildren(type(finder.rows[0]._note))
    ]
    assert "3 parts" in texts
    assert any("Big-70B-Q8_0-00001-of-00002.gguf" in text for text in texts)


def test_a_vision_projector_is_told_with_its_size(finder: Finder):
    finder.open(hub.page("Big/Big-70B-GGUF", listed=hub.SPLIT_FILES))
    assert "can see pictures" in finder.pane.page.head._sees.text()
    assert "820 MB" in finder.pane.page.head._sees.text()
    finder.open()
    assert not finder.pane.page.head._seeing.isVisible()


def test_facts_and_an_odd_template_are_told(finder: Finder):
    page = hub.page()
    finder.open(replace(page, details=replace(page.details, suspicions=hub.ODD)))
    (warning,) = finder.pane.page.findChildren(TemplateWarning)
    assert any("“invoice”, “password”" in text for text in labels(warning))
    assert "Longest conversation" in labels(finder.pane.page)


def test_a_gated_model_asks_for_a_token_once_and_never_shows_it(finder: Finder):
    shut(finder)
    gate = finder.pane.page.gate
    assert gate.isVisible()
    assert gate.field.echoMode() is QLineEdit.EchoMode.Password
    assert not gate.keep.isEnabled()
    QTest.keyClicks(gate.field, " hf_secret ")
    QTest.keyClick(gate.field, Qt.Key.Key_Return)
    assert finder.asked("give_token") == [("hf_secret",)]
    assert not gate.field.text()
    gate.field.setFocus()
    finder.services.browse.is_known = True
    finder.tell(SETTINGS)
    assert not gate.field.isVisible()
    assert finder.focus is gate.again
    assert finder.asked("look") == [(hub.REPO,), (hub.REPO,)]
    assert finder.asked("read_readme") == [(hub.REPO,), (hub.REPO,)]
    finder.tell(RepositoryRead(hub.REPO, hub.page(gated=True)))
    assert finder.focus is finder.pane.page.back


def test_a_token_that_cannot_be_one_is_asked_for_again(finder: Finder):
    shut(finder)
    gate = finder.pane.page.gate
    QTest.keyClicks(gate.field, "nonsense")
    gate.keep.click()
    finder.tell(SETTINGS)
    assert gate.field.isVisible()
    assert finder.asked("look") == [(hub.REPO,)]


def test_a_token_that_is_kept_is_said_and_can_be_forgotten(make_finder, services):
    services.browse.is_known = True
    finder = make_finder(services)
    shut(finder)
    gate = finder.pane.page.gate
    assert not gate.field.isVisible()
    gate.forget.click()
    assert len(finder.asked("forget_token")) == 1
    services.browse.is_known = False
    finder.tell(SETTINGS)
    assert gate.field.isVisible()


def test_a_token_that_the_keyring_finds_later_is_noticed(finder: Finder):
    shut(finder)
    finder.services.browse.is_known = True
    finder.tell(SETTINGS)
    assert not finder.pane.page.gate.field.isVisible()


def test_a_gated_model_that_lets_us_in_asks_nothing(finder: Finder):
    finder.open(hub.page(gated=True))
    assert not finder.pane.page.gate.isVisible()


def test_pages_of_the_hub_are_asked_about_before_they_open(finder: Finder):
    asked = []
    finder.pane.link_asked.connect(asked.append)
    shut(finder)
    finder.pane.page.head.on_hub.click()
    finder.pane.page.gate.tokens.click()
    base = finder.services.settings.endpoint
    assert asked == [f"{base}/{hub.REPO}", f"{base}/settings/tokens"]


def test_no_network_is_said_on_the_page_and_tried_again(finder: Finder):
    finder.pane.open_model(hub.REPO)
    finder.tell(RepositoryRead(hub.REPO, problem=NO_NETWORK))
    assert finder.pane.page.note.isVisible()
    finder.pane.page.note.action.click()
    assert finder.asked("look") == [(hub.REPO,), (hub.REPO,)]


def test_answers_about_another_page_are_left(finder: Finder):
    finder.pane.open_model(hub.REPO)
    other = hub.page("other/Model-GGUF")
    finder.tell(RepositoryRead("other/Model-GGUF", other), ReadmeRead("other/Model-GGUF", "Hi"))
    assert finder.pane.page.files is None
    assert not finder.pane.page.readme.isVisible()


def test_a_readme_is_shown_as_text_without_tags_and_pictures(finder: Finder):
    finder.open()
    finder.tell(ReadmeRead(hub.REPO, hub.README))
    readme = finder.pane.page.readme
    assert readme.isVisible()
    shown = readme.toPlainText()
    assert "Switches between thinking" in shown
    assert "llama-cli -m" in shown
    assert "<img" not in shown
    assert "badge.svg" not in shown
    assert "Temperature" in shown


def test_a_readme_can_load_nothing(finder: Finder):
    readme = finder.pane.page.readme
    readme.show_text("![x](file:///etc/passwd) <img src='file:///etc/passwd'> &lt;b&gt; \ufffc")
    kind = QTextDocument.ResourceType.ImageResource
    assert readme.loadResource(kind.value, QUrl("file:///etc/passwd")) is None
    assert "passwd" not in readme.toHtml()


def test_links_in_a_readme_ask_first_and_scripts_are_none(finder: Finder):
    asked = []
    finder.pane.link_asked.connect(asked.append)
    finder.open()
    finder.tell(ReadmeRead(hub.REPO, "[good](https://example.org/a) [bad](javascript:x)"))
    assert "javascript" not in finder.pane.page.readme.toHtml()
    finder.pane.page.readme.anchorClicked.emit(QUrl("https://example.org/a"))
    assert asked == ["https://example.org/a"]


@pytest.mark.parametrize(
    "piece", ["<", "<!--", "[![", "| a ", "> ", "# a\n", "|a|\n|-|\n", "\n```\n", "*_"]
)
def test_a_hostile_readme_is_cut_and_holds_nothing_up(finder: Finder, piece: str):
    finder.open()
    text = piece * 50_000
    before = time.thread_time()
    finder.tell(ReadmeRead(hub.REPO, text))
    assert time.thread_time() - before < 0.8
    assert len(readable(text)) <= LONGEST
    assert len(finder.pane.page.readme.toPlainText()) <= 2 * LONGEST


def test_code_keeps_its_angle_brackets():
    assert readable("a <b>c</b>\n```\nList<int>\n```\n<i>d") == "a c\n```\nList<int>\n```\nd"
