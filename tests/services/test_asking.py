"""An engine of its own answers one question after another, and its end is told."""

from contextlib import closing
from functools import partial

import pytest

from inglenook.chat.message import Role
from inglenook.chat.sampling import EXACT
from inglenook.core.errors import InglenookError
from inglenook.effort.strategy import Kind, Score, Strategy
from inglenook.engine.client import EngineClient
from inglenook.engine.protocol import Turn
from inglenook.engine.thread import EngineThread
from inglenook.models.kind import FileKind
from inglenook.models.settings import EngineSettings
from inglenook.services import asking
from inglenook.services.appraising import AppraisingService
from inglenook.services.asking import Asker
from inglenook.services.echo import ECHO_PATH
from inglenook.services.embedding import EmbeddingService
from inglenook.services.installed import InstalledModel


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


def test_another_model_scores_the_drafts_of_an_evaluation():
    judge = InstalledModel("judge.gguf", "Judge", "", 1, "", 512, kind=FileKind.RANKING)
    make_client = partial(EngineClient, launch=partial(EngineThread, "echo"))
    readers = EmbeddingService(make_client, lambda _path: EngineSettings())
    service = AppraisingService(readers, lambda: [judge])
    text = "/echo text=It is a stone.\n---\nIt is wine."
    with (
        closing(readers),
        closing(Asker(ECHO_PATH, EngineSettings(), backend="echo", appraiser=service)) as asker,
    ):
        reply = asker.ask(say(text), EXACT, Strategy(Kind.BEST_OF, 2, Score.REWARD))
    assert reply.compared.scored_by == "Judge"
    scores = [each.score for each in reply.drafts]
    assert len(scores) == 2
    assert reply.text == reply.drafts[scores.index(max(scores))].text


def test_a_model_that_does_not_load_is_told(tmp_path):
    with pytest.raises(InglenookError):
        Asker(str(tmp_path / "gone.gguf"), EngineSettings())


def test_an_engine_that_says_nothing_is_told(monkeypatch):
    with closing(Asker(ECHO_PATH, EngineSettings(), backend="echo")) as asker:
        monkeypatch.setattr(asking, "PATIENCE_S", 0.01)
        with pytest.raises(InglenookError, match="does not answer"):
            asker._wait_until_loaded()
