"""All that is in the window: puts the parts together and passes on what they ask for."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from inglenook.core.errors import Problem
from inglenook.services.events import (
    EngineChanged,
    EnginePhase,
    EngineState,
    ModelsChanged,
    ProblemArose,
    SettingsChanged,
)
from inglenook.ui.actions import Actions
from inglenook.ui.bridge import Bridge
from inglenook.ui.chat.page import ChatPage
from inglenook.ui.desk import ChatDesk
from inglenook.ui.drop import DropVeil, model_files
from inglenook.ui.effort.desk import EffortDesk
from inglenook.ui.frame import Frame
from inglenook.ui.modeldesk import ModelDesk
from inglenook.ui.pages import Pages
from inglenook.ui.sidebar import SideBar
from inglenook.ui.style import Look
from inglenook.ui.toast import Toast
from inglenook.ui.topbar import TopBar
from inglenook.ui.welcome import Welcome
from inglenook.ui.widgets.notice import Notice
from inglenook.ui.words import tr

if TYPE_CHECKING:
    from inglenook.services.services import Services
    from inglenook.ui.chat.conversation_view import ConversationView

_STEP_PERCENT = 10


class Room(QWidget):
    """The window's contents: side bar, top bar, page, and what lies over them.

    Threads: the UI thread.
    """

    def __init__(
        self, look: Look, services: "Services", make_view: Callable[[], "ConversationView"]
    ) -> None:
        super().__init__()
        self._look = look
        self._services = services
        self._engine = EngineState()
        self._is_welcome = False
        self.setAcceptDrops(True)
        self.actions_by_name = Actions(self)
        self.bridge = Bridge(services.bus)
        self.side = SideBar(look)
        self.top = TopBar(look, self.actions_by_name)
        self.notice = Notice(look)
        self.effort = EffortDesk(look, services)
        self.page = ChatPage(look, services.chat, self.effort.watching(make_view))
        self.frame = Frame(self.side)
        self._stack = QStackedLayout()
        self.pages = Pages(self._stack)
        self.welcome: Welcome | None = None
        self._lay_out()
        self.toast = Toast(look, self, self.page.composer)
        self._veil = DropVeil(look, self)
        self._desk = ChatDesk(
            services.chat,
            self.frame,
            self.side,
            self.top,
            self.page,
            self.toast,
            self.actions_by_name,
        )
        self.models = ModelDesk(look, services, self.bridge, self._stack, self.side, self.toast)
        self.effort.furnish(self.page, self.bridge, self.actions_by_name)
        self._connect_services()
        self._connect_parts()
        self._connect_actions()
        self._show_welcome(is_welcome=not services.settings.now.welcomed)
        self.page.show_engine(self._engine)
        self.top.set_chat(is_stored=False)

    # --- building ---

    def _lay_out(self) -> None:
        holder = QWidget()
        holder.setLayout(self._stack)
        self._stack.addWidget(self.page)
        column = self.frame.column
        column.addWidget(self.top)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self.notice, 1000)
        middle.addStretch(1)
        column.addLayout(middle)
        column.addWidget(holder, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.frame)

    def _connect_services(self) -> None:
        bridge = self.bridge
        self._desk.listen(bridge)
        self._desk.titled.connect(self._show_title)
        bridge.engine_changed.connect(self._take_engine)
        bridge.models_changed.connect(self._take_models)
        bridge.settings_changed.connect(self._take_settings)
        bridge.problem_arose.connect(self._take_problem)
        bridge.formula_drawn.connect(self.page.take_formula)
        self.page.draw_formula = self._services.formulas.draw

    def _connect_parts(self) -> None:
        side, pill = self.side, self.top.pill
        side.hide_asked.connect(self.frame.toggle_side)
        side.theme_chosen.connect(self._services.settings.set_theme)
        self.top.side_asked.connect(self.frame.toggle_side)
        self.frame.side_changed.connect(self._side_changed)
        pill.model_chosen.connect(self._services.engine.load)
        pill.open_file_asked.connect(self.choose_file)
        pill.unload_asked.connect(self._services.engine.unload)
        pill.cancel_asked.connect(self._services.engine.cancel_load)
        pill.retry_asked.connect(self._services.engine.retry)
        self.page.link_asked.connect(self.ask_about_link)
        self.page.composer.sent.connect(self.notice.hide)
        self.page.copied.connect(self.toast.show_message)
        self.page.trouble.connect(self.notice.show_problem)
        self.page.too_long.connect(self._refuse_paste)
        self._connect_models()

    def _connect_models(self) -> None:
        models = self.models
        models.turned.connect(self.frame.close_overlay)
        models.turned.connect(self._turn_page)
        models.turned.connect(self._close_pages)
        self.pages.turned.connect(self.frame.close_overlay)
        self.pages.turned.connect(self._turn_page)
        self.bridge.conversation_opened.connect(self.pages.close)
        self.side.new_asked.connect(self.pages.close)
        models.file_asked.connect(self.choose_file)
        models.link_asked.connect(self.ask_about_link)
        models.running_asked.connect(self.show_running)
        self.top.pill.running_asked.connect(self.show_running)
        self.top.pill.find_asked.connect(models.open_find)
        self.page.greeting.find_asked.connect(models.open_find)

    def _connect_actions(self) -> None:
        self.models.connect_actions(self.actions_by_name)
        self.actions_by_name.connect_all(
            stop=self._stop_or_close,
            open_model=self.choose_file,
            choose_model=self.top.pill.open_menu,
            toggle_side=partial(self.frame.toggle_side, by_keyboard=True),
            next_pane=self._next_pane,
            bigger=partial(self._scale, _STEP_PERCENT),
            smaller=partial(self._scale, -_STEP_PERCENT),
            normal_size=partial(self._scale, 0),
            keys=self.show_keys,
            quit=self._quit,
        )

    # --- announcements ---

    def _take_engine(self, event: EngineChanged) -> None:
        state, before = event.state, self._engine.phase
        self._engine = state
        self.top.pill.show_state(state)
        self.page.show_engine(state)
        self.models.show_engine(state)
        model = state.model
        self.page.greeting.offer_models(
            is_offered=model is None or model.starter, has_model=model is not None
        )
        if state.phase is before:
            return
        if state.phase is EnginePhase.FAILED and state.problem:
            self.notice.show_problem(state.problem, tr("Open a model file…"), self.choose_file)
        elif state.phase is EnginePhase.BROKEN and state.problem:
            retry = self._services.engine.retry
            self.notice.show_problem(state.problem, tr("Try again"), retry)
        elif before in {EnginePhase.FAILED, EnginePhase.BROKEN}:
            self.notice.hide()

    def _take_models(self, event: ModelsChanged) -> None:
        self.top.pill.show_models(event.models)

    def _take_settings(self, event: SettingsChanged) -> None:
        if event.theme != self._look.theme:
            self._look.set_theme(event.theme)
        if (percent := round(event.text_scale * 100)) != self._look.scale:
            self._look.set_scale(percent)
        self.side.theme_switch.show_theme(event.theme)
        self._show_welcome(is_welcome=not event.welcomed)

    def _take_problem(self, event: ProblemArose) -> None:
        self.notice.show_problem(event.problem)
        if event.draft:
            self.page.restore_draft(event.draft)

    # --- what people do ---

    def show_fault(self, problem: Problem) -> None:
        """Tell about an error nobody foresaw."""
        self.notice.show_problem(problem)

    def choose_file(self) -> None:
        """Let the person pick a model file."""
        dialog = QFileDialog(self, tr("Open a model file"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilter(tr("Model files") + " (*.gguf)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.open_model)
        dialog.open()

    def open_model(self, path: str) -> None:
        """Check a model file and load it."""
        self._services.settings.set_welcomed()
        self._services.models.add(path, self._services.engine.load)

    def ask_about_link(self, address: str) -> None:
        """Show where a link leads before anything is opened."""
        from inglenook.ui.dialogs import LinkDialog  # noqa: PLC0415  (opens faster)

        LinkDialog(self._look, self, address).open()

    def show_running(self, path: str) -> None:
        """Show how a model runs, and let it be set by hand."""
        from inglenook.ui.running.sheet import RunningSheet  # noqa: PLC0415  (opens faster)

        running, state = self._services.running, self._engine
        sheet = RunningSheet(self._look, self, running, path, state)
        sheet.listen(self.bridge)
        sheet.open()

    def show_keys(self) -> None:
        """List the keyboard shortcuts."""
        from inglenook.ui.dialogs import KeysDialog  # noqa: PLC0415  (opens faster)

        KeysDialog(self._look, self, self.actions_by_name).open()

    def _stop_or_close(self) -> None:
        """Do what Esc means here: close what is open, else stop the answer."""
        if self.page.close_find():
            return
        if self.frame.close_overlay():
            self._desk.compose()
        elif self.models.is_open and self.notice.isVisible():
            self.notice.hide()
        elif self._close_full_page():
            pass
        elif self.page.is_answering():
            self.page.stop()
        elif self.notice.isVisible():
            self.notice.hide()
        elif self.toast.isVisible():
            self.toast.hide()
        else:
            self._desk.compose()

    def _close_full_page(self) -> bool:
        is_open = self.models.is_open or self.pages.shown is not None
        self.models.close()
        self.pages.close()
        return is_open

    def _next_pane(self) -> None:
        focus, models = self.focusWidget(), self.models.shown_page()
        full = models or self.pages.shown
        pages = (self.page.above, self.page.composer) if full is None else (full,)
        panes: tuple[QWidget, ...] = (self.side, self.top, *pages)
        shown = [number for number, pane in enumerate(panes) if not pane.isHidden()]
        here = -1
        if focus is not None:
            here = next((n for n in shown if panes[n].isAncestorOf(focus)), -1)
        following = next((n for n in shown if n > here), shown[0])
        match following:
            case 0:
                self.side.list.setFocus(Qt.FocusReason.ShortcutFocusReason)
            case 1:
                self.top.pill.face.setFocus(Qt.FocusReason.ShortcutFocusReason)
            case 2 if models is not None:
                models.tabs.setFocus(Qt.FocusReason.ShortcutFocusReason)
            case 2 if full is not None:
                full.come_forward()
            case 2:
                self.page.focus_conversation()
            case _:
                self._desk.compose()

    def _show_title(self, title: str) -> None:
        self.window().setWindowTitle(f"{title} – Inglenook" if title else "Inglenook")

    def _quit(self) -> None:
        self.window().close()

    def _scale(self, step: int) -> None:
        self._look.set_scale(self._look.scale + step if step else 100)
        self._services.settings.set_text_scale(self._look.scale / 100)

    def _refuse_paste(self) -> None:
        title = tr("This text is too long to send")
        self.notice.show_problem(Problem(title, tr("Paste a part of it instead.")))

    def _start_chatting(self) -> None:
        self._services.settings.set_welcomed()

    def _side_changed(self, is_shown: bool) -> None:
        self.top.side.setVisible(not is_shown or self.frame.is_narrow())
        self.top.set_width(self.width() - (self.side.width() if is_shown else 0))

    def _show_welcome(self, *, is_welcome: bool) -> None:
        if is_welcome and self.welcome is None:
            self.welcome = Welcome(self._look, str(self._services.folders.data))
            self.welcome.start_asked.connect(self._start_chatting)
            self.welcome.open_file_asked.connect(self.choose_file)
            self.welcome.find_asked.connect(self._find_first)
            self._stack.addWidget(self.welcome)
        self._is_welcome = is_welcome
        self.top.setVisible(not is_welcome)
        self.frame.set_bare(is_bare=is_welcome)
        self._turn_page()

    def _close_pages(self) -> None:
        if self.models.is_open:
            self.pages.close()

    def _turn_page(self) -> None:
        """Show the page that belongs on screen: the first run's, the models', or the chat."""
        if self.pages.shown is not None:
            self.models.close()
        models = self.models.shown_page()
        full = models or self.pages.shown
        shown: QWidget = full or self.page
        if self._is_welcome and self.welcome is not None:
            shown = self.welcome
        is_other = self._stack.currentWidget() is not shown
        self._stack.setCurrentWidget(shown)
        self.top.set_page(is_chat=shown is self.page)
        self.side.models.setChecked(shown is models)
        foot = self.page.composer if full is None else full.foot
        self.toast.stand_on(foot)
        if is_other:
            self._give_focus()

    def _find_first(self) -> None:
        self._services.settings.set_welcomed()
        self.models.open_find()

    def _give_focus(self) -> None:
        """Let the keyboard go on with what the page is for: starting, finding, or writing."""
        if self.welcome is not None and self._stack.currentWidget() is self.welcome:
            self.welcome.start.setFocus(Qt.FocusReason.ActiveWindowFocusReason)
        elif (page := self.models.shown_page() or self.pages.shown) is not None:
            page.come_forward()
        else:
            self._desk.compose()

    # --- Qt ---

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self._give_focus()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if model_files(event.mimeData()):
            event.acceptProposedAction()
            self._veil.cover()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._veil.hide()
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._veil.hide()
        for path in model_files(event.mimeData())[:1]:
            event.acceptProposedAction()
            self.open_model(path)
