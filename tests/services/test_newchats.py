"""New chats begin with the engine that was chosen for them, and never with another silently."""

import json
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from tests.data.fake_engine import FakeEngine
from tests.services.conftest import Desk
from tests.services.ear import WAIT_S, Ear
from tests.services.test_remote import Keyring

from inglenook.chat.elsewhere import HERE, Choice, OfferedModel
from inglenook.chat.message import Status
from inglenook.core.errors import BadArgumentError
from inglenook.remote.call import Way
from inglenook.services.assistants import AssistantService
from inglenook.services.briefing import BriefingService
from inglenook.services.echo import ECHO_PATH
from inglenook.services.endpoints import EndpointService
from inglenook.services.events import EngineChanged, EnginePhase
from inglenook.services.newchats import NewChats
from inglenook.services.services import Services
from inglenook.services.settings import SettingsService
from inglenook.storage.endpoints import EndpointKeys
from inglenook.storage.paths import Folders, resources
from inglenook.storage.settings import SettingsFile

MODELS = OfferedModel("org/big-model"), OfferedModel("small-model")


class Office:
    """A desk with one engine elsewhere, and the choice for new chats."""

    def __init__(self, desk: Desk, folder) -> None:
        self.desk, self.folder = desk, folder
        self.asked: list[Choice] = []
        self.keys = EndpointKeys(Keyring())
        self.settings = SettingsService(desk.bus, SettingsFile(folder / "settings.json"))
        self.endpoints = EndpointService(desk.bus, desk.store, self.keys, Way)
        self.new_chats = NewChats(self.settings, self.endpoints)
        desk.bus.subscribe(self.new_chats.told)
        assistants = AssistantService(desk.bus, desk.store, resources() / "assistants")
        self.briefing = BriefingService(
            desk.bus, desk.store, assistants, for_new=self.new_chats.choice
        )
        desk.chat.brief = self.briefing.for_answer
        desk.chat.answers.engines.elsewhere = SimpleNamespace(
            answer=self._answer, cancel=lambda _request: None
        )
        self.endpoints.start()
        self.box = self.endpoints.save("http://box:8000", models=MODELS)
        self.choice = Choice(self.box.id, "org/big-model")
        self.settle()

    def _answer(self, _request, choice, *_rest, **_options) -> None:
        self.asked.append(choice)

    def settle(self) -> None:
        assert self.desk.store.settle(WAIT_S)

    def choose(self) -> None:
        self.endpoints.agree(self.box.id)
        self.new_chats.choose(self.choice)

    def engine_of(self, chat) -> Choice:
        found = []
        self.desk.store.post(lambda: found.append(self.briefing.choice(chat)))
        self.settle()
        return found[0]


@pytest.fixture
def office(tmp_path) -> Iterator[Office]:
    desk = Desk(tmp_path / "data" / "chats.db")
    desk.ready()
    made = Office(desk, tmp_path)
    yield made
    made.endpoints.close()
    desk.close()


def test_a_new_chat_begins_with_the_choice_and_keeps_it_when_the_choice_changes(office):
    before = office.desk.new_chat()
    office.desk.say(before, "/echo text=here")
    office.choose()
    chat = office.desk.new_chat()
    assert office.engine_of(chat) == office.choice
    office.desk.chat.send(chat, "Hello")
    office.settle()
    assert office.asked == [office.choice]
    office.new_chats.choose(HERE)
    assert office.engine_of(chat) == office.choice
    again = BriefingService(office.desk.bus, office.desk.store, office.briefing._assistants)
    found = []
    office.desk.store.post(lambda: found.append(again.choice(chat)))  # as on the disk
    office.settle()
    assert found == [office.choice]
    assert office.engine_of(before) == HERE
    assert office.engine_of(office.desk.new_chat()) == HERE


def test_what_is_chosen_for_one_new_chat_counts_more(office):
    office.choose()
    chat = office.desk.new_chat()
    office.briefing.use(chat, HERE)
    assert office.engine_of(chat) == HERE


@pytest.mark.parametrize("is_agreed", [True, False])
def test_new_chats_begin_only_where_somebody_agreed_to_what_is_offered(office, is_agreed):
    if is_agreed:
        office.endpoints.agree(office.box.id)
    wrong = [Choice(office.box.id, "none"), Choice("GONE", "m")]
    for choice in wrong if is_agreed else [office.choice]:
        with pytest.raises(BadArgumentError) as refused:
            office.new_chats.choose(choice)
    assert refused.value.problem.title == "New chats cannot begin with this engine"
    assert office.new_chats.choice() == HERE


def test_what_is_no_longer_there_is_taken_back_and_told(office):
    def without_it() -> None:
        office.endpoints.remove(office.box.id)

    def without_the_model() -> None:
        office.endpoints.save("http://box:8000", endpoint=office.box.id, models=MODELS[1:])

    def at_another_address() -> None:
        office.endpoints.save("http://other:8000", endpoint=office.box.id, models=MODELS)

    for change in (at_another_address, without_the_model, without_it):
        office.endpoints.save("http://box:8000", endpoint=office.box.id, models=MODELS)
        office.choose()
        assert office.new_chats.lost == ""
        office.endpoints.save(
            "http://box:8000", endpoint=office.box.id, name="The box", models=MODELS
        )
        assert office.new_chats.choice() == office.choice  # another name changes nothing
        change()
        assert office.new_chats.choice() == HERE
        assert office.new_chats.lost == "big-model"
    office.new_chats.choose(HERE)
    assert office.new_chats.lost == ""
    office.settle()


def test_the_choice_is_kept_and_not_doubted_before_the_engines_are_read(office):
    office.choose()
    office.settle()
    kept = json.loads((office.folder / "settings.json").read_text())["new_chats"]
    assert kept == {"endpoint": office.box.id, "model": "org/big-model"}
    bus = office.desk.bus
    settings = SettingsService(bus, SettingsFile(office.folder / "settings.json"))
    endpoints = EndpointService(bus, office.desk.store, office.keys, Way)
    again = NewChats(settings, endpoints)
    bus.subscribe(again.told)
    endpoints.save("http://else:1")  # announced, while the others are not read yet
    assert again.choice() == office.choice
    endpoints.start()
    office.settle()
    assert again.choice() == office.choice
    endpoints.close()


def test_a_new_chat_leaves_through_all_services_and_the_next_stays_when_the_engine_is_gone(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("INGLENOOK_OFFLINE", "")  # on loopback alone
    folders = Folders.below(tmp_path)
    with FakeEngine() as fake, Services.open(backend="echo", folders=folders) as services:
        ear = Ear(services.bus)
        ear.start(services)
        made = services.endpoints.save(fake.url, models=(OfferedModel("big-model"),))
        services.endpoints.agree(made.id)
        services.new_chats.choose(Choice(made.id, "big-model"))
        chat = services.chat.create()
        services.chat.send(chat, "Hello")
        away = ear.answer()
        services.settings.set_offline(is_offline=True)
        services.chat.send(services.chat.create(), "Hello")
        off = ear.answer(Status.FAILED)
        services.endpoints.remove(made.id)
        services.chat.send(services.chat.create(), "/echo text=here")
        home = ear.answer()
        ear.close()
    assert away.message(away.head).model == f"big-model · 127.0.0.1:{fake.port}"
    assert off.message(off.head).note.startswith("The network is switched off")
    assert home.message(home.head).text == "here"
    assert len([each for each in fake.heard if each.path.endswith("completions")]) == 1


def test_with_new_chats_elsewhere_the_first_question_here_loads_the_model(tmp_path):
    folders = Folders.below(tmp_path)
    with Services.open(backend="echo", folders=folders) as services:
        Ear(services.bus).start(services)
        made = services.endpoints.save("http://box:8000", models=MODELS)
        services.endpoints.agree(made.id)
        services.new_chats.choose(Choice(made.id, "small-model"))
    with Services.open(backend="echo", folders=folders) as services:
        ear = Ear(services.bus)
        services.start(spares=True)
        is_planned = lambda told: isinstance(told, EngineChanged) and told.state.plan  # noqa: E731
        resting = ear.wait(is_planned).state
        assert (resting.phase, resting.model.path) == (EnginePhase.RESTING, ECHO_PATH)
        chat = services.chat.create()
        services.briefing.use(chat, HERE)
        services.chat.send(chat, "/echo text=here")
        here = ear.answer()
        phases = [told.state.phase for told in ear.all if isinstance(told, EngineChanged)]
        ear.close()
    assert here.message(here.head).text == "here"
    assert EnginePhase.LOADING in phases
    with Services.open(backend="echo", folders=folders) as services:
        services.start(load=ECHO_PATH, spares=True)
        assert services.engine.state.phase is not EnginePhase.RESTING
