"""What an empty chat shows: a greeting and three ways to begin."""

from functools import partial

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from inglenook.chat.assistant import PLAIN, Assistant
from inglenook.ui import theme
from inglenook.ui.assistants.words import about_of, name_of
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button, paint_ring
from inglenook.ui.widgets.column import CenteredPage
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.mirror import placed
from inglenook.ui.words import tr

_TITLE = theme.TypeStyle(14, 20, 600)
_ROOM_FOR_THREE = 470
_PROMPT = theme.TypeStyle(13, 18, 400)
_PLAIN = Assistant(PLAIN, "Inglenook", "flame")


class StarterCard(Button):
    """A prompt that can be sent as it is: an icon, what it is for, the words."""

    def __init__(self, look: Look, icon: str, title: str, prompt: str) -> None:
        super().__init__(look, icon=icon, text=title, kind="outline", radius=theme.RADIUS_CARD)
        self._prompt = prompt
        self._is_flat = False
        self.set_name(f"{title}: {prompt}")
        self.setToolTip("")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_flat(self, *, is_flat: bool) -> None:
        """Take the height of one line of prompt, or of two."""
        self._is_flat = is_flat
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(200), self._look.px(98 if self._is_flat else 108))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, colours = self._look, self._look.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, colours)
        pad, size = look.px(14), look.px(18)
        icon = look.icons.pixmap(self._icon, colours.accent, size, self.devicePixelRatioF())
        painter.drawPixmap(placed(self, QRect(pad, pad, size, size)).topLeft(), icon)
        inside = QRectF(self.rect()).adjusted(pad, pad, -pad, -pad)
        title = look.font(_TITLE)
        painter.setFont(title)
        painter.setPen(QColor(colours.text))
        along = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        painter.drawText(inside.adjusted(0, look.px(27), 0, 0), int(along), self.text())
        painter.setFont(look.font(_PROMPT))
        painter.setPen(QColor(colours.text_muted))
        top = look.px(29) + QFontMetrics(title).height()
        wrapped = int(along | Qt.TextFlag.TextWordWrap)
        painter.drawText(inside.adjusted(0, top, 0, 0), wrapped, self._prompt)
        if self.wears_ring():
            paint_ring(painter, self.rect(), self._radius, colours.accent)


class Greeting(CenteredPage):
    """The first thing in a new chat.

    Attributes:
        assistant: Opens the choice of who answers.

    Signals:
        prompt_chosen(text): a starter was pressed.
        find_asked(): a better model is wanted.
    """

    prompt_chosen = Signal(str)
    find_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(theme.COLUMN_WIDTH)
        self._look = look
        self._cards: list[StarterCard] = []
        middle = Qt.AlignmentFlag.AlignHCenter
        self._icon = Icon(look, "flame", 44)
        self._title = Label(look, "", theme.DISPLAY, display=True, wrap=True)
        self._title.setAlignment(middle)
        self._words = Label(look, "", theme.BODY, tone="text_muted", wrap=True)
        self._words.setAlignment(middle)
        self.assistant = Button(look, icon="person", icon_size=16, text=" ")
        self.content.setSpacing(8)
        self.content.addWidget(self._icon, 0, middle)
        self.content.addSpacing(4)
        self.content.addWidget(self._title)
        self.content.addWidget(self._words)
        self.content.addSpacing(20)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(12)
        for icon, name, prompt in (
            ("bulb", tr("Explain"), tr("Why is the sky blue? Explain it in simple words.")),
            ("letter", tr("Write"), tr("Write a short thank-you note to a kind neighbour.")),
            ("list", tr("Ideas"), tr("Give me five ideas for a rainy Sunday at home.")),
        ):
            card = StarterCard(look, icon, name, prompt)
            card.clicked.connect(partial(self.prompt_chosen.emit, prompt))
            self._row.addWidget(card, 1)
            self._cards.append(card)
        self._starters = QWidget()
        self._starters.setLayout(self._row)
        self._row.setContentsMargins(0, 0, 0, 0)
        self.content.addWidget(self._starters)
        self.find_model = Button(
            look, icon="search", text=tr("Find a better model"), icon_size=16
        )
        self.content.addSpacing(8)
        self.content.addWidget(self.assistant, 0, middle)
        self.content.addWidget(self.find_model, 0, middle)
        self.find_model.clicked.connect(self.find_asked)
        self.find_model.hide()
        self._away = ""
        self._greeted = _PLAIN
        self.show_assistant(_PLAIN)

    def show_away(self, words: str) -> None:
        """Say where this chat goes in the place of where it stays; "" where it stays."""
        if words != self._away:
            self._away = words
            self.show_assistant(self._greeted)

    def show_assistant(self, assistant: Assistant) -> None:
        """Greet for the assistant of this chat; the samples are for the plain one."""
        self._greeted, is_plain = assistant, assistant.id == PLAIN
        title, about = name_of(assistant), about_of(assistant)
        if is_plain:
            title = tr("What is on your mind?")
            here = tr("The model runs on this computer. What you write stays here.")
            about = self._away or here
        self._icon.show_icon(assistant.icon, "accent")
        self._title.setText(title)
        self._words.setText(about)
        self._words.set_tone("away" if self._away and is_plain else "text_muted")
        choose = tr("Choose an assistant") if is_plain else tr("Choose another assistant")
        self.assistant.setText(choose)
        self.assistant.set_name(choose, "Ctrl+Shift+A")
        self.assistant.updateGeometry()
        self._starters.setVisible(is_plain)
        self.setFocusProxy(self._cards[0] if is_plain else self.assistant)

    def offer_models(self, *, is_offered: bool, has_model: bool) -> None:
        """Offer to look for a better model than the one that answers, or for a first one."""
        words = tr("Find a better model") if has_model else tr("Find a model")
        if words != self.find_model.text():
            self.find_model.setText(words)
            self.find_model.set_name(words)
            self.find_model.updateGeometry()
        self.find_model.setVisible(is_offered)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Big text or a small window: the cards go below each other.
        is_flat = self.width() < self._look.px(_ROOM_FOR_THREE)
        directions = QBoxLayout.Direction
        self._row.setDirection(directions.TopToBottom if is_flat else directions.LeftToRight)
        for card in self._cards:
            card.set_flat(is_flat=is_flat)
