"""What the starter model says does not depend on guesses; how many steps it takes does."""

from dataclasses import replace

import pytest
from tests.data.heard import Heard, answered, question

from inglenook.chat.sampling import EXACT
from inglenook.engine import ggml
from inglenook.engine.answering import LlamaBackend
from inglenook.engine.protocol import Load
from inglenook.models.settings import EngineSettings

pytestmark = pytest.mark.model

LIKELIEST = replace(EXACT, answer_limit_tokens=120)
TEXT = (
    "The lighthouse at Marrow Point was built in 1871 from grey granite that was brought by "
    "barge from the quarries of Lanmoor. Its keeper, a quiet man named Elias Thorne, lit the "
    "lamp each evening at dusk and kept a careful log of the ships that passed."
)
REPEAT = f"Repeat this text word for word:\n\n{TEXT}"
NAMES = '{"type": "array", "items": {"enum": ["granite", "barge", "lamp"]}, "minItems": 12}'


@pytest.fixture(scope="module")
def backends(starter):
    made = []
    for guesses in (True, False):
        backend = LlamaBackend()
        settings = EngineSettings(context_tokens=4096, threads=2, guesses=guesses)
        backend.load(Load(str(starter), settings), lambda _fraction: True)
        made.append(backend)
    if "INGLENOOK_MATMUL" not in ggml.processor_features():
        pytest.skip("llama.cpp was built for a processor for which we have no kernel")
    yield made
    for backend in made:
        backend.unload()


def told(backend, *requests):
    """Return the texts, and how many steps they took."""
    heard, steps, decode = Heard(backend), [], backend._resident.context.decode

    def counted():
        steps.append(1)
        return decode()

    backend._resident.context.decode = counted
    try:
        heard.ask(*requests).run()
    finally:
        del backend._resident.context.decode
    return [heard.text(each.request) for each in requests], len(steps)


def asked(text, name="r", **knobs):
    return question(text, request=name, chat=name, sampling=replace(LIKELIEST, **knobs))


def test_a_quote_is_the_same_and_takes_less_than_half_the_steps(backends):
    (ahead, few), (alone, many) = (told(each, asked(REPEAT)) for each in backends)
    assert ahead == alone
    assert TEXT[:60] in ahead[0]
    assert few < many / 2


def test_answers_side_by_side_take_fewer_steps_too(backends):
    """Their words may differ where two are nearly as likely: decision 0040, other cells."""
    requests = [
        asked(REPEAT, "quote"),
        asked("Why do cats purr?", "open"),
        asked(f"{TEXT}\n\nWho was the keeper, and what did he do?", "asked"),
    ]
    (ahead, few), (alone, many) = (told(each, *requests) for each in backends)
    assert ahead[0] == alone[0]
    assert few < many


def test_a_form_is_kept_to_and_the_same(backends):
    request = asked(f"{TEXT}\n\nName words of this text.", json_schema=NAMES)
    (ahead, few), (alone, many) = (told(each, request) for each in backends)
    assert ahead == alone
    assert few < many


def test_an_answer_that_ends_by_a_stop_word_or_a_limit_ends_at_the_same_place(backends):
    for knobs in ({"stop": ("granite",)}, {"answer_limit_tokens": 17}):
        (ahead, _), (alone, _) = (told(each, asked(REPEAT, **knobs)) for each in backends)
        assert ahead == alone


def test_a_talk_that_goes_on_after_a_quote_is_the_same(backends):
    texts = []
    for backend in backends:
        (first,), _ = told(backend, asked(REPEAT, "talk"))
        request = question(
            REPEAT, first, "And again.", request="on", chat="talk", sampling=LIKELIEST
        )
        texts.append((first, *told(backend, request)[0]))
    assert texts[0] == texts[1]


def test_a_seeded_answer_takes_a_step_for_each_token(backends):
    (_, few), (_, many) = (told(each, asked(REPEAT, seed=5)) for each in backends)
    assert few == many


def test_the_end_tells_how_many_tokens_took_no_step(backends):
    guessed, none = (
        answered(each, asked(REPEAT, "request"))[2].guessed_tokens for each in backends
    )
    assert guessed > 10
    assert none == 0
