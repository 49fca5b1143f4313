"""The button that gets a model, and becomes what can be done with it next."""

from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inglenook.services.events import Download
from inglenook.ui import theme
from inglenook.ui.downloadwords import face_of, is_held, is_under_way
from inglenook.ui.style import Look
from inglenook.ui.widgets.bar import Bar
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import ElidedLabel, Label
from inglenook.ui.words import one_line, tr

_WIDTH = 108


class Deed(StrEnum):
    """What the button does."""

    GET = "get"
    PAUSE = "pause"
    RESUME = "resume"
    USE = "use"


class GetButton(Button):
    """One button for all that can be done with a file: the keyboard stays where it was.

    Args:
        kind: Of the button while it gets.

    Signals:
        get_asked(): Get was pressed.
        pause_asked(job): Pause was pressed.
        resume_asked(job): Resume or Try again was pressed.
        use_asked(path): Use was pressed.
    """

    get_asked = Signal()
    pause_asked = Signal(str)
    resume_asked = Signal(str)
    use_asked = Signal(str)

    def __init__(self, look: Look, *, kind: str = "outline", height: int = 32) -> None:
        super().__init__(
            look, icon="download", text=tr("Get"), kind=kind, icon_size=16, height=height
        )
        self._get_kind = kind
        self._subject = ""
        self._deed = Deed.GET
        self._target = ""
        self._scaled = look
        self.clicked.connect(self._act)
        look.changed.connect(self._widen)
        self._widen()

    @property
    def deed(self) -> Deed:
        """What a press does now."""
        return self._deed

    def show_state(self, subject: str, coming: Download | None, path: str) -> None:
        """Offer what can be done.

        Args:
            subject: What it is about, for screen readers.
            coming: Its download, if there is one.
            path: Where it is installed; "" if it is not.
        """
        self._subject = subject
        if path:
            self._become(Deed.USE, tr("Use"), "play", path)
        elif coming is None:
            self._become(Deed.GET, tr("Get"), "download", "")
        elif is_under_way(coming):
            self._become(Deed.PAUSE, tr("Pause"), "pause", coming.id)
        else:
            words = tr("Try again") if is_held(coming) else tr("Resume")
            self._become(
                Deed.RESUME, words, "refresh" if is_held(coming) else "play", coming.id
            )

    def _widen(self) -> None:
        """Be as wide as with the longest word, so that nothing moves when it changes."""
        self.setMinimumWidth(self._scaled.px(_WIDTH))

    def _become(self, deed: Deed, words: str, icon: str, target: str) -> None:
        self._deed, self._target = deed, target
        name = f"{words} {self._subject}".strip()
        if name == self.accessibleName():
            return  # a new text makes the whole page be laid out anew
        self.setText(words)
        self.set_name(name)
        self.set_icon(icon)
        self.set_kind(self._get_kind if deed is Deed.GET else "soft" if target else "outline")
        self.updateGeometry()

    def _act(self) -> None:
        match self._deed:
            case Deed.GET:
                self.get_asked.emit()
            case Deed.PAUSE:
                self.pause_asked.emit(self._target)
            case Deed.RESUME:
                self.resume_asked.emit(self._target)
            case Deed.USE:
                self.use_asked.emit(self._target)


class Coming(QWidget):
    """How far a download is: a bar, and what goes on in words."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._bar = Bar(look, tr("Downloaded"))
        self._facts = ElidedLabel(look, theme.CAPTION, tone="text_muted")
        self._trouble = Label(look, "", theme.CAPTION, tone="bad", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._bar, 2)
        row.addWidget(self._facts, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._trouble)
        self.hide()

    def show_download(self, coming: Download | None, now_ms: int) -> None:
        """Show how a download stands; hide without one."""
        self.setVisible(coming is not None)
        if coming is None:
            return
        face = face_of(coming, now_ms)
        self._bar.set_fraction(face.fraction)
        self._facts.set_text(f"{face.percent} · {face.facts}")
        trouble = one_line(face.trouble, 300)
        if trouble != self._trouble.text():
            self._trouble.setText(trouble)
            self._trouble.set_tone("bad" if face.is_grave else "text_muted")
        self._trouble.setVisible(bool(trouble))
