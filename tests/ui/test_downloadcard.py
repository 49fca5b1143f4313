import shelfmatter as goods
from pytestqt.qtbot import QtBot

from inglenook.services.events import Download
from inglenook.ui.downloadcard import DownloadCard
from inglenook.ui.style import Look


def card(qtbot: QtBot, look: Look, *downloads: Download) -> DownloadCard:
    made = DownloadCard(look)
    qtbot.addWidget(made)
    made.show_downloads(downloads)
    return made


def test_the_card_shows_what_is_at_work_first(qtbot: QtBot, look: Look):
    shown = card(qtbot, look, *reversed(goods.queue()))
    assert shown.accessibleName() == "Downloads: Qwen3 30B A3B Instruct and 5 more, 65 %"
    assert shown.accessibleDescription() == "Checking the file · 12.1 of 18.6 GB"


def test_what_the_person_has_paused_is_not_shown(qtbot: QtBot, look: Look):
    paused = [each for each in goods.queue() if each.id == "JOB5"]
    assert card(qtbot, look, *paused).isHidden()


def test_what_needs_the_person_is_shown_with_its_reason(qtbot: QtBot, look: Look):
    shown = card(qtbot, look, *goods.full())
    assert not shown.isHidden()
    assert shown.accessibleDescription().startswith("Not enough room")


def test_a_new_reason_is_told_though_the_share_is_the_same(qtbot: QtBot, look: Look):
    shown = card(qtbot, look, goods.coming())
    shown.show_downloads(goods.full())
    assert "Llama" in shown.accessibleName()
    shown.show_downloads(())
    assert shown.isHidden()


def test_offline_the_card_says_what_it_waits_for(qtbot: QtBot, look: Look):
    shown = card(qtbot, look, goods.coming())
    shown.show_offline(is_offline=True)
    assert shown._foot() == "4.6 of 7.3 GB · offline"
