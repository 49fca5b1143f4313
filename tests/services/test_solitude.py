"""Answers share the engine until it has nothing to do again."""

from inglenook.services.events import EngineChanged, EnginePhase, EngineState
from inglenook.services.solitude import Solitude


def test_an_answer_is_alone_only_if_none_was_beside_it_to_the_end():
    engine = Solitude()
    assert engine.state == EngineState()
    seen = []
    for answering in (1, 2, 1, 0, 1):
        engine.told(EngineChanged(EngineState(EnginePhase.READY, answering=answering)))
        engine.told("something else")
        seen.append(engine.is_shared)
        assert engine.state.answering == answering
    assert seen == [False, True, True, False, False]
