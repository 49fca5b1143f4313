"""A window over locked chats asks first, and moves in once they are open."""

import pytest

from inglenook.services import services as built
from inglenook.services.services import Services
from inglenook.services.vault import Vault
from inglenook.storage.keyfile import Cost, Key, KeyFile, key_file_of
from inglenook.storage.paths import Folders
from inglenook.ui.encryption.unlock import UnlockPage
from inglenook.ui.household import Household
from inglenook.ui.room import Room
from inglenook.ui.shell import Shell

PASS = "nine sleepy herons"
WAIT_MS = 20_000


class NoKeyring:
    def get(self, _name):
        return ""

    def keep(self, _name, _secret):
        return False


@pytest.fixture
def folders(tmp_path, monkeypatch):
    made, key = Folders.below(tmp_path), Key.new()
    KeyFile.seal(key, PASS, "passphrase", Cost(16, 1, 1)).write(key_file_of(made.database))
    monkeypatch.setattr(built, "Vault", lambda path: Vault(path, NoKeyring()))
    return made


def test_the_room_is_furnished_after_the_passphrase(qtbot, qapp, folders):
    shell = Shell()
    qtbot.addWidget(shell)
    shell.show()
    household = Household(qapp, shell)
    try:
        household.open(lambda: Services.open(backend="echo", folders=folders))
        page = shell.findChild(UnlockPage)
        qtbot.waitUntil(page.field.isVisible, timeout=WAIT_MS)
        page.field.setText(PASS)
        with qtbot.waitSignal(page.opened, timeout=WAIT_MS):
            page.unlock.click()
        room = shell.findChild(Room)
        qtbot.waitSignal(room.bridge.conversation_opened, timeout=WAIT_MS).wait()
        assert not household.failed
    finally:
        household.close()
        shell.close()
