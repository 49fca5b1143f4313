"""What has killed processes that run llama.cpp; here the window lives on and says so.

Beside these: an assertion inside a vocabulary and the killing of the real model are in
``tests/journeys/test_engine_death.py``, parents that die in ``tests/engine/test_host.py``.
"""

import os
import resource
import signal
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from tests.data.tiny_llama import write
from tests.real.enginewindow import BRIEF, REAL, SMALL, Window

from inglenook.chat.sampling import EXACT, Sampling
from inglenook.core.errors import Problem
from inglenook.engine.process import EngineProcess, engine_command
from inglenook.engine.protocol import Delta, Done, Failed
from inglenook.services.events import EnginePhase

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(sys.platform != "linux", reason="sends signals and limits processes"),
]


@pytest.fixture
def open_window():
    opened = []

    def open_(launch=REAL):
        opened.append(Window(launch))
        return opened[-1]

    yield open_
    for each in opened:
        each.engine.close()


@pytest.fixture
def window(open_window):
    return open_window()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return write(tmp_path_factory.mktemp("models") / "tiny.gguf")


@pytest.fixture
def unharmed(window, tiny):
    """Check after a test that the window's engine still answers; the same process if it can."""
    yield window
    if window.engine.state.phase is not EnginePhase.READY:
        assert window.load(tiny).phase is EnginePhase.READY
    assert isinstance(window.answer("hello"), Done)


# --- the process dies ---


def test_an_assertion_in_the_middle_of_an_answer_keeps_the_text_and_is_told(open_window):
    window = open_window(partial(EngineProcess, engine_command("echo")))
    window.load("echo.gguf")
    window.ask("/echo tokens=20 die=abort at=5", sampling=EXACT)
    said = window.hear(Delta).text
    problem = window.hear(Problem)
    assert said.startswith("hearth")
    assert "hearth_is_warm" in problem.facts["what happened"]
    assert window.back().phase is EnginePhase.READY
    assert isinstance(window.answer("hello"), Done)


def test_a_kill_while_the_real_model_decodes_keeps_the_text(unharmed, starter):
    unharmed.load(starter)
    unharmed.ask("Tell me a long story.", sampling=EXACT)
    assert unharmed.hear(Delta).text
    os.kill(unharmed.pid, signal.SIGKILL)
    assert "killed" in unharmed.hear(Problem).facts["what happened"]
    assert unharmed.back().phase is EnginePhase.READY


def test_two_kills_within_a_minute_bring_the_model_back_with_less(unharmed, tiny):
    unharmed.load(tiny, replace(SMALL, context_tokens=4096))
    for _ in range(2):
        os.kill(unharmed.pid, signal.SIGKILL)
        assert unharmed.back().phase is EnginePhase.READY
    assert unharmed.engine.state.plan.settings.context_tokens == 2048
    assert unharmed.notices() == ["Loaded with a shorter context"]


@pytest.mark.parametrize(
    ("end", "words"),
    [
        ("os.kill(os.getpid(), signal.SIGILL)", "instructions that this processor does not"),
        ("os.kill(os.getpid(), signal.SIGFPE)", "divided by zero"),
        ("os.kill(os.getpid(), 40)", "signal 40"),
        ("os._exit(77)", "status 77"),
        ("os.write(2, b'CUDA error: out of memory'); os.abort()", "ran out of memory"),
    ],
)
def test_every_way_to_end_is_told_in_words_and_tried_three_times_at_most(
    open_window, end, words
):
    code = (
        "import os, signal\n"
        "from inglenook.engine.host import take_standard_streams\n"
        "from inglenook.engine.protocol import VERSION, Ready, to_bytes\n"
        "channel = take_standard_streams()\n"
        "channel.send(to_bytes(Ready(VERSION, 'deadly', os.getpid())))\n"
        "channel.receive()\n" + end
    )
    window = open_window(partial(EngineProcess, [sys.executable, "-c", code]))
    state = window.load("any.gguf", replace(SMALL, context_tokens=8192))
    assert state.phase is EnginePhase.FAILED
    assert words in state.problem.facts["what happened"]
    tried = 3 if "memory" in words else 1
    assert state.problem.facts.get("tries", "1")[0] == str(tried)


# --- memory ---


def limited(size_bytes: int) -> EngineProcess:
    process = EngineProcess(engine_command("llama"))
    resource.prlimit(process.pid, resource.RLIMIT_AS, (size_bytes, size_bytes))
    return process


def test_a_model_that_memory_cannot_hold_as_planned_loads_with_a_shorter_context(
    open_window, starter
):
    window = open_window(partial(limited, 3 << 29))
    state = window.load(starter, replace(SMALL, context_tokens=65536))
    assert state.phase is EnginePhase.READY
    assert state.plan.settings.context_tokens == 8192
    assert window.notices() == ["Loaded with a shorter context"]
    assert isinstance(window.answer("hello"), Done)


def test_a_model_that_memory_cannot_hold_at_all_is_refused_in_words(open_window, starter):
    window = open_window(partial(limited, 420 << 20))
    state = window.load(starter, replace(SMALL, context_tokens=8192))
    assert state.phase is EnginePhase.FAILED
    assert "memory" in state.problem.in_words()


def test_an_absurd_context_is_no_null_pointer(open_window, starter):
    window = open_window(partial(limited, 4 << 30))
    state = window.load(starter, replace(SMALL, context_tokens=1 << 22))
    assert state.phase is EnginePhase.READY
    assert state.plan.settings.context_tokens == 8192


# --- files ---


def forged(tiny: Path, harm: str) -> bytes:
    data = bytearray(tiny.read_bytes())
    match harm:
        case "cut":
            return bytes(data[: len(data) // 2])
        case "garbage":
            return b"GGUF" + bytes(range(256)) * 64
        case "counts":  # of tensors and of metadata, far more than there are
            data[8:24] = b"\xff" * 16
        case "version":
            data[4:8] = b"\xff\xff\xff\x7f"
        case "offsets":  # the last tensor's place
            at = data.rindex(b".weight") + len(b".weight")
            data[at + 4 : at + 40] = b"\xff" * 36
        case "layers":
            at = data.index(b"block_count") + len("block_count") + 4
            data[at : at + 4] = b"\xff\xff\xff\x7f"
        case "width":
            at = data.index(b"embedding_length") + len("embedding_length") + 4
            data[at : at + 4] = b"\x00\x00\x00\x00"
        case "heads":
            at = data.index(b"head_count") + len("head_count") + 4
            data[at : at + 4] = b"\x00\x00\x00\x00"
    return bytes(data)


@pytest.mark.parametrize(
    "harm", ["cut", "garbage", "counts", "version", "offsets", "layers", "width", "heads"]
)
def test_a_forged_file_is_refused_in_words_and_not_tried_for_ever(
    unharmed, tiny, tmp_path, harm
):
    path = tmp_path / "forged.gguf"
    path.write_bytes(forged(tiny, harm))
    state = unharmed.load(path)
    assert state.phase is EnginePhase.FAILED
    assert state.problem.advice


# --- what people and models write ---


def test_a_grammar_that_is_none_is_told_in_words(unharmed, tiny):
    unharmed.load(tiny)
    for grammar in (
        "root ::= (",
        "rot ::= 'x'",
        "root ::= root",
        "\x00",
        "root ::= [",
        "((((" * 999,
    ):
        end = unharmed.answer("hello", sampling=replace(BRIEF, grammar=grammar))
        assert isinstance(end, Failed), grammar
        assert end.problem.advice


def test_a_prompt_of_many_batches_is_read_in_pieces(unharmed, tiny):
    unharmed.load(tiny, replace(SMALL, batch_tokens=32, ubatch_tokens=32))
    assert isinstance(unharmed.answer("hello " * 100), Done)


def test_a_prompt_of_megabytes_is_refused_in_words(unharmed, tiny):
    unharmed.load(tiny)
    end = unharmed.answer("the quick brown fox " * 200_000)
    assert isinstance(end, Failed)
    assert "long" in end.problem.title or "large" in end.problem.title


def test_a_question_without_a_turn_is_answered_or_refused_in_words(unharmed, tiny):
    unharmed.load(tiny)
    assert isinstance(unharmed.answer(), Done | Failed)


@pytest.mark.parametrize(
    "template",
    [
        "{% for i in range(90000) %}{% for j in range(90000) %}x{% endfor %}{% endfor %}",
        "{% set x = 'a' * 2000000000 %}{{ x }}",
        "{{ ''.__class__.__mro__ }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ messages[99].content.nothing() }}",
        "{% for",
    ],
)
def test_a_template_that_means_harm_costs_one_answer_at_most(unharmed, tmp_path, template):
    state = unharmed.load(write(tmp_path / "bomb.gguf", template=template))
    assert state.phase in {EnginePhase.READY, EnginePhase.FAILED}
    if state.phase is EnginePhase.READY:
        assert isinstance(unharmed.answer("hello"), Done | Failed | Problem)
        unharmed.engine.unload()


@pytest.mark.parametrize(
    "sampling",
    [
        Sampling(temperature=0.0, top_k=1, top_p=0.0, min_p=1.0),
        Sampling(temperature=2.0, top_k=0, top_p=1.0, min_p=0.0, typical_p=1.0),
        Sampling(mirostat=2, mirostat_tau=0.1, mirostat_eta=1.0),
        Sampling(logit_bias=((2**31 - 1, 100.0), (0, -100.0))),
        Sampling(stop=("", "a" * 100)),
        Sampling(odds=20),
    ],
    ids=["exact", "wild", "mirostat", "bias", "stops", "odds"],
)
def test_odd_choices_of_words_cost_no_engine(unharmed, tiny, sampling):
    unharmed.load(tiny)
    before = unharmed.pid
    end = unharmed.answer("hello", sampling=replace(sampling, answer_limit_tokens=8))
    assert isinstance(end, Done | Failed)
    assert unharmed.pid == before
