"""What is wrong with a layout that any eye would see: text cut, covered, outside or pale.

Read from the widgets and from the pixels they painted, so it needs no picture to compare with.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QLabel, QLayout, QWidget

from inglenook.ui.widgets.button import Button

LEAST_CONTRAST = 4.3
"""WCAG 2.2 AA asks 4.5:1; thin strokes never reach the full colour of the text."""


def faults(window: QWidget, picture: QImage) -> list[str]:
    """Return a sentence for each fault that is on screen.

    Args:
        window: Laid out and painted.
        picture: What it painted, at one pixel per point.
    """
    shown = [each for each in window.findChildren(QWidget) if _is_seen(each, window)]
    found = [*_outside(window, shown), *_covered(window), *_cut(shown)]
    for label in shown:
        if isinstance(label, QLabel) and label.text() and label.isEnabled():
            found += _pale(label, window, picture)
    return found


def _place(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def _is_seen(widget: QWidget, window: QWidget) -> bool:
    if not widget.isVisibleTo(window) or widget.isWindow() or widget.size().isEmpty():
        return False
    return not widget.visibleRegion().isEmpty()


def _scrolls(widget: QWidget, window: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None and parent is not window:
        if isinstance(parent, QAbstractScrollArea):
            return True
        parent = parent.parentWidget()
    return False


def _outside(window: QWidget, shown: list[QWidget]) -> Iterator[str]:
    whole = window.rect()
    for widget in shown:
        if widget.findChild(QWidget) is not None:
            continue  # what holds others may have a shadow around it
        if not _scrolls(widget, window) and not whole.contains(_place(widget, window)):
            yield f"{_name(widget)} reaches outside the window"


def _covered(window: QWidget) -> Iterator[str]:
    """Yield each two neighbours in a layout that lie on one another."""
    for layout in window.findChildren(QLayout):
        items = [layout.itemAt(number).widget() for number in range(layout.count())]
        seen = [each for each in items if each is not None and _is_seen(each, window)]
        for one, other in combinations(seen, 2):
            both = one.geometry() & other.geometry()
            if both.width() > 1 and both.height() > 1 and not _is_stack(layout):
                yield f"{_name(one)} and {_name(other)} lie on one another"


def _is_stack(layout: QLayout) -> bool:
    return layout.inherits("QStackedLayout")


def _cut(shown: list[QWidget]) -> Iterator[str]:
    """Yield labels and buttons whose text has less room than it needs."""
    for widget in shown:
        if isinstance(widget, QLabel) and type(widget).paintEvent is QLabel.paintEvent:
            if _is_cut(widget):
                yield f"{_name(widget)} is cut"
        elif type(widget) is Button and widget.width() < widget.sizeHint().width():
            yield f"{_name(widget)} is cut"


def _is_cut(label: QLabel) -> bool:
    room = label.contentsRect()
    if label.wordWrap():
        return label.height() + 1 < label.heightForWidth(label.width())
    plain = label.textFormat() is Qt.TextFormat.PlainText
    metrics = QFontMetrics(label.font())
    widest = max(map(metrics.horizontalAdvance, label.text().splitlines()), default=0)
    return plain and widest > room.width() + 1


def _pale(label: QLabel, window: QWidget, picture: QImage) -> Iterator[str]:
    """Yield a label whose darkest and commonest colours are too near each other."""
    place = _place(label, window) & picture.rect()
    top = window.childAt(place.center())
    is_covered = top is not None and top is not label and not top.isAncestorOf(label)
    if label.visibleRegion().boundingRect() != label.rect() or is_covered:
        return  # partly scrolled away, or below a veil
    # A pixel in three is enough to meet every letter's stem.
    points = [
        picture.pixel(x, y)
        for y in range(place.top(), place.bottom() + 1)
        for x in range(place.left(), place.right() + 1, 1 if place.width() < 300 else 3)
    ]
    counted = Counter(points)
    ground = _luminance(counted.most_common(1)[0][0])
    most = max(_contrast(ground, _luminance(each)) for each in counted)
    if len(counted) > 2 and most < LEAST_CONTRAST:
        yield f"{_name(label)} has a contrast of {most:.1f}:1"


def _luminance(rgb: int) -> float:
    """Return relative luminance, 0 to 1 (WCAG 2.2, "relative luminance")."""
    colour = QColor(rgb)
    parts = [colour.redF(), colour.greenF(), colour.blueF()]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: float, other: float) -> float:
    """Return the contrast ratio, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def _name(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""
    said = text or widget.accessibleName() or widget.objectName()
    return f"{type(widget).__name__} “{said[:40]}”" if said else type(widget).__name__
