"""One setting that is made by hand: a name, a control, and what is automatic."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inglenook.ui import theme
from inglenook.ui.running.slider import Slider
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.segments import Segments
from inglenook.ui.words import tr


class RowHead(QWidget):
    """The name of a setting, its value, and the way back once it is set by hand.

    Signals:
        back_asked(): the automatic value is wanted again.
    """

    back_asked = Signal()

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self.is_set = False
        self.name = Label(look, name, theme.LABEL)
        self.value = Label(look, "", theme.LABEL, tone="text_muted")
        self.back = Button(look, icon="refresh", icon_size=16)
        self.back.set_name(tr("{name}: back to automatic").format(name=name))
        # It keeps its place, so that nothing jumps when it comes and goes.
        policy = self.back.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.back.setSizePolicy(policy)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.name)
        row.addStretch(1)
        row.addWidget(self.back)
        row.addWidget(self.value)
        self.back.clicked.connect(self.back_asked)
        self.back.hide()

    def show_set(self, *, is_set: bool) -> None:
        """Show whether the value is set by hand."""
        self.is_set = is_set
        self.back.setVisible(is_set)
        self.value.set_tone("text" if is_set else "text_muted")


class SliderRow(QWidget):
    """A number that is automatic or set by hand.

    Args:
        words: Says a number in a few words.

    Signals:
        changed(): by the person.
    """

    changed = Signal()

    def __init__(self, look: Look, name: str, words: Callable[[int], str]) -> None:
        super().__init__()
        self._words = words
        self.head = RowHead(look, name)
        self.note = Label(look, "", theme.CAPTION, tone="text_faint", wrap=True)
        self._automatic = 0
        self._is_telling = False
        self.stops: tuple[int, ...] = (0,)
        self.slider = Slider(look, name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.head, self.slider, self.note):
            column.addWidget(part)
        self.slider.valueChanged.connect(self._moved)
        self.head.back_asked.connect(self._go_back)

    def offer(self, stops: Sequence[int], automatic: int, wished: int | None) -> None:
        """Say what may be chosen.

        Args:
            stops: The numbers, rising.
            automatic: The one that is taken if nothing is set.
            wished: The one that is set; None for none.
        """
        self.stops, self._automatic = tuple(stops), automatic
        self._is_telling = True
        self.slider.setRange(0, len(self.stops) - 1)
        self.slider.setPageStep(max(1, len(self.stops) // 8))
        self.slider.setEnabled(len(self.stops) > 1)
        self.slider.mark(self._place(automatic))
        self.head.show_set(is_set=wished is not None)
        self.slider.setValue(self._place(automatic if wished is None else wished))
        self._is_telling = False
        self._say()

    def wished(self) -> int | None:
        """Return the number that is set; None for none."""
        return self.stops[self.slider.value()] if self.head.is_set else None

    def follow(self, number: int) -> None:
        """Take another automatic value, where nothing is set."""
        if not self.head.is_set:
            self._automatic = number
            self.slider.mark(self._place(number))
            self.forget()

    def forget(self) -> None:
        """Set nothing by hand."""
        self.head.show_set(is_set=False)
        self._is_telling = True
        self.slider.setValue(self._place(self._automatic))
        self._is_telling = False
        self._say()

    def _place(self, number: int) -> int:
        return min(range(len(self.stops)), key=lambda at: abs(self.stops[at] - number))

    def _moved(self) -> None:
        if self._is_telling:
            return
        self.head.show_set(is_set=True)
        self._say()
        self.changed.emit()

    def _go_back(self) -> None:
        self.forget()
        self.slider.setFocus()
        self.changed.emit()

    def _say(self) -> None:
        words = self._words(self.stops[self.slider.value()])
        automatic = self._words(self._automatic)
        self.head.value.setText(words)
        told = tr("Automatic: {value}").format(value=automatic)
        self.note.setText(told if self.head.is_set else tr("Automatic"))
        self.slider.setAccessibleDescription(f"{words}. {told}")


class ChoiceRow(QWidget):
    """One of a few choices, automatic or set by hand.

    Signals:
        changed(): by the person.
    """

    changed = Signal()

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._look, self._name = look, name
        self.head = RowHead(look, name)
        self.note = Label(look, "", theme.CAPTION, tone="text_faint", wrap=True)
        self._automatic = ""
        self._hint = ""
        self._words: dict[str, str] = {}
        self.segments: Segments | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self.head)
        self._column.addWidget(self.note)
        self.head.back_asked.connect(self._go_back)

    def offer(
        self, choices: Sequence[tuple[str, str]], automatic: str, wished: str | None, hint: str
    ) -> None:
        """Say what may be chosen.

        Args:
            choices: Name in code, and words; always the same ones.
            automatic: The one that is taken if nothing is set.
            wished: The one that is set; None for none.
            hint: What it means, as a sentence; may be empty.
        """
        self._automatic, self._hint = automatic, hint
        if self.segments is None:
            self._build(choices)
        self.head.show_set(is_set=wished is not None)
        self._show(automatic if wished is None else wished)
        if self.segments is not None:
            self.segments.setEnabled(len(choices) > 1)

    def wished(self) -> str | None:
        """Return the choice that is set; None for none."""
        return (
            self.segments.choice() if self.head.is_set and self.segments is not None else None
        )

    def follow(self, name: str) -> None:
        """Take another automatic choice, where nothing is set."""
        if not self.head.is_set:
            self._automatic = name
            self.forget()

    def forget(self) -> None:
        """Set nothing by hand."""
        self.head.show_set(is_set=False)
        self._show(self._automatic)

    def _build(self, choices: Sequence[tuple[str, str]]) -> None:
        self._words = dict(choices)
        self.segments = Segments(self._look, self._name, choices)
        self.segments.chosen.connect(self._choose)
        self._column.insertWidget(1, self.segments)

    def _choose(self, _name: str) -> None:
        self.head.show_set(is_set=True)
        self._say()
        self.changed.emit()

    def _go_back(self) -> None:
        self.forget()
        if self.segments is not None:
            self.segments.segment(self._automatic).setFocus()
        self.changed.emit()

    def _show(self, name: str) -> None:
        if self.segments is not None:
            self.segments.show_choice(name)
        self._say()

    def _say(self) -> None:
        automatic = tr("Automatic: {value}").format(value=self._words.get(self._automatic, ""))
        told = automatic if self.head.is_set else tr("Automatic")
        self.note.setText(f"{told} · {self._hint}" if self._hint else told)
