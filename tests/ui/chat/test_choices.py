"""What can be done about an answer without a good end, and where it stands."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QRectF

from inglenook.chat.message import Message, Role, Status
from inglenook.core.ids import NodeId
from inglenook.ui import theme
from inglenook.ui.chat.choices import CHOICES, Reach, choices_of, icon_of, lay_choices
from inglenook.ui.chat.frame import Frame
from inglenook.ui.chat.ink import Ink
from inglenook.ui.chat.target import Act
from inglenook.ui.icons import Icons

CUT = Message(NodeId("2"), NodeId("1"), Role.ASSISTANT, "Once", 1, Status.CUT)
TOO_LONG = replace(CUT, text="", status=Status.FAILED, needs_tokens=12_000)
REACH = Reach(8192, 32768)


@pytest.mark.parametrize("status", [Status.CUT, Status.STOPPED, Status.INTERRUPTED])
@pytest.mark.parametrize("reach", [REACH, Reach()])
def test_an_answer_that_stopped_short_can_be_continued(status: Status, reach: Reach):
    assert list(choices_of(replace(CUT, status=status), reach)) == [Act.CONTINUE]


@pytest.mark.parametrize(
    "message", [replace(CUT, status=Status.COMPLETE), replace(CUT, text="")]
)
def test_another_one_cannot(message: Message):
    assert choices_of(message, REACH) == {}


def test_a_message_that_is_too_long_can_be_edited_or_given_a_longer_context():
    assert list(choices_of(TOO_LONG, REACH)) == [Act.EDIT_QUESTION, Act.LENGTHEN]


def test_a_longer_context_is_offered_only_where_there_is_room():
    assert list(choices_of(TOO_LONG, Reach(8192, 8192))) == [Act.EDIT_QUESTION]


def test_once_the_context_is_long_enough_nothing_special_is_offered():
    assert choices_of(TOO_LONG, Reach(16384, 32768)) == {}


def test_an_answer_that_grew_too_long_gets_a_longer_context_and_then_goes_on():
    grown = replace(CUT, needs_tokens=12_000)
    assert list(choices_of(grown, REACH)) == [Act.LENGTHEN]
    assert list(choices_of(grown, Reach(16384, 32768))) == [Act.CONTINUE]


@pytest.mark.usefixtures("qapp")
def test_every_choice_has_an_icon():
    for act in CHOICES:
        assert not Icons().pixmap(icon_of(act), "#000000", 16).isNull()


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("width", [200.0, 420.0, 744.0])
def test_choices_stand_apart_and_within_the_column(width: float):
    frame = Frame(Ink(theme.LIGHT, 100, Icons()), width)
    note = QRectF(0, 50, min(width, 300.0), 36)
    targets = lay_choices(choices_of(TOO_LONG, REACH), frame, note)
    for number, target in enumerate(targets):
        assert target.rect.left() >= 0
        assert target.rect.right() <= width or target.rect.left() == 0
        assert not target.rect.intersects(note)
        assert not any(target.rect.intersects(each.rect) for each in targets[:number])
