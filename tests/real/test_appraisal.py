"""A reward model and an embedding model choose among drafts, each model in its own process.

All models are tiny and have random weights: what they choose means nothing, but that it is
what they choose can be told from their scores.
"""

import queue
from functools import partial

import gguf
import numpy as np
from tests.data import tiny_bert, tiny_llama

from inglenook.chat.message import Role
from inglenook.chat.sampling import Sampling
from inglenook.effort.appraisal import likeness
from inglenook.effort.strategy import Kind, Score, Strategy
from inglenook.engine.client import EngineClient
from inglenook.engine.draftevents import Compared, DraftEnded
from inglenook.engine.protocol import Answer, Done, Embedded, Failed, Load, Loaded, Turn
from inglenook.models.fit import EngineSettings
from inglenook.models.kind import FileKind
from inglenook.services.appraising import AppraisingService
from inglenook.services.embedding import EmbeddingService
from inglenook.services.installed import InstalledModel

PATIENCE_S = 60.0
SETTINGS = EngineSettings(context_tokens=512, threads=1, batch_tokens=256, ubatch_tokens=128)
TURNS = (Turn(Role.USER, "which wine?"),)


def installed(path, kind):
    return InstalledModel(str(path), path.stem, "", 1, "bert", 64, kind=kind)


def test_drafts_are_chosen_by_models_in_processes_of_their_own(tmp_path):
    judge = tiny_bert.write(
        tmp_path / "judge.gguf", pooling=gguf.PoolingType.RANK, labels=1, places=512
    )
    vectors = tiny_bert.write(tmp_path / "vectors.gguf", places=512)
    models = (installed(judge, FileKind.RANKING), installed(vectors, FileKind.EMBEDDING))
    readers = EmbeddingService(partial(EngineClient, backend="llama"))
    service = AppraisingService(readers, lambda: models)
    heard: queue.SimpleQueue = queue.SimpleQueue()
    hears = {}

    def on_event(event):
        hears.get(getattr(event, "request", ""), lambda _r, each: heard.put(each))("r", event)

    client = EngineClient(on_event, lambda death, _: heard.put(death), backend="llama")
    client.start()
    client.send(Load(str(tiny_llama.write(tmp_path / "chat.gguf")), SETTINGS))
    while not isinstance(heard.get(timeout=PATIENCE_S), Loaded):
        pass

    def run(score):
        told, sampling = {}, Sampling(temperature=1.5, answer_limit_tokens=12, seed=5)
        strategy = Strategy(Kind.BEST_OF, 4, score)
        command = Answer(score, "c", TURNS, sampling, strategy=strategy)
        hears[score] = service.listening(command, lambda _r, each: heard.put(each))
        client.send(command)
        while True:
            event = heard.get(timeout=PATIENCE_S)
            assert not isinstance(event, Failed)
            if isinstance(event, DraftEnded):
                told[event.draft] = event
            if isinstance(event, Compared):
                compared = event
            if isinstance(event, Done):
                return told, compared

    drafts, compared = run(Score.REWARD)
    assert compared.scored_by == "judge"
    scores = {at: each.score for at, each in drafts.items() if each.text.strip()}
    assert scores[compared.chosen] == max(scores.values())
    assert len(set(scores.values())) > 1

    drafts, compared = run(Score.LIKENESS)
    assert compared.scored_by == "vectors"
    texts = {at: each.text for at, each in sorted(drafts.items()) if each.text.strip()}
    found = []
    readers.embed(str(vectors), tuple(texts.values()), lambda _r, each: heard.put(each))
    while isinstance(event := heard.get(timeout=PATIENCE_S), Embedded):
        found.append(np.frombuffer(event.vector, "<f4"))
    near = dict(zip(texts, likeness(found), strict=True))
    assert near[compared.chosen] == max(near.values())
    client.close()
    readers.close()
