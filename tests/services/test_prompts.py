"""Saved prompts are kept, named apart, moved and brought back."""

from pathlib import Path

import pytest
from tests.services.ear import WAIT_S

from inglenook.chat.assistant import Prompt
from inglenook.services.assistantnews import PromptsChanged
from inglenook.services.bus import Bus
from inglenook.services.prompts import PromptService
from inglenook.services.store import Store


class Drawer:
    def __init__(self, path: Path) -> None:
        bus = Bus()
        self.heard: list[PromptsChanged] = []
        bus.subscribe(self.heard.append)
        self.store = Store(path, lambda _problem: None)
        self.service = PromptService(bus, self.store)

    def names(self) -> list[str]:
        assert self.store.settle(WAIT_S)
        return [each.name for each in self.heard[-1].prompts]


@pytest.fixture
def drawer(tmp_path: Path):
    made = Drawer(tmp_path / "data" / "p.db")
    made.service.start()
    yield made
    made.store.close()


def test_prompts_are_added_changed_and_named_apart(drawer: Drawer):
    first = drawer.service.create("Explain", "Explain {{topic}}")
    drawer.service.create("Explain", "again")
    assert drawer.names() == ["Explain", "Explain 2"]
    drawer.service.save(Prompt(first, "Explain 2", "other words"))
    assert drawer.names() == ["Explain 2 2", "Explain 2"]
    said = len(drawer.heard)
    drawer.service.save(drawer.heard[-1].prompts[0])
    drawer.names()
    assert len(drawer.heard) == said  # nothing changed, so nothing is told


def test_a_prompt_comes_back_where_it_was(drawer: Drawer):
    made = [drawer.service.create(name, "x") for name in ("A", "B", "C")]
    drawer.service.remove(made[1])
    assert drawer.names() == ["A", "C"]
    drawer.service.create("B", "of another")
    drawer.service.restore(made[1])
    drawer.service.restore(made[1])  # once is enough
    assert drawer.names() == ["A", "B 2", "C", "B"]


def test_prompts_are_moved(drawer: Drawer):
    made = [drawer.service.create(name, "x") for name in ("A", "B", "C")]
    drawer.service.move(made[2], -1)
    drawer.service.move(made[0], -1)
    drawer.service.move("nobody", 1)
    assert drawer.names() == ["A", "C", "B"]
