"""How freely an assistant writes and how long: a few words, and the numbers behind them."""

from collections.abc import Mapping
from dataclasses import replace
from math import inf, isfinite

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from inglenook.chat.assistant import AS_USUAL, Tuning
from inglenook.core.errors import BadArgumentError
from inglenook.ui import theme
from inglenook.ui.assistants.form import Line, titled
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.segments import Segments
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import tr, tr_told

PRECISE, BALANCED, CREATIVE = 0.2, 0.7, 1.0
SHORT, MEDIUM, LONG = 256, 1024, 4096
_MOST_DIGITS, _NUMBER_WIDTH = 12, 96

_TEMPERATURES: dict[str, float | None] = {
    "usual": None, "precise": PRECISE, "balanced": BALANCED, "creative": CREATIVE,
}  # fmt: skip
_LIMITS: dict[str, int | None] = {
    "usual": None, "short": SHORT, "medium": MEDIUM, "long": LONG,
}  # fmt: skip


class TuningRows(QWidget):
    """Creativity and length, and below "More" each number by itself.

    Signals:
        changed(Tuning): by the person; not when it is shown only.
    """

    changed = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._tuning = AS_USUAL
        self.creativity = Segments(
            look, tr("Creativity"),
            (("usual", tr("Usual")), ("precise", tr("Precise")),
             ("balanced", tr("Balanced")), ("creative", tr("Creative"))),
        )  # fmt: skip
        self.length = Segments(
            look, tr("Answer length"),
            (("usual", tr("Usual")), ("short", tr("Short")),
             ("medium", tr("Medium")), ("long", tr("Long"))),
        )  # fmt: skip
        self.more = Button(look, text=tr("More"), icon="chevron-down", icon_size=16)
        self.trouble = Label(look, "", theme.CAPTION, tone="bad", wrap=True)
        self.numbers: dict[str, Line] = {}
        self._numbers = self._make_numbers()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE_4)
        column.addLayout(titled(look, tr("Creativity"), self.creativity))
        column.addLayout(titled(look, tr("Answer length"), self.length))
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._numbers)
        column.addWidget(self.trouble)
        self._numbers.hide()
        self.trouble.hide()
        self.creativity.chosen.connect(self._choose_creativity)
        self.length.chosen.connect(self._choose_length)
        self.more.clicked.connect(self._turn_more)
        self.show_tuning(AS_USUAL)

    def show_tuning(self, tuning: Tuning) -> None:
        """Show another tuning; a number that is being written is left alone."""
        self._tuning = tuning
        self.creativity.show_choice(_name_in(_TEMPERATURES, tuning.temperature))
        self.length.show_choice(_name_in(_LIMITS, tuning.answer_limit_tokens))
        for knob, field in self.numbers.items():
            if not field.hasFocus():
                kept = getattr(tuning, knob)
                field.setText("" if kept is None else f"{kept:g}")
        self._say("")

    def _make_numbers(self) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.SPACE_4)
        grid.setVerticalSpacing(theme.SPACE_2)
        grid.setColumnStretch(2, 1)
        for row, (knob, name, span) in enumerate(_named_knobs()):
            field = Line(self._look, name, _MOST_DIGITS, _NUMBER_WIDTH)
            field.setAccessibleDescription(span)
            field.setPlaceholderText(tr("usual"))
            field.changed.connect(self._take_numbers)
            self.numbers[knob] = field
            grid.addWidget(Label(self._look, name, theme.LABEL), row, 0)
            grid.addWidget(field, row, 1)
            grid.addWidget(
                Label(self._look, span, theme.CAPTION, tone="text_muted", wrap=True), row, 2
            )
        return holder

    def _turn_more(self) -> None:
        is_shown = self._numbers.isHidden()
        self._numbers.setVisible(is_shown)
        words = tr("Less") if is_shown else tr("More")
        self.more.setText(words)
        self.more.set_name(words)
        self.more.set_icon("chevron-up" if is_shown else "chevron-down")

    def _choose_creativity(self, name: str) -> None:
        self._change(replace(self._tuning, temperature=_TEMPERATURES[name]))

    def _choose_length(self, name: str) -> None:
        self._change(replace(self._tuning, answer_limit_tokens=_LIMITS[name]))

    def _change(self, tuning: Tuning) -> None:
        self.show_tuning(tuning)
        self.changed.emit(tuning)

    def _take_numbers(self) -> None:
        try:
            tuning = self._written()
        except BadArgumentError as error:
            self._say(tr_told(error.problem.advice))
            return
        if tuning != self._tuning:
            self._change(tuning)
        else:
            self._say("")

    def _written(self) -> Tuning:
        """Return what stands in the fields.

        Raises:
            BadArgumentError: something there is no number, or out of its range.
        """
        asked = {knob: _number(field.text()) for knob, field in self.numbers.items()}
        limit = asked["answer_limit_tokens"]
        return Tuning(
            temperature=asked["temperature"],
            top_p=asked["top_p"],
            min_p=asked["min_p"],
            repeat_penalty=asked["repeat_penalty"],
            answer_limit_tokens=None if limit is None else int(limit),
        )

    def _say(self, trouble: str) -> None:
        if trouble != self.trouble.text():
            self.trouble.setText(trouble)
            self.trouble.setVisible(bool(trouble))
            if trouble:
                speak(self, trouble, at_once=True)


def _named_knobs() -> tuple[tuple[str, str, str], ...]:
    return (
        ("temperature", tr("Temperature"), tr("0 is always the likeliest word; up to 2")),
        ("top_p", tr("Top p"), tr("0 to 1; 1 leaves every word in")),
        ("min_p", tr("Min p"), tr("0 to 1; 0 leaves every word in")),
        ("repeat_penalty", tr("Repeat penalty"), tr("1 is off; up to 2")),
        ("answer_limit_tokens", tr("Answer limit"), tr("In tokens, from 1")),
    )


def _number(text: str) -> float | None:
    """Return what was written; None for nothing.

    Raises:
        BadArgumentError: it is no number.
    """
    written = text.strip().replace(",", ".")
    try:
        number = float(written) if written else None
    except ValueError:
        number = inf
    if number is not None and not isfinite(number):
        raise BadArgumentError("This is no number", tr("Write a number, such as 0.7."))
    return number


def _name_in(choices: Mapping[str, float | None], value: float | None) -> str:
    return next((name for name, each in choices.items() if each == value), "")
