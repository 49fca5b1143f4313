import pytest

from inglenook.engine.death import Cause, Death


def test_a_killed_engine_that_comes_back_is_no_cause_for_worry():
    problem = Death(Cause.ENDED, exit_status=-9, restarting=True).problem
    assert problem.title == "The engine stopped unexpectedly"
    assert problem.advice == "It is starting again; your chat is safe."
    assert problem.facts["signal"] == "SIGKILL"
    assert "memory" in problem.facts["what happened"]


def test_an_assertion_is_shown_in_llama_cpps_own_words():
    fatal = "/tmp/build-x/vendor/src/llama-vocab.cpp:2544: GGML_ASSERT(a/b == c) failed"
    problem = Death(Cause.ENDED, -6, fatal=fatal).problem
    assert problem.facts["last words"] == "llama-vocab.cpp:2544: GGML_ASSERT(a/b == c) failed"
    assert problem.facts["what happened"] == "llama.cpp gave up"


def test_running_out_of_memory_is_called_by_its_name():
    for text in ("std::bad_alloc", "CUDA error: out of memory", "MemoryError"):
        assert (
            Death(Cause.ENDED, -6, output=text).problem.title == "The engine ran out of memory"
        )


def test_a_model_that_ends_the_engine_is_named_as_the_reason():
    problem = Death(Cause.ENDED, -6, loading="/models/bad.gguf").problem
    assert problem.title == "The engine stopped while loading this model"
    assert problem.facts["model"] == "/models/bad.gguf"


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (-11, "SIGSEGV"),
        (-4, "SIGILL"),
        (-999, "signal 999"),
        (0xC0000005, "SIGSEGV"),
        (0, ""),
        (3, ""),
        (None, ""),
    ],
)
def test_signals_and_codes_have_names(status, name):
    death = Death(Cause.ENDED, status)
    assert death.signal_name == name
    assert death.in_words()


@pytest.mark.parametrize("cause", list(Cause))
@pytest.mark.parametrize("restarting", [True, False])
@pytest.mark.parametrize("loading", ["", "/models/x.gguf"])
def test_every_death_has_a_short_title_and_one_sentence_of_advice(cause, restarting, loading):
    problem = Death(cause, restarting=restarting, loading=loading).problem
    assert len(problem.title.split()) <= 9
    assert not problem.title.endswith(".")
    assert problem.advice.endswith(".")


def test_much_output_is_shown_from_its_end():
    problem = Death(Cause.ENDED, 1, output="x" * 10_000 + "the end").problem
    assert problem.facts["output"].endswith("the end")
    assert len(problem.facts["output"]) <= 2_000
