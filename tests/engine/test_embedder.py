"""Encoders and rerankers with random weights make the numbers that numpy makes of them."""

import gguf
import numpy as np
import pytest
from tests.data import tiny_bert, tiny_llama

from inglenook.core.errors import (
    BadArgumentError,
    ComputeError,
    ModelFileError,
    ModelLoadError,
    Problem,
    PromptTooLongError,
)
from inglenook.engine import embedder as embedders
from inglenook.engine.answering import LlamaBackend
from inglenook.engine.protocol import (
    Detokenise,
    Done,
    Embed,
    Embedded,
    Failed,
    Load,
    Rank,
    Ranked,
    Render,
    Tokenise,
)
from inglenook.models.fit import EngineSettings

SETTINGS = EngineSettings(context_tokens=512, threads=1)
MEAN, CLS, RANK = gguf.PoolingType.MEAN, gguf.PoolingType.CLS, gguf.PoolingType.RANK
TEXTS = {
    "red wine": (5, 6),
    "Which stone, une Bordeaux?": (9, 7, 11, 13, 14, 15, 12),
    "wines": (6, 10),
}
RERANK = "<|im_start|>user\nIs {document} right for {query}?<|im_end|>"


class Reader:
    """A backend with a model that was loaded to embed, or to chat."""

    def __init__(self, path, *, embeds=True, settings=SETTINGS):
        self.backend = LlamaBackend()
        self.loaded = self.backend.load(
            Load(str(path), settings, embeds=embeds), lambda _fraction: True
        )

    def run(self, command):
        self.backend.embed(command)
        return self.steps()

    def steps(self):
        events = []
        while self.backend.is_busy:
            events += self.backend.step()
        return events

    def vectors(self, *texts):
        events = self.run(Embed("e", texts))
        assert events[-1].reason == "end"
        assert [each.place for each in events[:-1]] == list(range(len(texts)))
        return [np.frombuffer(each.vector, "<f4") for each in events[:-1]]

    def scores(self, question, *texts):
        ranked, done = self.run(Rank("k", question, texts))
        assert isinstance(done, Done)
        assert done.timings.prompt_tokens == ranked.tokens > 0
        return ranked.scores


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def encoder(folder):
    return Reader(tiny_bert.write(folder / "mean.gguf"))


@pytest.fixture(scope="module")
def ranker(folder):
    return Reader(tiny_bert.write(folder / "rank.gguf", pooling=RANK, labels=2))


@pytest.fixture(scope="module")
def judge(folder):
    template = [
        {"name": "default", "template": tiny_llama.CHATML},
        {"name": "rerank", "template": RERANK},
    ]
    return Reader(
        tiny_llama.write(
            folder / "judge.gguf", arch="qwen3", template=template, labels=("yes", "no")
        )
    )


@pytest.mark.parametrize("pooling", [MEAN, CLS, None], ids=["mean", "first", "unsaid"])
def test_a_vector_is_what_numpy_makes_of_the_same_weights(folder, pooling):
    reader = Reader(tiny_bert.write(folder / "each.gguf", pooling=pooling))
    assert reader.loaded.embeds == tiny_bert.WIDTH
    weights = tiny_bert.random_weights()
    for (text, ids), vector in zip(TEXTS.items(), reader.vectors(*TEXTS), strict=True):
        assert reader.backend.inquire(Tokenise("t", text)).tokens == ids
        rows = tiny_bert.forward(weights, [2, *ids, 3], heads=2, layers=2)
        expected = tiny_bert.unit(rows[0] if pooling == CLS else rows.mean(0))
        assert vector == pytest.approx(expected, abs=1e-3)
        assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)


def test_what_a_text_shares_its_batch_with_makes_no_difference(encoder, monkeypatch):
    texts = [text for text in TEXTS for _ in range(9)]
    together = encoder.vectors(*texts)
    monkeypatch.setattr(embedders, "_SHARED_TOKENS", 1)
    for alone, shared in zip(encoder.vectors(*texts), together, strict=True):
        assert alone == pytest.approx(shared, abs=1e-4)


def test_nothing_in_a_text_becomes_a_control_token(encoder):
    events = encoder.run(Embed("e", ("[SEP]",)))
    assert events[0].tokens > 3


def test_a_pair_is_scored_as_numpy_scores_it_by_the_number_labelled_yes(ranker):
    assert (ranker.loaded.embeds, ranker.loaded.ranks) == (0, True)
    weights = tiny_bert.random_weights(labels=2)
    texts = {"red wine": [5, 6], "a stone": [8, 7]}
    found = ranker.scores("which wine?", *texts)
    for score, ids in zip(found, texts.values(), strict=True):
        rows = tiny_bert.forward(weights, [2, 9, 6, 12, 3, *ids, 3], heads=2, layers=2)
        assert score == pytest.approx(tiny_bert.scores(weights, rows[0])[1], abs=5e-3)


def test_a_decoder_judges_pairs_by_its_own_template(judge):
    assert judge.loaded.ranks
    first, again, other = judge.scores("hello?", "the user", "the user", "a")
    assert first == pytest.approx(again, abs=1e-4)
    assert first != pytest.approx(other, abs=1e-6)
    assert 0 < first < 1  # of yes and no together
    form = judge.backend._embedder.form("<|im_end|>", "why")
    spelled = judge.backend.inquire(Detokenise("d", tuple(form.tolist()))).text
    assert spelled == RERANK.format(query="why", document="<|im_end|>")
    controls = [judge.backend._embedder.model.is_control(int(each)) for each in form]
    assert sum(controls) == 2  # those of the template, not what the text spells


def test_a_chat_model_makes_vectors_where_it_is_loaded_for_that(folder):
    path = tiny_llama.write(folder / "chat.gguf")
    one, same, other = Reader(path).vectors("hello the user", "hello the user", "a")
    assert one @ same == pytest.approx(1.0, abs=1e-4)
    assert one @ other < 0.999


def test_a_model_makes_only_one_of_vectors_and_scores(encoder, ranker):
    with pytest.raises(ModelLoadError, match="no scores"):
        encoder.backend.embed(Rank("r", "a", ("b",)))
    with pytest.raises(ModelLoadError, match="no vectors"):
        ranker.backend.embed(Embed("e", ("a",)))
    with pytest.raises(ModelLoadError, match="cannot chat"):
        encoder.backend.inquire(Render("r", ()))


def test_what_cannot_be_read_is_refused_before_anything_is(encoder, folder):
    with pytest.raises(PromptTooLongError) as refused:
        encoder.backend.embed(Embed("e", ("red", "wine " * 63)))
    assert refused.value.problem.facts == {"tokens": "65", "budget": "64"}
    with pytest.raises(BadArgumentError):
        encoder.backend.embed(Embed("e", ()))
    assert not encoder.backend.is_busy
    chat = Reader(tiny_llama.write(folder / "chat2.gguf"))
    with pytest.raises(BadArgumentError, match="empty"):
        chat.backend.embed(Embed("e", ("",)))
    with pytest.raises(ModelFileError):
        Reader(tiny_llama.write(folder / "no words.gguf", tokenizer=False))


def test_those_who_ask_take_turns_and_each_can_be_stopped(encoder, monkeypatch):
    monkeypatch.setattr(embedders, "_SHARED_TOKENS", 1)
    for request in ("one", "two", "three"):
        encoder.backend.embed(Embed(request, ("red", "wine", "stone")))
    (stopped,) = encoder.backend.stop("two")
    assert (stopped.request, stopped.reason) == ("two", "stopped")
    assert encoder.backend.stop("nobody") == []
    events = encoder.steps()
    told = [each.request for each in events if isinstance(each, Embedded)]
    assert told == ["one", "three"] * 3
    assert all(each.timings.prompt_tokens == 9 for each in events if isinstance(each, Done))


def test_a_raised_flag_leaves_everything_as_it_was(encoder):
    encoder.backend.embed(Embed("e", ("red wine",)))
    encoder.backend.abort(on=True)
    assert encoder.backend.step() == []
    encoder.backend.abort(on=False)
    assert isinstance(encoder.steps()[-1], Done)


def test_a_failure_ends_what_met_it(encoder, monkeypatch):
    problem = Problem("No", "None.")
    encoder.backend.embed(Embed("e", ("red",)))
    assert encoder.backend.fail_all(problem) == [Failed("e", problem)]
    context = encoder.backend._embedder.context
    monkeypatch.setattr(context, "_row", lambda _place: np.array([np.nan], np.float32))
    (failed,) = encoder.run(Embed("e", ("red",)))
    assert failed.problem.title == "The engine could not read this text"
    with pytest.raises(ComputeError):
        context.read([np.array([9_999], np.int32)])  # no such token


def test_threads_change_and_what_is_freed_is_gone(folder):
    reader = Reader(tiny_bert.write(folder / "gone.gguf"))
    reader.backend.set_threads(2)
    assert len(reader.vectors("red")) == 1
    reader.backend.unload()
    with pytest.raises(ModelLoadError):
        reader.backend.embed(Embed("e", ("red",)))
    assert not reader.backend.is_busy


def test_ranked_comes_once_for_many_texts(ranker):
    events = ranker.run(Rank("r", "wine?", ("red",) * 40))
    assert [type(each) for each in events] == [Ranked, Done]
    assert len(events[0].scores) == 40
