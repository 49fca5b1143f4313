"""PySide6 6.12.0 lost a reference to None with each void call, until Python aborted."""

import sys

import pytest
from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QLabel

_MOST_DRIFT = 20
"""pytest and Qt themselves hold a few more or fewer; a leak is one a call."""


class _Source(QObject):
    happened = Signal(bool)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")
def test_void_calls_and_emits_leave_the_counts_of_none_and_true_alone(qtbot):
    label, source, seen = QLabel(), _Source(), []
    qtbot.addWidget(label)
    source.happened.connect(seen.append)
    image = QImage(QSize(8, 8), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    before = sys.getrefcount(None), sys.getrefcount(True)  # noqa: FBT003  (counted)
    for number in range(500):
        label.setText("a")
        painter.drawPoint(number % 8, 0)
    for _ in range(50):
        source.happened.emit(True)  # noqa: FBT003  (a signal)
    seen.clear()
    after = sys.getrefcount(None), sys.getrefcount(True)  # noqa: FBT003  (counted)
    painter.end()
    assert abs(after[0] - before[0]) < _MOST_DRIFT
    assert abs(after[1] - before[1]) < _MOST_DRIFT
