import logging
import sys

import pytest

from inglenook.core.errors import Problem, StorageError
from inglenook.ui.faults import Faults


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Problem]:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    return []


def happen(error: BaseException) -> None:
    """Let an exception reach the hook as Qt would."""
    try:
        raise error
    except BaseException:
        sys.excepthook(*sys.exc_info())


def test_an_unforeseen_error_is_told_calmly(qapp, shown: list[Problem], caplog):
    faults = Faults(shown.append)
    faults.install()
    with caplog.at_level(logging.ERROR):
        happen(KeyError("secret message text"))
    faults.remove()
    assert [each.title for each in shown] == ["Something in the window went wrong"]
    assert shown[0].facts == {"fault": "KeyError", "place": "outside"}  # and not what it says
    assert caplog.records[0].getMessage() == "A fault in the window"


def test_an_error_of_ours_keeps_its_words(qapp, shown: list[Problem]):
    faults = Faults(shown.append)
    faults.install()
    happen(StorageError("The disk is full", "Free some space."))
    faults.remove()
    assert shown == [Problem("The disk is full", "Free some space.")]


def test_a_fault_while_a_fault_is_shown_is_only_logged(qapp, shown: list[Problem], caplog):
    def show(problem: Problem) -> None:
        shown.append(problem)
        happen(ValueError("again"))
        raise RuntimeError("and again")

    faults = Faults(show)
    faults.install()
    happen(ValueError("first"))
    faults.remove()
    assert len(shown) == 1
    assert len(caplog.records) == 3


def test_the_hook_is_given_back(qapp, shown: list[Problem]):
    before = sys.excepthook
    faults = Faults(shown.append)
    faults.install()
    faults.remove()
    assert sys.excepthook is before


def test_control_c_still_ends_the_program(qapp, shown: list[Problem], monkeypatch):
    ended = []
    monkeypatch.setattr(sys, "excepthook", lambda *args: ended.append(args[0]))
    faults = Faults(shown.append)
    faults.install()
    happen(KeyboardInterrupt())
    assert ended == [KeyboardInterrupt]
    assert shown == []
