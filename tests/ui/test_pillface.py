from dataclasses import replace

import pytest

from inglenook.core.errors import Problem
from inglenook.core.units import MIB
from inglenook.models.fit import EngineSettings, MemoryPart, Plan, Verdict
from inglenook.services.events import EnginePhase, EngineState
from inglenook.services.installed import InstalledModel
from inglenook.ui.pillface import face_of, tip_of

MODEL = InstalledModel("/m.gguf", "SmolLM2 135M", "4-bit (Q4_1)", 98 * MIB, "llama", 2048)
PLAN = Plan(
    Verdict.CPU,
    EngineSettings(),
    (MemoryPart("CPU", 92 * MIB, 45 * MIB, 60 * MIB, 0),),
    "Running on CPU",
    ("No graphics device was found.",),
)
PROBLEM = Problem("The file is damaged", "Download it again.")
READY = EngineState(EnginePhase.READY, MODEL, PLAN)


@pytest.mark.parametrize(
    ("state", "words", "tone", "action"),
    [
        (EngineState(), "No model, Open one to start", "text_faint", ""),
        (
            EngineState(EnginePhase.LOADING, MODEL, None, 0.424),
            "SmolLM2 135M, 4-bit, Loading 42 %",
            "warn",
            "Cancel",
        ),
        (READY, "SmolLM2 135M, 4-bit, Ready · running on CPU", "ok", ""),
        (
            replace(READY, phase=EnginePhase.RESTING),
            "SmolLM2 135M, 4-bit, Asleep · wakes when you write",
            "text_faint",
            "",
        ),
        (
            replace(READY, phase=EnginePhase.RESTARTING),
            "SmolLM2 135M, 4-bit, Restarting",
            "warn",
            "",
        ),
        (
            EngineState(EnginePhase.FAILED, MODEL, problem=PROBLEM),
            "SmolLM2 135M, 4-bit, The file is damaged",
            "bad",
            "Try again",
        ),
        (
            EngineState(EnginePhase.BROKEN, MODEL, problem=PROBLEM),
            "SmolLM2 135M, 4-bit, Stopped too often",
            "bad",
            "Try again",
        ),
    ],
    ids=lambda each: each.phase.name if isinstance(each, EngineState) else None,
)
def test_each_state_of_the_engine_has_a_face(qapp, state, words: str, tone: str, action: str):
    face = face_of(state)
    assert (face.in_words(), face.tone, face.action) == (words, tone, action)


def test_a_tight_fit_is_marked(qapp):
    tight = replace(READY, plan=replace(PLAN, verdict=Verdict.TIGHT))
    assert face_of(tight).tone == "warn"


def test_a_fraction_out_of_range_does_not_overflow_the_pill(qapp):
    assert face_of(EngineState(EnginePhase.LOADING, MODEL, None, 7.0)).fraction == 1.0


def test_the_tool_tip_gives_reasons_and_the_parts_of_the_memory(qapp):
    tip = tip_of(READY)
    assert "No graphics device was found." in tip
    assert "CPU: 197 MB (model 92 MB, context 45 MB, work space 60 MB)" in tip


def test_what_was_really_taken_stands_in_the_tool_tip(qapp):
    taken = (MemoryPart("CPU", 91 * MIB, 45 * MIB, 60 * MIB, 0),)
    assert "model 91 MB" in tip_of(replace(READY, taken=taken))


@pytest.mark.parametrize(("count", "words"), [(1, "1 answer is"), (3, "3 answers are")])
def test_the_tool_tip_tells_how_much_is_being_answered(qapp, count: int, words: str):
    assert words in tip_of(replace(READY, answering=count))
    assert "being written" not in tip_of(READY)
    assert "being written" not in tip_of(replace(READY, answering=1, unasked=1))


def test_a_model_cannot_put_markup_into_the_tool_tip(qapp):
    named = replace(MODEL, name="<b>bold</b> & <img src='file:///x'>")
    assert "<b>" not in tip_of(replace(READY, model=named))
