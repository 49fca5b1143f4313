"""The page of settings: sections at the left, rows at the right, a search over all of them."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from inglenook.ui import theme
from inglenook.ui.pages import FullPage
from inglenook.ui.settings.around import Around
from inglenook.ui.settings.combo import Combo
from inglenook.ui.settings.registry import (
    SECTION_ICONS,
    Section,
    Setting,
    all_settings,
    found,
    section_name,
)
from inglenook.ui.settings.results import ResultsPane
from inglenook.ui.settings.searchline import SettingsSearch
from inglenook.ui.settings.sectionpane import SectionPane
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.words import tr

_LIST_WIDTH = 216
_SIDE_BY_SIDE = 700
_STYLE = theme.TypeStyle(14, 20, 500)


class SettingsPage(FullPage):
    """Sections are built when they are first opened.

    Attributes:
        search: The field over all sections.
        section: Which section is open.

    Threads: the UI thread.
    """

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._around, look = around, around.look
        self.settings = all_settings()
        self._panes: dict[Section, SectionPane] = {}
        self.section = Section.GENERAL
        self.back = Button(look, icon="chevron-left", name=tr("Back to the chat"))
        self.back.set_name(tr("Back to the chat"), "Esc")
        self._title = Label(look, tr("Settings"), theme.H2, display=True)
        self.search = SettingsSearch(look)
        self.results = ResultsPane(look)
        self.buttons: dict[Section, Button] = {}
        self._group = QButtonGroup(self)
        self.chooser = Combo(look, tr("Section"), 200)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.results)
        self._list = self._make_list()
        self._lay_out()
        self._connect()
        self.open_section(Section.GENERAL)

    def come_forward(self) -> None:
        """Give the keyboard to the search: most people look for one thing."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def open_section(self, section: Section) -> None:
        """Show a section."""
        self.section = section
        self.buttons[section].setChecked(True)
        self.chooser.show_value(section)
        self._stack.setCurrentWidget(self.pane(section))

    def pane(self, section: Section) -> SectionPane:
        """Return the pane of a section; it is built if need be."""
        if section not in self._panes:
            members = tuple(each for each in self.settings if each.section is section)
            self._panes[section] = SectionPane(self._around, section, members)
            self._stack.addWidget(self._panes[section])
        return self._panes[section]

    def show_setting(self, setting: Setting) -> None:
        """Show a setting where it stands, marked."""
        self.search.leave()
        self.open_section(setting.section)
        self.pane(setting.section).show_row(setting.key)

    # --- building ---

    def _make_list(self) -> QWidget:
        look = self._around.look
        box = Surface(look, "ground", line="right")
        column = QVBoxLayout(box)
        column.setContentsMargins(12, 16, 12, 12)
        column.setSpacing(2)
        self._group.setExclusive(True)
        for section in Section:
            button = Button(
                look, icon=SECTION_ICONS[section], text=section_name(section), style=_STYLE,
                height=36, leading=True,
            )  # fmt: skip
            button.setCheckable(True)
            button.setAutoExclusive(True)  # as the group is; this makes it a radio button
            self.buttons[section] = button
            self._group.addButton(button)
            column.addWidget(button)
        column.addStretch(1)
        self.chooser.offer([(section, section_name(section)) for section in Section])
        return box

    def _lay_out(self) -> None:
        head = Surface(self._around.look, "ground", line="bottom")
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 8, 16, 9)
        row.setSpacing(8)
        row.addWidget(self.back)
        row.addWidget(self._title)
        row.addWidget(self.chooser)
        row.addStretch(1)
        row.addWidget(self.search)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self._list)
        body.addWidget(self._stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addLayout(body, 1)
        self._foot = QWidget()
        self._foot.setFixedHeight(0)
        column.addWidget(self._foot)

    @property
    def foot(self) -> QWidget:
        return self._foot

    def _connect(self) -> None:
        self.back.clicked.connect(self.closed)
        for section, button in self.buttons.items():
            button.clicked.connect(lambda _on, section=section: self._turn_to(section))
        self.chooser.chosen.connect(self._turn_to)
        self.search.query_changed.connect(self._look_for)
        self.search.taken.connect(self.results.take_first)
        self.search.left_down.connect(self._enter)
        self.results.chosen.connect(self.show_setting)
        self.results.left_up.connect(self.come_forward)
        self._around.look.changed.connect(self._resize)
        self._resize()

    def _turn_to(self, section: str) -> None:
        self.search.leave()
        self.open_section(Section(section))  # Qt gives the plain word back

    def _look_for(self, query: str) -> None:
        if not query:
            self.open_section(self.section)
            return
        shown = tuple(one for one in found(query, self.settings) if self._is_there(one))
        self.results.show_found(query, shown)
        self._stack.setCurrentWidget(self.results)

    def _is_there(self, setting: Setting) -> bool:
        """Tell whether this installation has the row: a part of it may be missing."""
        pane = self._panes.get(setting.section)
        return pane is None or setting.key in pane.rows

    def _enter(self) -> None:
        if self._stack.currentWidget() is self.results:
            self.results.enter()
        else:
            self.pane(self.section).begin()

    def _resize(self) -> None:
        look = self._around.look
        widest = max(self._list.sizeHint().width(), look.px(_LIST_WIDTH))
        self._list.setFixedWidth(min(widest, max(340, look.px(280))))
        is_narrow = self.width() < look.px(_SIDE_BY_SIDE)
        self._list.setVisible(not is_narrow)
        self.chooser.setVisible(is_narrow)
        self._title.setVisible(not is_narrow)
        self.search.setFixedWidth(min(look.px(240), max(140, self.width() // 3)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._resize()
