"""The window's side of the engine without a window, for tests of a real engine process."""

import queue
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from tests.services.ear import WAIT_S, Ear

from inglenook.chat.message import Role
from inglenook.chat.sampling import EXACT
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId, RequestId
from inglenook.engine.client import EngineClient, Limits
from inglenook.engine.process import EngineProcess, engine_command
from inglenook.engine.protocol import Done, Failed, Ready, Turn
from inglenook.models.fit import EngineSettings, Plan, Verdict
from inglenook.services.bus import Bus
from inglenook.services.engine import EngineService
from inglenook.services.events import EngineChanged, EnginePhase, ProblemArose
from inglenook.services.installed import InstalledModel

SMALL = EngineSettings(threads=1, context_tokens=1024)
BRIEF = replace(EXACT, answer_limit_tokens=4)
REAL = partial(EngineProcess, engine_command("llama"))
ENDED = (EnginePhase.READY, EnginePhase.FAILED, EnginePhase.BROKEN)


class Window:
    """The window's side of the engine, in this process, with a real engine process.

    Attributes:
        pid: Of the engine that came up last.
        settings: What the next model is loaded with.
    """

    def __init__(self, launch: Callable[[], EngineProcess] = REAL, **options) -> None:
        self.bus = Bus()
        self.ear = Ear(self.bus)
        self.settings = SMALL
        self.pid = 0
        self._heard = queue.SimpleQueue()
        self._count = 0
        make = partial(self._make, launch)
        self.engine = EngineService(self.bus, make, self._plan, lambda _path: None, **options)

    def _make(self, launch, on_event, on_death) -> EngineClient:
        def hear(event):
            self.pid = event.pid if isinstance(event, Ready) else self.pid
            on_event(event)

        return EngineClient(hear, on_death, launch=launch, limits=Limits(silence_s=4))

    def _plan(self, path: str) -> tuple[InstalledModel, Plan]:
        plan = Plan(Verdict.CPU, self.settings, (), "Running on CPU", ())
        return InstalledModel(path, "Model", "", 0, "", 0), plan

    def load(self, path: Path | str, settings: EngineSettings = SMALL):
        """Load, and return the state it ends in."""
        self.settings = settings
        self.engine.load(str(path))
        return self.settled()

    def settled(self):
        """Return the next state that is neither loading nor coming back."""
        return self.ear.wait(
            lambda each: isinstance(each, EngineChanged) and each.state.phase in ENDED
        ).state

    def back(self):
        """Return the state that a dead engine comes back to."""
        self.ear.phase(EnginePhase.RESTARTING)
        return self.settled()

    def ask(self, *turns: str, **options) -> str:
        """Have a question asked, and return its request."""
        self._count += 1
        request = RequestId(f"r{self._count}")
        said = tuple(Turn(Role.USER, each) for each in turns)
        sampling = options.pop("sampling", BRIEF)
        listen = lambda _, event: self._heard.put(event)  # noqa: E731
        self.engine.answer(request, ChatId("c"), said, sampling, listen, **options)
        return request

    def hear(self, *kinds: type):
        """Return the next thing an answer says that is of one of these kinds."""
        while not isinstance(event := self._heard.get(timeout=WAIT_S), kinds):
            continue
        return event

    def answer(self, *turns: str, **options) -> Done | Failed | Problem:
        """Ask, and return how it ends."""
        self.ask(*turns, **options)
        return self.hear(Done, Failed, Problem)

    def notices(self) -> list[str]:
        return [each.problem.title for each in self.ear.all if isinstance(each, ProblemArose)]
