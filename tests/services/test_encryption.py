"""Chats are encrypted, opened, sealed anew and put back in clear, and never lost on the way."""

from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.services.ear import Ear

from inglenook.chat.message import Message, Role, Status
from inglenook.chat.tree import Conversation
from inglenook.core.errors import LockedError, NotFoundError, WrongPassphraseError
from inglenook.core.ids import ChatId, NodeId
from inglenook.services import check
from inglenook.services.bus import Bus
from inglenook.services.encryption import EncryptionService
from inglenook.services.encryptionnews import EncryptionChanged, Lock
from inglenook.services.store import Store
from inglenook.services.vault import Vault
from inglenook.storage.keyfile import Cost, key_file_of
from inglenook.storage.lock import FileLock
from inglenook.storage.pages import MARK
from inglenook.storage.paths import HOME_VARIABLE

CANARY = "the heron sleeps at noon"
PASS = "nine sleepy herons"
QUICK = Cost(16, 1, 1)


class Memory:
    """A keyring; one that is broken keeps nothing."""

    def __init__(self, *, works: bool = True) -> None:
        self.kept: dict[str, str] = {}
        self.works = works

    def get(self, name: str) -> str:
        return self.kept.get(name, "")

    def keep(self, name: str, secret: str) -> bool:
        if self.works:
            self.kept[name] = secret
        return self.works

    def forget(self, name: str) -> None:
        self.kept.pop(name, None)


class Home:
    """Chats that can be encrypted, one process after another."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "inglenook.db"
        self.keyring = Memory()
        self.bus = Bus()
        self.ear = Ear(self.bus)
        self.cleared: list[bool] = []
        self.is_answering = self.is_restoring = False
        self.start()

    def start(self) -> None:
        self.vault = Vault(self.database, self.keyring, QUICK)
        self.problems: list = []
        self.store = Store(self.database, self.problems.append, key=self.vault.key)
        self.encryption = EncryptionService(
            self.bus, self.store, self.vault,
            is_answering=lambda: self.is_answering,
            is_restoring=lambda: self.is_restoring,
            after=lambda: self.cleared.append(self.vault.is_sealed),
        )  # fmt: skip

    def restart(self) -> None:
        self.store.close()
        self.start()

    def told(self, job, *arguments) -> EncryptionChanged:
        """Do something and return what was told last of it."""
        job(*arguments)
        while (heard := self.ear.wait(EncryptionChanged)).step:
            pass
        return heard

    def write(self, text: str = CANARY) -> None:
        message = Message(NodeId("01"), None, Role.USER, text, 1, Status.COMPLETE)
        chat = Conversation(ChatId("C")).with_message(message)
        self.store.ask(lambda: self.store.conversations.grow(chat, [message]))

    def read(self) -> list[str]:
        return self.store.ask(
            lambda: [each.text for each in self.store.conversations.load(ChatId("C")).path()]
        )

    def in_clear(self) -> list[str]:
        """Return the names of the files that say what was written."""
        found = [each for each in self.database.parent.iterdir() if each.is_file()]
        return [each.name for each in found if CANARY.encode() in each.read_bytes()]


@pytest.fixture
def home(tmp_path):
    made = Home(tmp_path)
    made.write()
    yield made
    made.store.close()


@contextmanager
def another_process(home):
    """Have the chats open elsewhere."""
    lock = FileLock.take(home.database.with_name("inglenook.db.0.open"))
    yield
    lock.release(remove=True)


def test_chats_are_encrypted_and_opened_by_the_keyring(home):
    assert home.told(home.encryption.look).lock is Lock.OFF
    on = home.told(home.encryption.switch_on, PASS)
    assert on == EncryptionChanged(Lock.OPEN, "passphrase", is_remembered=True)
    assert (home.read(), home.in_clear(), home.cleared) == ([CANARY], [], [True])
    assert list(home.keyring.kept) == [home.vault.secret_name]
    home.restart()
    assert home.encryption.is_sealed
    home.encryption.open_now()
    assert home.told(home.encryption.look) == on
    assert home.read() == [CANARY]


def test_without_a_keyring_a_passphrase_is_asked_for_as_often_as_it_takes(home):
    home.keyring.works = False
    assert not home.told(home.encryption.switch_on, PASS).is_remembered
    home.restart()
    waiting = home.told(home.encryption.look)
    assert waiting == EncryptionChanged(Lock.LOCKED, "passphrase")
    with pytest.raises(LockedError):
        home.read()
    for _ in range(3):
        wrong = home.told(home.encryption.unlock, "nine sleepy heron")
        assert wrong.problem.title == "This passphrase does not open your chats"
        assert wrong.lock is Lock.LOCKED
    assert home.told(home.encryption.unlock, PASS) == EncryptionChanged(Lock.OPEN, "passphrase")
    assert home.read() == [CANARY]


def test_a_lost_entry_of_the_keyring_is_put_back_by_the_passphrase(home):
    home.told(home.encryption.switch_on, PASS)
    home.keyring.kept = dict.fromkeys(home.keyring.kept, "no key at all")
    home.restart()
    with pytest.raises(LockedError):
        home.encryption.open_now()
    with pytest.raises(WrongPassphraseError):
        home.encryption.unlock_now("something else")
    home.encryption.unlock_now(PASS)
    home.restart()
    assert home.told(home.encryption.look).is_remembered


def test_a_recovery_code_opens_the_chats_however_it_is_typed(home):
    home.keyring.works = False
    code = home.encryption.new_code()
    assert home.told(home.encryption.switch_on, code).by == "code"
    home.restart()
    slip = "Z" + code.in_groups()[1:] if code.signs[0] != "Z" else "Y" + code.in_groups()[1:]
    assert home.told(home.encryption.unlock, slip).problem.title.startswith("This is not a")
    other = home.encryption.new_code().in_groups()
    assert home.told(home.encryption.unlock, other).problem.title.startswith("This recovery")
    typed = code.in_groups().lower().replace("-", " ").replace("0", "o")
    assert home.told(home.encryption.unlock, typed).lock is Lock.OPEN
    assert home.told(home.encryption.rekey, typed).by == "code"
    assert home.read() == [CANARY]


def test_another_passphrase_leaves_the_key_and_another_key_the_passphrase(home):
    home.told(home.encryption.switch_on, PASS)
    [entry] = home.keyring.kept
    assert home.told(home.encryption.change, "wrong", "five tall herons").problem
    assert home.told(home.encryption.change, PASS, "herons").problem.title.startswith(
        "The pass"
    )
    assert not home.told(home.encryption.change, PASS, "five tall herons").problem
    assert list(home.keyring.kept) == [entry]
    assert home.told(home.encryption.rekey, PASS).problem
    assert not home.told(home.encryption.rekey, "five tall herons").problem
    [newer] = home.keyring.kept
    assert newer != entry
    home.restart()
    home.encryption.open_now()
    assert home.read() == [CANARY]


def test_switched_off_the_chats_are_in_clear_and_the_key_is_gone(home):
    home.told(home.encryption.switch_on, PASS)
    assert home.told(home.encryption.switch_off) == EncryptionChanged(Lock.OFF)
    assert (home.read(), home.keyring.kept, home.cleared) == ([CANARY], {}, [True, False])
    assert home.database.read_bytes().startswith(MARK)
    assert home.vault.secret_name == ""
    with pytest.raises(NotFoundError):
        home.encryption.unlock_now(PASS)


def test_nothing_is_changed_before_a_restore_that_waits_for_the_next_start(home):
    home.is_restoring = True
    refused = home.told(home.encryption.switch_on, PASS)
    assert (refused.lock, refused.problem.title) == (
        Lock.OFF, "A backup is about to be restored",
    )  # fmt: skip
    assert home.read() == [CANARY]


def test_nothing_is_changed_while_an_answer_is_being_written(home):
    home.is_answering = True
    refused = home.told(home.encryption.switch_on, PASS)
    assert (refused.lock, refused.problem.title) == (Lock.OFF, "An answer is being written")
    home.is_answering = False
    assert home.told(home.encryption.switch_on, "short").problem
    assert home.told(home.encryption.switch_on, PASS + "\0").problem
    assert home.keyring.kept == {}


def test_a_change_that_fails_leaves_all_as_it_was(home):
    with another_process(home):
        assert home.told(home.encryption.switch_on, PASS).problem
        assert home.keyring.kept == {}
        home.keyring.kept = {}
    assert home.told(home.encryption.switch_on, PASS).lock is Lock.OPEN
    with another_process(home):
        assert home.told(home.encryption.switch_off).problem
    home.restart()
    home.encryption.open_now()
    assert home.read() == [CANARY]


def test_chats_that_cannot_be_opened_stay_closed_and_say_what_to_do(home):
    home.told(home.encryption.switch_on, PASS)
    home.store.close()
    key_file, database = key_file_of(home.database), home.database
    kept_key, kept_chats = key_file.read_bytes(), database.read_bytes()

    def says(what: str) -> None:
        home.start()
        told = home.told(home.encryption.look)
        assert what in (told.problem.title if told.problem else "nothing")
        assert told.lock is Lock.LOCKED
        home.store.close()

    key_file.unlink()
    says("The key of your chats is missing")
    key_file.write_bytes(b"{}")
    says("The key of your chats cannot be read")
    key_file.write_bytes(kept_key)
    database.write_bytes(bytes(reversed(kept_chats)))
    says("Your chats were encrypted with another key")
    database.write_bytes(MARK + bytes(4080))
    says("Your chats should be encrypted and are not")
    database.write_bytes(kept_chats)
    home.start()
    home.encryption.open_now()
    assert home.read() == [CANARY]


def test_typing_the_passphrase_does_not_open_what_another_key_wrote(home):
    home.told(home.encryption.switch_on, PASS)
    home.store.close()
    home.keyring.kept = {}
    home.database.write_bytes(bytes(reversed(home.database.read_bytes())))
    home.start()
    assert home.told(home.encryption.look).problem is None
    assert home.told(home.encryption.unlock, PASS).problem.title.endswith("another key")


def test_the_doctor_says_that_chats_are_encrypted_and_looks_inside_if_it_can(
    home, monkeypatch, tmp_path
):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    monkeypatch.setattr(check, "Vault", lambda path: Vault(path, home.keyring))
    assert ("encryption", "off") in check.check_database()[1]
    home.told(home.encryption.switch_on, PASS)
    assert ("encryption", "on") in check.check_database()[1]
    home.keyring.kept = {}
    assert check.check_database()[0].startswith("encrypted and locked")
    assert check.check_models()[0].startswith("all readable")
    key_file_of(home.database).unlink()
    with pytest.raises(LockedError):
        check.check_database()


def test_a_terminal_can_tell_whether_typing_would_help(home):
    home.told(home.encryption.switch_on, PASS)
    assert not home.encryption.is_waiting
    home.restart()
    home.keyring.kept = {}
    with pytest.raises(LockedError):
        home.encryption.open_now()
    assert home.encryption.is_waiting


def test_a_change_that_a_crash_broke_off_is_ended_by_the_next_look(home):
    home.told(home.encryption.switch_on, PASS)
    home.store.close()
    note = home.database.with_name("inglenook-rekey.json")
    note.write_text('{"step": "switching", "sealed": true}')
    key_file_of(home.database).rename(home.database.with_name("inglenook-rekey.key"))
    home.start()
    assert home.encryption.is_sealed
    assert home.told(home.encryption.look).lock is Lock.OPEN
    assert home.read() == [CANARY]
    home.store.close()
    note.write_text('{"step": "copying", "sealed": true}')
    key_file_of(home.database).unlink()
    home.database.unlink()
    home.start()
    assert home.encryption.is_sealed  # nobody knows yet
    assert home.told(home.encryption.look).lock is Lock.OFF
