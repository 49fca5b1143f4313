"""The scenes of library, downloads, storage, and of what the side bar tells of them."""

from dataclasses import replace

import matter
import shelfmatter as shelf
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget
from scenes import Stage, scene

from inglenook.services.events import (
    ConversationOpened,
    DownloadFinished,
    DownloadsChanged,
    EngineChanged,
    SettingsChanged,
)
from inglenook.services.modelnews import (
    FolderMoved,
    ModelRemoved,
    ModelsScanned,
    ShelfChanged,
)
from inglenook.ui.models.page import DOWNLOADS, INSTALLED, STORAGE

NARROW = (900, 700)


def _open(stage: Stage, tab: int) -> QWidget:
    stage.tell(ConversationOpened(matter.talk()))
    stage.services.browse.is_known = True
    stage.window.models.open(tab)
    return stage.window.models.page.pane(tab)


def _installed(stage: Stage) -> None:
    engine = replace(matter.READY, model=shelf.QWEN_HERE.model)
    stage.tell(EngineChanged(engine))
    _open(stage, INSTALLED)
    stage.tell(shelf.SHELF, shelf.READING, shelf.WRONG)


@scene("60-library-of-readers", (1180, 640))
def readers(stage: Stage) -> None:
    _open(stage, INSTALLED)
    stage.tell(replace(shelf.SHELF, models=(*shelf.SHELF.models[:2], shelf.VECTORS)))


@scene("60-installed")
def installed(stage: Stage) -> None:
    _installed(stage)


@scene("61-installed-900", NARROW)
def installed_narrow(stage: Stage) -> None:
    _installed(stage)


@scene("62-installed-200", (1180, 900), 200)
def installed_big(stage: Stage) -> None:
    _installed(stage)


@scene("63-installed-empty")
def nothing_installed(stage: Stage) -> None:
    _open(stage, INSTALLED)
    stage.tell(ShelfChanged((), 0, "/models"))


@scene("64-installed-menu")
def row_menu(stage: Stage) -> QWidget:
    _installed(stage)
    row = stage.window.models.page.pane(INSTALLED).row(shelf.MISTRAL.model.path)
    menu = row.menu()
    corner = QPoint(row.more.width() - menu.sizeHint().width(), row.more.height() + 4)
    menu.move(row.more.mapTo(stage.window, corner))
    return menu


@scene("65-scanned", (1180, 1040))
def scanned(stage: Stage) -> None:
    _open(stage, INSTALLED)
    stage.tell(replace(shelf.SHELF, models=shelf.SHELF.models[:3]), shelf.RIGHT, shelf.SCANNED)


@scene("66-scanned-nothing")
def scanned_nothing(stage: Stage) -> None:
    _open(stage, INSTALLED)
    stage.tell(replace(shelf.SHELF, models=shelf.SHELF.models[:1]), ModelsScanned(()))


@scene("67-deleted")
def deleted(stage: Stage) -> None:
    _open(stage, INSTALLED)
    gemma = shelf.GEMMA.model
    stage.tell(
        replace(shelf.SHELF, models=shelf.SHELF.models[:1]),
        ModelRemoved(gemma.path, gemma.name, gemma.size_bytes),
    )


def _downloads(stage: Stage, *, only_full: bool = False) -> None:
    rows = shelf.full() if only_full else shelf.queue()
    stage.services.downloads.rows = rows
    _open(stage, DOWNLOADS)
    stage.tell(DownloadsChanged(rows))


@scene("70-queue")
def queue(stage: Stage) -> None:
    _downloads(stage)


@scene("71-queue-900", NARROW)
def queue_narrow(stage: Stage) -> None:
    _downloads(stage)


@scene("72-queue-empty")
def nothing_coming(stage: Stage) -> None:
    _open(stage, DOWNLOADS)


@scene("73-queue-disk-full")
def disk_full(stage: Stage) -> None:
    _downloads(stage, only_full=True)


@scene("78-queue-offline")
def queue_offline(stage: Stage) -> None:
    stage.services.settings.is_offline = True
    _downloads(stage)
    stage.tell(SettingsChanged(stage.look.theme, welcomed=True, offline=True))


@scene("79-welcome-200", (760, 900), 200)
def welcome_big(stage: Stage) -> None:
    stage.tell(SettingsChanged(stage.look.theme, welcomed=False, text_scale=2.0))


@scene("74-queue-cancel")
def cancel(stage: Stage) -> None:
    _downloads(stage)
    stage.window.models.page.pane(DOWNLOADS).rows()[0].cancel.click()


@scene("75-card")
def card(stage: Stage) -> None:
    stage.tell(ConversationOpened(matter.talk()), DownloadsChanged((shelf.coming(),)))


@scene("76-card-more", NARROW)
def card_of_more(stage: Stage) -> None:
    stage.tell(ConversationOpened(matter.EMPTY), DownloadsChanged(shelf.queue()))
    stage.window.frame.toggle_side()


@scene("77-ready")
def ready(stage: Stage) -> None:
    path = shelf.GEMMA.model.path
    stage.tell(
        ConversationOpened(matter.EMPTY),
        DownloadsChanged(shelf.full()),
        DownloadFinished("JOB1", "Gemma 3 12B", path),
    )


@scene("80-storage")
def storage(stage: Stage) -> None:
    _open(stage, STORAGE)
    stage.tell(shelf.SHELF)


@scene("81-storage-900", NARROW)
def storage_narrow(stage: Stage) -> None:
    _open(stage, STORAGE)
    stage.tell(shelf.SHELF)


@scene("82-moving")
def moving(stage: Stage) -> None:
    _open(stage, STORAGE)
    stage.tell(shelf.SHELF, shelf.MOVING)


@scene("83-not-moved")
def not_moved(stage: Stage) -> None:
    _open(stage, STORAGE)
    stage.tell(shelf.SHELF, FolderMoved("/mnt", 0, 1, is_over=True, problem=shelf.DISK_FULL))


@scene("84-offline")
def offline(stage: Stage) -> None:
    stage.services.settings.now = replace(stage.services.settings.now, offline=True)
    stage.services.settings.is_offline = True
    pane = _open(stage, STORAGE)
    stage.tell(shelf.SHELF, SettingsChanged(stage.look.theme, welcomed=True, offline=True))
    pane.limit.setText("quick")
    pane.limit.setModified(True)
    pane.limit.editingFinished.emit()
