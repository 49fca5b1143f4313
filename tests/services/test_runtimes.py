"""The best runtime that works is used; what fails falls to the next, and is told."""

import pytest

from inglenook.hardware.devices import FoundDevices
from inglenook.hardware.runtimes import FoundRuntimes
from inglenook.models.runtime import Launch, Runtime
from inglenook.services.runtimes import Runtimes
from inglenook.storage.kept import KeptValues

OWN, CUDA = Runtime("own", "/own"), Runtime("cuda", "/cuda", ("cuda",))
WORKS = FoundDevices((), "a test")
BEST, GOOD = "libggml-cpu-best.so", "libggml-cpu-good.so"


def illegal(module=""):
    return FoundDevices((), "it died", failed=True, tried_last=module, is_illegal=True)


def broken(module=""):
    return FoundDevices((), "it hung", failed=True, tried_last=module)


class Computer:
    """Answers in place of children: a function of what each is told."""

    def __init__(self, answer):
        self.answer, self.asked = answer, []

    def __call__(self, launch):
        self.asked.append((launch.folder, launch.avoided))
        return self.answer(launch)


@pytest.fixture
def make(tmp_path):
    def made(answer, *runtimes, refused=(), processor="A processor", **more):
        computer = Computer(answer)
        return computer, Runtimes(
            lambda: FoundRuntimes(runtimes or (OWN,), refused),
            KeptValues(tmp_path / "runtimes.json", dict[str, str]),
            ask=computer,
            sees_nvidia=lambda: True,
            processor=lambda: processor,
            **more,
        )

    return made


def test_the_first_that_works_is_used_and_asked_once(make):
    computer, runtimes = make(lambda _: WORKS, OWN, CUDA)
    assert runtimes.launch() == Launch("/cuda", ())
    assert runtimes.devices().notes == ()
    assert computer.asked == [("/cuda", ())]


def test_what_works_is_asked_again_without_what_has_failed(make):
    def answer(launch):
        return FoundDevices((), "a test", modules=(BEST,)) if launch.avoided else broken("nvml")

    computer, runtimes = make(answer)
    runtimes.devices()
    assert not runtimes.look_again().failed
    assert computer.asked == [("/own", ()), ("/own", ("nvml",)), ("/own", ("nvml",))]
    assert runtimes.launch() == Launch("/own", (BEST,))


def test_its_modules_are_what_every_other_child_is_told(make):
    found = FoundDevices((), "a test", modules=(BEST,))
    _, runtimes = make(lambda _: found)
    assert runtimes.launch() == Launch("/own", (BEST,))


def test_one_that_fails_falls_to_the_next_and_is_told(make):
    answer = lambda launch: broken() if launch.folder == "/cuda" else WORKS  # noqa: E731
    _, runtimes = make(answer, OWN, CUDA)
    assert runtimes.launch().folder == "/own"
    assert runtimes.devices().notes == (
        "The library of the runtime “cuda” is not used: it hung.",
    )


def test_folders_that_are_refused_are_told(make):
    _, runtimes = make(lambda _: WORKS, refused=("A folder is not used.",))
    assert runtimes.devices().notes == ("A folder is not used.",)


def test_a_module_that_ends_the_child_is_left_out(make):
    answer = lambda launch: WORKS if BEST in launch.avoided else illegal(BEST)  # noqa: E731
    computer, runtimes = make(answer)
    assert runtimes.devices().notes == (
        f"The part {BEST} of the runtime “own” is not used: "
        "it uses instructions that this processor does not have.",
    )
    assert computer.asked == [("/own", ()), ("/own", (BEST,))]


def test_what_this_processor_does_not_run_is_not_tried_by_the_next_start(make):
    answer = lambda launch: WORKS if BEST in launch.avoided else illegal(BEST)  # noqa: E731
    make(answer)[1].devices()
    computer, runtimes = make(answer)
    runtimes.devices()
    assert computer.asked == [("/own", (BEST,))]


def test_another_processor_may_run_it(make):
    make(lambda launch: WORKS if launch.avoided else illegal(BEST))[1].devices()
    computer, runtimes = make(lambda _: WORKS, processor="Another")
    runtimes.devices()
    assert computer.asked == [("/own", ())]


def test_what_failed_otherwise_is_tried_again_by_the_next_start(make):
    make(lambda launch: WORKS if launch.avoided else broken(BEST))[1].devices()
    computer, runtimes = make(lambda _: WORKS)
    runtimes.devices()
    assert computer.asked == [("/own", ())]


def test_who_only_looks_remembers_nothing(make, tmp_path):
    answer = lambda launch: WORKS if launch.avoided else illegal(BEST)  # noqa: E731
    make(answer, may_remember=False)[1].devices()
    assert not (tmp_path / "runtimes.json").exists()


def test_modules_are_left_out_one_by_one_down_to_the_last(make):
    names = [f"libggml-cpu-{number}.so" for number in range(14)]
    left = lambda launch: [name for name in names if name not in launch.avoided]  # noqa: E731
    _, runtimes = make(lambda one: illegal(left(one)[0]) if left(one)[1:] else WORKS)
    assert not runtimes.devices().failed
    assert len(runtimes.devices().notes) == 13


def test_a_child_that_says_the_same_again_is_not_asked_for_ever(make):
    computer, runtimes = make(lambda _: illegal(BEST))
    assert runtimes.devices().failed
    assert len(computer.asked) == 2


def test_without_any_that_works_the_engine_may_try_and_say_itself(make):
    _, runtimes = make(lambda _: illegal())
    found = runtimes.devices()
    assert found.failed
    assert "instructions that this processor does not have" in found.source
    assert runtimes.launch() == Launch()


def test_without_any_at_all_that_is_said(tmp_path):
    none = KeptValues(tmp_path / "none.json", dict[str, str])
    found = Runtimes(lambda: FoundRuntimes(()), none, sees_nvidia=lambda: False).devices()
    assert (found.failed, found.source) == (True, "no runtime was found")


def test_another_build_than_it_says_is_not_used(make):
    false = Runtime("false", "/false", build="llama.cpp 2", is_asked_for=True)
    told = FoundDevices((), "a test", build="llama.cpp 1")
    _, runtimes = make(lambda _: told, OWN, false)
    assert runtimes.launch().folder == "/own"


class Ends:
    """An engine process that reports one exit status."""

    def __init__(self, _command, _launch, on_end):
        self.end = on_end


def test_an_engine_that_dies_of_an_instruction_gets_another_build(make, monkeypatch):
    monkeypatch.setattr("inglenook.services.runtimes.EngineProcess", Ends)

    def answer(launch):
        return FoundDevices((), "a test", modules=(GOOD,) if launch.avoided else (BEST,))

    _, runtimes = make(answer)
    first = runtimes.engine()
    assert runtimes.launch().modules == (BEST,)
    first.end(-4)
    assert runtimes.launch().modules == (GOOD,)
    first.end(-4)
    assert runtimes.launch().modules == (GOOD,)


def test_any_other_end_of_an_engine_changes_nothing(make, monkeypatch):
    monkeypatch.setattr("inglenook.services.runtimes.EngineProcess", Ends)
    computer, runtimes = make(lambda _: WORKS)
    runtimes.engine().end(-11)
    runtimes.devices()
    assert len(computer.asked) == 1


def test_a_runtime_with_nothing_that_runs_is_given_up(make):
    names = [f"libggml-cpu-{number}.so" for number in range(40)]
    computer, runtimes = make(
        lambda one: illegal(next(name for name in names if name not in one.avoided))
    )
    assert runtimes.devices().source == "nothing in it runs here"
    assert len(computer.asked) == 24


def test_a_broken_second_opinion_is_done_without(make):
    _, runtimes = make(lambda one: WORKS if "nvml" in one.avoided else broken("nvml"))
    assert runtimes.devices().notes == (
        "The second opinion on cards (NVML) of the runtime “own” is not used: it hung.",
    )
