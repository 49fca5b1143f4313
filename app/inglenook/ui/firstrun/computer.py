"""What was found on this computer, as four short facts."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from inglenook.services.findings import Findings
from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.units import bytes_in_words
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import ElidedLabel, Label
from inglenook.ui.words import one_line, tr, tr_n

_FIGURE = theme.TypeStyle(14, 20, 600)


class Fact(QWidget):
    """A figure, what it is of, and a few words more."""

    def __init__(self, look: Look, icon: str, title: str) -> None:
        super().__init__()
        self._title = title
        self.figure = ElidedLabel(look, _FIGURE)
        self.more = ElidedLabel(look, theme.CAPTION, tone="text_muted")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(look, title, theme.CAPTION, tone="text_faint"))
        words.addWidget(self.figure)
        words.addWidget(self.more)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(Icon(look, icon, 20, tone="text_muted"), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.show_fact(tr("Looking…"), "")

    def show_fact(self, figure: str, more: str) -> None:
        """Show what was found."""
        self.figure.set_text(figure)
        self.more.set_text(more)
        self.setToolTip("")
        self.setAccessibleName(". ".join(part for part in (self._title, figure, more) if part))


class Computer(QWidget):
    """Memory, graphics, processor and disk."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.memory = Fact(look, "layers", tr("Memory"))
        self.graphics = Fact(look, "monitor", tr("Graphics"))
        self.processor = Fact(look, "cpu", tr("Processor"))
        self.disk = Fact(look, "drive", tr("Disk"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(16)
        for number, fact in enumerate((self.memory, self.graphics, self.processor, self.disk)):
            grid.addWidget(fact, number // 2, number % 2)
            grid.setColumnStretch(number % 2, 1)

    def show_findings(self, found: Findings) -> None:
        """Show what there is."""
        free = tr("{size} free now").format(size=bytes_in_words(found.free_ram_bytes))
        self.memory.show_fact(bytes_in_words(found.ram_bytes), free)
        if found.graphics:
            card = found.graphics[0]
            size = bytes_in_words(card.memory_bytes) if card.memory_bytes else ""
            self.graphics.show_fact(size or tr("Shares the memory"), one_line(card.name, 80))
        else:
            self.graphics.show_fact(
                tr("None that models can use"), tr("Models run on the processor")
            )
        cores = tr_n("1 core", "{count} cores", found.cores)
        self.processor.show_fact(cores.format(count=found.cores), one_line(found.processor, 80))
        if found.disk_bytes is None:
            self.disk.show_fact(tr("Not known"), "")
        else:
            free = tr("{size} free").format(size=bytes_in_words(found.disk_bytes))
            self.disk.show_fact(free, tr("where models are kept"))
