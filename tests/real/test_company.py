"""What the starter model says does not depend on who else is answered, nor on what is kept."""

from dataclasses import replace

import pytest
from tests.data.heard import Heard, question

from inglenook.chat.sampling import EXACT
from inglenook.core.ids import program_chat
from inglenook.engine import ggml
from inglenook.engine.answering import LlamaBackend
from inglenook.engine.protocol import Load
from inglenook.models.settings import EngineSettings

pytestmark = pytest.mark.model

LIKELIEST = replace(EXACT, answer_limit_tokens=60)
"""Not with a seed: such an answer is computed alone anyway."""
ASKED = "Tell me a story of a lighthouse and the sea."


def loaded(starter, threads=2):
    made = LlamaBackend()
    settings = EngineSettings(context_tokens=4096, threads=threads, sequences=8)
    made.load(Load(str(starter), settings), lambda _fraction: True)
    if "INGLENOOK_MATMUL" not in ggml.processor_features():
        pytest.skip("llama.cpp was built for a processor for which we have no kernel")
    return made


@pytest.fixture
def backend(starter):
    made = loaded(starter)
    yield made
    made.unload()


def asked(number, text=ASKED, sampling=LIKELIEST):
    chat = program_chat(str(number))
    return question(text, request=chat, chat=chat, sampling=sampling)


def told(backend, *requests):
    heard = Heard(backend).ask(*requests).run()
    return [heard.text(each.request) for each in requests]


def test_an_answer_is_the_same_alone_and_beside_seven_others(backend):
    (alone,) = told(backend, asked("alone"))
    others = [asked(i, f"Write {i} lines about the number {i}. " * i) for i in range(1, 8)]
    assert len(alone) > 100
    assert told(backend, *others[:3], asked("beside"), *others[3:])[3] == alone


def test_an_answer_is_the_same_read_anew_and_from_what_is_kept(backend):
    story = ["Name three colours.", "Red, green and blue.", ASKED * 8]
    now, then = ([*story[:2], story[2] + end] for end in ("And now?", "And then?"))
    heard = Heard(backend).ask(question(*then, sampling=LIKELIEST)).run()
    anew = heard.text()
    backend._resident.cache.drop_idle()
    for turns in (now, then):
        heard = Heard(backend).ask(question(*turns, sampling=LIKELIEST)).run()
    assert heard.started().reused_tokens > 100
    assert heard.text() == anew


def test_an_answer_is_the_same_with_another_number_of_threads(backend, starter):
    (two,) = told(backend, asked("threads"))
    other = loaded(starter, threads=1)
    try:
        assert told(other, asked("threads")) == [two]
    finally:
        other.unload()
