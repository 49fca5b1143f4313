from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inglenook.ui.style import Look
from inglenook.ui.widgets import popupcard
from inglenook.ui.widgets.popupcard import PopupCard
from inglenook.ui.widgets.shadow import REACH


def test_a_card_stays_inside_its_room_but_for_its_shadow(qtbot, look: Look):
    over = QWidget()
    qtbot.addWidget(over)
    card = PopupCard(look, over)
    card.resize(300, 200)
    room = QRect(100, 100, 500, 400)
    card.move_into(QPoint(550, 480), room)
    assert room.contains(card.geometry().adjusted(REACH, REACH, -REACH, -REACH))
    card.move_into(QPoint(0, 0), room)
    assert room.contains(card.geometry().adjusted(REACH, REACH, -REACH, -REACH))


def test_what_lies_behind_is_painted_where_windows_cannot_be_translucent(
    qtbot, look: Look, monkeypatch
):
    monkeypatch.setattr(popupcard, "shows_through", lambda: False)
    over = QWidget()
    over.setStyleSheet("background: #336699")
    QVBoxLayout(over).addWidget(QWidget())
    qtbot.addWidget(over)
    over.resize(400, 300)
    over.show()
    card = PopupCard(look, over)
    card.resize(300, 200)
    card.move(over.mapToGlobal(QPoint(20, 20)))
    card.show()
    assert QColor(card.grab().toImage().pixel(1, 1)) == QColor("#336699")
    card.close()
