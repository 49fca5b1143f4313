"""Folders keep their names and their order; a chat outlives its folder."""

import pytest

from inglenook.chat.tree import Conversation
from inglenook.core.errors import NotFoundError, StorageError
from inglenook.core.ids import ChatId, FolderId
from inglenook.storage.conversations import Conversations
from inglenook.storage.database import Database
from inglenook.storage.folders import ChatFolders, Folder
from inglenook.storage.organised import Organised


def folder(name: str) -> Folder:
    return Folder(FolderId(name), f"About {name}", 5)


@pytest.fixture
def folders(database: Database) -> ChatFolders:
    made = ChatFolders(database)
    for name in ("one", "two", "three"):
        made.create(folder(name))
    return made


def order(folders: ChatFolders) -> list[str]:
    return [each.id for each in folders.all()]


def test_folders_come_back_in_the_order_they_were_made(folders: ChatFolders) -> None:
    assert folders.all() == (folder("one"), folder("two"), folder("three"))
    with pytest.raises(StorageError):
        folders.create(folder("one"))


def test_a_folder_has_another_name_and_place(folders: ChatFolders) -> None:
    folders.rename(FolderId("one"), "Work \ud800")
    folders.reorder([FolderId("three"), FolderId("gone"), FolderId("one")])
    assert order(folders) == ["three", "one", "two"]
    assert folders.all()[1].name == "Work \ufffd"
    folders.create(folder("four"))
    assert order(folders)[-1] == "four"


def test_a_folder_that_goes_leaves_its_chats(
    folders: ChatFolders, chats: Conversations, organised: Organised
) -> None:
    chats.save_chat(Conversation(ChatId("chat")))
    organised.move([ChatId("chat"), ChatId("nowhere")], FolderId("two"))
    assert chats.summaries()[0].folder == "two"
    folders.delete(FolderId("two"))
    assert chats.summaries()[0].folder is None
    for act in (
        lambda: folders.delete(FolderId("two")),
        lambda: folders.rename(FolderId("two"), "x"),
        lambda: organised.move([ChatId("chat")], FolderId("two")),
    ):
        with pytest.raises(NotFoundError):
            act()
