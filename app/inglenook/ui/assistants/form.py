"""What the forms for assistants and prompts are made of."""

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.widgets.label import Label

_TITLE = theme.TypeStyle(13, 18, 600)
FORM_WIDTH = 640
_QUIET_MS = 300


def titled(look: Look, title: str, control: QWidget, about: str = "") -> QVBoxLayout:
    """Return a control below its title, and a line about it if need be."""
    column = QVBoxLayout()
    column.setSpacing(6)
    called = Label(look, title, _TITLE)
    called.setBuddy(control)  # on X11 and Wayland a combo box is called by it alone
    column.addWidget(called)
    if about:
        column.addWidget(Label(look, about, theme.CAPTION, tone="text_muted", wrap=True))
    column.addWidget(control)
    return column


class Settled(QObject):
    """Passes a value on once it has not changed for a moment: not every key is written down.

    Signals:
        passed(value): the newest one.
    """

    passed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._value: object = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_QUIET_MS)
        self._timer.timeout.connect(self.flush)

    def put(self, value: object) -> None:
        """Take a newer value."""
        self._value = value
        self._timer.start()

    def flush(self) -> None:
        """Pass on at once what is waiting."""
        self._timer.stop()
        if self._value is not None:
            value, self._value = self._value, None
            self.passed.emit(value)


class Line(QLineEdit):
    """One line of text.

    Signals:
        changed(text): by the person; not when it is shown only.
    """

    changed = Signal(str)

    def __init__(self, look: Look, name: str, most: int, width: int = 0) -> None:
        """Build the field.

        Args:
            look: Colours and type.
            name: What is written here, for screen readers.
            most: Characters that it takes.
            width: In pixels at 100 % text size; 0 for as wide as there is room.
        """
        super().__init__()
        self._look, self._width = look, width
        self.setAccessibleName(name)
        self.setMaxLength(most)
        self.textEdited.connect(self.changed)
        look.changed.connect(self._restyle)
        self._restyle()

    def show_text(self, text: str) -> None:
        """Show another text; one that stands there already keeps its cursor and undo."""
        if text != self.text():
            self.setText(text)

    def _restyle(self) -> None:
        self.setFixedHeight(self._look.px(36))
        if self._width:
            self.setFixedWidth(self._look.px(self._width))


def scrolling(inside: QWidget, name: str) -> QScrollArea:
    """Return an area in which a form scrolls up and down."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setAccessibleName(name)
    inside.setObjectName("page")
    area.setWidget(inside)
    area.viewport().setAutoFillBackground(False)
    inside.setAutoFillBackground(False)
    return area
