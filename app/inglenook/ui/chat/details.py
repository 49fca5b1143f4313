"""What is known of an answer: how long it took, what it read, when it was written."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from inglenook.chat.made import Made
from inglenook.chat.message import Message, Timings
from inglenook.effort.level import Level
from inglenook.ui import theme
from inglenook.ui.dates import moment_in_words
from inglenook.ui.effort.words import level_name
from inglenook.ui.style import Look
from inglenook.ui.units import energy_in_words, grouped, rate_in_words, seconds_in_words
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.popupcard import PopupCard
from inglenook.ui.widgets.roles import call_dialog
from inglenook.ui.widgets.shadow import REACH
from inglenook.ui.words import one_line, tr, tr_n

WIDEST_MODEL = 60
_LEVELS = frozenset(each.value for each in Level)


def facts_of(message: Message) -> list[tuple[str, str]]:
    """Return names and values of what is really known of an answer, in reading order."""
    facts = [(tr("Model"), one_line(message.model, WIDEST_MODEL))]
    if message.created_ms > 0:
        facts.append((tr("Asked"), moment_in_words(message.created_ms)))
    if message.timings is not None:
        facts += _times(message.timings)
    if message.made is not None:
        facts += _making(message.made)
    if message.left_out:
        left = tr_n("1 older message", "{} older messages", message.left_out)
        facts.append((tr("Left out"), left.format(grouped(message.left_out))))
    return [(name, value) for name, value in facts if value]


def _times(timings: Timings) -> list[tuple[str, str]]:
    facts = []
    if timings.answer_tokens:
        facts.append((tr("Written"), tr("{} tokens").format(grouped(timings.answer_tokens))))
    if timings.tokens_per_s > 0:
        facts.append((tr("Speed"), rate_in_words(timings.tokens_per_s)))
    if timings.first_token_s > 0:
        facts.append((tr("First word after"), seconds_in_words(timings.first_token_s)))
    if timings.prompt_tokens:
        fresh = max(timings.prompt_tokens - timings.reused_tokens, 0)
        share = round(100 * timings.reused_tokens / timings.prompt_tokens)
        facts.append((tr("Prompt"), tr("{} tokens").format(grouped(timings.prompt_tokens))))
        facts.append((tr("Read anew"), tr("{} tokens").format(grouped(fresh))))
        reused = tr("{} tokens ({} %)").format(grouped(timings.reused_tokens), share)
        facts.append((tr("Reused from memory"), reused))
    return facts


def _energy_words(made: Made) -> str:
    """Return what was taken, and by which parts of the computer."""
    words = tr("about {}, the whole computer's processor and memory")
    if made.card_j >= made.energy_j:
        words = tr("about {}, the graphics card alone")
    elif made.card_j > 0:
        words = tr("about {}, the whole computer's processor, memory and graphics card")
    return words.format(energy_in_words(made.energy_j))


def _making(made: Made) -> list[tuple[str, str]]:
    assistant = (tr("Assistant"), one_line(made.assistant, WIDEST_MODEL))
    if made.elsewhere:
        theirs = tr("as that engine is set up, but for what the assistant asks for")
        answered = (tr("Answered by"), one_line(made.elsewhere, WIDEST_MODEL))
        return [assistant, answered, (tr("Sampling"), theirs)]
    facts = [
        assistant,
        (tr("Effort"), level_name(Level(made.effort)) if made.effort in _LEVELS else ""),
        (tr("Seed"), tr("a new one each time") if made.seed is None else str(made.seed)),
        (tr("Sampling"), _sampling_words(made)),
    ]
    if made.energy_j > 0:
        facts.append((tr("Energy"), _energy_words(made)))
    if made.context_tokens:
        facts.append((tr("Context"), tr("{} tokens").format(grouped(made.context_tokens))))
        facts.append((tr("Computed on"), _device_words(made)))
        facts.append((tr("Cache type"), made.kv_type))
    return facts


def _sampling_words(made: Made) -> str:
    if made.temperature <= 0:
        return tr("always the likeliest token")
    parts = [tr("temperature {}").format(f"{made.temperature:g}")]
    if made.top_k:
        parts.append(f"top-k {made.top_k}")
    if made.top_p < 1:
        parts.append(f"top-p {made.top_p:g}")
    if made.min_p > 0:
        parts.append(f"min-p {made.min_p:g}")
    return " · ".join(parts)


def _device_words(made: Made) -> str:
    cores = tr_n("1 thread", "{} threads", made.threads).format(made.threads)
    if not made.gpu_layers:
        return tr("the processor, {}").format(cores)
    names = ", ".join(made.devices) or tr("the graphics card")
    return tr("{}, {} layers; {}").format(names, made.gpu_layers, cores)


class DetailsCard(PopupCard):
    """A small card that goes away at the next click, or with Esc.

    Signals:
        prompt_asked(): the exact prompt shall be shown.
        odds_asked(): the probabilities of the tokens shall be shown.

    Threads: the UI thread.
    """

    prompt_asked = Signal()
    odds_asked = Signal()

    def __init__(self, look: Look, message: Message, parent: QWidget) -> None:
        super().__init__(look, parent)
        call_dialog(self, tr("About this answer"))
        self._over = parent
        facts = facts_of(message)
        self.setAccessibleDescription(". ".join(f"{name}: {value}" for name, value in facts))
        self.prompt = Button(look, text=tr("Exact prompt"), kind="quiet")
        self.odds = Button(look, text=tr("Token probabilities"), kind="quiet")
        self.odds.setVisible(bool(message.text))
        self._lay_out(facts)
        self.prompt.clicked.connect(self.close)
        self.odds.clicked.connect(self.close)
        self.prompt.clicked.connect(self.prompt_asked)
        self.odds.clicked.connect(self.odds_asked)

    def open_above(self, point: QPoint) -> None:
        """Show the card with its lower left corner at a point of the screen, or below it."""
        self.adjustSize()
        screen = self._over.window().geometry()
        top = point.y() - self.height() + REACH
        if top < screen.top():
            top = point.y() + theme.SPACE_6 - REACH
        self.move_into(QPoint(point.x() - REACH, top), screen)
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Space}:
            self.close()
        else:
            super().keyPressEvent(event)

    def _lay_out(self, facts: list[tuple[str, str]]) -> None:
        column = QVBoxLayout(self)
        edge = REACH + theme.SPACE_4
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(theme.SPACE_3)
        column.addWidget(Label(self._look, tr("About this answer"), _TITLE))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.SPACE_5)
        grid.setVerticalSpacing(theme.SPACE_2)
        for row, (name, value) in enumerate(facts):
            grid.addWidget(Label(self._look, name, theme.LABEL, tone="text_muted"), row, 0)
            shown = Label(self._look, value, theme.LABEL)
            grid.addWidget(shown, row, 1, Qt.AlignmentFlag.AlignTrailing)
        column.addLayout(grid)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE_2)
        buttons.addWidget(self.prompt)
        buttons.addWidget(self.odds)
        buttons.addStretch(1)
        column.addLayout(buttons)


_TITLE = theme.TypeStyle(14, 20, 600)
