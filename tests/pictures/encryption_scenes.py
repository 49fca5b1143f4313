"""Pictures of the encryption of chats: the page that unlocks them, and the choice itself."""

from dataclasses import replace

from PySide6.QtWidgets import QVBoxLayout, QWidget
from scenes import Stage, scene

from inglenook.core.errors import Problem
from inglenook.services.encryptionnews import EncryptionChanged, Lock
from inglenook.ui.encryption.pane import EncryptionPane
from inglenook.ui.encryption.unlock import UnlockPage
from inglenook.ui.widgets.column import CenteredPage
from inglenook.ui.widgets.surface import Surface

WIDE, NARROW = (1180, 800), (560, 760)
ON = EncryptionChanged(Lock.OPEN, "passphrase", is_remembered=True)
LOCKED = EncryptionChanged(Lock.LOCKED, "passphrase")
WRONG = Problem(
    "This passphrase does not open your chats",
    "Try again as often as you like; look at Caps Lock and the keyboard's language.",
)


def _fill(stage: Stage, page: QWidget) -> None:
    """Show a page over the whole window."""
    ground = Surface(stage.look, "ground")
    ground.setParent(stage.window)
    inside = QVBoxLayout(ground)
    inside.setContentsMargins(0, 0, 0, 0)
    inside.addWidget(page)
    ground.setGeometry(stage.window.rect())
    ground.show()


def _unlock(stage: Stage, told: EncryptionChanged) -> UnlockPage:
    page = UnlockPage(stage.look, stage.services, stage.window.bridge)
    _fill(stage, page)
    page.show_state(told)
    return page


def _pane(stage: Stage, told: EncryptionChanged) -> EncryptionPane:
    page = CenteredPage(stage.look.px(680))
    pane = EncryptionPane(stage.look, stage.services, stage.window.bridge)
    page.content.addWidget(pane)
    _fill(stage, page)
    pane.show_state(told)
    return pane


@scene("120-unlock", WIDE)
def unlock(stage: Stage) -> None:
    _unlock(stage, LOCKED)


@scene("121-unlock-wrong", NARROW)
def unlock_wrong(stage: Stage) -> None:
    page = _unlock(stage, replace(LOCKED, problem=WRONG))
    page.field.setText("nine sleepy herons")
    page.caps.show()
    page.forgot.click()


@scene("122-unlock-missing", NARROW)
def unlock_missing(stage: Stage) -> None:
    missing = Problem(
        "The key of your chats is missing",
        "Put inglenook.key back beside inglenook.db, from a backup; without it nobody can open "
        "them.",
    )
    _unlock(stage, EncryptionChanged(Lock.LOCKED, problem=missing))


@scene("123-encryption-off", WIDE)
def off(stage: Stage) -> None:
    _pane(stage, EncryptionChanged(Lock.OFF))


@scene("124-encryption-choosing", WIDE)
def choosing(stage: Stage) -> None:
    pane = _pane(stage, EncryptionChanged(Lock.OFF))
    pane.switch_on.click()
    pane.form.choosing.first.setText("nine sleepy herons")


@scene("125-encryption-code", NARROW)
def code(stage: Stage) -> None:
    pane = _pane(stage, EncryptionChanged(Lock.OFF))
    pane.switch_on.click()
    pane.form.choosing.kinds.segment("code").click()


@scene("126-encryption-copying", WIDE)
def copying(stage: Stage) -> None:
    pane = _pane(stage, EncryptionChanged(Lock.OFF))
    pane.show_state(EncryptionChanged(Lock.OFF, step="checking"))


@scene("127-encryption-on", WIDE)
def on(stage: Stage) -> None:
    _pane(stage, ON)


@scene("128-encryption-change", NARROW)
def change(stage: Stage) -> None:
    pane = _pane(stage, replace(ON, problem=WRONG))
    pane.change.click()
    pane.show_state(replace(ON, problem=WRONG))
