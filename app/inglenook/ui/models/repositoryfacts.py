"""What the header of a model says, for those who want to know."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from inglenook.models.details import Details
from inglenook.models.templatecheck import Suspicion
from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.units import bytes_in_words, count_in_words, parameters_in_words
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.words import one_line, tr, tr_told

_MOST_FORMATS = 4


def facts_of(details: Details) -> list[tuple[str, str]]:
    """Return what is known, as names and values."""
    facts = details.facts
    experts = ""
    if facts.experts:
        words = tr("{count}, of which {used} work on each word")
        experts = words.format(count=facts.experts, used=facts.experts_used)
    length = tr("{count} tokens").format(count=count_in_words(facts.context_tokens))
    template = bytes_in_words(details.template_bytes) if details.template_bytes else ""
    rows = (
        (tr("Architecture"), one_line(facts.architecture, 60)),
        (tr("Parameters"), parameters_in_words(facts.parameters)),
        (tr("Experts"), experts),
        (tr("Layers"), str(facts.layers)),
        (tr("Longest conversation"), length if facts.context_tokens else ""),
        (tr("Chat template"), template or tr("none: it may not answer as a chat")),
        (tr("Number formats"), _formats(details)),
        (tr("Licence in the file"), one_line(details.licence, 60)),
        (tr("Author in the file"), one_line(details.author, 80)),
    )
    return [(name, value) for name, value in rows if value]


def _formats(details: Details) -> str:
    shares = details.tensors[:_MOST_FORMATS]
    return ", ".join(f"{share.type} {bytes_in_words(share.size_bytes)}" for share in shares)


class FactsTable(QWidget):
    """Names at the left, values beside them."""

    def __init__(self, look: Look, details: Details) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 0, 16, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, (name, value) in enumerate(facts_of(details)):
            left = Label(look, name, theme.NOTE, tone="text_muted")
            grid.addWidget(left, row, 0, Qt.AlignmentFlag.AlignTop)
            shown = Label(look, value, theme.NOTE, wrap=True)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            shown.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            shown.setAccessibleName(f"{name}: {value}")
            grid.addWidget(shown, row, 1)


class TemplateWarning(Surface):
    """What is odd about a model's chat template."""

    def __init__(self, look: Look, suspicions: tuple[Suspicion, ...]) -> None:
        super().__init__(look, "warn_soft", radius=theme.RADIUS_CARD)
        title = Label(
            look, tr("Its chat template looks odd"), theme.TypeStyle(14, 20, 600), wrap=True
        )
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(title)
        for one in suspicions:
            quotes = ", ".join(f"“{one_line(quote, 40)}”" for quote in one.quotes)
            told = f"{tr_told(one.what)} {quotes}".strip()
            column.addWidget(Label(look, told, theme.NOTE, wrap=True))
        advice = tr(
            "The template decides what the model is told. Take it from a maker you trust."
        )
        column.addWidget(Label(look, advice, theme.NOTE, wrap=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(12)
        row.addWidget(Icon(look, "warning", 20, tone="warn"), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
