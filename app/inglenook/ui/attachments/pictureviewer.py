"""One attached picture, as large as the window allows: what the model is shown."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from inglenook.chat.attachment import Attachment
from inglenook.ui import theme
from inglenook.ui.attachments.pictures import LONGEST_SIDE
from inglenook.ui.attachments.thumbnail import picture_of
from inglenook.ui.attachments.words import sent_words
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.words import one_line, tr


class PictureViewer(QDialog):
    """Shows a picture, and what it is called."""

    def __init__(self, look: Look, parent: QWidget, attachment: Attachment) -> None:
        super().__init__(parent)
        most = QSize(LONGEST_SIDE, LONGEST_SIDE)
        self._image = picture_of(attachment.data or b"", most)
        self.setWindowTitle(tr("What the model is shown"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        name = one_line(attachment.name, 120)
        self.view = FittedPicture(self._image, name)
        self.shut = Button(look, text=tr("Close"), kind="quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(theme.SPACE_2)
        column.addWidget(Label(look, name, theme.H3, wrap=True))
        about = sent_words(attachment)
        column.addWidget(Label(look, about, theme.NOTE, tone="text_muted", wrap=True))
        column.addWidget(self.view, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.shut)
        column.addLayout(foot)
        self.resize(self._wanted(parent.window().size(), look))
        self.shut.clicked.connect(self.accept)
        self.shut.setFocus(Qt.FocusReason.OtherFocusReason)

    def _wanted(self, room: QSize, look: Look) -> QSize:
        around = QSize(48, look.px(140))
        most = QSize(room.width() - 48, room.height() - 48).boundedTo(
            QSize(look.px(960), look.px(800))
        )
        size = self._image.size() if not self._image.isNull() else QSize(320, 160)
        fitted = size.boundedTo(size.scaled(most - around, Qt.AspectRatioMode.KeepAspectRatio))
        return (fitted + around).expandedTo(QSize(look.px(320), look.px(240))).boundedTo(most)


class FittedPicture(QLabel):
    """A picture that is never larger than its place, nor than itself."""

    def __init__(self, image: QImage, name: str) -> None:
        super().__init__()
        self._image = image
        self.setAccessibleName(name)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        if image.isNull():
            self.setText(tr("This picture is not there any more."))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._image.isNull():
            return
        ratio = self.devicePixelRatioF()
        place = self.size() * ratio
        size = self._image.size().boundedTo(
            self._image.size().scaled(place, Qt.AspectRatioMode.KeepAspectRatio)
        )
        keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode
        shown = QPixmap.fromImage(self._image.scaled(size, keep, smooth.SmoothTransformation))
        shown.setDevicePixelRatio(ratio)
        self.setPixmap(shown)
