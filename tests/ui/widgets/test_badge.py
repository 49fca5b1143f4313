import pytest

from inglenook.core.units import GIB, MIB
from inglenook.models.memory import MemoryPart
from inglenook.models.search import Verdict
from inglenook.ui.widgets.badge import FitBadge, fit_face, memory_in_words

CARD = MemoryPart("CUDA0", 4 * GIB, GIB, 300 * MIB, 512 * MIB)
MAIN = MemoryPart("CPU", 500 * MIB, 0, 64 * MIB, 0)


@pytest.fixture
def badge(look, qtbot) -> FitBadge:
    made = FitBadge(look)
    qtbot.addWidget(made)
    return made


def test_the_parts_are_told_for_each_device_and_nothing_that_is_not_there():
    unused = MemoryPart("CUDA1", 0, 0, 0, 512 * MIB)
    assert memory_in_words((CARD, unused, MAIN)).split("\n") == [
        "CUDA0: 5.3 GB (weights 4.0 GB, context 1.0 GB, work space 300 MB)",
        "Main memory: 564 MB (weights 500 MB, work space 64 MB)",
    ]


def test_a_badge_says_its_verdict_and_parts_to_screen_readers(badge: FitBadge):
    badge.show_verdict(Verdict.TIGHT, memory_in_words((CARD, MAIN)))
    assert badge.accessibleName() == "Tight"
    assert "weights 4.0 GB" in badge.accessibleDescription()
    assert "Main memory: 564 MB" in badge.toolTip()


def test_a_badge_is_hidden_when_nothing_is_known(badge: FitBadge):
    badge.show_verdict(Verdict.CPU)
    badge.show_verdict(None)
    assert badge.isHidden()


def test_no_two_verdicts_share_a_word_and_colour_is_never_alone():
    faces = [fit_face(verdict) for verdict in Verdict]
    assert len({face.word for face in faces}) == len({face.icon for face in faces}) == 5


def test_a_badge_has_room_for_its_word(badge: FitBadge):
    badge.show_verdict(Verdict.CPU)
    narrow = badge.sizeHint().width()
    badge.show_verdict(Verdict.SPLIT)
    assert badge.sizeHint().width() > narrow
