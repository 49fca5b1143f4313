"""Each knob has its effect, and the chain holds nothing else."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from tests.data.lone_context import LoneContext
from tests.data.tiny_llama import write

from inglenook.chat.sampling import BALANCED, EXACT, Sampling
from inglenook.core.errors import BadArgumentError, ComputeError
from inglenook.engine import samplers, sampling
from inglenook.engine.candidates import Candidates
from inglenook.engine.lib import api
from inglenook.engine.odds import logits_of, logprob
from inglenook.engine.sampling import Chain

NEUTRAL = Sampling(temperature=1.0, top_k=0, top_p=1.0, min_p=0.0)
A, B, C, D = 300, 301, 302, 303
LADDER = ((A, 5.0), (B, 4.5), (C, 4.0), (D, 1.0))


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    made = LoneContext(write(tmp_path_factory.mktemp("models") / "tiny.gguf"))
    yield made
    made.free()


@pytest.fixture(scope="module")
def model(context):
    return context.model


def names(settings, model):
    chain = Chain(settings, model)
    members = [
        api.llama_sampler_name(api.llama_sampler_chain_get(chain.handle, at)).decode()
        for at in range(api.llama_sampler_chain_n(chain.handle))
    ]
    chain.free()
    return members


def drawn(model, times=200, *, ladder=LADDER, taken=(), **knobs):
    """Count what is picked from a few likely tokens, each time after the same taken ones."""
    logits = np.full(model.vocab_size, -20.0, np.float32)
    for token, logit in ladder:
        logits[token] = logit
    chain = Chain(replace(NEUTRAL, **{"seed": 1, **knobs}), model)
    for token in taken:
        chain.take(token)
    candidates = Candidates(model.vocab_size)
    found = Counter(candidates.picked(chain.handle, logits) for _ in range(times))
    chain.free()
    return found


# --- what is in the chain ---


def test_temperature_zero_takes_the_likeliest_token(model):
    assert names(EXACT, model) == ["greedy"]
    assert names(replace(EXACT, mirostat=2, xtc_probability=1.0), model) == ["greedy"]


def test_neutral_settings_leave_only_the_draw(model):
    assert names(NEUTRAL, model) == ["dist"]


def test_the_usual_chain_cuts_the_vocabulary_down_first(model):
    assert names(BALANCED, model) == ["top-k", "top-p", "min-p", "temp", "dist"]


def test_all_knobs_stand_in_the_servers_order(model):
    everything = Sampling(
        logit_bias=((A, 1.0),), repeat_penalty=1.1, dry_multiplier=0.8, top_n_sigma=1.0,
        typical_p=0.9, xtc_probability=0.5, temperature_range=0.1,
    )  # fmt: skip
    assert names(everything, model) == [
        "logit-bias", "penalties", "dry", "top-n-sigma", "top-k", "typical", "top-p", "min-p",
        "xtc", "temp-ext", "dist",
    ]  # fmt: skip


def test_mirostat_replaces_all_that_cuts(model):
    assert names(Sampling(mirostat=1), model) == ["temp", "mirostat"]
    assert names(Sampling(mirostat=2, repeat_penalty=1.1), model) == [
        "penalties", "temp", "mirostat-v2",
    ]  # fmt: skip


def test_a_penalty_without_a_window_is_none(model):
    assert names(replace(BALANCED, repeat_penalty=1.1, repeat_window_tokens=0), model) == (
        names(BALANCED, model)
    )


def test_keeping_more_than_the_vocabulary_is_keeping_all(model):
    assert "top-k" not in names(replace(BALANCED, top_k=100_000), model)


def test_tokens_the_makers_suppress_are_never_picked(model, monkeypatch):
    monkeypatch.setattr(samplers, "_suppressed", lambda _model: [A])
    assert A not in drawn(model)


# --- what the knobs do ---


def test_top_k_of_one_is_the_likeliest(model):
    assert set(drawn(model, top_k=1)) == {A}
    assert set(drawn(model, top_k=2)) == {A, B}


def test_top_p_keeps_the_smallest_set_that_is_likely_enough(model):
    assert set(drawn(model, top_p=0.6)) == {A, B}
    assert set(drawn(model, top_p=0.0)) == {A}


def test_min_p_drops_what_is_far_below_the_best(model):
    assert set(drawn(model, min_p=0.5)) == {A, B}


def test_typical_keeps_what_surprises_as_much_as_expected(model):
    assert A not in drawn(model, typical_p=0.2)
    assert set(drawn(model, typical_p=0.95)) == {A, B, C}


def test_top_n_sigma_keeps_what_stands_out(model):
    assert set(drawn(model, top_n_sigma=0.1)) == {A}
    assert set(drawn(model, top_n_sigma=1.0)) == {A, B, C, D} - {D}


def test_xtc_leaves_out_the_likeliest(model):
    assert A not in drawn(model, xtc_probability=1.0, xtc_threshold=0.2)
    some = drawn(model, xtc_probability=0.5, xtc_threshold=0.2)
    assert 0 < some[A] < drawn(model)[A]
    assert drawn(model, xtc_probability=1.0, xtc_threshold=0.5) == drawn(model)


def test_temperature_spreads_and_gathers(model):
    assert drawn(model, temperature=0.2)[A] > drawn(model)[A] > drawn(model, temperature=2)[A]


def test_dynamic_temperature_follows_the_doubt(model):
    sure = ((A, 9.0), (B, 6.0))
    cool = drawn(model, temperature_range=1.0, top_k=4, ladder=sure)
    assert cool[A] > drawn(model, top_k=4, ladder=sure)[A]


def test_penalties_make_written_tokens_less_likely(model):
    plain = drawn(model)[A]
    assert drawn(model, repeat_penalty=2.0, taken=[A])[A] < plain
    assert drawn(model, presence_penalty=2.0, taken=[A])[A] < plain
    assert drawn(model, presence_penalty=-2.0, taken=[A])[A] > plain
    often = drawn(model, frequency_penalty=1.0, taken=[A] * 5)
    assert often[A] < drawn(model, frequency_penalty=1.0, taken=[A])[A]


def test_penalties_look_back_only_so_far(model):
    far = drawn(model, presence_penalty=2.0, repeat_window_tokens=2, taken=[A, D, D])
    assert far[A] > drawn(model, presence_penalty=2.0, taken=[A, D, D])[A]


def test_dry_stops_a_loop_and_leaves_single_words_alone(model):
    loop = [A, B, C, D] * 4
    ladder = ((A, 5.0), (B, 3.0))
    dry = {"dry_multiplier": 3.0, "dry_breakers": ()}
    assert drawn(model, taken=loop, ladder=ladder)[A] > 150
    assert drawn(model, taken=loop, ladder=ladder, **dry)[A] < 5
    assert drawn(model, taken=[A], ladder=ladder, **dry)[A] > 150
    assert drawn(model, taken=loop, ladder=ladder, dry_window_tokens=2, **dry)[A] > 150


def test_a_breaker_ends_what_dry_follows(model):
    newline = int(model.tokens("\n", special=False)[-1])
    loop = [A, B, newline] * 5
    ladder = ((A, 5.0), (B, 3.0))
    assert drawn(model, taken=loop, ladder=ladder, dry_multiplier=3.0)[A] > 150
    with_all = drawn(model, taken=loop, ladder=ladder, dry_multiplier=3.0, dry_breakers=())
    assert with_all[A] < 5
    strange = drawn(model, taken=loop, dry_multiplier=3.0, dry_breakers=("é", "日本"))
    assert sum(strange.values()) == 200


def test_a_bias_forces_and_forbids(model):
    assert set(drawn(model, logit_bias=((D, 100.0),))) == {D}
    assert A not in drawn(model, logit_bias=((A, -100.0),))
    assert set(drawn(model, logit_bias=((D, 100.0),), temperature=0.0)) == {D}


@pytest.mark.parametrize("version", [1, 2])
def test_mirostat_holds_the_surprise(model, version):
    ladder = tuple((260 + at, 8.0 - at / 8) for at in range(100))
    knobs = {"mirostat": version, "ladder": ladder, "times": 400, "mirostat_eta": 0.5}
    low = drawn(model, mirostat_tau=0.5, **knobs)
    high = drawn(model, mirostat_tau=6.0, **knobs)
    assert len(low) < len(high)


def test_a_bias_for_a_token_that_is_not_there_is_refused(model):
    with pytest.raises(BadArgumentError):
        Chain(replace(EXACT, logit_bias=((model.vocab_size, 1.0),)), model)


# --- seeds ---


@pytest.mark.parametrize("seed", [0, 1, 2**32, 2**70, -1])
def test_any_seed_is_taken(model, seed):
    assert names(replace(NEUTRAL, seed=seed), model) == ["dist"]


def test_the_same_seed_writes_the_same_and_another_offset_does_not(context):
    def text(**options):
        return context.write([5, 6, 7], replace(NEUTRAL, seed=3), 12, **options)[0]

    assert text() == text()
    assert text(seed_offset=1) == text(seed_offset=1) != text()


def test_without_a_seed_each_answer_has_its_own(context):
    tokens = {tuple(context.write([5], NEUTRAL, 12)[0]) for _ in range(3)}
    assert len(tokens) == 3


# --- the chain itself ---


def test_top_k_of_one_writes_what_greedy_writes(context):
    greedy = context.write([5, 6], EXACT, 12)[0]
    assert context.write([5, 6], replace(NEUTRAL, top_k=1), 12)[0] == greedy


@pytest.mark.parametrize(
    "knobs",
    [{"presence_penalty": 2.0}, {"dry_multiplier": 1.0, "dry_base": 1.1, "dry_breakers": ()}],
)
def test_a_fork_remembers_what_was_taken_and_draws_by_itself(model, knobs):
    logits = np.full(model.vocab_size, -20.0, np.float32)
    logits[[A, B]] = 5.0, 3.5
    candidates = Candidates(model.vocab_size)

    def picks(chain):
        return [candidates.picked(chain.handle, logits) for _ in range(100)]

    first = Chain(replace(NEUTRAL, seed=1, **knobs), model)
    fresh = picks(first)
    for token in [A, C, D] * 3 + [C, D]:
        first.take(token)
    second, third = first.fork(seed_offset=1), first.fork(seed_offset=2)
    told, other = picks(second), picks(third)
    assert fresh.count(A) - 10 > told.count(A)
    assert told != other
    for chain in (first, second, third):
        chain.free()


def test_freeing_twice_is_harmless(model):
    chain = Chain(EXACT, model)
    chain.free()
    chain.free()


def test_a_sampler_that_cannot_be_made_is_an_error_and_no_crash(model, monkeypatch):
    null = type(api.llama_sampler_init_greedy())()
    monkeypatch.setattr(api, "llama_sampler_init_greedy", lambda: null)
    with pytest.raises(ComputeError):
        Chain(EXACT, model)


# --- a form asked for ---


def test_a_grammar_is_kept_and_ends_the_answer(context):
    for seed in range(5):
        form = replace(NEUTRAL, grammar='root ::= ("ab" | "é") "!"{2}', seed=seed)
        _, text, has_ended = context.write([5, 6], form, 20)
        assert text in {"ab!!", "é!!"}
        assert has_ended


def test_the_likeliest_allowed_token_is_picked_greedily(context):
    form = replace(EXACT, grammar="root ::= [x-z]")
    context.read([5, 6])
    chain = Chain(form, context.model)
    token = chain.pick(context.handle, -1)
    logits = {
        each: chain.odds(context.handle, -1, each).logprob
        for each in range(context.model.vocab_size)
        if context.model.piece(each) in {b"x", b"y", b"z"}
    }
    chain.free()
    assert token == max(logits, key=logits.__getitem__)


def test_a_bias_still_counts_inside_a_form(context):
    y = next(at for at in range(261, 400) if context.model.piece(at) == b"y")
    form = replace(NEUTRAL, grammar="root ::= [x-z]", logit_bias=((y, 100.0),), seed=1)
    assert context.write([5], form, 3)[1] == "y"


def test_only_what_the_form_allows_can_be_taken(model):
    chain = Chain(replace(EXACT, grammar='root ::= "ab"'), model)
    b = next(at for at in range(261, 400) if model.piece(at) == b"b")
    with pytest.raises(BadArgumentError):
        chain.take(b)
    chain.is_free = True
    chain.take(b)
    chain.is_free = False
    chain.take(b - 1)
    chain.take(b)
    chain.take(model.eos)
    chain.free()


def test_a_free_chain_lets_the_model_think_first(context):
    form = replace(NEUTRAL, grammar='root ::= "a"', seed=2)
    chain = Chain(form, context.model)
    context.read([5])
    chain.is_free = True
    free = {chain.pick(context.handle, -1) for _ in range(5)}
    assert b"a" not in {context.model.piece(token) for token in free}
    chain.is_free = False
    assert context.model.piece(chain.pick(context.handle, -1)) == b"a"
    chain.free()


def test_a_fork_stands_at_the_same_place_of_the_form(context):
    first = Chain(replace(EXACT, grammar='root ::= "a" [bc]'), context.model)
    context.read([5])
    first.pick(context.handle, -1)
    second = first.fork(seed_offset=1)
    for chain in (first, second):
        assert context.model.piece(chain.pick(context.handle, -1)) in {b"b", b"c"}
        chain.free()


def test_where_nothing_is_allowed_the_answer_fails_and_says_so(context, monkeypatch):
    chain = Chain(replace(EXACT, grammar='root ::= "a"'), context.model)
    context.read([5])
    monkeypatch.setattr(chain._place, "take", lambda _token: False)
    monkeypatch.setattr(chain._place, "allowed", lambda: np.zeros(0, np.int32))
    with pytest.raises(ComputeError, match="cannot go on in this form"):
        chain.pick(context.handle, -1)
    chain.free()


def test_a_wide_form_is_cut_from_the_likeliest_tokens_alone(context, monkeypatch):
    monkeypatch.setattr(sampling, "_LIKELY", 200)
    monkeypatch.setattr(sampling, "_ENOUGH", 8)
    chain = Chain(replace(BALANCED, top_k=8, grammar="root ::= [ -~]*", seed=1), context.model)
    monkeypatch.setattr(chain._place, "is_wide", lambda: True)
    logits = np.linspace(0, 5, context.model.vocab_size, dtype=np.float32)
    likely = chain._allowed(logits)
    assert 8 <= len(likely) < len(chain._place.allowed())
    assert set(likely) <= set(np.argsort(logits)[-200:])
    chain.free()


def test_odds_are_those_of_the_raw_logits_before_and_after_the_pick(context):
    context.read([5, 6])
    chain = Chain(replace(NEUTRAL, odds=4, temperature=0.1, seed=1), context.model)
    before = chain.odds(context.handle, -1, A)
    chain.pick(context.handle, -1)
    assert chain.odds(context.handle, -1, A) == before
    assert len(before.others) == 4
    assert before.logprob == pytest.approx(
        logprob(logits_of(context.handle, -1, context.model.vocab_size), A)
    )
    chain.free()


def test_asking_for_the_odds_of_a_row_without_logits_is_an_error_and_no_crash(context):
    chain = Chain(EXACT, context.model)
    context.read([5, 6])
    with pytest.raises(ComputeError):
        chain.odds(context.handle, 0, A)
    chain.free()


@pytest.mark.parametrize("biases", [(), ((A, 3.0),), ((A, 3.0), (B, -100.0), (A, 2.0))])
def test_the_likeliest_token_is_the_one_the_chain_would_pick(context, model, biases):
    for prompt in range(12):
        context.read([270 + prompt, 280, 290 + prompt])
        chain = Chain(replace(EXACT, logit_bias=biases), model)
        before = logits_of(context.handle, -1, model.vocab_size).copy()
        assert chain.pick(context.handle, -1) == sampling._sample(
            chain.handle, context.handle, -1
        )
        assert np.array_equal(before, logits_of(context.handle, -1, model.vocab_size))
        chain.free()
