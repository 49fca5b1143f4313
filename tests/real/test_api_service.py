"""Programs over a real engine process: models on demand, and the person's model afterwards."""

import queue
from itertools import groupby
from types import SimpleNamespace

import pytest
from tests.real.enginewindow import SMALL, Window
from tests.services.ear import WAIT_S

from inglenook.chat.message import Role
from inglenook.chat.sampling import Sampling
from inglenook.core.ids import RequestId
from inglenook.effort.level import Level
from inglenook.engine.protocol import Compared, Delta, Done, Failed, Started, Tokenised, Turn
from inglenook.services.api import ApiService
from inglenook.services.apiquestion import Question
from inglenook.services.events import EngineChanged, EnginePhase
from inglenook.services.installed import InstalledModel

pytestmark = pytest.mark.model


def is_ready(each):
    return isinstance(each, EngineChanged) and each.state.phase is EnginePhase.READY


class Programs:
    """Programs, and a window, that share a real engine."""

    def __init__(self, paths):
        self.window = Window()
        self.paths = [str(path) for path in paths]
        models = tuple(InstalledModel(str(path), path.stem, "", 1, "", 0) for path in paths)
        shelf = SimpleNamespace(
            models=models, sees=lambda _path: False, first_choice=lambda _last: str(paths[0])
        )
        vectors = SimpleNamespace(cancel=lambda _request: None, close=lambda: None)
        self.api = ApiService(self.window.bus, self.window.engine, shelf, vectors)
        self.api.leave_no_spare_time()
        self.heard = {}
        self.news = queue.SimpleQueue()

    def listen(self, request, event):
        self.heard.setdefault(request, []).append(event)
        if isinstance(event, Done | Failed | Tokenised):
            self.news.put(request)

    def ask(self, text, model="", **options):
        sampling = options.pop("sampling", Question().sampling)
        turns = (Turn(Role.USER, text),)
        return self.api.ask(Question(model, turns, sampling=sampling, **options), self.listen)

    def wait(self, *requests):
        left = set(requests)
        while left:
            left.discard(self.news.get(timeout=2 * WAIT_S))
        return [self.heard[each] for each in requests]

    def close(self):
        self.api.close()
        self.window.engine.close()


@pytest.fixture(scope="module")
def programs(starter, tmp_path_factory):
    other = tmp_path_factory.mktemp("models") / "other.gguf"
    other.symlink_to(starter)
    made = Programs((starter, other))
    made.window.load(starter, SMALL)
    yield made
    made.close()


BRIEF = Sampling(temperature=0.0, answer_limit_tokens=4)


def test_the_model_is_changed_for_a_program_and_back_for_the_person(programs):
    one = programs.ask("Hello", "other", sampling=BRIEF)
    two = programs.ask("Hello", "other", sampling=BRIEF)
    for events in programs.wait(one, two):
        assert isinstance(events[-1], Done), events[-1]
        assert "".join(each.text for each in events if isinstance(each, Delta))
    person, turns = RequestId("person"), (Turn(Role.USER, "Hello"),)
    programs.window.engine.answer(person, "chat", turns, BRIEF, programs.listen)
    (events,) = programs.wait(person)
    assert events[-1].reason == "length"
    ready = [each.state.model.path for each in programs.window.ear.all if is_ready(each)]
    assert [path for path, _ in groupby(ready)] == [*programs.paths, programs.paths[0]]


def test_effort_tokens_and_prompts_as_they_stand(programs):
    knobs = Sampling(answer_limit_tokens=24)
    voted = programs.ask(
        "What is 2 + 3? End with: Answer: N", effort=Level.BALANCED, sampling=knobs
    )
    prompt = Question(prompt="Once upon a", sampling=BRIEF)
    raw = programs.api.ask(prompt, programs.listen)
    counted = programs.api.tokenise("", "Once upon a", programs.listen)
    voted, raw, counted = programs.wait(voted, raw, counted)
    assert [each.tokens > 24 for each in voted if isinstance(each, Compared)] == [True]
    started = next(each for each in raw if isinstance(each, Started))
    assert len(counted[-1].tokens) <= started.prompt_tokens <= len(counted[-1].tokens) + 1
