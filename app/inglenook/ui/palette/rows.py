"""How the lines of the palette are painted."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from inglenook.ui import theme
from inglenook.ui.palette.board import ROW_ROLE, Index
from inglenook.ui.palette.entries import Heading, Item
from inglenook.ui.style import Look
from inglenook.ui.theme import TypeStyle
from inglenook.ui.widgets.mirror import own_way, placed_in

_TEXT, _FOUND = TypeStyle(14, 20, 450), TypeStyle(14, 20, 700)
_HEADING = TypeStyle(12, 16, 550)
_KEYS = TypeStyle(11, 16, 500)
_INSET, _ICON, _GAP, _LEAST = 12, 16, 12, 200
_ALONG = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class PaletteRows(QStyledItemDelegate):
    """Paints headings and entries, with the found letters marked.

    Threads: the UI thread.
    """

    def __init__(self, look: Look, view: QWidget) -> None:
        super().__init__(view)
        self._look, self._whole = look, QRectF()

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        is_heading = isinstance(index.data(ROW_ROLE), Heading)
        return QSize(0, self._look.px((32 if index.row() else 28) if is_heading else 36))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(ROW_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._whole = QRectF(option.rect)
        if isinstance(row, Heading):
            self._paint_heading(painter, option.rect, row.text)
        elif isinstance(row, Item):
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            self._paint_item(painter, option.rect, row, is_chosen=chosen)
        painter.restore()

    def _paint_heading(self, painter: QPainter, box: QRect, text: str) -> None:
        px = self._look.px
        painter.setFont(self._look.font(_HEADING))
        painter.setPen(QColor(self._look.palette.text_faint))
        place = box.adjusted(px(_INSET), 0, -px(_INSET), -px(6))
        painter.drawText(place, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, text)

    def _paint_item(
        self, painter: QPainter, box: QRect, item: Item, *, is_chosen: bool
    ) -> None:
        px, colours, entry = self._look.px, self._look.palette, item.entry
        if is_chosen:
            self._paint_choice(painter, box)
        inner = box.adjusted(px(_INSET), 0, -px(_INSET), 0)
        self._paint_icon(painter, inner, item, is_chosen=is_chosen)
        inner.setLeft(inner.left() + px(_ICON + _GAP))
        inner.setRight(self._paint_keys(painter, inner, entry.keys))
        end = self._paint_text(painter, inner, item)
        said = entry.why or entry.detail
        inner.setLeft(end + px(_GAP))
        if said and inner.width() > px(40):
            font = self._look.font(theme.CAPTION)
            painter.setFont(font)
            painter.setPen(QColor(colours.text_faint))
            shown = QFontMetrics(font).elidedText(
                said, Qt.TextElideMode.ElideRight, inner.width()
            )
            painter.drawText(self._placed(painter, QRectF(inner)), _ALONG, shown)

    def _paint_choice(self, painter: QPainter, box: QRect) -> None:
        """Mark the line that Enter takes: by its ground and, without tones, by a bar."""
        px, colours = self._look.px, self._look.palette
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.selected))
        painter.drawRoundedRect(QRectF(box), theme.RADIUS_ROW, theme.RADIUS_ROW)
        painter.setBrush(QColor(colours.accent))
        bar = QRectF(box.left(), box.top() + px(9), px(3), box.height() - px(18))
        painter.drawRoundedRect(self._placed(painter, bar), 1.5, 1.5)

    def _placed(self, painter: QPainter, part: QRectF) -> QRectF:
        """Return where a part of the row lies: mirrored where people read from the right."""
        return placed_in(painter, self._whole, part)

    def _paint_icon(
        self, painter: QPainter, box: QRect, item: Item, *, is_chosen: bool
    ) -> None:
        entry, colours, side = item.entry, self._look.palette, self._look.px(_ICON)
        name = "check" if entry.is_on else entry.icon
        if name:
            tone = colours.accent if is_chosen or entry.is_on else colours.text_muted
            tone = colours.text_faint if entry.why else tone
            ratio = painter.device().devicePixelRatioF()
            picture = self._look.icons.pixmap(name, tone, side, ratio)
            at = QRectF(box.left(), box.top() + (box.height() - side) // 2, side, side)
            painter.drawPixmap(self._placed(painter, at).topLeft(), picture)

    def _paint_keys(self, painter: QPainter, box: QRect, keys: str) -> int:
        """Draw each key as a small cap at the right end; return where the room ends."""
        px, colours = self._look.px, self._look.palette
        if not keys:
            return box.right()
        font = self._look.font(_KEYS)
        metrics, right = QFontMetrics(font), box.right()
        painter.setFont(font)
        # Keys stand in the order they are pressed, from the left, wherever they stand.
        is_rtl = painter.layoutDirection() is Qt.LayoutDirection.RightToLeft
        caps = caps_of(keys)
        for key in caps if is_rtl else reversed(caps):
            wide = max(metrics.horizontalAdvance(key) + px(10), px(20))
            cap = QRectF(right - wide, box.center().y() - px(10) + 0.5, wide, px(20))
            cap = self._placed(painter, cap)
            painter.setPen(QColor(colours.line))
            painter.setBrush(QColor(colours.inset))
            painter.drawRoundedRect(cap, 4, 4)
            painter.setPen(QColor(colours.text_muted))
            painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, key)
            right -= wide + px(4)
        return right - px(8)

    def _paint_text(self, painter: QPainter, box: QRect, item: Item) -> int:
        """Draw the text, its found letters bold and underlined; return where it ends."""
        colours, entry = self._look.palette, item.entry
        tone = colours.text_faint if entry.why else colours.text
        plain = self._look.font(_TEXT)
        metrics = QFontMetrics(plain)
        # What goes with it may be left out, but not why it cannot be done.
        room = max(box.width() - (self._look.px(_LEAST) if entry.why else 0), box.width() // 2)
        text = metrics.elidedText(entry.text, Qt.TextElideMode.ElideRight, room)
        marked = {place for place in item.places if place < len(text)}
        found = self._found_font()
        left = float(box.left())
        if painter.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            # Letters of these scripts join and change places: the line is drawn whole.
            painter.setFont(plain)
            painter.setPen(QColor(tone))
            painter.drawText(self._placed(painter, QRectF(box)), _ALONG, own_way(painter, text))
            return round(left + metrics.horizontalAdvance(text))
        middle = box.center().y() + (metrics.ascent() - metrics.descent()) / 2
        for run, is_found in _runs(text, marked):
            painter.setFont(found if is_found else plain)
            painter.setPen(QColor(colours.accent if is_found and not entry.why else tone))
            painter.drawText(QPointF(left, middle), run)
            left += painter.fontMetrics().horizontalAdvance(run)
        return round(left)

    def _found_font(self) -> QFont:
        font = QFont(self._look.font(_FOUND))
        font.setUnderline(True)  # not by colour alone
        return font


def caps_of(keys: str) -> list[str]:
    """Return the keys of a shortcut one by one; the plus sign may be one of them."""
    if keys.endswith("++"):
        return [*keys[:-2].split("+"), "+"]
    return keys.split("+") if len(keys) > 1 else [keys]


def _runs(text: str, marked: set[int]) -> list[tuple[str, bool]]:
    """Cut a text where found letters begin and end.

    Scripts whose letters join are left whole: a letter alone would have another shape.
    """
    if not marked or any("\u0590" <= sign <= "\u1cff" for sign in text):
        return [(text, False)]
    runs: list[tuple[str, bool]] = []
    begin = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or (place in marked) is not (begin in marked):
            runs.append((text[begin:place], begin in marked))
            begin = place
    return runs
