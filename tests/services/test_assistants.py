"""Assistants are kept, arranged, given away and brought back."""

from pathlib import Path

import pytest
from tests.services.ear import WAIT_S

from inglenook.chat.assistant import PLAIN, Assistant
from inglenook.services.assistantnews import AssistantsChanged, ListedAssistant
from inglenook.services.assistants import AssistantService
from inglenook.services.bus import Bus
from inglenook.services.store import Store
from inglenook.storage.paths import resources


class Shelf:
    """The service over a real database; each answer is what was announced last."""

    def __init__(self, path: Path) -> None:
        self.bus, self.problems = Bus(), []
        self.heard: list[AssistantsChanged] = []
        self.bus.subscribe(self.heard.append)
        self.store = Store(path, self.problems.append)
        self.service = AssistantService(self.bus, self.store, resources() / "assistants")

    def listed(self) -> dict[str, ListedAssistant]:
        assert self.store.settle(WAIT_S)
        return {each.assistant.id: each for each in self.heard[-1].assistants}

    def names(self) -> list[str]:
        return [each.assistant.name for each in self.listed().values()]


@pytest.fixture
def shelf(tmp_path: Path):
    made = Shelf(tmp_path / "data" / "a.db")
    made.service.start()
    yield made
    made.store.close()


def test_the_included_ones_are_there_from_the_start(shelf: Shelf):
    names = shelf.names()
    assert names[:2] == ["Inglenook", "Writing coach"]
    assert all(each.is_included and not each.is_changed for each in shelf.listed().values())


def test_an_included_one_can_be_changed_and_reset(shelf: Shelf):
    before = shelf.listed()["code"].assistant
    changed = Assistant("code", "My reviewer")
    shelf.service.save(changed)
    assert shelf.listed()["code"] == ListedAssistant(changed, is_included=True, is_changed=True)
    shelf.service.reset("code")
    assert shelf.listed()["code"] == ListedAssistant(before, is_included=True)
    shelf.service.save(changed)
    shelf.service.save(before)
    assert not shelf.listed()["code"].is_changed


def test_new_ones_have_names_of_their_own_and_stay(shelf: Shelf, tmp_path: Path):
    first, second = shelf.service.create("Helper"), shelf.service.create("Helper")
    shelf.service.reset(first)  # it has nothing to go back to
    shelf.service.save(Assistant("from elsewhere", "Guest"))
    assert shelf.names()[-3:] == ["Helper", "Helper 2", "Guest"]
    again = Shelf(tmp_path / "data" / "a.db")
    again.service.start()
    assert again.names() == shelf.names()
    assert again.listed()[second].assistant.name == "Helper 2"
    again.store.close()


def test_a_copy_stands_below_what_was_copied(shelf: Shelf):
    copy = shelf.service.duplicate("writing")
    listed = list(shelf.listed())
    assert listed[listed.index("writing") + 1] == copy
    assert shelf.listed()[copy].assistant.name == "Writing coach 2"
    assert not shelf.listed()[copy].is_included


def test_removing_hides_ours_deletes_others_and_both_come_back(shelf: Shelf):
    own = shelf.service.create("Own")
    order = list(shelf.listed())
    shelf.service.remove("code")
    shelf.service.remove(own)
    listed = shelf.listed()
    assert listed["code"].is_hidden
    assert own not in listed
    shelf.service.restore("code")
    shelf.service.restore(own)
    shelf.service.restore("never there")
    assert list(shelf.listed()) == order
    assert not shelf.listed()["code"].is_hidden


def test_the_plain_one_stays(shelf: Shelf):
    shelf.service.remove(PLAIN)
    assert PLAIN in shelf.listed()
    assert [each.title for each in shelf.problems] == ["This assistant stays"]


def test_the_order_is_the_persons(shelf: Shelf):
    shelf.service.move("code", -1)
    assert list(shelf.listed())[:4] == ["plain", "writing", "code", "translator"]
    shelf.service.remove("code")
    shelf.service.move("code", -1)  # it is not shown, so there is no place to go to
    shelf.service.move("plain", -1)
    shelf.service.move("plain", 9)
    assert list(shelf.listed())[-2:] == ["plain", "code"]


def test_one_is_given_away_and_taken_in(shelf: Shelf, tmp_path: Path):
    path = str(tmp_path / "coach.json")
    shelf.service.hand_out("writing", path)
    taken = shelf.service.bring(path)
    assistant = shelf.listed()[taken].assistant
    assert (assistant.name, assistant.icon) == ("Writing coach 2", "pencil")
    (tmp_path / "bad.json").write_text("{}")
    shelf.service.bring(str(tmp_path / "bad.json"))
    shelf.service.hand_out("nobody", path)
    shelf.listed()
    titles = [each.title for each in shelf.problems]
    assert titles == ["This file holds no assistant", "This assistant is no longer there"]


def test_a_row_of_an_included_one_that_is_no_more_is_passed_over(shelf: Shelf, tmp_path: Path):
    shelf.service.move("code", -1)
    shelf.listed()

    def rename() -> None:
        with shelf.store.database.writing() as connection:
            connection.execute("UPDATE assistant SET id = 'gone' WHERE id = 'code'")

    shelf.store.ask(rename)
    again = Shelf(tmp_path / "data" / "a.db")
    again.service.start()
    assert "gone" not in again.listed()
    assert "code" in again.listed()
    again.store.close()
