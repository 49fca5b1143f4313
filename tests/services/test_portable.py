"""Chats leave and come, and everything is backed up, while the services run."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.services.ear import Ear

from inglenook.chat.archive import to_json
from inglenook.chat.attachment import Attachment
from inglenook.chat.message import Message, Role
from inglenook.chat.portable import PortableChat
from inglenook.chat.tree import Conversation
from inglenook.core.errors import BadArgumentError, DiskFullError, NotFoundError, StorageError
from inglenook.core.ids import ChatId, NodeId, sortable_id
from inglenook.services.bus import Bus
from inglenook.services.events import ProblemArose
from inglenook.services.portability import Portability
from inglenook.services.portabilitynews import (
    BackupChecked,
    BackupMade,
    ChatsExported,
    ChatsImported,
    ChatsRead,
    ImportProgressed,
    ImportRead,
    ImportReport,
    RestorePrepared,
)
from inglenook.services.portable import (
    PortableService,
    finish_restore,
    is_restore_prepared,
    restore_now,
    undo_now,
)
from inglenook.services.store import Store
from inglenook.storage.paths import HOME_VARIABLE, Folders
from inglenook.storage.portable import PortableChats


def chat(number: int) -> PortableChat:
    node = NodeId(sortable_id(number, 1))
    message = Message(node, None, Role.ASSISTANT, f"Text {number}", 5, thinking="Hm")
    tree = Conversation.of(
        ChatId(sortable_id(number, 0)), [message], title=f"Chat {number}", created_ms=number
    )
    return PortableChat(tree, 5, files={node: (Attachment("a.txt"),)})


class Place:
    """A store in a home of its own, and what is asked of it."""

    def __init__(self, home: Path) -> None:
        self.folders = Folders.below(home)
        self.folders.create()
        self.bus = Bus()
        self.ear = Ear(self.bus)
        self.store = Store(self.folders.database, lambda _problem: None)
        self.work = Portability(self.store, self.folders)
        self.refreshed = 0
        self.service = PortableService(self.bus, self.work, self.folders, self._refresh)

    def _refresh(self) -> None:
        self.refreshed += 1

    def file(self, name: str, *chats: PortableChat) -> Path:
        file = self.folders.data.parent / name
        file.write_text(to_json(chats))
        return file

    def take(self, *chats: PortableChat) -> ImportReport:
        return self.work.take(self.work.look(self.file("in.json", *chats)))

    def close(self) -> None:
        self.service.close()
        self.store.close()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path / "home")
    yield made
    made.close()


def test_what_was_exported_comes_back_and_comes_only_once(place: Place, tmp_path: Path) -> None:
    assert place.take(chat(1), chat(2)).came == place.work.every()
    target = tmp_path / "out.json"
    assert place.work.write_json(place.work.every(), target) == 2
    assert target.read_text() == (tmp_path / "in.json").read_text()
    report = place.take(chat(1), chat(2), chat(3))
    assert (len(report.came), report.known, report.restored) == (1, 2, 0)
    haul = place.work.look(place.file("in.json", chat(3), chat(3), chat(4)))
    assert haul.twice == 1
    assert [each.chat for each in haul.new] == [chat(4)]
    assert haul.sources == ("Inglenook",)


def test_a_chat_in_the_trash_comes_back_from_there(place: Place) -> None:
    place.take(chat(1))
    gone = chat(1).conversation.id
    place.store.ask(lambda: place.store.organised.remove([gone], 9))
    assert place.work.every() == ()
    haul = place.work.look(place.file("in.json", chat(1), chat(2)))
    assert haul.known == frozenset(), "what is in the trash can be chosen"
    report = place.take(chat(1))
    assert (report.came, report.known, report.restored) == ((), 1, 1)
    assert place.work.every() == (gone,)


def test_only_what_is_chosen_comes_until_it_is_stopped(place: Place) -> None:
    haul = place.work.look(place.file("in.json", chat(1), chat(2), chat(3)))
    steps: list[tuple[int, int]] = []
    report = place.work.take(
        haul,
        {chat(2).conversation.id, chat(3).conversation.id},
        on_step=lambda done, total: steps.append((done, total)),
        is_stopped=lambda: len(steps) == 2,
    )
    assert report.is_stopped
    assert report.came == place.work.every() == (chat(2).conversation.id,)
    assert steps == [(0, 2), (1, 2)]


def test_what_cannot_be_stored_is_told_and_the_rest_comes(place: Place, monkeypatch) -> None:
    add = PortableChats.add

    def failing(self: PortableChats, one: PortableChat) -> None:
        if one.conversation.title == "Chat 1":
            raise error
        add(self, one)

    monkeypatch.setattr(PortableChats, "add", failing)
    error: StorageError = StorageError("It is odd", "Look.")
    report = place.take(chat(1), chat(2))
    assert [(each.name, each.why) for each in report.refusals] == [
        ("Chat 1", "It is odd. Look.")
    ]
    assert report.came == (chat(2).conversation.id,)
    error = DiskFullError("No room", "Make some.")
    report = place.take(chat(1), chat(3))
    assert report.came == ()
    assert len(report.refusals) == 1


def test_what_cannot_be_read_is_told(place: Place, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('[{"title": "Odd", "mapping": {}}]')
    haul = place.work.look(tmp_path / "x.json")
    assert [each.name for each in haul.refusals] == ["Odd"]
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(BadArgumentError, match="No chats were found"):
        place.work.look(tmp_path / "x.json")


def test_markdown_goes_into_a_file_or_into_one_a_chat(place: Place, tmp_path: Path) -> None:
    place.take(chat(1), chat(2))
    first, second = place.work.every()
    target = tmp_path / "one.md"
    assert place.work.write_markdown([first], target, with_thinking=True) == 1
    assert target.read_text() == (
        "# Chat 1\n\n## Assistant\n\n*Attached: a.txt*\n\n> Hm\n\nText 1\n"
    )
    folder = tmp_path / "all"
    folder.mkdir()
    (folder / "CHAT 1.md").write_text("mine")
    assert place.work.write_markdown([first, second], folder) == 2
    assert sorted(each.name for each in folder.iterdir()) == [
        "CHAT 1.md", "Chat 1 (2).md", "Chat 2.md",
    ]  # fmt: skip
    with pytest.raises(BadArgumentError, match="need a folder"):
        place.work.write_markdown([first, second], target)
    with pytest.raises(NotFoundError):
        place.work.load([ChatId("gone")])


def test_a_window_is_told_what_came_of_its_wishes(place: Place, tmp_path: Path) -> None:
    service, ear = place.service, place.ear
    service.look(str(place.file("in.json", chat(1), chat(2))))
    read = ear.wait(ImportRead)
    service.take(read.haul)
    assert ear.wait(ImportProgressed) == ImportProgressed(0, 2)
    assert len(ear.wait(ChatsImported).report.came) == 2
    assert place.refreshed == 1
    service.read(None, "T")
    assert ear.wait(ChatsRead) == ChatsRead("T", (chat(1), chat(2)))
    service.export(None, str(tmp_path / "o.json"), "json")
    assert ear.wait(ChatsExported) == ChatsExported(str(tmp_path / "o.json"), 1)
    service.export([chat(1).conversation.id], str(tmp_path / "o.md"), "markdown")
    assert ear.wait(ChatsExported).files == 1
    service.stop()
    assert json.loads((tmp_path / "o.json").read_text())["version"] == 2


def test_a_window_is_told_what_did_not_work(place: Place, tmp_path: Path, monkeypatch) -> None:
    service, ear, gone = place.service, place.ear, str(tmp_path / "gone" / "x")
    service.look(gone)
    assert ear.wait(ImportRead).problem.title == "There is no such file"
    service.read([ChatId("gone")], "T")
    assert ear.wait(ChatsRead).problem is not None
    service.export([], gone, "json")
    assert ear.wait(ChatsExported).problem.title == "This place cannot be written"
    service.back_up(gone)
    assert ear.wait(BackupMade).problem.title == "This place cannot be written"
    service.check(gone)
    assert ear.wait(BackupChecked).problem is not None
    service.restore(gone)
    assert ear.wait(RestorePrepared).problem is not None
    service.undo_restore()
    assert ear.wait(RestorePrepared).problem.title == "Nothing was set aside"
    monkeypatch.setattr(place.work, "take", lambda *_a, **_k: 1 / 0)
    service.take(None)
    assert "went wrong" in ear.wait(ProblemArose).problem.title


def test_a_backup_is_made_while_chats_are_open_and_restored_by_the_next_start(
    place: Place, tmp_path: Path
) -> None:
    place.take(chat(1))
    service, ear, target = place.service, place.ear, str(tmp_path / "b.inglenook-backup")
    service.back_up(target)
    assert ear.wait(BackupMade).backup.manifest.chats == 1
    place.take(chat(2))
    service.check(target)
    assert ear.wait(BackupChecked).backup.manifest.messages == 1
    service.restore(target)
    assert ear.wait(RestorePrepared).manifest.chats == 1
    assert not service.can_undo()
    assert not finish_restore(place.folders)  # the database is open
    place.close()
    assert is_restore_prepared(place.folders)
    assert finish_restore(place.folders)
    assert not is_restore_prepared(place.folders)
    again = Place(place.folders.data)
    assert again.work.every() == (chat(1).conversation.id,)
    assert again.service.can_undo()
    again.service.undo_restore()
    assert again.ear.wait(RestorePrepared) == RestorePrepared()
    again.close()


def test_a_restore_without_a_window_is_done_at_once(
    place: Place, tmp_path: Path, monkeypatch
) -> None:
    place.take(chat(1))
    target = tmp_path / "b.inglenook-backup"
    place.work.back_up(target)
    place.take(chat(2))
    waiting = restore_now(target, place.folders)
    assert (waiting.is_done, waiting.aside) == (False, "")
    place.close()
    done = restore_now(target, place.folders)
    assert done.is_done
    assert Path(done.aside).is_dir()
    monkeypatch.setenv(HOME_VARIABLE, str(place.folders.data))
    assert undo_now().is_done
    again = Place(place.folders.data)
    assert len(again.work.every()) == 2
    again.close()


def test_an_export_that_breaks_off_leaves_the_old_file(place: Place, tmp_path: Path) -> None:
    place.take(chat(1))
    target = tmp_path / "out.json"
    target.write_text("old")
    with pytest.raises(NotFoundError):
        place.work.write_json([chat(1).conversation.id, ChatId("gone")], target)
    assert target.read_text() == "old"
    assert {each.name for each in tmp_path.iterdir()} == {"home", "in.json", "out.json"}
