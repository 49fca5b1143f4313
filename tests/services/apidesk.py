"""The service for programs over an engine that a test plays."""

from dataclasses import replace
from typing import Any

from tests.services.ear import WAIT_S

from inglenook.chat.message import Role, Timings
from inglenook.core.errors import Problem
from inglenook.core.ids import RequestId
from inglenook.engine.protocol import Answer, Cancel, Delta, Done, Load, Turn
from inglenook.models.kind import FileKind
from inglenook.services.api import ApiService
from inglenook.services.apiquestion import Question
from inglenook.services.echo import echo_plan
from inglenook.services.installed import InstalledModel
from inglenook.services.planner import NO_WISH

MODELS = tuple(
    InstalledModel(f"/m/{name}.gguf", name, "", 7, "", 4096, kind=kind)
    for name, kind in (
        ("a", FileKind.CHAT),
        ("b", FileKind.CHAT),
        ("vectors", FileKind.EMBEDDING),
        ("scores", FileKind.RANKING),
    )
)


def planned(path, wish=NO_WISH):
    model, plan = echo_plan(path, wish)
    return replace(model, name=path.removeprefix("/m/").removesuffix(".gguf")), plan


class Shelf:
    """What is installed."""

    models = MODELS

    def sees(self, path):
        return path == "/m/b.gguf"

    def first_choice(self, last):
        return last or "/m/a.gguf"


class Vectors:
    """An embedding service that notes what it is asked."""

    def __init__(self):
        self.asked, self.cancelled = [], []
        self.listener: Any = None

    def embed(self, model_path, texts, listener):
        self.asked.append((model_path, texts))
        self.listener = listener
        return RequestId("e1")

    def cancel(self, request):
        self.cancelled.append(request)

    def close(self):
        pass


class ApiDesk:
    """Programs, and a person at the window, who share a played engine.

    Attributes:
        heard: What each program was told, by request.
    """

    def __init__(self, played, **options):
        self.played, self.client = played, played.client
        self.vectors = Vectors()
        self.heard: dict[str, list] = {}
        self.api = ApiService(
            played.bus,
            played.engine,
            Shelf(),
            self.vectors,
            clock=lambda: played.alarms.now_s,
            set_alarm=played.alarms.set,
            **options,
        )

    def listen(self, request, event):
        self.heard.setdefault(request, []).append(event)

    def settle(self):
        """Wait until everybody has done what follows from what was told."""
        for _ in range(3):
            assert self.api.settle(WAIT_S)
            self.played.settle()

    def ask(self, text="Hello", model="", **options):
        turns = (Turn(Role.USER, text),)
        request = self.api.ask(Question(model, turns, **options), self.listen)
        self.settle()
        return request

    def person_loads(self, path):
        self.played.engine.load(path)
        self.settle()
        self.client.loaded(path)
        self.settle()

    def person_asks(self, request="p1"):
        turns = (Turn(Role.USER, "And you?"),)
        sampling = Question().sampling
        self.played.engine.answer(RequestId(request), "chat", turns, sampling, self.listen)
        self.settle()

    def comes(self, name):
        """Let the engine have loaded a model."""
        self.client.loaded(f"/m/{name}.gguf")
        self.settle()

    def writes(self, request, text="word"):
        self.client.event(Delta(request, text, 1))

    def ends(self, request, reason="end"):
        self.client.event(Done(request, reason, Timings(answer_tokens=1)))
        self.settle()

    def says(self, event):
        self.client.event(event)
        self.settle()

    def passes(self, seconds):
        self.played.alarms.now_s += seconds
        self.played.alarms.ring()
        self.settle()

    @property
    def asked(self):
        """The questions that the engine was sent."""
        return [each.request for each in self.client.sent if isinstance(each, Answer)]

    @property
    def loads(self):
        """The models that the engine was told to load."""
        return [each.path[3] for each in self.client.sent if isinstance(each, Load)]

    @property
    def cancelled(self):
        return [each.request for each in self.client.sent if isinstance(each, Cancel)]

    def end_of(self, request):
        """Return how a request ended, as a program is told it."""
        last = self.heard[request][-1]
        problem = last if isinstance(last, Problem) else getattr(last, "problem", None)
        return problem.facts["kind"] if problem else getattr(last, "reason", last)
