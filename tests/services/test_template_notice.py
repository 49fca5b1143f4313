"""A model without a chat template of its own is used, and that is said."""

import pytest

from inglenook.engine.protocol import Loaded
from inglenook.services.echo import ECHO_PATH
from inglenook.services.events import EnginePhase, ProblemArose


@pytest.mark.parametrize(
    ("template", "titles"),
    [
        ("own", []),
        ("built-in", ["This model has no chat template that works"]),
        ("plain", ["This model only continues text"]),
    ],
)
def test_it_is_said_when_no_template_came_with_the_model(played, template, titles):
    played.engine.load(ECHO_PATH)
    played.settle()
    played.client.event(Loaded(ECHO_PATH, "echo", 8192, 8192, template=template, load_s=0.1))
    told = [each.problem for each in played.ear.all if isinstance(each, ProblemArose)]
    assert [each.title for each in told] == titles
    assert played.engine.state.phase is EnginePhase.READY
