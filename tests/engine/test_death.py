import pytest

from inglenook.engine.death import Cause, Death
from inglenook.models.stepdown import Trouble


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
    said = "llama.cpp gave up: the check “a/b == c” failed in llama-vocab.cpp"
    assert problem.facts["what happened"] == said
    other = Death(Cause.ENDED, -6, fatal="/src/ggml.c:12: unknown type").in_words()
    assert other == "llama.cpp gave up: “unknown type” in ggml.c"


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


@pytest.mark.parametrize("status", [-4, 0xC000001D])
def test_a_build_for_another_processor_is_not_blamed_on_the_model(status):
    problem = Death(Cause.ENDED, status, loading="/models/good.gguf").problem
    assert problem.title == "The engine does not run on this processor"
    assert "kind of computer" in problem.advice


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


@pytest.mark.parametrize(
    ("death", "trouble"),
    [
        (Death(Cause.ENDED, -9), Trouble.MEMORY),
        (Death(Cause.ENDED, -6, output="std::bad_alloc"), Trouble.MEMORY),
        (Death(Cause.ENDED, -6, output="CUDA error: out of memory"), Trouble.GPU_MEMORY),
        (Death(Cause.ENDED, -6, fatal="/x/ggml.c:9: GGML_ASSERT(a) failed"), Trouble.ASSERTION),
        # The C library of Windows ends an abort with status 3, which is no signal.
        (Death(Cause.ENDED, 3, fatal="ggml.c:9: GGML_ASSERT(a) failed"), Trouble.ASSERTION),
        (Death(Cause.ENDED, -6), Trouble.ASSERTION),
        (Death(Cause.ENDED, -11), Trouble.CRASH),
        (Death(Cause.HUNG, -9), Trouble.CRASH),
        (Death(Cause.ENDED, -7), Trouble.UNREADABLE),
    ],
)
def test_some_deaths_can_be_helped_by_smaller_settings(death, trouble):
    assert death.trouble is trouble


@pytest.mark.parametrize(
    "death",
    [
        Death(Cause.ENDED, -6, fatal="/b/llama-vocab.cpp:2544: GGML_ASSERT(a) failed"),
        Death(Cause.ENDED, -6, fatal="/b/gguf.cpp:20: GGML_ASSERT(n > 0) failed"),
        Death(Cause.ENDED, -6, fatal="/b/llama-model-loader.cpp:7: GGML_ASSERT(a) failed"),
        Death(Cause.ENDED, -4),
        Death(Cause.ENDED, -15),
        Death(Cause.ENDED, 3, fatal="ImportError: no library"),
        Death(Cause.ENDED, 0),
        Death(Cause.NOT_STARTED),
        Death(Cause.SILENT_START, -9),
        Death(Cause.KILLED, -9),
    ],
)
def test_a_damaged_file_or_installation_cannot(death):
    assert death.trouble is Trouble.HOPELESS
