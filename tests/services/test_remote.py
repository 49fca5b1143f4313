"""Chats that are answered elsewhere: told as our own engine's, kept when they break."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import SimpleNamespace

import pytest
from tests.data.fake_engine import (
    DONE,
    HEAD,
    FakeEngine,
    ending,
    piece,
    refused,
    usage,
)
from tests.services.conftest import Desk
from tests.services.ear import WAIT_S

from inglenook.chat.elsewhere import HERE, Choice, Endpoint, OfferedModel
from inglenook.chat.made import Made
from inglenook.chat.message import Role, Status
from inglenook.chat.sampling import BALANCED, Sampling
from inglenook.core.errors import BadArgumentError
from inglenook.core.ids import ChatId, RequestId
from inglenook.downloads.connections import Purpose
from inglenook.effort.level import Level
from inglenook.engine.protocol import Delta, Done, Failed, PromptOptions, Started, Turn
from inglenook.remote.call import Way
from inglenook.services.assistants import AssistantService
from inglenook.services.briefing import NOTHING, Briefing, BriefingService
from inglenook.services.elsewhere import ASSUMED_CONTEXT_TOKENS, engine_name, state_elsewhere
from inglenook.services.endpointnews import EndpointTested
from inglenook.services.endpoints import EndpointService, require_model
from inglenook.services.engines import Engines
from inglenook.services.events import (
    EnginePhase,
    ProblemArose,
    SettingsChanged,
)
from inglenook.services.made import gone_on
from inglenook.services.messagenews import SummaryWritten
from inglenook.services.remote import RemoteService, fitting, knobs_of
from inglenook.services.summaries import SummaryService
from inglenook.services.wayout import way_out
from inglenook.storage.endpoints import EndpointKeys, secret_names
from inglenook.storage.paths import resources

USUAL = PromptOptions()


class Keyring:
    """Keeps secrets in memory, or none at all."""

    def __init__(self, *, works: bool = True) -> None:
        self.works = works
        self.kept: dict[str, str] = {}

    def get(self, name: str) -> str:
        return self.kept.get(name, "")

    def keep(self, name: str, secret: str) -> bool:
        if self.works:
            self.kept[name] = secret
        return self.works

    def forget(self, name: str) -> None:
        self.kept.pop(name, None)


class Far:
    """A desk with engines elsewhere, and one of them on loopback."""

    def __init__(self, desk: Desk, fake: FakeEngine, keyring: Keyring) -> None:
        self.desk, self.fake, self.keyring = desk, fake, keyring
        self.settings = SimpleNamespace(is_offline=False, now=SimpleNamespace(proxy=""))
        self.log: list = []
        self.keys = EndpointKeys(keyring)
        way = partial(way_out, self.settings, self.log.append)
        self.endpoints = EndpointService(desk.bus, desk.store, self.keys, way)
        self.remote = RemoteService(self.endpoints, way)
        desk.chat.answers.engines.elsewhere = self.remote
        desk.bus.subscribe(self.remote.told)
        assistants = AssistantService(desk.bus, desk.store, resources() / "assistants")
        self.briefing = BriefingService(
            desk.bus, desk.store, assistants,
            elsewhere=lambda choice: engine_name(choice, self.endpoints.find(choice.endpoint)),
        )  # fmt: skip
        desk.chat.brief = self.briefing.for_answer

    def close(self) -> None:
        self.endpoints.close()
        self.remote.close()

    def set_up(self, *, key: str = "", agreed: bool = True, context: int = 0) -> Endpoint:
        models = (OfferedModel("big-model", context),)
        made = self.endpoints.save(self.fake.url, name="The box", models=models, key=key)
        if agreed:
            self.endpoints.agree(made.id)
        self.settle()
        return made

    def settle(self) -> None:
        assert self.desk.store.settle(WAIT_S)
        assert self.endpoints._errands.settle(WAIT_S)

    def away_chat(self, **how) -> ChatId:
        chat = self.desk.new_chat()
        self.briefing.use(chat, Choice(self.set_up(**how).id, "big-model"))
        return chat

    def restarted(self) -> EndpointService:
        """Return what the next run knows of the engines."""
        again = EndpointService(self.desk.bus, self.desk.store, self.keys, Way)
        again.start()
        assert self.desk.store.settle(WAIT_S)
        again.close()
        return again


@pytest.fixture
def far(desk: Desk) -> Iterator[Far]:
    with FakeEngine() as fake:
        made = Far(desk, fake, Keyring())
        try:
            yield made
        finally:
            made.close()


@contextmanager
def listening(far: Far) -> Iterator[tuple[list, threading.Event, Callable]]:
    """Give what a listener hears of one answer, and when it has ended."""
    heard: list = []
    over = threading.Event()

    def hear(_request: RequestId, event: object) -> None:
        heard.append(event)
        if not isinstance(event, Started | Delta):
            over.set()

    yield heard, over, hear


def test_a_chat_is_answered_elsewhere_as_it_would_be_here(far: Far):
    far.fake.says = (
        HEAD + piece(reasoning_content="Hm. ") + piece("Good ") + piece("day") + ending()
        + usage(50, 3, 40) + DONE
    )  # fmt: skip
    chat = far.away_chat(key="secret")
    answer = far.desk.say(chat, "Hello")
    assert (answer.text, answer.thinking, answer.status) == (
        "Good day",
        "Hm. ",
        Status.COMPLETE,
    )
    host = f"127.0.0.1:{far.fake.port}"
    assert answer.model == f"big-model · {host}"
    assert answer.made is not None
    assert answer.made.elsewhere == answer.model
    assert answer.made.effort == Level.QUICK
    assert answer.timings is not None
    assert (answer.timings.prompt_tokens, answer.timings.reused_tokens) == (50, 40)
    assert answer.timings.answer_tokens == 3
    request = far.fake.heard[0]
    assert request.headers["authorization"] == "Bearer secret"
    assert request.asked["messages"] == [{"role": "user", "content": "Hello"}]
    assert "temperature" not in request.asked
    assert [(each.host, each.purpose) for each in far.log] == [(host, Purpose.ENGINE)]
    assert far.desk.stored(chat).message(answer.id) == answer
    assert far.desk.loaded == []  # our own engine was not even started


def test_a_chat_stays_with_its_engine_and_its_forks_do_until_it_comes_back(far: Far):
    chat = far.away_chat()
    answer = far.desk.say(chat, "Hello")
    far.desk.chat.branches.fork(chat, answer.id, "A fork")
    assert far.desk.chat.settle(WAIT_S)
    choices = [far.desk.store.ask(partial(far.briefing.choice, each)) for each in
               far.desk.listed()]  # fmt: skip
    assert len(choices) == 2
    assert choices[0] == choices[1]
    assert choices[0].is_elsewhere
    far.desk.ready()
    far.briefing.use(chat, HERE)
    here = far.desk.say(chat, "And you?")
    assert here.model == "Echo"
    assert here.made is not None
    assert here.made.elsewhere == ""
    assert len(far.fake.heard) == 1


def test_a_broken_stream_keeps_what_came_and_can_be_gone_on_with(far: Far):
    far.fake.says = HEAD + piece("Good ")
    chat = far.away_chat()
    answer = far.desk.say(chat, "Hello")
    assert (answer.text, answer.status) == ("Good ", Status.INTERRUPTED)
    assert answer.note == "The connection to the engine broke."
    far.fake.says = HEAD + piece("day") + ending("length") + DONE
    far.desk.chat.go_on(chat, answer.id)
    longer = far.desk.ear.answer().message(answer.id)
    assert (longer.text, longer.status) == ("Good day", Status.CUT)
    asked = far.fake.heard[1].asked
    assert asked["messages"][-1] == {"role": "assistant", "content": "Good "}
    assert asked["continue_final_message"] is True


def test_what_gives_no_answer_says_so_and_this_computer_can_answer_instead(far: Far):
    far.fake.says = refused(503)
    chat = far.away_chat()
    answer = far.desk.say(chat, "Hello")
    assert answer.status is Status.FAILED
    assert answer.note.startswith("The engine is not ready. ")
    assert answer.made is not None
    assert answer.made.elsewhere  # which is why another engine is offered
    far.desk.ready()
    far.briefing.use(chat, HERE)
    far.desk.chat.regenerate(chat, answer.id)
    again = far.desk.ear.answer()
    assert again.message(again.head).model == "Echo"


def test_stop_closes_the_connection_and_keeps_what_came(far: Far):
    far.fake.says, far.fake.holds = HEAD + piece("Good "), True
    chat = far.away_chat()
    far.desk.chat.send(chat, "Hello")
    grown = far.desk.wait_for_text(chat, 5)
    far.desk.chat.stop(chat)
    stopped = far.desk.ear.answer(Status.STOPPED).message(grown.head)
    assert stopped.text == "Good "
    assert far.fake.hung_up.wait(WAIT_S)


def test_switching_the_network_off_ends_what_is_under_way_and_refuses_the_next(far: Far):
    far.fake.says, far.fake.holds = HEAD + piece("Good "), True
    chat = far.away_chat()
    far.desk.chat.send(chat, "Hello")
    far.desk.wait_for_text(chat, 5)
    far.settings.is_offline = True
    far.desk.bus.publish(SettingsChanged("light", welcomed=True, offline=True))
    cut = far.desk.ear.answer(Status.INTERRUPTED)
    assert cut.message(cut.head).note == "The network is switched off."
    assert far.fake.hung_up.wait(WAIT_S)
    refusal = far.desk.say(chat, "Once more")
    assert refusal.status is Status.FAILED
    assert "switched off" in refusal.note
    assert len(far.fake.heard) == 1
    far.desk.bus.publish(SettingsChanged("light", welcomed=True))  # and on again: nothing ends


def test_nothing_is_sent_to_an_engine_that_nobody_has_allowed_or_that_is_gone(far: Far):
    chat = far.away_chat(agreed=False)
    assert "allowed" in far.desk.say(chat, "Hello").note
    far.briefing.use(chat, Choice("GONE", "big-model"))
    answer = far.desk.say(chat, "Hello?")
    assert answer.note.startswith("This chat's engine is no longer set up.")
    assert answer.model == "big-model"
    assert far.fake.heard == []


def test_summaries_of_a_chat_elsewhere_are_written_there(far: Far):
    chat = far.away_chat()
    far.desk.say(chat, "Hello")
    engines = far.desk.chat.answers.engines
    summaries = SummaryService(
        far.desk.bus, engines, far.desk.store, far.desk.chat.chats, far.briefing.choice
    )
    summaries.write(chat)
    assert far.desk.ear.wait(SummaryWritten).text == "Good day"
    assert far.fake.heard[1].asked["max_tokens"]


def test_two_chats_are_answered_beside_one_another_and_workers_are_used_again(far: Far):
    far.fake.says, far.fake.holds = HEAD + piece("Good "), True
    endpoint = far.set_up()
    choice, both = Choice(endpoint.id, "big-model"), threading.Barrier(3, timeout=WAIT_S)

    def hear(_request: RequestId, event: object) -> None:
        if isinstance(event, Delta):
            both.wait()

    for request in ("one", "two"):
        far.remote.answer(
            RequestId(request), choice, (Turn(Role.USER, "Hello"),), BALANCED, hear,
            options=USUAL, continues=False, last_start=0,
        )  # fmt: skip
    both.wait()
    far.remote.cancel(RequestId("one"))
    far.remote.cancel(RequestId("two"))
    far.remote.cancel(RequestId("none"))
    far.fake.holds = False
    far.fake.says = HEAD + piece("Good ") + ending() + DONE
    for number in range(3):
        with listening(far) as (heard, over, listen):
            far.remote.answer(
                RequestId(f"later {number}"), choice, (Turn(Role.USER, "Hello"),), BALANCED,
                listen, options=USUAL, continues=False, last_start=0,
            )  # fmt: skip
            assert over.wait(WAIT_S)
        assert isinstance(heard[0], Started)
        assert isinstance(heard[-1], Done)
    assert len(far.remote._workers) <= 3


def test_an_answer_that_was_cancelled_before_it_began_sends_nothing(far: Far):
    endpoint = far.set_up()
    hold = threading.Event()
    find = far.endpoints.find
    far.endpoints.find = lambda each: (hold.wait(WAIT_S), find(each))[1]
    with listening(far) as (heard, over, listen):
        far.remote.answer(
            RequestId("one"), Choice(endpoint.id, "m"), (Turn(Role.USER, "Hello"),), BALANCED,
            listen, options=USUAL, continues=False, last_start=0,
        )  # fmt: skip
        far.remote.cancel(RequestId("one"))
        assert over.is_set()
        hold.set()
        far.remote.close()
    assert [type(each) for each in heard] == [Done]
    assert far.fake.heard == []


def test_nothing_is_told_of_an_answer_behind_its_end(far: Far):
    endpoint = far.set_up()
    heard = []

    def hear(request: RequestId, event: object) -> None:
        heard.append(type(event))
        if isinstance(event, Delta):
            far.remote.cancel(request)

    far.remote.answer(
        RequestId("one"), Choice(endpoint.id, "m"), (Turn(Role.USER, "Hello"),), BALANCED,
        hear, options=USUAL, continues=False, last_start=0,
    )  # fmt: skip
    assert far.fake.was_asked.wait(WAIT_S)
    far.fake.says, far.fake.holds = HEAD, True
    for worker in far.remote._workers:
        assert worker.settle(WAIT_S)
    assert heard == [Started, Delta, Done]
    far.remote.answer(
        RequestId("two"), Choice(endpoint.id, "m"), (Turn(Role.USER, "Hello"),), BALANCED,
        hear, options=USUAL, continues=False, last_start=0,
    )  # fmt: skip
    far.remote.close()  # which ends what is under way
    assert heard[-1] is Done


def test_an_end_from_elsewhere_is_told_behind_what_is_being_told(far: Far):
    endpoint = far.set_up()
    order, began, hold, over = [], threading.Event(), threading.Event(), threading.Event()

    def hear(_request: RequestId, event: object) -> None:
        if isinstance(event, Started):
            began.set()
            assert hold.wait(WAIT_S)
        order.append(type(event))
        if isinstance(event, Done):
            over.set()

    far.remote.answer(
        RequestId("one"), Choice(endpoint.id, "m"), (Turn(Role.USER, "Hello"),), BALANCED,
        hear, options=USUAL, continues=False, last_start=0,
    )  # fmt: skip
    assert began.wait(WAIT_S)
    far.remote.cancel(RequestId("one"))
    assert order == []
    hold.set()
    assert over.wait(WAIT_S)
    assert order == [Started, Done]


def test_the_oldest_turns_are_left_out_where_they_do_not_fit(far: Far):
    chat = far.away_chat(context=300)
    for _ in range(3):
        answer = far.desk.say(chat, "word " * 100)
    assert answer.left_out == 4
    assert answer.note == (
        "The 4 oldest messages were left out: not all fits the model's context."
    )
    assert len(far.fake.heard[-1].asked["messages"]) == 1


def test_turns_are_estimated_with_their_pictures():
    turns = tuple(Turn(Role.USER, "Look", pictures=(b"png",)) for _ in range(3))
    assert fitting(turns, 0) == (turns, 0)
    kept, left_out = fitting(turns, 2048)
    assert (kept, left_out) == (turns[2:], 2)


def test_only_what_was_chosen_of_sampling_is_asked_for():
    assert knobs_of(BALANCED) == {}
    chosen = Sampling(temperature=0.1, seed=7, stop=("END",), answer_limit_tokens=9, min_p=0.3)
    assert knobs_of(chosen) == {
        "temperature": 0.1, "seed": 7, "stop": ["END"], "max_tokens": 9,
    }  # fmt: skip


def test_engines_are_kept_with_their_key_in_the_keyring(far: Far):
    made = far.set_up(key="secret")
    assert far.keyring.kept == {f"engine {made.id}": f"{made.base} secret"}
    kept = far.restarted().find(made.id)
    assert kept == far.endpoints.find(made.id)
    assert (kept.name, kept.is_agreed, kept.has_key, kept.is_here) == (
        "The box", True, True, True,
    )  # fmt: skip
    assert secret_names((kept, Endpoint("X", "", "", ""))) == (f"engine {made.id}",)
    far.endpoints.remove(made.id)
    far.settle()
    assert far.restarted().endpoints == ()
    assert far.keyring.kept == {}


def test_a_key_and_an_agreement_are_for_one_computer(far: Far):
    made = far.set_up(key="secret")
    renamed = far.endpoints.save(far.fake.url, endpoint=made.id, models=made.models)
    assert renamed.name == renamed.host
    assert (renamed.has_key, renamed.is_agreed) == (True, True)
    moved = far.endpoints.save("http://elsewhere:1", endpoint=made.id, models=made.models)
    assert (moved.has_key, moved.is_agreed) == (False, False)
    far.settle()
    assert far.keyring.kept == {}
    taken = far.endpoints.save("http://elsewhere:1", endpoint=made.id, key="")
    assert not taken.has_key


def test_a_key_that_no_keyring_keeps_is_told(far: Far):
    far.keyring.works = False
    made = far.set_up(key="secret")
    told = far.desk.ear.wait(ProblemArose)
    assert "until Inglenook ends" in told.problem.title
    assert far.endpoints.key(far.endpoints.find(made.id)) == "secret"
    assert far.endpoints.key(Endpoint("X", "", "", "")) == ""


@pytest.mark.parametrize("key", ["two words", "ümlaut", "x" * 5000, "a\x00b"])
def test_what_cannot_be_a_key_is_refused(far: Far, key: str):
    with pytest.raises(BadArgumentError):
        far.endpoints.save(far.fake.url, key=key)
    with pytest.raises(BadArgumentError):
        far.endpoints.test(far.fake.url, key)
    assert far.endpoints.endpoints == ()


def test_a_test_tells_what_is_there_or_why_not(far: Far):
    ticket = far.endpoints.test(f" 127.0.0.1:{far.fake.port} ", "typed")
    told = far.desk.ear.wait(EndpointTested)
    assert told.ticket == ticket
    assert [each.id for each in told.models] == ["big-model", "small-model"]
    assert far.fake.heard[-1].headers["authorization"] == "Bearer typed"
    made = far.set_up(key="kept")
    far.endpoints.test(far.fake.url, None, made.id)
    assert far.desk.ear.wait(EndpointTested).problem is None
    assert far.fake.heard[-1].headers["authorization"] == "Bearer kept"
    far.fake.lists = refused(401)
    far.endpoints.test(f"localhost:{far.fake.port}", None, made.id)
    refusal = far.desk.ear.wait(EndpointTested).problem
    assert refusal.title == "The engine wants a key"
    assert "authorization" not in far.fake.heard[-1].headers  # it is another name


def test_a_test_ends_when_the_network_is_switched_off(far: Far):
    far.desk.bus.publish(SettingsChanged("light", welcomed=True, offline=True))  # none runs
    far.fake.lists, far.fake.holds = b"", True
    far.endpoints.test(far.fake.url)
    assert far.fake.was_asked.wait(WAIT_S)
    far.desk.bus.publish(SettingsChanged("light", welcomed=True))
    far.desk.bus.publish(SettingsChanged("light", welcomed=True, offline=True))
    problem = far.desk.ear.wait(EndpointTested).problem
    assert problem.title == "The network is switched off"
    assert far.fake.hung_up.wait(WAIT_S)


def test_a_newer_test_ends_the_one_before(far: Far):
    far.fake.lists, far.fake.holds = b"", True
    far.endpoints.test(far.fake.url)
    assert far.fake.was_asked.wait(WAIT_S)
    with FakeEngine() as other:
        ticket = far.endpoints.test(other.url)
        assert far.desk.ear.wait(EndpointTested).ticket == ticket
    assert far.fake.hung_up.wait(WAIT_S)


def test_a_test_that_was_called_off_asks_nobody(far: Far):
    hold, began = threading.Event(), threading.Event()
    far.endpoints._errands.post(lambda: (began.set(), hold.wait(WAIT_S)))
    assert began.wait(WAIT_S)
    far.endpoints.test(far.fake.url)
    far.endpoints.stop_test()
    hold.set()
    assert far.endpoints._errands.settle(WAIT_S)
    assert far.fake.heard == []


def test_an_engine_can_be_used_once_without_being_kept(far: Far):
    made = far.endpoints.use_once(far.fake.url, "big-model", "typed")
    assert made.is_agreed
    assert far.endpoints.key(made) == "typed"
    kept = far.set_up()
    again = far.endpoints.use_once(far.fake.url, "other-model")
    assert again.id in {made.id, kept.id}
    assert OfferedModel("other-model") in again.models
    assert far.keyring.kept == {}
    far.endpoints.agree("NONE")  # nothing happens to what is not there


def test_names_of_models_are_checked():
    assert require_model("org/Big-Model:8b") == "org/Big-Model:8b"
    for name in ("", "two\nlines", "x" * 300):
        with pytest.raises(BadArgumentError):
            require_model(name)


def test_an_engine_elsewhere_looks_ready_and_reads_what_it_tells():
    told = Endpoint("E", "n", "http://box/v1", "box", (OfferedModel("m", 4096),))
    state = state_elsewhere(told, "m")
    assert state.phase is EnginePhase.READY
    assert state.plan is not None
    assert state.plan.settings.context_tokens == 4096
    guessed = state_elsewhere(told, "another").plan
    assert guessed is not None
    assert guessed.settings.context_tokens == ASSUMED_CONTEXT_TOKENS
    assert engine_name(Choice("E", "m"), told) == "m · box"
    assert engine_name(Choice("E", "m"), None) == "m"


def test_where_nobody_is_asked_elsewhere_this_computer_does_not_step_in(desk: Desk):
    desk.ready()
    engines = Engines(desk.engine)
    heard = []
    engines.answer(
        RequestId("R"), ChatId("C"), (Turn(Role.USER, "Hello"),), BALANCED,
        lambda _request, event: heard.append(event), choice=Choice("GONE", "m"),
    )  # fmt: skip
    assert [type(each) for each in heard] == [Failed]
    engines.cancel(RequestId("R"))


def test_a_briefing_knows_how_an_answer_elsewhere_is_made():
    assert NOTHING.level(None, lambda: Level.CAREFUL) is Level.CAREFUL
    assert Briefing(effort=Level.DEEP).level(None, lambda: Level.QUICK) is Level.DEEP
    away = Briefing(choice=Choice("E", "m"), engine="m · box")
    assert away.level(Level.DEEP, lambda: Level.DEEP) is Level.QUICK
    made = away.made(BALANCED)
    assert made.elsewhere == "m · box"
    assert gone_on(None, made) is made
    assert gone_on(Made(seed=7), made) == Made(seed=7, elsewhere="m · box")
