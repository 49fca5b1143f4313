"""The text field of the composer: grows with its text, Enter sends."""

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import QFontMetrics, QImage, QInputMethodEvent, QKeyEvent, QTextOption
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy

from inglenook.ui import theme
from inglenook.ui.chat.paste import FOLD_FROM
from inglenook.ui.style import Look
from inglenook.ui.words import tr

_SEND_KEYS = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_NEW_LINE_WITH = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier


class TextField(QPlainTextEdit):
    """Plain text of any language, with the keys of a chat.

    Signals:
        sent(): Enter was pressed, and no input method is composing.
        up_pressed(): Arrow up in the empty field.
        escaped(): Esc.
        long_text_pasted(text): too long for this field; it was not inserted.
        files_pasted(paths): files of this computer, a list.
    """

    sent = Signal()
    up_pressed = Signal()
    escaped = Signal()
    long_text_pasted = Signal(str)
    files_pasted = Signal(list)
    picture_pasted = Signal(QImage)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._is_composing = False
        self._ceiling = 240
        self.wants_escape = False
        """Esc has a meaning here now, so the window's shortcut does not get it."""
        self.sends_with_control = False
        """Ctrl+Enter sends and Enter begins a new line, not the other way round."""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(tr("Message"))
        self.invite("")
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(2)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.viewport().setAutoFillBackground(False)
        look.changed.connect(self._restyle)
        self._restyle()

    def invite(self, host: str) -> None:
        """Say in the empty field that what is written stays here, or whom it goes to."""
        stays = tr("Ask anything. It stays on this computer.")
        goes = tr("Ask anything. It goes to {host}.").format(host=host)
        self.setPlaceholderText(goes if host else stays)

    def set_ceiling(self, height: int) -> None:
        """Limit how tall the field may grow, in pixels."""
        self._ceiling = height
        self._fit()

    def event(self, event: QEvent) -> bool:
        is_escape = (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        )
        if is_escape and self.wants_escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_to_send(event) and not self._is_composing:
            self.sent.emit()
        elif event.key() == Qt.Key.Key_Up and self.document().isEmpty():
            self.up_pressed.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def _is_to_send(self, event: QKeyEvent) -> bool:
        if event.key() not in _SEND_KEYS or event.modifiers() & _NEW_LINE_WITH:
            return False
        has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        return has_control or not self.sends_with_control

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        # Some input methods let Enter through while a word is being composed.
        self._is_composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return (source.hasText() or source.hasImage()) and not source.hasUrls()

    def insertFromMimeData(self, source: QMimeData) -> None:
        paths = [url.toLocalFile() for url in source.urls() if url.isLocalFile()]
        if paths:
            self.files_pasted.emit(paths)
            return
        image = source.imageData() if source.hasImage() and not source.hasText() else None
        if isinstance(image, QImage):
            self.picture_pasted.emit(image)
            return
        text = source.text().replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
        if len(text) + self.document().characterCount() > FOLD_FROM:
            self.long_text_pasted.emit(text)
        elif text:
            self.textCursor().insertText(text)
            self.ensureCursorVisible()

    def _fit(self) -> None:
        lines = max(1, round(self.document().size().height()))
        line = QFontMetrics(self.font()).lineSpacing()
        wanted = lines * line + 6
        fits = wanted <= self._ceiling
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAlwaysOff if fits else policy.ScrollBarAsNeeded
        )
        self.setFixedHeight(min(wanted, max(self._ceiling, line + 6)))

    def _restyle(self) -> None:
        self.setFont(self._look.font(theme.BODY))
        # The hint is painted in the viewport's font, which a style sheet keeps from following.
        self.viewport().setFont(self.font())
        self._fit()
