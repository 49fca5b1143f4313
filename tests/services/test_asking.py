"""An engine of its own answers one question after another, and its end is told."""

from contextlib import closing

import pytest

from inglenook.chat.message import Role
from inglenook.chat.sampling import EXACT
from inglenook.core.errors import InglenookError
from inglenook.engine.protocol import Turn
from inglenook.models.settings import EngineSettings
from inglenook.services import asking
from inglenook.services.asking import Asker
from inglenook.services.echo import ECHO_PATH


def say(text):
    return (Turn(Role.USER, text),)


def test_questions_are_answered_and_an_engine_that_dies_is_told():
    with closing(Asker(ECHO_PATH, EngineSettings(), backend="echo")) as asker:
        reply = asker.ask(say("/echo text=12"), EXACT)
        assert (reply.text, reply.is_whole, reply.compared) == ("12", True, None)
        assert reply.tokens > 0
        with pytest.raises(InglenookError, match="told to fail"):
            asker.ask(say("/echo fail"), EXACT)
        with pytest.raises(InglenookError):
            asker.ask(say("/echo tokens=50 die=kill at=10"), EXACT)


def test_a_model_that_does_not_load_is_told(tmp_path):
    with pytest.raises(InglenookError):
        Asker(str(tmp_path / "gone.gguf"), EngineSettings())


def test_an_engine_that_says_nothing_is_told(monkeypatch):
    with closing(Asker(ECHO_PATH, EngineSettings(), backend="echo")) as asker:
        monkeypatch.setattr(asking, "PATIENCE_S", 0.01)
        with pytest.raises(InglenookError, match="does not answer"):
            asker._wait_until_loaded()
