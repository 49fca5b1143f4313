"""An evaluation in the background: it gives way, pauses, stops, goes on, and tells the gain."""

import threading
from contextlib import nullcontext
from pathlib import Path

import pytest
from tests.services.ear import WAIT_S

from inglenook.chat.message import Role
from inglenook.chat.sampling import EXACT
from inglenook.core.errors import EngineStoppedError
from inglenook.effort.gain import LEAST_QUESTIONS, Gain
from inglenook.effort.scores import Scores
from inglenook.effort.strategy import PLAIN
from inglenook.engine.draftevents import DraftEnded
from inglenook.engine.protocol import Turn
from inglenook.models.settings import EngineSettings
from inglenook.services.asking import Reply
from inglenook.services.bus import Bus
from inglenook.services.echo import ECHO_PATH, echo_plan
from inglenook.services.evaluating import EvaluatingService, usual_asker
from inglenook.services.evaluationnews import (
    EvaluationChanged,
    EvaluationOrder,
    EvaluationPhase,
)
from inglenook.services.events import EngineChanged, EngineState, ProblemArose
from inglenook.storage.kept import KeptValues

ORDER = EvaluationOrder(("sum3",), questions=2, drafts=2)


class Answering:
    """Answers at once, and holds the answer to a question until it is let go."""

    def __init__(self):
        self.asked = 0
        self.reached = threading.Event()
        self.held = threading.Event()
        self.held.set()
        self.dies = False

    def ask(self, turns, sampling, strategy=PLAIN):
        if self.dies:
            raise EngineStoppedError("It died", "Try again.")
        self.asked += 1
        self.reached.set()
        assert self.held.wait(WAIT_S)
        text = "The answer is 7."
        if strategy.is_plain:
            return Reply(text, 5, 20, 0.5)
        ended = [
            DraftEnded("r", at, text, "", "7", -1.0, 5, "end", Scores(-1.0, -0.1, 5.0, 2.0))
            for at in range(strategy.drafts)
        ]
        return Reply(text, 10, 20, 1.0, tuple(ended))


class Evaluated:
    """The service, what it announced, and a way to wait for a phase."""

    def __init__(self, folder: Path):
        self.bus, self.answering = Bus(), Answering()
        self.states = []
        self._told = threading.Condition()
        self.bus.subscribe(self._hear)
        self.problems = []
        self.service = EvaluatingService(
            self.bus,
            folder / "evaluations",
            echo_plan,
            KeptValues(folder / "gains.json", Gain),
            lambda _path, _settings: nullcontext(self.answering),
        )

    def _hear(self, event):
        with self._told:
            if isinstance(event, EvaluationChanged):
                self.states.append(event.state)
            elif isinstance(event, ProblemArose):
                self.problems.append(event.problem)
            self._told.notify_all()

    def engine(self, *, answering=0, model=True):
        loaded = echo_plan("echo.gguf")[0] if model else None
        self.service.told(EngineChanged(EngineState(model=loaded, answering=answering)))

    def _is_in(self, phase, title):
        state = self.states[-1] if self.states else None
        if state is None or state.phase is not phase:
            return False
        return not title or (state.problem is not None and title in state.problem.title)

    def wait_for(self, phase, title=""):
        with self._told:
            assert self._told.wait_for(lambda: self._is_in(phase, title), WAIT_S)
        return self.states[-1]


@pytest.fixture
def evaluated(tmp_path):
    made = Evaluated(tmp_path)
    made.engine()
    yield made
    made.answering.held.set()
    made.service.close()


def test_all_questions_are_asked_and_kept_and_none_is_asked_twice(evaluated):
    evaluated.service.start(ORDER)
    state = evaluated.wait_for(EvaluationPhase.DONE)
    assert (state.done, state.total) == (6, 6)  # two questions, each at 1 and 2 drafts too
    assert state.reports[0].questions == 2
    assert any(each.left_s is not None for each in evaluated.states)
    asked = evaluated.answering.asked
    evaluated.service.start(ORDER)
    evaluated.service.close()
    assert evaluated.answering.asked == asked


def test_the_usual_engine_answers_and_leaves_the_processor_to_others():
    with usual_asker("echo", None, ECHO_PATH, EngineSettings()) as asker:
        turns = (Turn(Role.USER, "/echo text=12"),)
        assert asker.ask(turns, EXACT).text == "12"


def test_a_chat_goes_first_and_a_pause_holds_until_it_is_ended(evaluated):
    evaluated.engine(answering=1)
    evaluated.service.start(ORDER)
    evaluated.wait_for(EvaluationPhase.WAITING)
    assert evaluated.answering.asked == 0
    evaluated.service.pause()
    evaluated.wait_for(EvaluationPhase.PAUSED)
    evaluated.engine(answering=0)
    assert evaluated.service.now.is_running
    evaluated.service.start(ORDER)  # nothing is begun twice
    evaluated.service.go_on()
    evaluated.wait_for(EvaluationPhase.DONE)
    assert evaluated.answering.asked > 0


def test_what_was_answered_before_a_stop_is_kept(evaluated):
    evaluated.answering.held.clear()
    evaluated.service.start(ORDER)
    assert evaluated.answering.reached.wait(WAIT_S)
    evaluated.service.stop()
    evaluated.answering.held.set()
    state = evaluated.wait_for(EvaluationPhase.IDLE)
    assert state.reports[0].questions == 1
    assert not state.is_running


def test_trouble_is_told(evaluated, tmp_path):
    evaluated.engine(model=False)
    evaluated.service.start(ORDER)
    assert "No model" in evaluated.wait_for(EvaluationPhase.FAILED).problem.title
    evaluated.engine()
    evaluated.answering.dies = True
    evaluated.service.start(ORDER)
    evaluated.wait_for(EvaluationPhase.FAILED, "It died")
    evaluated.service.write(str(tmp_path / "gone" / "chart.png"), b"png")
    assert evaluated.problems
    evaluated.service.write(str(tmp_path / "chart.png"), b"png")
    assert (tmp_path / "chart.png").read_bytes() == b"png"


def test_questions_of_a_file_are_asked_and_too_many_are_refused(evaluated, tmp_path):
    file = tmp_path / "mine.jsonl"
    file.write_text('{"question": "3 + 4?", "answer": "#### 7"}\n' * 3)
    evaluated.service.start(EvaluationOrder((), str(file), questions=2, drafts=1))
    state = evaluated.wait_for(EvaluationPhase.DONE)
    assert state.reports[0].set == "mine"
    evaluated.service.start(EvaluationOrder(("run",), questions=99_999, drafts=1))
    evaluated.wait_for(EvaluationPhase.FAILED)


def test_the_gain_is_told_of_the_model_that_was_asked(evaluated):
    assert evaluated.service.gain() is None
    evaluated.service.start(EvaluationOrder(("sum3",), questions=LEAST_QUESTIONS, drafts=2))
    evaluated.wait_for(EvaluationPhase.DONE)
    found = evaluated.service.gain()
    assert (found.set, found.questions, found.drafts) == ("sum3", LEAST_QUESTIONS, 2)
    assert found.times_longer == pytest.approx(2.0)
    assert not found.is_sure
    evaluated.engine(model=False)
    assert evaluated.service.gain() is None


def test_the_time_is_estimated_from_the_speeds_of_chats(evaluated):
    order = EvaluationOrder(("sum3",), questions=10, drafts=8, also=("search",))
    most_s = evaluated.service.most_seconds(order, lambda width: 100.0 * width)
    tokens = 64  # of a sum of three at most
    assert most_s == pytest.approx(10 * tokens * (8 / 800 + 1 / 100 + 8 / 800))
    assert evaluated.service.most_seconds(order, lambda _width: None) is None
