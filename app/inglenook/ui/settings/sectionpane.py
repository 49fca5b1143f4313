"""One section of the settings: its cards of rows, and the way back for all of them."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from inglenook.core.errors import BadArgumentError
from inglenook.ui import theme
from inglenook.ui.models.pane import Pane
from inglenook.ui.settings.around import Around
from inglenook.ui.settings.controls import make_control
from inglenook.ui.settings.parts import Part, make_part
from inglenook.ui.settings.registry import Control, Section, Setting, section_name
from inglenook.ui.settings.row import SettingLine, is_narrow
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.speak import speak
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.words import tr

_MARKED_MS = 2400


class SectionPane(Pane):
    """The rows of a section; every change counts at once.

    Attributes:
        rows: By the key of the setting.
        reset_all: Puts the whole section back.

    Threads: the UI thread.
    """

    def __init__(self, around: Around, section: Section, settings: tuple[Setting, ...]) -> None:
        super().__init__(around.look, section_name(section))
        self._around, self._section = around, section
        self.rows: dict[str, SettingLine] = {}
        self._marking = QTimer(self)
        self._marking.setSingleShot(True)
        self._marking.setInterval(_MARKED_MS)
        self._marking.timeout.connect(self._unmark)
        self.reset_all = Button(
            around.look, icon="refresh", text=tr("Reset this section"), icon_size=16
        )
        self._title = Label(around.look, section_name(section), theme.H1, display=True)
        self._lay_out(settings)
        self.reset_all.clicked.connect(self._reset_all)
        around.bridge.settings_changed.connect(self.show_settings)
        self.show_settings()

    def show_settings(self, _event: object = None) -> None:
        """Show what is in force now."""
        now = self._around.services.settings.now
        kept = [row for row in self.rows.values() if row.setting.is_kept]
        for row in kept:
            setting = row.setting
            row.show_value(setting.read(now), is_usual=setting.is_usual(now))
        changed = any(not row.setting.is_usual(now) for row in kept)
        self.reset_all.setVisible(changed)
        self._show_forced_offline()

    def show_row(self, key: str) -> None:
        """Bring a row into view, mark it for a moment, and give it the keyboard."""
        row = self.rows.get(key)
        if row is None:
            return
        self._unmark()
        row.mark(is_marked=True)
        self._marking.start()
        self.ensureWidgetVisible(row, 0, 80)
        row.take_keyboard()
        speak(row, f"{row.setting.title}. {row.setting.about}")

    def begin(self) -> None:
        """Give the keyboard to the first control."""
        if self.rows:
            next(iter(self.rows.values())).take_keyboard()

    # --- building ---

    def _lay_out(self, settings: tuple[Setting, ...]) -> None:
        # As high with the button as without it, so that no section begins lower than others.
        self._title.setMinimumHeight(self.reset_all.sizeHint().height())
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.reset_all)
        self.content.addLayout(head)
        groups: dict[str, list[Setting]] = {}
        for setting in settings:
            groups.setdefault(setting.group, []).append(setting)
        for name, members in groups.items():
            self._add_group(name, [row for one in members if (row := self._make(one))])
        self.content.addStretch(1)

    def _add_group(self, name: str, rows: list[SettingLine]) -> None:
        if not rows:
            return
        look = self._around.look
        if name:
            self.content.addSpacing(8)
            self.content.addWidget(Label(look, name, theme.LABEL, tone="text_muted"))
        for bare in (row for row in rows if row.is_bare):
            self.content.addWidget(bare)
        within = [row for row in rows if not row.is_bare]
        if not within:
            return
        card = Surface(look, "raised", radius=theme.RADIUS_CARD)
        column = QVBoxLayout(card)
        column.setContentsMargins(1, 0, 1, 0)
        column.setSpacing(0)
        for place, row in enumerate(within):
            row.show_place(place)
            column.addWidget(row)
        self.content.addWidget(card)

    def _make(self, setting: Setting) -> SettingLine | None:
        look = self._around.look
        part = None
        if setting.control is Control.PART:
            part = make_part(setting.key, self._around)
            if part is None:
                return None
        part = part or Part(make_control(look, setting))
        row = SettingLine(look, setting, part.widget, wide=part.is_wide, bare=part.is_bare)
        row.chosen.connect(self._choose)
        row.reset_asked.connect(self._reset)
        if part.about:
            row.about.setText(part.about)
            row.about.show()
        self.rows[setting.key] = row
        return row

    # --- what people do ---

    def _choose(self, setting: Setting, value: object) -> None:
        row = self.rows[setting.key]
        try:
            setting.set(self._around.services, value)
        except BadArgumentError as error:
            row.show_problem(error.problem)
        else:
            row.show_problem(None)

    def _reset(self, setting: Setting) -> None:
        self.rows[setting.key].show_problem(None)
        setting.set(self._around.services, setting.default)

    def _reset_all(self) -> None:
        now = self._around.services.settings.now
        for row in self.rows.values():
            if not row.setting.is_usual(now):
                self._reset(row.setting)
        self.begin()
        speak(self, tr("All settings of this section are at their defaults."))

    def _show_forced_offline(self) -> None:
        """Say where the environment has the last word."""
        row, settings = self.rows.get("offline"), self._around.services.settings
        if row is None or row.control is None:
            return
        forced = settings.is_offline and not settings.now.offline
        row.control.setEnabled(not forced)
        if forced:
            row.show_value(settings.is_offline, is_usual=True)
            row.about.setText(
                tr("The environment variable INGLENOOK_OFFLINE has switched the network off.")
            )
        else:
            row.about.setText(row.setting.about)

    def _unmark(self) -> None:
        for row in self.rows.values():
            row.mark(is_marked=False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = is_narrow(self._around.look, self.viewport().width())
        for row in self.rows.values():
            row.set_narrow(is_narrow=narrow)
