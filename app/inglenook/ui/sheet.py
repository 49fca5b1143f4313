"""The style sheet for the few surfaces that Qt paints itself: menus, fields, scroll bars."""

from collections.abc import Callable

from inglenook.ui.theme import RADIUS_CARD, RADIUS_CHIP, RADIUS_FIELD, Palette


def sheet_of(colours: Palette, px: Callable[[float], int], *, clear_bars: bool = False) -> str:
    """Return the application's style sheet.

    Args:
        colours: The palette to paint with.
        px: Scales a length with the person's text size.
        clear_bars: Scroll bars are wide and have a track.
    """
    return f"""
QToolTip {{ background: {colours.raised}; color: {colours.text};
    border: 1px solid {colours.line}; padding: {px(6)}px {px(8)}px; }}
QMenu {{ background: {colours.raised}; color: {colours.text}; border: 1px solid {colours.line};
    border-radius: {RADIUS_FIELD}px; padding: 5px; }}
QMenu::item {{ padding: {px(7)}px {px(24)}px {px(7)}px {px(10)}px;
    border-radius: {RADIUS_CHIP}px; margin: 1px 0; }}
QMenu::item:selected {{ background: {colours.hover}; }}
QMenu::item:disabled {{ color: {colours.text_faint}; }}
QMenu::icon {{ padding-left: {px(8)}px; }}
QMenu::separator {{ height: 1px; background: {colours.line}; margin: 5px 8px; }}
QMenuBar {{ background: {colours.side}; color: {colours.text}; }}
QLineEdit {{ background: {colours.raised}; color: {colours.text};
    placeholder-text-color: {colours.text_faint};
    border: 1px solid {colours.edge}; border-radius: {RADIUS_FIELD}px;
    padding: {px(4)}px {px(8)}px; selection-background-color: {colours.accent};
    selection-color: {colours.on_accent}; }}
QLineEdit:focus {{ border: 2px solid {colours.accent}; }}
QLineEdit#search {{ background: {colours.inset}; border: 1px solid {colours.inset};
    border-radius: {RADIUS_FIELD}px; padding: 0 {px(12)}px 0 {px(34)}px; }}
QLineEdit#search:hover {{ border-color: {colours.line}; }}
QLineEdit#search:focus {{ background: {colours.raised}; border: 2px solid {colours.accent};
    padding: 0 {px(11)}px 0 {px(33)}px; }}
QLineEdit#search[keyless="true"] {{ padding: 0 {px(8)}px 0 {px(34)}px; }}
QLineEdit#search[keyless="true"]:focus {{ padding: 0 {px(7)}px 0 {px(33)}px; }}
QLineEdit#shown {{ background: {colours.inset}; border: 1px solid {colours.line}; }}
QLineEdit#shown:focus {{ border: 2px solid {colours.accent};
    padding: {px(4) - 1}px {px(8) - 1}px; }}
QLineEdit#rename {{ border: 2px solid {colours.accent}; border-radius: {RADIUS_CHIP}px;
    padding: 0 {px(7)}px; }}
QPlainTextEdit {{ background: transparent; border: none; color: {colours.text};
    selection-background-color: {colours.accent}; selection-color: {colours.on_accent}; }}
QPlainTextEdit#framed {{ background: {colours.inset}; border: 1px solid {colours.line};
    border-radius: {RADIUS_CARD}px; padding: 4px; }}
QPlainTextEdit#framed:focus {{ border: 2px solid {colours.accent}; padding: 3px; }}
QComboBox {{ background: {colours.raised}; color: {colours.text};
    border: 1px solid {colours.edge}; border-radius: {RADIUS_FIELD}px;
    padding: 0 {px(32)}px 0 {px(10)}px; }}
QComboBox:focus {{ border: 2px solid {colours.accent}; }}
QComboBox:disabled {{ color: {colours.text_faint}; border-color: {colours.line}; }}
QComboBox::drop-down {{ border: none; width: 0; }}
QComboBox QAbstractItemView {{ background: {colours.raised}; color: {colours.text};
    border: 1px solid {colours.line}; padding: 4px; outline: none;
    selection-background-color: {colours.hover}; selection-color: {colours.text}; }}
QTreeWidget#log, QListWidget#parts {{ background: {colours.inset}; color: {colours.text};
    border: 1px solid {colours.line}; border-radius: {RADIUS_FIELD}px; outline: none;
    padding: 4px; }}
QTreeWidget#log:focus, QListWidget#parts:focus {{ border: 2px solid {colours.accent};
    padding: 3px; }}
QTreeWidget#log::item, QListWidget#parts::item {{ padding: {px(4)}px {px(6)}px; }}
QTreeWidget#log::item:selected, QListWidget#parts::item:selected {{
    background: {colours.selected}; color: {colours.text}; }}
QTreeWidget#log QHeaderView {{ background: transparent; border: none; }}
QTreeWidget#log QHeaderView::section {{ background: transparent; color: {colours.text_muted};
    border: none; border-bottom: 1px solid {colours.line}; padding: {px(4)}px {px(9)}px; }}
QListView {{ background: transparent; border: none; outline: none; }}
QScrollArea, QScrollArea > QWidget > QWidget#page {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {colours.line}; border-radius: 3px;
    min-height: 36px; margin: 2px 3px 2px 3px; }}
QScrollBar::handle:vertical:hover {{ background: {colours.edge}; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle:horizontal {{ background: {colours.line}; border-radius: 3px;
    min-width: 36px; margin: 3px 2px; }}
QScrollBar::handle:horizontal:hover {{ background: {colours.edge}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
{_clear_bars(colours) if clear_bars else ""}"""


def _clear_bars(colours: Palette) -> str:
    """Return rules to come after the usual ones: a track, and a handle that is easily seen."""
    return f"""
QScrollBar:vertical {{ background: {colours.inset}; width: 16px; }}
QScrollBar:horizontal {{ background: {colours.inset}; height: 16px; }}
QScrollBar::handle:vertical, QScrollBar::handle:horizontal {{ background: {colours.edge};
    border-radius: 5px; margin: 3px; }}
"""
