"""Whatever is loaded, asked, stopped and killed in whatever order: every answer ends once."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.services.ear import WAIT_S

from inglenook.chat.message import Role, Timings
from inglenook.chat.sampling import EXACT
from inglenook.core.errors import ModelFileError, Problem
from inglenook.core.ids import ChatId, RequestId
from inglenook.engine.death import Cause, Death
from inglenook.engine.protocol import (
    Answer,
    Cancel,
    CancelLoad,
    Delta,
    Done,
    Failed,
    Load,
    Loaded,
    LoadFailed,
    LoadProgress,
    Turn,
    Unload,
    Unloaded,
)
from inglenook.services.bus import Bus
from inglenook.services.echo import echo_plan
from inglenook.services.engine import EngineService
from inglenook.services.events import EngineChanged, EnginePhase

PATHS = ("a.gguf", "b.gguf", "bad header.gguf", "refused.gguf", "deadly.gguf")
TURNS = (Turn(Role.USER, "Hello"),)


@dataclass
class Job:
    """A command on its way, whether anybody is there to do it, and whether it is given up."""

    command: Load | Answer | Unload
    is_refused: bool = False
    is_given_up: bool = False

    @property
    def is_load(self) -> bool:
        return isinstance(self.command, Load)


class Model:
    """An engine client and its process, as their documents promise them to be.

    Commands wait in order; ``step`` does the next one. Every Load is answered; every Answer
    is answered or named in a death. The third death opens the breaker.
    """

    def __init__(self, on_event, on_death) -> None:
        self._event, self._on_death = on_event, on_death
        self.queue: deque[Job] = deque()
        self.is_running = False
        self.loaded = ""
        self._wanted: Load | None = None
        self._deaths = 0
        self.is_doomed = False

    def start(self) -> None:
        if not self.is_running:
            self.is_running, self._deaths, self.loaded = True, 0, ""

    def send(self, command) -> None:
        match command:
            case CancelLoad():
                self._give_up(lambda job: job.is_load)
            case Cancel(request):
                self._give_up(lambda job: getattr(job.command, "request", "") == request)
            case Load() | Answer() if not self.is_running:
                self.queue.append(Job(command, is_refused=True))
            case Load() | Answer() | Unload() if self.is_running:
                self._wanted = {Load: command, Unload: None}.get(type(command), self._wanted)
                self.queue.append(Job(command))

    def stop(self) -> None:
        assert not self.queue, "an engine with work was stopped"
        self.is_running, self.loaded, self._wanted = False, "", None

    def kill(self) -> None:
        self.is_doomed = self.is_running

    def close(self) -> None:
        self.queue.clear()

    def _give_up(self, is_meant) -> None:
        for job in self.queue:
            job.is_given_up |= is_meant(job) and not job.is_refused

    def step(self) -> None:
        """Do the next command, or die."""
        if self.is_doomed:
            self.die(Cause.KILLED)
            return
        job = self.queue.popleft()
        if job.is_refused:
            problem = Problem("The engine is not running", "Load a model.")
            refusal = (
                LoadFailed(problem) if job.is_load else Failed(job.command.request, problem)
            )
            self._event(refusal)
            return
        match job.command:
            case Load():
                self._load(job, job.command)
            case Unload():
                self.loaded = ""
                self._event(Unloaded())
            case Answer():
                self._answer(job, job.command)

    def _load(self, job: Job, command: Load) -> None:
        self._event(LoadProgress(0.5))
        self.loaded = ""
        if command.path == "deadly.gguf":
            self.queue.appendleft(job)
            self.die()
        elif job.is_given_up or command.path == "refused.gguf":
            if not any(each.is_load for each in self.queue):
                self._wanted = None
            self._event(LoadFailed(Problem("No", "Do."), cancelled=job.is_given_up))
        else:
            self.loaded = command.path
            self._event(Loaded(command.path, "", 1, 1, template="own", load_s=0))

    def _answer(self, job: Job, command: Answer) -> None:
        if not self.loaded:
            self._event(Failed(command.request, Problem("No model", "Load one.")))
            return
        self._event(Delta(command.request, "Hi", 1))
        reason = "stopped" if job.is_given_up else "end"
        self._event(Done(command.request, reason, Timings()))

    def die(self, cause: Cause = Cause.ENDED) -> None:
        """End as by SIGKILL; come back with the model that was loaded, if that may be."""
        lost = [job.command for job in self.queue]
        loads = [each for each in lost if isinstance(each, Load)]
        requests = tuple(each.request for each in lost if isinstance(each, Answer))
        self.queue.clear()
        self.is_doomed = False
        self._deaths += cause is not Cause.KILLED
        self.loaded = ""
        again = self._wanted if self._deaths < 3 and not loads else None
        self.is_running = again is not None
        if again is not None:
            self.queue.append(Job(again))
        else:
            self._wanted = None
        loading = loads[0].path if loads else ""
        death = Death(cause, -9, requests=requests, loading=loading)
        death = replace(death, restarting=self.is_running)
        self._on_death(death, death.restarting)
        for _ in loads:
            self._event(LoadFailed(death.problem))


@dataclass
class Alarm:
    """One alarm that a test rings."""

    ring: Callable[[], None]
    is_cancelled: bool = False

    def cancel(self) -> None:
        self.is_cancelled = True


def planned(path: str):
    if path == "bad header.gguf":
        raise ModelFileError("This is no model", "Choose another.")
    return echo_plan(path)


class EngineMachine(RuleBasedStateMachine):
    """A person, an engine and a killer, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.bus = Bus()
        self.announced = []
        self.bus.subscribe(self.hear)
        self.ends: dict[str, list] = {}
        self.wanted = ""
        self.alarms: list[Alarm] = []
        self.service = EngineService(
            self.bus,
            self.make,
            planned,
            lambda _: None,
            rest_after_s=lambda: 60.0,
            set_alarm=self.set_alarm,
            clock=lambda: 0.0,
        )

    def hear(self, announcement) -> None:
        if isinstance(announcement, EngineChanged):
            self.announced.append(announcement.state)

    def set_alarm(self, _after_s, ring) -> Alarm:
        self.alarms.append(Alarm(ring))
        return self.alarms[-1]

    def make(self, on_event, on_death) -> Model:
        self.engine = Model(on_event, on_death)
        return self.engine

    def teardown(self) -> None:
        try:
            self.finish()
        finally:
            self.service.close()

    def finish(self) -> None:
        """Let the engine do all it was asked for; then nothing may be left open."""
        while self.engine.queue or self.engine.is_doomed:
            self.engine.step()
        state = self.service.state
        assert state.phase not in {EnginePhase.LOADING, EnginePhase.RESTARTING}
        assert state.answering == 0
        assert all(len(ends) == 1 for ends in self.ends.values()), self.ends
        if state.phase is EnginePhase.READY:
            assert self.engine.loaded == state.model.path == self.wanted
        else:
            assert not self.engine.loaded

    @rule(path=st.sampled_from(PATHS))
    def load(self, path):
        self.wanted = path
        self.service.load(path)
        assert self.service._loading._worker.settle(WAIT_S)

    @rule(how=st.sampled_from(["unload", "cancel_load", "retry"]))
    def press(self, how):
        getattr(self.service, how)()
        assert self.service._loading._worker.settle(WAIT_S)

    @rule()
    def ask(self):
        request = RequestId(f"r{len(self.ends)}")
        ends = self.ends[request] = []

        def hear(_, event):
            if isinstance(event, Done | Failed | Problem):
                ends.append(event)

        self.service.answer(request, ChatId("c"), TURNS, EXACT, hear)
        assert self.service._loading._worker.settle(WAIT_S)  # a model at rest is planned anew

    @precondition(lambda self: self.ends)
    @rule(data=st.data())
    def stop(self, data):
        self.service.cancel(data.draw(st.sampled_from(sorted(self.ends))))

    @precondition(lambda self: self.alarms)
    @rule(is_late=st.booleans())
    def let_time_pass(self, is_late):
        """Ring what was set; the last one rings even if it was called off just now."""
        alarms, self.alarms = self.alarms, []
        for alarm in alarms:
            if not alarm.is_cancelled or (is_late and alarm is alarms[-1]):
                alarm.ring()

    @precondition(lambda self: self.engine.queue or self.engine.is_doomed)
    @rule()
    def work(self):
        self.engine.step()

    @precondition(lambda self: self.engine.is_running)
    @rule()
    def kill(self):
        self.engine.die()

    @invariant()
    def the_last_state_announced_is_the_present_one(self):
        if self.announced:
            assert self.announced[-1] == self.service.state

    @invariant()
    def no_answer_ends_twice(self):
        assert all(len(ends) <= 1 for ends in self.ends.values())


EngineMachine.TestCase.settings = settings(
    max_examples=150, stateful_step_count=25, deadline=None
)
TestEngineMachine = EngineMachine.TestCase
