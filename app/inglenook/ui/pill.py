"""The model pill of the top bar: which model, in which state, and the menu to change it."""

from functools import partial

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget

from inglenook.chat.elsewhere import Endpoint
from inglenook.services.events import EnginePhase, EngineState
from inglenook.services.installed import InstalledModel
from inglenook.ui import theme
from inglenook.ui.pillface import PillFace, face_of, tip_of
from inglenook.ui.style import Look
from inglenook.ui.theme import TypeStyle
from inglenook.ui.units import bytes_in_words
from inglenook.ui.widgets.button import Button, paint_ring
from inglenook.ui.widgets.mirror import own_way, placed, placed_in
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import menu_text, one_line, tip, tr

_NAME = TypeStyle(14, 20, 600)
_CHIP = TypeStyle(12, 16, 550)
_STATE = TypeStyle(13, 18, 400)
_ALONG = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_PAD, _GAP, _DOT = 14, 8, 8
_MOST_NAME = 260


class PillButton(Button):
    """The pill itself, painted."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, text=" ", kind="outline", height=36)
        self._face = face_of(EngineState())
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_face(self, face: PillFace) -> None:
        """Show another state."""
        self._face = face
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        name, chip, text = self._widths()
        gaps = _GAP * (3 if chip else 2) + 26 + 2 * _PAD + _DOT
        return QSize(name + chip + text + self._look.px(gaps), self._look.px(36))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.px(140), self._look.px(36))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self._look.palette
        self._paint_ground(painter, colours)
        self._paint_fill(painter)
        side = self._look.px(_DOT)
        dot = QRectF(self._look.px(_PAD), (self.height() - side) / 2, side, side)
        dot = placed_in(painter, QRectF(self.rect()), dot)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(colours, self._face.tone)))
        painter.drawEllipse(dot)
        self._paint_words(painter)
        if self.wears_ring():
            paint_ring(painter, self.rect(), theme.RADIUS_FIELD, colours.accent)

    def _widths(self) -> tuple[int, int, int]:
        look, face = self._look, self._face
        name = QFontMetrics(look.font(_NAME)).horizontalAdvance(face.name) + 1
        chip = QFontMetrics(look.font(_CHIP)).horizontalAdvance(face.chip) + 1
        text = QFontMetrics(look.font(_STATE)).horizontalAdvance(face.text) + 1
        return min(name, look.px(_MOST_NAME)), chip + look.px(16) if face.chip else 0, text

    def _paint_fill(self, painter: QPainter) -> None:
        if self._face.fraction is None:
            return
        clip = QPainterPath()
        inside = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        clip.addRoundedRect(inside, self._radius - 1, self._radius - 1)
        painter.save()
        painter.setClipPath(clip)
        inside.setWidth(inside.width() * self._face.fraction)
        inside = placed_in(painter, QRectF(self.rect()), inside)
        painter.fillRect(inside, QColor(self._look.palette.accent_soft))
        painter.restore()

    def _paint_words(self, painter: QPainter) -> None:
        colours, height = self._look.palette, self.height()
        name, chip, _text = self._widths()
        px = self._look.px
        gap, left, right = px(_GAP), px(_PAD + _DOT + _GAP), self.width() - px(_PAD + 18)
        place = QRect(left, 0, min(name, right - left), height)
        left = self._draw(painter, place, self._face.name, _NAME, colours.text) + gap
        if chip and left + chip < right:
            box = QRectF(left, (height - px(22)) / 2, chip, px(22))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.inset))
            ground = placed_in(painter, QRectF(self.rect()), box)
            painter.drawRoundedRect(ground, ground.height() / 2, ground.height() / 2)
            inside = box.toRect().adjusted(px(8), 0, -px(8), 0)
            self._draw(painter, inside, self._face.chip, _CHIP, colours.text_muted)
            left += chip + gap
        if right - left > 40:
            place = QRect(left, 0, right - left, height)
            tone = colours.bad if self._face.tone == "bad" else colours.text_muted
            self._draw(painter, place, self._face.text, _STATE, tone)
        icon = self._look.icons.pixmap(
            "chevron-down", colours.text_muted, px(16), self.devicePixelRatioF()
        )
        end = QRect(self.width() - px(_PAD + 14), (height - px(16)) // 2, px(16), px(16))
        painter.drawPixmap(placed(self, end).topLeft(), icon)

    def _draw(
        self, painter: QPainter, box: QRect, text: str, style: TypeStyle, colour: str
    ) -> int:
        """Draw a text, cut to its box; return where it ends."""
        font = self._look.font(style)
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, box.width()))
        painter.setFont(font)
        painter.setPen(QPen(QColor(colour)))
        painter.drawText(placed(self, box), _ALONG, own_way(painter, shown))
        return box.left() + min(metrics.horizontalAdvance(shown), box.width())


class ModelPill(QWidget):
    """The pill, its menu, and the button that cancels a load or tries again.

    Signals:
        model_chosen(path): an installed model was picked.
        open_file_asked(): a file dialog is wanted.
        find_asked(): more models are wanted.
        running_asked(path): how does this model run.
        unload_asked(): the memory is wanted back.
        cancel_asked(): the load shall be given up.
        retry_asked(): the model shall be tried again.
        elsewhere_chosen(endpoint, model): a model of another engine was picked.
        engines_asked(): other engines shall be set up.
        new_chats_asked(): new chats shall have the engine of this one, or this computer's.
    """

    model_chosen = Signal(str)
    open_file_asked = Signal()
    find_asked = Signal()
    running_asked = Signal(str)
    unload_asked = Signal()
    cancel_asked = Signal()
    retry_asked = Signal()
    elsewhere_chosen = Signal(str, str)
    engines_asked = Signal()
    new_chats_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._state = EngineState()
        self._models: tuple[InstalledModel, ...] = ()
        self._endpoints: tuple[Endpoint, ...] = ()
        self._away: PillFace | None = None
        self._for_new = ""
        self.face = PillButton(look)
        self.action = Button(look, text=tr("Cancel"), height=32)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.face)
        row.addWidget(self.action)
        row.addStretch(1)
        self.face.clicked.connect(self.open_menu)
        self.action.clicked.connect(self._act)
        self.show_state(self._state)

    def show_state(self, state: EngineState) -> None:
        """Show what the engine is doing; a new phase is announced."""
        if state.phase is not self._state.phase and self._away is None:
            speak(self.face, face_of(state).in_words())
        self._state = state
        self._show()

    def show_away(self, model: str, host: str) -> None:
        """Show the model of another engine in the place of this one's; "" for none."""
        away = PillFace(model, "", host, "away") if model else None
        if away != self._away:
            self._away = away
            self._show()

    def show_endpoints(self, endpoints: tuple[Endpoint, ...]) -> None:
        """Take the engines elsewhere for the menu."""
        self._endpoints = endpoints

    def offer_for_new(self, words: str) -> None:
        """Offer in the menu what new chats shall begin with; "" for nothing."""
        self._for_new = words

    def _show(self) -> None:
        face = self._away or face_of(self._state)
        self.face.show_face(face)
        self.face.set_name(tr("Model: {state}").format(state=face.in_words()))
        self.face.setToolTip(
            tip_of(self._state) if self._away is None else tip(face.in_words())
        )
        self.action.setText(face.action)
        self.action.set_name(face.action)
        self.action.setVisible(bool(face.action))

    def show_models(self, models: tuple[InstalledModel, ...]) -> None:
        """Take the models for the menu."""
        self._models = models

    def open_menu(self) -> None:
        """Open the menu below the pill."""
        menu = self.menu()
        menu.popup(self.face.mapToGlobal(QPoint(0, self.face.height() + 4)))

    def menu(self) -> QMenu:
        """Return the menu: installed models, how the one in use runs, and its memory back."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        icons, colour = self._look.icons, self._look.palette.text_muted
        now = self._state.model.path if self._state.model else ""
        for model in self._models:
            facts = (model.quant.split(" (")[0], bytes_in_words(model.size_bytes))
            about = " · ".join(menu_text(fact) for fact in facts if fact)
            line = menu.addAction(f"{menu_text(model.name)}\t{about}")
            is_chosen = model.path == now and self._away is None
            line.setIcon(icons.icon("check" if is_chosen else "box", colour))
            line.triggered.connect(partial(self.model_chosen.emit, model.path))
        if self._models:
            menu.addSeparator()
        for endpoint in self._endpoints:
            self._add_engine(menu, endpoint)
        if self._for_new:
            line = menu.addAction(icons.icon("chat", colour), self._for_new)
            line.triggered.connect(self.new_chats_asked)
            menu.addSeparator()
        if now:
            how = menu.addAction(icons.icon("cpu", colour), tr("How it runs…"))
            how.triggered.connect(partial(self.running_asked.emit, now))
        file = menu.addAction(icons.icon("folder", colour), tr("Open a model file…"))
        file.triggered.connect(self.open_file_asked)
        find = menu.addAction(icons.icon("search", colour), tr("Find models…"))
        find.triggered.connect(self.find_asked)
        others = menu.addAction(icons.icon("external", colour), tr("Other engines…"))
        others.triggered.connect(self.engines_asked)
        if self._state.phase is EnginePhase.READY:
            free = menu.addAction(icons.icon("x", colour), tr("Unload to free its memory"))
            free.triggered.connect(self.unload_asked)
        return menu

    def _add_engine(self, menu: QMenu, endpoint: Endpoint) -> None:
        """Add the models of an engine elsewhere, under a heading that says where it is."""
        icons, palette = self._look.icons, self._look.palette
        if not endpoint.models:
            return
        named = "" if endpoint.name == endpoint.host else menu_text(endpoint.host)
        words = "\t".join(each for each in (menu_text(endpoint.name), named) if each)
        heading = menu.addAction(icons.icon("external", palette.away), words)
        heading.setEnabled(False)
        for model in endpoint.models:
            is_chosen = self._away is not None and (self._away.name, self._away.text) == (
                one_line(model.name, 60), one_line(endpoint.host, 60),
            )  # fmt: skip
            name = "check" if is_chosen else "globe"
            line = menu.addAction(icons.icon(name, palette.away), menu_text(model.name))
            line.triggered.connect(partial(self.elsewhere_chosen.emit, endpoint.id, model.id))
        menu.addSeparator()

    def _act(self) -> None:
        if self._state.phase is EnginePhase.LOADING:
            self.cancel_asked.emit()
        else:
            self.retry_asked.emit()
