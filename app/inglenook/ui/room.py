"""All that is in the window: puts the parts together and passes on what they ask for."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from inglenook.core.errors import Problem
from inglenook.services.events import ProblemArose, SettingsChanged
from inglenook.ui.actions import Actions
from inglenook.ui.appearance import appearance_of
from inglenook.ui.assistants.desk import AssistantDesk
from inglenook.ui.attachments.desk import AttachmentDesk
from inglenook.ui.bridge import Bridge
from inglenook.ui.chat.contextdesk import ContextDesk
from inglenook.ui.chat.messagedesk import MessageDesk
from inglenook.ui.chat.page import ChatPage
from inglenook.ui.chat.unsent import UnsentDesk
from inglenook.ui.desk import ChatDesk
from inglenook.ui.drop import DropVeil, Use, dropped
from inglenook.ui.effort.desk import EffortDesk
from inglenook.ui.effort.larger import LargerModelDesk
from inglenook.ui.enginedesk import EngineDesk
from inglenook.ui.evaluation.desk import EvaluationDesk
from inglenook.ui.firstrun.desk import FirstQuestionDesk
from inglenook.ui.frame import Frame
from inglenook.ui.modeldesk import ModelDesk
from inglenook.ui.pages import Pages
from inglenook.ui.palette.desk import PaletteDesk
from inglenook.ui.portability.desk import PortabilityDesk
from inglenook.ui.remote.desk import RemoteDesk
from inglenook.ui.rounds import Rounds
from inglenook.ui.serving.desk import ServingDesk
from inglenook.ui.settings.desk import SettingsDesk
from inglenook.ui.shell import Shell
from inglenook.ui.sidebar import SideBar
from inglenook.ui.stage import Stage
from inglenook.ui.style import Look
from inglenook.ui.toast import Toast
from inglenook.ui.topbar import TopBar
from inglenook.ui.widgets.notice import Notice
from inglenook.ui.words import tr

if TYPE_CHECKING:
    from inglenook.services.services import Services
    from inglenook.ui.chat.conversation_view import ConversationView
    from inglenook.ui.firstrun.page import FirstRun

_STEP_PERCENT = 10
THEMES = ("system", "light", "dark")


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
        self.setAcceptDrops(True)
        self._make_parts(make_view)
        self._lay_out()
        self._make_desks()
        self._connect_services()
        self._connect_parts()
        self._connect_actions()
        self.frame.begin(wants_side=services.settings.now.side_bar)
        self.stage.show_welcome(is_welcome=not services.settings.now.welcomed)
        self.top.set_chat(is_stored=False)
        self._show_theme(services.settings.now.theme)

    @property
    def welcome(self) -> "FirstRun | None":
        """The first-run page; None unless it was needed."""
        return self.stage.welcome

    # --- building ---

    def _make_parts(self, make_view: Callable[[], "ConversationView"]) -> None:
        look, services = self._look, self._services
        self.actions_by_name = Actions(self)
        self.bridge = Bridge(services.bus)
        self.side = SideBar(look)
        self.top = TopBar(look, self.actions_by_name)
        self.notice = Notice(look)
        self.effort = EffortDesk(look, services)
        self.attachments = AttachmentDesk(look, services)
        self.messages = MessageDesk(look, services)
        make_view = self.attachments.watching(self.effort.watching(make_view))
        make_view = self.messages.watching(make_view)
        self.page = ChatPage(look, services.chat, make_view)
        self.frame = Frame(self.side)
        self._stack = QStackedLayout()
        self.pages = Pages(self._stack)

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
        self.toast = Toast(self._look, self, self.page.composer)
        self._veil = DropVeil(self._look, self)

    def _make_desks(self) -> None:
        look, services, actions = self._look, self._services, self.actions_by_name
        frame, side, top, page = self.frame, self.side, self.top, self.page
        self._desk = ChatDesk(services.chat, frame, side, top, page, self.toast, actions)
        self.models = ModelDesk(look, services, self.bridge, self._stack, side, self.toast)
        self.engine = EngineDesk(look, services, self, top.pill, page, self.models, self.notice)
        self.stage = Stage(
            look, services, self.bridge, self._stack, self.pages, page, self.models
        )
        self.stage.furnish(frame, side, top, self.toast)
        self._rounds = Rounds(
            self.stage, frame, side, top, page, self.models, self.notice, self.toast,
            self._desk.compose,
        )  # fmt: skip
        self.palette_desk = PaletteDesk(look, services, self, actions, self.pages)
        self.palette_desk.listen(self.bridge)
        self.palette_desk.open_asked.connect(side.list.open_asked)
        self.attachments.furnish(page, self.bridge, actions)
        self.effort.furnish(page, self.bridge, actions)
        self.larger = LargerModelDesk(self.toast, services)
        self.larger.furnish(page, self.bridge)
        self.messages.furnish(page, self.bridge, actions, self.toast)
        self.unsent = UnsentDesk(look, services, page)
        self.unsent.listen(self.bridge)
        self.context = ContextDesk(look, services, page, self.toast)
        self.context.listen(self.bridge)
        self.remote = RemoteDesk(look, services, self, side, top, page)
        page.composer.may_wait = self.attachments.may_wait
        self.assistants = AssistantDesk(look, services, page, self.toast)
        self.assistants.furnish(self.bridge, actions, side, self.pages)
        self.palette_desk.prompt_asked.connect(self.assistants.slash.insert)
        self.engine.furnish(self.bridge, actions)
        ears = self.attachments.take_engine, self.context.take_engine
        self.remote.listen(self.bridge, ears)
        self.settings = SettingsDesk(look, services, self.bridge, self.engine.show_running)
        self.settings.furnish(self.pages, side, page, actions)
        self.remote.setup_asked.connect(partial(self.settings.open_setting, "endpoints"))
        self.evaluation = EvaluationDesk(look, services, self.toast)
        self.evaluation.furnish(self.pages, self.bridge, actions)
        self.effort.page_asked.connect(self.evaluation.open)
        self.serving = ServingDesk(look, services, self.toast)
        self.serving.furnish(self.pages, top, self.bridge, actions)
        self.portability = PortabilityDesk(look, services, self, self._desk.chosen, self.bridge)
        self.portability.connect_actions(actions)
        self.models.connect_actions(actions)
        self.first_question = FirstQuestionDesk(look, services, page.composer, self.bridge)

    def _connect_services(self) -> None:
        bridge = self.bridge
        self._desk.listen(bridge)
        bridge.settings_changed.connect(self._take_settings)
        bridge.problem_arose.connect(self._take_problem)
        bridge.formula_drawn.connect(self.page.take_formula)
        bridge.conversation_opened.connect(self.pages.close)
        self.page.draw_formula = self._services.formulas.draw

    def _connect_parts(self) -> None:
        self._desk.titled.connect(self._show_title)
        self.side.hide_asked.connect(self.frame.toggle_side)
        self.side.theme_chosen.connect(self._services.settings.set_theme)
        self.side.new_asked.connect(self.pages.close)
        self.top.side_asked.connect(self.frame.toggle_side)
        self.frame.side_changed.connect(self._side_changed)
        self.frame.side_wanted.connect(partial(self._services.settings.choose, "side_bar"))
        self.page.link_asked.connect(self.ask_about_link)
        self.page.composer.sent.connect(self.notice.hide)
        self.page.copied.connect(self.toast.show_message)
        self.page.trouble.connect(self.notice.show_problem)
        self.page.too_long.connect(self._refuse_paste)
        self.models.link_asked.connect(self.ask_about_link)
        self.stage.compose_asked.connect(self._desk.compose)
        self.stage.file_asked.connect(self.engine.choose_file)

    def _connect_actions(self) -> None:
        self.actions_by_name.connect_all(
            stop=self._rounds.leave,
            toggle_side=partial(self.frame.toggle_side, by_keyboard=True),
            next_pane=self._rounds.go_on,
            bigger=partial(self._scale, _STEP_PERCENT),
            smaller=partial(self._scale, -_STEP_PERCENT),
            normal_size=partial(self._scale, 0),
            keys=self.show_keys,
            menu=self.show_menu,
            **{f"theme_{name}": partial(self._choose_theme, name) for name in THEMES},
            quit=self._quit,
        )

    # --- announcements ---

    def _take_settings(self, event: SettingsChanged) -> None:
        percent = round(event.text_scale * 100)
        wanted = appearance_of(self._services.settings.now)
        wanted = wanted._replace(theme=event.theme, percent=percent)
        if wanted != self._look.worn:
            self._look.wear(wanted)
        self._show_theme(event.theme)
        self.stage.show_welcome(is_welcome=not event.welcomed)

    def _take_problem(self, event: ProblemArose) -> None:
        self.notice.show_problem(event.problem)
        if event.draft:
            self.page.restore_draft(event.draft)

    # --- what people do ---

    def show_fault(self, problem: Problem) -> None:
        """Tell about an error nobody foresaw."""
        self.notice.show_problem(problem)

    def open_chat(self, chat: str) -> None:
        """Show a chat, whatever else is on screen."""
        self.side.list.open_asked.emit(chat, "")

    def ask_about_link(self, address: str) -> None:
        """Show where a link leads before anything is opened."""
        from inglenook.ui.dialogs import LinkDialog  # noqa: PLC0415  (opens faster)

        LinkDialog(self._look, self, address).open()

    def show_keys(self) -> None:
        """List the keyboard shortcuts."""
        from inglenook.ui.dialogs import KeysDialog  # noqa: PLC0415  (opens faster)

        KeysDialog(self._look, self, self.actions_by_name).open()

    def show_menu(self) -> None:
        """Open the menu of everything that can be done, below the top bar's left end."""
        from inglenook.ui.menubar import compact_menu  # noqa: PLC0415  (opens faster)

        menu = compact_menu(self._look, self.actions_by_name, self)
        menu.popup(self.top.mapToGlobal(self.top.rect().bottomLeft()))
        menu.setActiveAction(menu.actions()[0])  # a key opened it, and keys go on in it

    def _choose_theme(self, name: str) -> None:
        self._services.settings.set_theme(name)

    def _show_theme(self, name: str) -> None:
        self.side.theme_switch.show_theme(name)
        self.actions_by_name[f"theme_{name}"].setChecked(True)

    def _show_title(self, title: str) -> None:
        self.window().setWindowTitle(f"{title} – Inglenook" if title else "Inglenook")

    def _quit(self) -> None:
        window = self.window()
        if isinstance(window, Shell):
            window.leave()
        else:
            window.close()

    def _scale(self, step: int) -> None:
        self._look.set_scale(self._look.scale + step if step else 100)
        self._services.settings.set_text_scale(self._look.scale / 100)

    def _refuse_paste(self) -> None:
        title = tr("This text is too long to send")
        self.notice.show_problem(Problem(title, tr("Paste a part of it instead.")))

    def _side_changed(self, is_shown: bool) -> None:
        self.actions_by_name["toggle_side"].setChecked(is_shown)
        self.top.side.setVisible(not is_shown or self.frame.is_narrow())
        self.top.set_width(self.width() - (self.side.width() if is_shown else 0))

    # --- Qt ---

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self.stage.give_focus()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        drop = dropped(event.mimeData())
        if drop is not None:
            event.acceptProposedAction()
            self._veil.cover(drop)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._veil.hide()
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._veil.hide()
        drop = dropped(event.mimeData())
        if drop is None:
            return
        event.acceptProposedAction()
        if drop.use is Use.MODEL:
            self.engine.open_model(drop.paths[0])
        elif drop.use is Use.CHATS:
            self.portability.import_chats(drop.paths[0])
        else:
            self.attachments.attach(drop.paths)
