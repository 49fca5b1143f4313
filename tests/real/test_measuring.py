"""What programs that measure a model ask of the server, beside the bindings' own numbers.

The requests are those of lm-evaluation-harness, "local-completions".
"""

import json

import llama_cpp
import numpy as np
import openai
import pytest

from inglenook.engine.lib import silence
from inglenook.engine.placing import model_params
from inglenook.models.settings import EngineSettings

pytestmark = pytest.mark.model

NEAR = 0.15  # other kernels may add in another order: see docs/decisions/0040
PAIRS = [
    ("The capital of France is", " Paris"),
    ("The capital of France is", " Berlin"),
    ("日本の首都は", "東京"),
    ("<|im_start|>user\nSay hello<|im_end|>\n<|im_start|>assistant\nHello!", "<|im_end|>"),
]


@pytest.fixture(scope="module")
def bindings(starter):
    params = model_params(EngineSettings())  # weights in the form that the engine uses

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(llama_cpp.llama_cpp, "llama_model_default_params", lambda: params.native)
        made = llama_cpp.Llama(
            str(starter), n_ctx=512, n_threads=1, n_threads_batch=1, n_gpu_layers=0,
            flash_attn=True, logits_all=True, verbose=False,
        )  # fmt: skip
    silence()
    yield made
    made.close()


def tokens(bindings, text):
    return bindings.tokenize(text.encode(), add_bos=False, special=True)


def chances(bindings, ids):
    """Return the log-probabilities that the bindings see, shape (len(ids), vocabulary)."""
    bindings.reset()
    bindings.eval(ids)
    rows = np.array(bindings.scores[: len(ids)], np.float64)
    rows -= rows.max(axis=1, keepdims=True)
    return rows - np.log(np.exp(rows).sum(axis=1, keepdims=True))


def measured(client, prompts):
    """Ask as the harness does."""
    return client.completions.create(
        model="default", prompt=prompts, temperature=0, max_tokens=1, logprobs=1, seed=1234,
        echo=True,
    ).choices  # fmt: skip


def outcome(odds, begins):
    """Return log-likelihood and whether it is the likeliest, as the harness computes them."""
    told = list(zip(odds.token_logprobs, odds.top_logprobs, strict=True))[begins:-1]
    return sum(each for each, _ in told), all(each == max(top.values()) for each, top in told)


def test_the_likelihood_of_a_text_is_the_one_the_bindings_find(client, bindings):
    prompts = [tokens(bindings, begun + rest) for begun, rest in PAIRS]
    for (begun, _), ids, choice in zip(PAIRS, prompts, measured(client, prompts), strict=True):
        begins = len(tokens(bindings, begun))
        rows = chances(bindings, ids)
        theirs = sum(rows[at - 1][ids[at]] for at in range(begins, len(ids)))
        likeliest = all(rows[at - 1].argmax() == ids[at] for at in range(begins, len(ids)))
        ours, is_greedy = outcome(choice.logprobs, begins)
        assert len(choice.logprobs.tokens) == len(ids) + 1
        assert choice.logprobs.token_logprobs[0] is None
        assert ours == pytest.approx(theirs, abs=NEAR * (len(ids) - begins))
        assert is_greedy == likeliest


def test_each_token_of_a_text_has_the_odds_the_bindings_find(client, bindings):
    text = "The quick brown fox jumps over the lazy dog. 媽 🤗"
    ids = tokens(bindings, text)
    rows = chances(bindings, ids)
    found = client.completions.create(
        model="default", prompt=text, max_tokens=0, logprobs=5, echo=True
    )
    odds = found.choices[0].logprobs
    assert found.choices[0].text == "".join(odds.tokens) == text
    assert found.usage.prompt_tokens == len(ids)
    theirs = [rows[at - 1][ids[at]] for at in range(1, len(ids))]
    assert odds.token_logprobs[1:] == pytest.approx(theirs, abs=NEAR * 2)
    whole = client.completions.create(
        model="default", prompt=ids, max_tokens=0, logprobs=5, echo=True
    )
    assert whole.choices[0].logprobs == odds


def test_the_likeliest_of_several_answers_is_told(client):
    wishes = {"model": "default", "prompt": "My dog", "max_tokens": 6, "seed": 5, "logprobs": 0}
    every = client.completions.create(**wishes, n=4).choices
    best = client.completions.create(**wishes, n=1, best_of=4).choices
    means = [float(np.mean(each.logprobs.token_logprobs)) for each in every]
    assert [each.text for each in best] == [every[int(np.argmax(means))].text]


def test_answers_follow_a_grammar_or_a_schema_and_none_that_cannot_be_followed(client):
    asked = {"model": "default", "max_tokens": 40}
    hello = [{"role": "user", "content": "Is the sky blue?"}]

    def answers(form):
        text = client.completions.create(**asked, prompt="Is it?", extra_body=form)
        chat = client.chat.completions.create(**asked, messages=hello, extra_body=form)
        return [text.choices[0].text, chat.choices[0].message.content]

    assert set(answers({"grammar": 'root ::= "yes" | "no"'})) <= {"yes", "no"}
    number = {"type": "integer", "minimum": 1, "maximum": 9}
    schema = {"type": "object", "properties": {"n": number}, "required": ["n"]}
    for each in answers({"json_schema": {**schema, "additionalProperties": False}}):
        assert 1 <= json.loads(each)["n"] <= 9
    many = " | ".join(f".* [a-m] .{{{at}}}" for at in range(50, 150))
    for wrong in ('root ::= "a', "root ::= missing", f"root ::= {many}"):
        with pytest.raises(openai.BadRequestError, match=r"grammar|too complicated"):
            answers({"grammar": wrong})
