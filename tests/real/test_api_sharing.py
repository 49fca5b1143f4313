"""Programs and a person share the starter model: who waits for whom, what is read only once."""

from dataclasses import replace

import pytest
from tests.data.heard import Heard, question

from inglenook.chat.message import Role
from inglenook.chat.sampling import EXACT
from inglenook.core.ids import program_chat
from inglenook.engine.answering import LlamaBackend
from inglenook.engine.protocol import Answer, Delta, Done, Load, PromptProgress, Queued, Turn
from inglenook.models.settings import EngineSettings

pytestmark = pytest.mark.model

TWENTY = replace(EXACT, answer_limit_tokens=20, logit_bias=((2, -100.0), (0, -100.0)))
"""The tokens that end an answer of this model are out."""
FEW = replace(TWENTY, answer_limit_tokens=4)
SYSTEM = "You help people who keep bees. " * 8


@pytest.fixture(scope="module")
def loaded(starter):
    made = LlamaBackend()
    settings = EngineSettings(context_tokens=4096, threads=2, sequences=8)
    made.load(Load(str(starter), settings), lambda _fraction: True)
    yield made
    made.unload()


@pytest.fixture
def backend(loaded):
    yield loaded
    loaded.front("")
    loaded._resident.cache.drop_idle()


def program(number, sampling=TWENTY):
    chat = program_chat(str(number))
    return question(f"Tell me of bee {number}.", request=chat, chat=chat, sampling=sampling)


def asked(heard, numbers):
    programs = [program(number) for number in numbers]
    heard.ask(*programs)
    for each in programs:
        heard.until(Delta, request=each.request)
    return [each.request for each in programs]


def test_a_person_has_the_first_word_after_one_step_of_eight_programs(backend):
    backend.front("seen")
    heard = Heard(backend)
    programs = asked(heard, range(8))
    before = len(heard.events)
    heard.ask(question("Who are you?", request="person", chat="seen", sampling=FEW))
    heard.until(Delta, request="person")
    between = heard.events[before:]
    assert [each.request for each in between if isinstance(each, Queued)] == [programs[-1]]
    written = [each for each in between if isinstance(each, Delta)]
    assert len(written) <= len(programs), "they were given way to in the middle of a step"
    assert written[-1].request == "person"
    person_done = heard.until(Done)
    assert person_done.request == "person"
    heard.run()
    for each in programs:
        assert heard.end(each).timings.answer_tokens == 20
    # Read again is only what was written by the one whose place the person took.
    read = [each.request for each in heard.events[before:] if isinstance(each, PromptProgress)]
    assert set(read) <= {"person", programs[-1]}


def test_answers_that_begin_alike_read_it_once_though_they_come_at_once(backend):
    turns = (Turn(Role.SYSTEM, SYSTEM), Turn(Role.USER, "What do bees eat?"))
    names = [program_chat(f"n{at}") for at in range(4)]
    heard = Heard(backend).ask(*(Answer(each, "same", turns, FEW) for each in names)).run()
    first, *others = (heard.started(each) for each in names)
    assert first.prompt_tokens > 60
    assert [each.reused_tokens for each in others] == [first.prompt_tokens - 1] * 3
    assert len({heard.text(each) for each in names}) == 1


def test_programs_with_the_same_instructions_read_them_once(backend):
    def told(number):
        turns = (Turn(Role.SYSTEM, SYSTEM), Turn(Role.USER, f"Tell me of bee {number}."))
        return Answer(f"s{number}", program_chat(f"s{number}"), turns, FEW)

    heard = Heard(backend).ask(*map(told, range(4))).run()
    for number in range(1, 4):
        assert heard.started(f"s{number}").reused_tokens > 60


def test_the_next_turn_of_a_program_reads_only_what_is_new(backend):
    first = (Turn(Role.SYSTEM, SYSTEM), Turn(Role.USER, "What do bees eat?"))
    heard = Heard(backend).ask(Answer("one", program_chat("c"), first, FEW)).run()
    others = [program(number, FEW) for number in range(3)]
    heard.ask(*others).run()
    turns = (*first, Turn(Role.ASSISTANT, heard.text("one")), Turn(Role.USER, "And wasps?"))
    heard.ask(Answer("two", program_chat("c"), turns, FEW)).run()
    started = heard.started("two")
    assert started.reused_tokens >= heard.started("one").prompt_tokens
    assert started.prompt_tokens - started.reused_tokens < 40
