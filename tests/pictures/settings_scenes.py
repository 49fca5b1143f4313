"""The scenes of the settings: every section, a search, narrow, large, in high contrast."""

from dataclasses import replace

import matter
import settingsmatter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from running_scenes import LARGE, planned
from scenes import Stage, scene, settle

from inglenook.models.fit import Wish
from inglenook.services.events import ConversationOpened, EngineChanged, SettingsChanged
from inglenook.services.modelnews import PlanPreviewed
from inglenook.services.releasenews import ReleaseChecked
from inglenook.ui.settings.erasepane import EraseDialog
from inglenook.ui.settings.licencesdialog import LicencesDialog
from inglenook.ui.settings.page import SettingsPage
from inglenook.ui.settings.registry import Section
from inglenook.ui.settings.updatedialog import UpdateDialog

NARROW = (760, 700)
TALL = (1180, 1000)
_PLAN = planned(LARGE, Wish())
_PLANNED = PlanPreviewed(matter.QWEN.path, Wish(), _PLAN, _PLAN, None, LARGE)


def _page(stage: Stage, section: Section, **chosen: object) -> SettingsPage:
    settingsmatter.furnish(stage.services)
    settings = stage.services.settings
    settings.now = replace(settings.now, **chosen)
    stage.tell(ConversationOpened(matter.talk()))
    event = SettingsChanged(
        settings.now.theme, welcomed=True, text_scale=stage.look.scale / 100
    )
    stage.tell(event)
    stage.window.settings.open()
    page = stage.window.pages.shown
    page.open_section(section)
    settingsmatter.tell(stage.tell)
    stage.tell(EngineChanged(matter.READY), _PLANNED)
    settle()
    return page


@scene("130-settings-general", TALL)
def general(stage: Stage) -> None:
    _page(stage, Section.GENERAL, person_name="Ada", trash_days=7)


@scene("130-settings-general-narrow", NARROW)
def general_narrow(stage: Stage) -> None:
    _page(stage, Section.GENERAL, person_name="Ada", trash_days=7)


@scene("130-settings-general-200", TALL, 200)
def general_big(stage: Stage) -> None:
    _page(stage, Section.GENERAL, person_name="Ada")


@scene("131-settings-appearance", TALL)
def appearance(stage: Stage) -> None:
    _page(stage, Section.APPEARANCE)


@scene("131-settings-appearance-compact", TALL)
def appearance_compact(stage: Stage) -> None:
    _page(stage, Section.APPEARANCE, density="compact", scroll_bars=True)


@scene("131-settings-appearance-contrast", TALL)
def appearance_contrast(stage: Stage) -> None:
    _page(stage, Section.APPEARANCE, contrast="high")


@scene("132-settings-data", TALL)
def data(stage: Stage) -> None:
    _page(stage, Section.DATA)


@scene("132-settings-delete", TALL)
def delete(stage: Stage) -> QWidget:
    page = _page(stage, Section.DATA)
    lines = ("Chats, assistants, prompts, settings, logs, caches and tokens are erased.",)
    return EraseDialog(stage.look, page, "Delete everything", lines, models=True)


@scene("133-settings-models", TALL)
def models(stage: Stage) -> None:
    _page(stage, Section.MODELS, downloads_at_once=3)


@scene("134-settings-performance", TALL)
def performance(stage: Stage) -> None:
    _page(stage, Section.PERFORMANCE)


@scene("135-settings-privacy", (1180, 1160))
def privacy(stage: Stage) -> None:
    _page(stage, Section.PRIVACY)


@scene("135-settings-privacy-nothing", TALL)
def privacy_nothing(stage: Stage) -> None:
    page = _page(stage, Section.PRIVACY, offline=True)
    stage.services.connections.made = ()
    page.pane(Section.PRIVACY).rows["connections"].control.show_log()


@scene("136-settings-keyboard", TALL)
def keyboard(stage: Stage) -> None:
    _page(stage, Section.KEYBOARD, keys={"new_chat": "Ctrl+T"})


@scene("137-settings-about", TALL)
def about(stage: Stage) -> None:
    _page(stage, Section.ABOUT)


@scene("137-settings-licences", TALL)
def licences(stage: Stage) -> QWidget:
    page = _page(stage, Section.ABOUT)
    return LicencesDialog(stage.look, page, settingsmatter.LICENCES)


@scene("137-settings-newer", TALL)
def newer(stage: Stage) -> QWidget:
    page = _page(stage, Section.ABOUT)
    page.pane(Section.ABOUT).rows["version"].control.newer.click()
    dialog = page.window().findChild(UpdateDialog)
    dialog.field.setText("https://inglenook.example/release.json")
    stage.services.bus.publish(ReleaseChecked(settingsmatter.RELEASE, is_newer=True))
    QTest.qWait(60)
    return dialog


@scene("138-settings-search", TALL)
def search(stage: Stage) -> None:
    _page(stage, Section.GENERAL).search.setText("font")
    QTest.qWait(60)


@scene("138-settings-search-nothing", TALL)
def search_nothing(stage: Stage) -> None:
    _page(stage, Section.GENERAL).search.setText("xylophone")
    QTest.qWait(60)


@scene("138-settings-found", TALL)
def found(stage: Stage) -> None:
    page = _page(stage, Section.GENERAL)
    page.search.setText("reduce motion")
    QTest.qWait(60)
    page.results.take_first()
